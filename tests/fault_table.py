"""What the tests that break things found, as a table at the end of the run: fault, times, lost, twice, recovery."""

import math
from collections.abc import Iterator, Sequence

import pytest

_TABLE = pytest.StashKey["FaultTable"]()


class FaultTable:
    """Counts and seconds a fault."""

    def __init__(self) -> None:
        self.times: dict[str, int] = {}
        self.lost: dict[str, int] = {}
        self.twice: dict[str, int] = {}
        self.seconds: dict[str, list[float]] = {}

    def record(self, fault: str, *, times: int, lost: int, twice: int, recovery: Sequence[float] = ()) -> None:
        """Add what a test saw: how often it did that, documents lost and counted twice, seconds of each recovery."""
        for kept, count in ((self.times, times), (self.lost, lost), (self.twice, twice)):
            kept[fault] = kept.get(fault, 0) + count
        self.seconds.setdefault(fault, []).extend(recovery)

    def lines(self) -> Iterator[str]:
        """The table."""
        width = max(map(len, self.times), default=0)
        yield f"{'fault':{width}}  times  lost  twice  recovery p50    p99 (s)"
        for fault, times in self.times.items():
            ordered = sorted(self.seconds[fault])
            half, most = (f"{quantile(ordered, q):.2f}" if ordered else "-" for q in (0.5, 0.99))
            counts = f"{times:5}  {self.lost[fault]:4}  {self.twice[fault]:5}"
            yield f"{fault:{width}}  {counts}  {half:>12}  {most:>5}"


def quantile(ordered: Sequence[float], q: float) -> float:
    """The smallest value that at least this share of all values does not exceed."""
    return ordered[max(0, math.ceil(q * len(ordered)) - 1)]


@pytest.fixture(scope="session")
def faults(pytestconfig: pytest.Config) -> FaultTable:
    """The table of this run."""
    return pytestconfig.stash.setdefault(_TABLE, FaultTable())


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Print it, if anything was broken."""
    table = config.stash.get(_TABLE, None)
    if table is not None and table.times:
        terminalreporter.section("faults")
        for line in table.lines():
            terminalreporter.write_line(line)
