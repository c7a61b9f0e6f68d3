"""What the document benchmark measured, as tables to print."""

from collections.abc import Iterator, Sequence
from statistics import fmean

from rich.table import Table

from scripts.bench.evaluation.figures import (
    NAIVE_SECONDS,
    NAIVE_WITHIN,
    Point,
    Report,
    Run,
    flatness,
    hit_rates,
    naive_enough,
    of_middling_length,
    percentile,
    ratio,
    stage_means,
)
from scripts.bench.plans.made import MEDIAN_WORDS

_MIB = 1024**2


def tables(report: Report) -> Iterator[Table]:
    """The tables of everything that was measured."""
    if any(report.runs.values()):
        yield _contenders(report)
        yield _stages(report.runs)
    if report.steady or report.first:
        yield _service(report)
    if report.curve:
        yield _curve(report.curve)


def profile(before: Sequence[Run], after: Sequence[Run]) -> Table:
    """The stages of two reports side by side."""
    return _stages({"before": before, "after": after})


def verdicts(report: Report) -> Iterator[str]:
    """What the figures say, a sentence each."""
    load = ", ".join(f"{average:.1f}" for average in report.load)
    yield f"{report.source}; {report.cores} cores, load averages {load} before the start."
    naive = report.runs.get("naive")
    if naive:
        seconds = of_middling_length(naive)
        verdict = "is" if naive_enough(seconds) else "is NOT"
        yield (
            f"The naive stack costs {seconds:.1f} CPU-s a plan of {MEDIAN_WORDS:,} words: it {verdict} within "
            f"{NAIVE_WITHIN:.0%} of {NAIVE_SECONDS:.0f}."
        )
    if naive and report.runs.get("ours"):
        yield f"On the same plans the naive stack costs {ratio(report.runs):.1f} times the processor seconds of ours."
    if report.curve:
        yield f"The dearest page of the curve costs {flatness(report.curve):.0%} more than the cheapest."
    measured = [run.caches for runs in report.runs.values() for run in runs]
    rates = hit_rates([*measured, *(report.steady.caches if report.steady else [])])
    told = ", ".join(f"{name} {rate:.1%}" for name, rate in rates.items())
    yield f"Caches, empty at the start of each phase: {told or 'the evaluator tells of none'}."


def _contenders(report: Report) -> Table:
    table = Table("", "plans", "CPU-s a plan", "of 57,000 words", "CPU-s a page", "wall p50", "wall p95", "peak MiB")
    for name, runs in report.runs.items():
        if runs:
            walls = [run.wall for run in runs]
            table.add_row(
                name,
                str(len(runs)),
                f"{fmean(run.cpu for run in runs):.2f}",
                f"{of_middling_length(runs):.2f}",
                f"{sum(run.cpu for run in runs) / sum(run.pages for run in runs):.3f}",
                f"{percentile(walls, 0.5):.2f}",
                f"{percentile(walls, 0.95):.2f}",
                f"{max(run.peak_rss for run in runs) / _MIB:.0f}",
            )
    return table


def _stages(runs: dict[str, Sequence[Run]] | dict[str, list[Run]]) -> Table:
    means = {name: stage_means(of) for name, of in runs.items() if of}
    table = Table("CPU-s a plan", *(column for name in means for column in (name, "share")))
    totals = {name: sum(stages.values()) for name, stages in means.items()}
    for flow in dict.fromkeys(flow for stages in means.values() for flow in stages):
        cells = [(stages.get(flow, 0.0), totals[name]) for name, stages in means.items()]
        table.add_row(
            flow, *(text for seconds, total in cells for text in (f"{seconds:.3f}", f"{seconds / total:.1%}"))
        )
    table.add_row("total", *(text for total in totals.values() for text in (f"{total:.3f}", "")), style="bold")
    return table


def _service(report: Report) -> Table:
    table = Table("ours", "figure")
    if steady := report.steady:
        table.add_row(f"{steady.plans} plans through {steady.children} children, wall s", f"{steady.wall:.2f}")
        table.add_row("CPU-s a plan, all processes", f"{steady.cpu / steady.plans:.2f}")
        table.add_row("plans an hour, on this machine as it was", f"{steady.an_hour:.0f}")
        table.add_row("plans an hour, a core for each child", f"{steady.an_hour_undisturbed:.0f}")
    if first := report.first:
        table.add_row("start of a child, wall s", f"{first.start:.2f}")
        table.add_row("first plan / the same in a warm child, wall s", f"{first.first:.2f} / {first.warm:.2f}")
        table.add_row("first plan after start over a warm one, wall s", f"{first.over_warm:.2f}")
    return table


def _curve(points: Sequence[Point]) -> Table:
    table = Table("pages", "documents", "CPU-s a page", "peak MiB of the child")
    for point in points:
        row = (str(point.pages), str(point.documents), f"{point.cpu_a_page:.4f}", f"{point.peak_rss / _MIB:.0f}")
        table.add_row(*row)
    return table
