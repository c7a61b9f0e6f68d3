"""Workers that are alive, in Redis: a key a worker that expires unless it is renewed."""

from typing import Any

import msgspec

from domain.ports import Fleet
from domain.records import WorkerFact
from infra import redis_keys as keys
from infra.guard import Guard

_WATCHED = """
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local since = math.min(tonumber(redis.call('GET', KEYS[1]) or now), now)
redis.call('SET', KEYS[1], since, 'PX', ARGV[1])
return now - since
"""


class RedisFleet(Fleet):
    """`client` is a redis.asyncio.Redis."""

    def __init__(self, client: Any, guard: Guard) -> None:
        self._client = client
        self._guard = guard
        self._watched = client.register_script(_WATCHED)

    async def beat(self, worker: WorkerFact, *, ttl_s: float) -> None:
        """Say that a worker is alive."""
        async with self._guard.call("beat"), self._client.pipeline(transaction=True) as pipe:
            pipe.set(keys.worker(worker.id), msgspec.json.encode(worker), px=int(ttl_s * 1000))
            pipe.sadd(keys.WORKERS, worker.id)
            await pipe.execute()

    async def leave(self, worker_id: str) -> None:
        """A worker ended, or was seen to die."""
        async with self._guard.call("leave"), self._client.pipeline(transaction=True) as pipe:
            pipe.delete(keys.worker(worker_id))
            pipe.srem(keys.WORKERS, worker_id)
            await pipe.execute()

    async def workers(self) -> tuple[WorkerFact, ...]:
        """The workers that are alive, by id."""
        async with self._guard.call("workers"):
            ids = sorted(i.decode() for i in await self._client.smembers(keys.WORKERS))
            said = await self._client.mget([keys.worker(i) for i in ids]) if ids else []
            if silent := [i for i, value in zip(ids, said, strict=True) if value is None]:
                await self._client.srem(keys.WORKERS, *silent)
        return tuple(msgspec.json.decode(value, type=WorkerFact) for value in said if value is not None)

    async def watched(self, *, gap_s: float) -> float:
        """For how long somebody has looked without a gap."""
        async with self._guard.call("watched"):
            return int(await self._watched(keys=[keys.WATCHED], args=[int(gap_s * 1000)])) / 1000
