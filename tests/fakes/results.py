"""The result cache in memory, and its counts."""

from datetime import UTC, datetime

import msgspec

from domain.result_cache import Held, KeptResult, ResultCache, ResultFigures, ResultKey, ResultTally


class MemoryResultCache(ResultCache):
    """Bounded by the bytes of what it keeps; the order of `entries` is that of their last use."""

    def __init__(self, limit: int = 1024**3) -> None:
        self.entries: dict[ResultKey, bytes] = {}
        self.used: dict[ResultKey, datetime] = {}
        self._limit = limit

    async def get(self, key: ResultKey) -> KeptResult | None:
        if key not in self.entries:
            return None
        data = self.entries[key] = self.entries.pop(key)
        self.used[key] = datetime.now(UTC)
        return msgspec.msgpack.decode(data, type=KeptResult)

    async def put(self, key: ResultKey, kept: KeptResult) -> Held:
        data, evicted = msgspec.msgpack.encode(kept), 0
        if len(data) <= self._limit:
            self.entries.pop(key, None)
            self.entries[key] = data
            self.used[key] = datetime.now(UTC)
        while sum(map(len, self.entries.values())) > self._limit:
            del self.entries[next(iter(self.entries))]
            evicted += 1
        return Held(entries=len(self.entries), bytes=sum(map(len, self.entries.values())), evicted=evicted)

    async def forget(self, document: str) -> int:
        gone = [key for key in self.entries if key.document == document]
        for key in gone:
            del self.entries[key]
        return len(gone)

    async def expire(self, before: datetime) -> int:
        gone = [key for key in self.entries if self.used[key] < before]
        for key in gone:
            del self.entries[key]
        return len(gone)


class MemoryResultTally(ResultTally):
    """`now` is what has been counted."""

    def __init__(self) -> None:
        self.now = ResultFigures()

    async def count(self, *, hits: int = 0, misses: int = 0) -> None:
        self.now = msgspec.structs.replace(self.now, hits=self.now.hits + hits, misses=self.now.misses + misses)

    async def note(self, held: Held) -> None:
        self.now = msgspec.structs.replace(
            self.now, evictions=self.now.evictions + held.evicted, entries=held.entries, bytes=held.bytes
        )

    async def figures(self) -> ResultFigures:
        return self.now
