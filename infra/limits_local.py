"""Buckets in this process: for one that is alone, and for all while Redis is away."""

import time
from collections.abc import Callable, Sequence

from domain.limits import Decision, Draw, Limiter, judged

_MOST = 50_000


class LocalLimiter(Limiter):
    """Buckets in memory, at most so many: those that are fullest go first, for they are nearly as good as new."""

    def __init__(self, *, now: Callable[[], float] = time.monotonic, most: int = _MOST) -> None:
        self._now = now
        self._most = most
        self._full_at: dict[tuple[str, str], float] = {}

    async def draw(self, subject: str, draws: Sequence[Draw]) -> Decision:
        """Take all or nothing."""
        now, full_at = self._now(), self._full_at
        names = [(subject, draw.bucket.name) for draw in draws]
        decision = judged(draws, [max(0.0, full_at.get(name, 0.0) - now) for name in names], source="local")
        if decision.allowed:
            for name, level in zip(names, decision.levels, strict=True):
                full_at[name] = now + level.full_in
            if len(full_at) > self._most:
                self._make_room(now)
        return decision

    async def forget(self, subject: str, names: Sequence[str]) -> None:
        """Fill these buckets of a subject."""
        for name in names:
            self._full_at.pop((subject, name), None)

    def _make_room(self, now: float) -> None:
        living = sorted(((at, name) for name, at in self._full_at.items() if at > now), reverse=True)
        self._full_at = {name: at for at, name in living[: self._most // 2]}
