"""The arithmetic of the document benchmark: from single runs to what is reported."""

from collections.abc import Iterable, Mapping, Sequence
from statistics import fmean

import msgspec

from scripts.bench.plans.made import MEDIAN_WORDS

NAIVE_SECONDS = 107.0
"""Processor seconds that the naive stack takes for a plan of middling length, and how far it may be from that."""
NAIVE_WITHIN = 0.2


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """One plan through one child: seconds, bytes; `caches` are (found, asked) by name."""

    plan: str
    pages: int
    words: int
    cpu: float
    wall: float
    peak_rss: int
    stages: dict[str, float]
    caches: dict[str, tuple[int, int]] = {}


class Steady(msgspec.Struct, frozen=True, kw_only=True):
    """All plans through several children at once: seconds from the first byte to the last outcome."""

    plans: int
    children: int
    wall: float
    cpu: float
    caches: list[dict[str, tuple[int, int]]] = []

    @property
    def an_hour(self) -> float:
        """Plans an hour on this machine as it was."""
        return 3600 * self.plans / self.wall

    @property
    def an_hour_undisturbed(self) -> float:
        """Plans an hour if each child had a core to itself: by processor seconds, which others cannot take away."""
        return 3600 * self.children * self.plans / self.cpu


class First(msgspec.Struct, frozen=True, kw_only=True):
    """Wall seconds: to start a child, its first plan, and the same plan in a warm child."""

    start: float
    first: float
    warm: float

    @property
    def over_warm(self) -> float:
        """How much later the first plan is done, the start included."""
        return self.start + self.first - self.warm


class Point(msgspec.Struct, frozen=True, kw_only=True):
    """Documents of one size through one fresh child."""

    pages: int
    documents: int
    cpu_a_page: float
    peak_rss: int


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """All that one start of the benchmark measured. `load` are the machine's averages before it began."""

    source: str
    cores: int
    load: tuple[float, float, float]
    runs: dict[str, list[Run]] = {}
    steady: Steady | None = None
    first: First | None = None
    curve: list[Point] = []


def percentile(values: Iterable[float], share: float) -> float:
    """The nearest-rank percentile. Raises ValueError where there are no values."""
    ordered = sorted(values)
    if not ordered:
        raise ValueError("no values")
    return ordered[max(0, -int(-share * len(ordered) // 1) - 1)]


def of_middling_length(runs: Sequence[Run]) -> float:
    """Processor seconds for a plan of 57,000 words, by the words and seconds of all runs."""
    return MEDIAN_WORDS * sum(run.cpu for run in runs) / sum(run.words for run in runs)


def naive_enough(seconds: float) -> bool:
    """Whether the naive stack costs what it should: neither hobbled nor helped."""
    return abs(seconds - NAIVE_SECONDS) <= NAIVE_WITHIN * NAIVE_SECONDS


def ratio(runs: Mapping[str, Sequence[Run]]) -> float:
    """Processor seconds of the naive stack over ours, on the plans that both read."""
    by_plan = [{run.plan: run.cpu for run in runs[name]} for name in ("naive", "ours")]
    both = by_plan[0].keys() & by_plan[1].keys()
    naive, ours = (sum(seconds[plan] for plan in both) for seconds in by_plan)
    return naive / ours


def stage_means(runs: Sequence[Run]) -> dict[str, float]:
    """Processor seconds a plan of each stage in the order of the plan, then of what is in no stage."""
    flows = dict.fromkeys(flow for run in runs for flow in run.stages)
    means = {flow: fmean(run.stages.get(flow, 0.0) for run in runs) for flow in flows}
    return {**means, "outside stages": fmean(run.cpu for run in runs) - sum(means.values())}


def hit_rates(caches: Iterable[Mapping[str, tuple[int, int]]]) -> dict[str, float]:
    """The share of what was asked that each cache had."""
    found: dict[str, int] = {}
    asked: dict[str, int] = {}
    for counts in caches:
        for name, (had, wanted) in counts.items():
            found[name] = found.get(name, 0) + had
            asked[name] = asked.get(name, 0) + wanted
    return {name: found[name] / asked[name] for name in found if asked[name]}


def flatness(points: Sequence[Point]) -> float:
    """How far the dearest page is above the cheapest, as a share of the cheapest."""
    costs = [point.cpu_a_page for point in points]
    return max(costs) / min(costs) - 1
