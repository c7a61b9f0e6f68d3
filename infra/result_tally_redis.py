"""Counts of the result cache in Redis: one hash, so that any process can answer for all workers."""

from typing import Any

import msgspec

from domain.result_cache import Held, ResultFigures, ResultTally
from infra import redis_keys as keys
from infra.guard import Guard


class RedisResultTally(ResultTally):
    """`client` is a redis.asyncio.Redis. Counts last as long as what Redis holds."""

    def __init__(self, client: Any, guard: Guard) -> None:
        self._client = client
        self._guard = guard

    async def count(self, *, hits: int = 0, misses: int = 0) -> None:
        """Add lookups."""
        async with self._guard.call("count_lookups"), self._client.pipeline(transaction=False) as pipe:
            for name, number in (("hits", hits), ("misses", misses)):
                if number:
                    pipe.hincrby(keys.RESULT_CACHE, name, number)
            await pipe.execute()

    async def note(self, held: Held) -> None:
        """Add evictions, and say what is held now."""
        async with self._guard.call("note_held"), self._client.pipeline(transaction=False) as pipe:
            pipe.hincrby(keys.RESULT_CACHE, "evictions", held.evicted)
            pipe.hset(keys.RESULT_CACHE, mapping={"entries": held.entries, "bytes": held.bytes})
            await pipe.execute()

    async def figures(self) -> ResultFigures:
        """All of it."""
        async with self._guard.call("result_figures"):
            fields = await self._client.hgetall(keys.RESULT_CACHE)
        return msgspec.convert({name.decode(): int(value) for name, value in fields.items()}, ResultFigures)
