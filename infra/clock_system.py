"""The clock of the machine."""

import time
from collections.abc import Callable
from datetime import UTC, datetime

from domain.ports import Clock


class SystemClock(Clock):
    """UTC, as the machine has it."""

    def now(self) -> datetime:
        """The current time with its zone (UTC)."""
        return datetime.now(UTC)  # noqa: TID251 - this is the one place that asks the machine


def steady_ns(
    date_ns: Callable[[], int] = time.time_ns, ticks_ns: Callable[[], int] = time.monotonic_ns
) -> Callable[[], int]:
    """Nanoseconds since 1970 that never go back: the date as it is now, and from now on the ticks of the machine."""
    offset = date_ns() - ticks_ns()
    return lambda: offset + ticks_ns()
