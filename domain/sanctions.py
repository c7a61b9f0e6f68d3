"""What becomes of addresses that misbehave: first a penalty, then blocks that grow, all of which end by themselves.

They are graded, because behind one address there may be many people.
"""

from collections.abc import Callable
from typing import Literal, Protocol, TypeAlias

import msgspec

Kind: TypeAlias = Literal["penalty", "block"]


class Grade(msgspec.Struct, frozen=True, kw_only=True):
    """What an offence brings, and for how long."""

    kind: Kind
    seconds: float


class Sanction(msgspec.Struct, frozen=True, kw_only=True):
    """An address under a penalty (its requests cost more) or a block; times in seconds since the epoch.

    `by` is the id of the key that set it, None when the service did. `level` counts the offences that led to it.
    """

    address: str
    kind: Kind
    level: int
    begins: float
    ends: float
    reason: str
    by: str | None = None


class Sanctions(Protocol):
    """The sanctions of all processes. `of` and `all` answer from memory, which `refresh` renews."""

    def of(self, address: str, now: float) -> Sanction | None:
        """What holds for this address now."""
        ...

    def all(self, now: float) -> tuple[Sanction, ...]:
        """All that hold now, the latest first."""
        ...

    async def change(self, address: str, make: Callable[[Sanction | None], Sanction | None]) -> Sanction | None:
        """Put what `make` makes of the last sanction (ended ones too) in its place, None to lift it; what it made.

        While Redis is away it holds in this process.
        """
        ...

    async def refresh(self, now: float) -> None:
        """See what other processes did. Raises BackendUnavailableError."""
        ...


GRADES = (
    Grade(kind="penalty", seconds=300),
    Grade(kind="block", seconds=60),
    Grade(kind="block", seconds=600),
    Grade(kind="block", seconds=3600),
    Grade(kind="block", seconds=86400),
)
MEMORY_SECONDS = 86400.0
"""Who gave no offence for so long after a sanction ended begins anew."""


def graded(last: Sanction | None, address: str, reason: str, now: float) -> Sanction:
    """What one more offence brings. What an operator set and still holds stays."""
    if last is not None and last.by is not None and last.ends > now:
        return last
    level = last.level + 1 if last is not None and last.ends + MEMORY_SECONDS > now else 1
    grade = GRADES[min(level, len(GRADES)) - 1]
    return Sanction(address=address, kind=grade.kind, level=level, begins=now, ends=now + grade.seconds, reason=reason)
