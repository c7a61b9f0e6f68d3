"""The clock of the machine."""

from datetime import UTC, datetime

from domain.ports import Clock


class SystemClock(Clock):
    """UTC, as the machine has it."""

    def now(self) -> datetime:
        """The current time with its zone (UTC)."""
        return datetime.now(UTC)  # noqa: TID251 - this is the one place that asks the machine
