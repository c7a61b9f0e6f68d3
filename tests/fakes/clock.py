"""A clock that stands still until it is told to move."""

from datetime import UTC, datetime, timedelta

from domain.ports import Clock

START = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


class FakeClock(Clock):
    """Starts at `START`."""

    def __init__(self) -> None:
        self._now = START

    def now(self) -> datetime:
        """The time that it shows."""
        return self._now

    def advance(self, seconds: float) -> None:
        """Move it on."""
        self._now += timedelta(seconds=seconds)
