"""What was used of late, within a bound of bytes: who was not asked for the longest goes first."""

from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")
_ENTRY_BYTES = 512
"""What an entry takes beside its value: key, places in two tables, object heads."""


class Recent(Generic[K, V]):
    """Entries with a size and an end; time is an argument, in seconds of one clock.

    No library was taken for it: those that bound bytes let entries live equally long, or sort them by their ends.
    """

    def __init__(self, limit: int) -> None:
        """At most `limit` bytes; with 0 nothing is kept."""
        self._limit = limit
        self._held: OrderedDict[K, tuple[V, int, float]] = OrderedDict()
        self.bytes = 0
        self.evictions = 0

    def __len__(self) -> int:
        return len(self._held)

    def get(self, key: K, now: float) -> V | None:
        """The value, or None when there is none or its time is over."""
        found = self._held.get(key)
        if found is None:
            return None
        if found[2] <= now:
            self.drop(key)
            return None
        self._held.move_to_end(key)
        return found[0]

    def put(self, key: K, value: V, *, size: int, until: float) -> None:
        """Keep it in the place of what was there. What is larger than an eighth of the bound is not kept."""
        self.drop(key)
        size += _ENTRY_BYTES
        if size > self._limit // 8:
            return
        while self.bytes + size > self._limit:
            self.drop(next(iter(self._held)))
            self.evictions += 1
        self._held[key] = (value, size, until)
        self.bytes += size

    def drop(self, key: K) -> None:
        """Keep nothing under this key."""
        found = self._held.pop(key, None)
        if found is not None:
            self.bytes -= found[1]

    def names(self) -> tuple[K, ...]:
        """All of them, the least recently used first."""
        return tuple(self._held)
