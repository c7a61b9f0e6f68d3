"""How cost and memory grow with the length of a document: a fresh child a size, short sizes by several documents."""

from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from pathlib import Path

from scripts.bench.evaluation.figures import Point
from scripts.bench.evaluation.runs import OURS, Contender, one, opened
from scripts.bench.plans.sources import Plan, corpus_pages, corpus_pieces, corpus_plans, made_pages

SIZES = (20, 60, 180, 595, 1000, 2000)
ENOUGH_PAGES = 180
"""So many pages at least are read a size, for a short document says little."""

CORPUS_PLANS = 20
"""Plans of middling length that long documents are put together from: together some 2,600 pages."""


def documents_of(size: int) -> int:
    """How many documents of a size are read."""
    return max(1, ENOUGH_PAGES // size)


def sized_plans(sizes: Sequence[int], shared: Path | None) -> Iterator[list[Plan]]:
    """The documents of each size; no page comes twice within a size."""
    whole = list(corpus_plans(shared, CORPUS_PLANS)) if shared else []
    for size in sizes:
        numbers = range(documents_of(size))
        if not whole:
            yield [made_pages(size, 1000 * size + number) for number in numbers]
        else:
            pieces = corpus_pieces(whole, seed=size)
            yield [corpus_pages(pieces, size, f"corpus_{size}_{number}.pdf") for number in numbers]


async def curve(
    documents: Iterator[list[Plan]], model: Path, on_run: Callable[[], None], contender: Contender = OURS
) -> AsyncIterator[Point]:
    """A point a size."""
    for plans in documents:
        async with opened(contender, model) as evaluator:
            runs = []
            for plan in plans:
                runs.append(await one(evaluator, plan))
                on_run()
        yield Point(
            pages=plans[0].pages,
            documents=len(plans),
            cpu_a_page=sum(run.cpu for run in runs) / sum(run.pages for run in runs),
            peak_rss=max(run.peak_rss for run in runs),
        )
