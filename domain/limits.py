"""Limits on requests: token buckets, one decision over several of them, and the port to where they are kept.

A bucket that refills steadily is one number, the time until it is full again (GCRA): a draw puts that time off by what
its tokens take to come back, and is refused where that would be more than a whole bucket takes.
"""

import math
from collections.abc import Sequence
from typing import Literal, Protocol, TypeAlias

import msgspec
from msgspec.structs import force_setattr

Endpoint: TypeAlias = Literal["submit", "status", "results", "requests"]
"""What has a bucket of its own for each tenant. `requests` is the tier's own: all that has no other."""
Source: TypeAlias = Literal["shared", "local", "none"]


class Caller(msgspec.Struct, frozen=True):
    """Who calls, without a key: an IPv4 address or a /64 of IPv6, and whether it is one that is spared."""

    group: str
    spared: bool = False


class Bucket(msgspec.Struct, frozen=True, kw_only=True):
    """So many tokens, which come back within so many seconds."""

    name: str
    capacity: int
    seconds: float = 60.0
    interval: float = 0.0
    """Seconds until one token has come back; follows from the others, and is worked out once."""

    def __post_init__(self) -> None:
        force_setattr(self, "interval", self.seconds / self.capacity)


class Draw(msgspec.Struct, frozen=True, kw_only=True):
    """Tokens that a request takes out. One that is `forced` is never refused: it overdraws, and the next one waits."""

    bucket: Bucket
    cost: int = 1
    forced: bool = False
    seconds: float = 0.0
    """What its tokens take to come back; follows from the others."""

    def __post_init__(self) -> None:
        cost = self.cost if self.forced else min(self.cost, self.bucket.capacity)
        force_setattr(self, "seconds", cost * self.bucket.interval)


class Level(msgspec.Struct, frozen=True):
    """A bucket after a decision: what is left, in how many seconds it is full, and when this draw can be granted."""

    bucket: Bucket
    full_in: float
    wait: float = 0.0

    @property
    def remaining(self) -> int:
        """Whole tokens."""
        return max(0, math.floor((self.bucket.seconds - self.full_in) / self.bucket.interval + _ROUNDING))


class Decision(msgspec.Struct, frozen=True):
    """Whether all draws of a request were granted; none was when one could not be."""

    allowed: bool
    levels: tuple[Level, ...] = ()
    source: Source = "shared"

    @property
    def tightest(self) -> Level | None:
        """The bucket that is waited for longest, or has the least left."""
        return max(self.levels, key=lambda level: (level.wait, -level.remaining), default=None)


class Limiter(Protocol):
    """Buckets of many subjects (a tenant, an address)."""

    async def draw(self, subject: str, draws: Sequence[Draw]) -> Decision:
        """Take all or nothing, in one step for all processes. Raises BackendUnavailableError when nobody can tell."""
        ...

    async def forget(self, subject: str, names: Sequence[str]) -> None:
        """Fill these buckets of a subject."""
        ...


NOTHING = Decision(allowed=True, source="none")
"""Where nothing is limited."""

_ROUNDING = 1e-4
"""Seconds, and tokens: what sums of times since the epoch are off by, hundreds of draws on."""


def judged(draws: Sequence[Draw], backlogs: Sequence[float], *, source: Source) -> Decision:
    """The decision, from the seconds until each bucket would have been full without it."""
    levels = []
    for draw, backlog in zip(draws, backlogs, strict=True):
        if _wait(draw, backlog):
            return _refused(draws, backlogs, source)
        levels.append(Level(draw.bucket, backlog + draw.seconds))
    return Decision(True, tuple(levels), source)


def _refused(draws: Sequence[Draw], backlogs: Sequence[float], source: Source) -> Decision:
    levels = (Level(d.bucket, backlog, _wait(d, backlog)) for d, backlog in zip(draws, backlogs, strict=True))
    return Decision(False, tuple(levels), source)


def _wait(draw: Draw, backlog: float) -> float:
    """Seconds until the draw can be granted; 0 when it can now."""
    over = backlog + draw.seconds - draw.bucket.seconds
    return over if over > _ROUNDING and draw.cost and not draw.forced else 0.0
