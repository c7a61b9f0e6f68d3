"""Which plans are measured: real ones where a corpus is at hand, made ones elsewhere; always distinct, always PDF."""

import io
import random
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import pypdfium2

from scripts.bench.plans.files import as_pdf, quoted, typeset
from scripts.bench.plans.made import MEDIAN_WORDS, made_plan

PIECE_PAGES = 10
"""Pages that stay together when a long document is put together from many plans."""

_WORDS_A_PAGE = 530
"""More than a made plan has, so that enough pages are made before the rest is cut off."""

_DENSE = "#set text(size: 8.5pt)\n#set par(leading: 0.45em, spacing: 0.7em)"
"""For texts whose lines are those of their own narrow pages."""


class Plan(NamedTuple):
    """A plan as it is uploaded. `words` are those of its text layer."""

    name: str
    data: bytes
    pages: int
    words: int


def made_plans(count: int, words: int = MEDIAN_WORDS, seed: int = 1) -> Iterator[Plan]:
    """Made plans of about so many words, one a seed."""
    for number in range(seed, seed + count):
        yield _plan(f"made_{number:04}.pdf", as_pdf(made_plan(number, words)))


def corpus_plans(shared: Path, count: int) -> Iterator[Plan]:
    """Real Colombian plans, those nearest to the middling length first; texts are typeset, for plans come as PDF."""
    files = [*(shared / "corpus/pdf").glob("*_pdm_*.pdf"), *(shared / "corpus/txt").glob("*.txt")]
    for path in sorted(files, key=lambda path: (abs(_words(path) - MEDIAN_WORDS), path.name))[:count]:
        yield _plan(path.name, path.read_bytes() if path.suffix == ".pdf" else _typeset(path))


def made_pages(pages: int, seed: int) -> Plan:
    """A made plan of exactly so many pages, grown in all its parts alike."""
    whole = as_pdf(made_plan(seed, max(pages * _WORDS_A_PAGE, 2000)))
    while len(document := pypdfium2.PdfDocument(whole)) < pages:
        whole = as_pdf(made_plan(seed, int(_words_of(document) * 1.1 * pages / len(document))))
    return _plan(f"made_{seed:04}_{pages}.pdf", _joined([(document, list(range(pages)))]))


def corpus_pages(pieces: Iterable[tuple[pypdfium2.PdfDocument, list[int]]], pages: int, name: str) -> Plan:
    """A document of exactly so many pages from the next of `corpus_pieces`. Raises ValueError where they run out."""
    taken: list[tuple[pypdfium2.PdfDocument, list[int]]] = []
    left = pages
    for document, numbers in pieces:
        taken.append((document, numbers[:left]))
        left -= len(numbers[:left])
        if not left:
            return _plan(name, _joined(taken))
    raise ValueError(f"the corpus has {pages - left} pages left, not {pages}")


def corpus_pieces(plans: Iterable[Plan], seed: int = 1) -> Iterator[tuple[pypdfium2.PdfDocument, list[int]]]:
    """Runs of ten pages of all these plans, shuffled, so that every stretch of them is mixed alike; each comes once."""
    pieces: list[tuple[pypdfium2.PdfDocument, list[int]]] = []
    for plan in plans:
        document = pypdfium2.PdfDocument(plan.data)
        firsts = range(0, len(document) - PIECE_PAGES + 1, PIECE_PAGES)
        pieces += [(document, list(range(first, first + PIECE_PAGES))) for first in firsts]
    random.Random(seed).shuffle(pieces)  # noqa: S311 - the same order for the same seed; nothing is secret
    yield from pieces


def _joined(parts: Sequence[tuple[pypdfium2.PdfDocument, list[int]]]) -> bytes:
    out = pypdfium2.PdfDocument.new()
    for document, numbers in parts:
        out.import_pages(document, numbers)
    buffer = io.BytesIO()
    out.save(buffer)
    return buffer.getvalue()


def _plan(name: str, data: bytes) -> Plan:
    document = pypdfium2.PdfDocument(data)
    return Plan(name, data, len(document), _words_of(document))


def _words(path: Path) -> int:
    if path.suffix == ".pdf":
        return _words_of(pypdfium2.PdfDocument(path))
    return len(path.read_text(errors="replace").split())


def _words_of(document: pypdfium2.PdfDocument) -> int:
    return sum(len(page.get_textpage().get_text_range().split()) for page in document)


def _typeset(path: Path) -> bytes:
    """The lines as they stand, in paragraphs where an empty line or a page ends."""
    text = path.read_text(errors="replace").replace("\f", "\n\n")
    groups = [[line.strip() for line in part.split("\n") if line.strip()] for part in text.split("\n\n")]
    joined = (", ".join(map(quoted, lines)) for lines in groups if lines)
    return typeset(path.stem, [_DENSE, *(f"#par(({lines},).join(linebreak()))" for lines in joined)])
