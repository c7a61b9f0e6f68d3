"""Idempotency keys in Redis: a key that names the job, beside it one that lives as long as somebody holds the name."""

import math
from collections.abc import Mapping
from typing import Any

from domain.errors import IdempotencyInFlightError
from domain.idempotency import Idempotency
from infra import redis_keys as keys
from infra.guard import Guard

_CLAIM = """
if redis.call('EXISTS', KEYS[3]) == 0 then return '' end
if redis.call('EXISTS', KEYS[2]) == 1 then return 0 end
local holder = redis.call('GET', KEYS[1])
if holder and holder ~= ARGV[2] then return holder end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[4])
redis.call('SET', KEYS[2], ARGV[1], 'PX', ARGV[3])
return ARGV[1]
"""

_RENEW = """
local holder = redis.call('GET', KEYS[1])
if holder and holder ~= ARGV[1] then return 0 end
if not holder then redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[3]) end
redis.call('SET', KEYS[2], ARGV[1], 'PX', ARGV[2])
return 1
"""

_SETTLE = """
if redis.call('GET', KEYS[2]) == ARGV[1] then redis.call('DEL', KEYS[2]) end
return 1
"""

_FREE = """
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1], KEYS[2]) end
return 1
"""


class RedisIdempotency(Idempotency):
    """`client` is a redis.asyncio.Redis. A mark without an end shows that Redis has not been emptied."""

    def __init__(self, client: Any, guard: Guard, *, lease_seconds: float, keep_seconds: float) -> None:
        self.lease_seconds = lease_seconds
        self.keep_seconds = keep_seconds
        self._client = client
        self._guard = guard
        self._claim = client.register_script(_CLAIM)
        self._renew = client.register_script(_RENEW)
        self._settle = client.register_script(_SETTLE)
        self._free = client.register_script(_FREE)

    async def claim(self, name: str, *, job_id: str, instead_of: str | None = None) -> str | None:
        """Hold the name for a new job, unless it stands for another than `instead_of`; the job that it stands for."""
        where = [*_places(name), keys.IDEMPOTENCY_KNOWN]
        args = [job_id, instead_of or "", _ms(self.lease_seconds), _ms(self.keep_seconds)]
        async with self._guard.call("claim_name"):
            holder = await self._claim(keys=where, args=args)
        if holder == 0:
            raise IdempotencyInFlightError(retry_after_seconds=1)
        return holder.decode() or None

    async def renew(self, name: str, *, job_id: str) -> bool:
        """Prolong the lease; False when the name has come to stand for another job."""
        args = [job_id, _ms(self.lease_seconds), _ms(self.keep_seconds)]
        async with self._guard.call("renew_name"):
            return bool(await self._renew(keys=_places(name), args=args))

    async def settle(self, name: str, *, job_id: str) -> None:
        """The job is accepted: nobody holds the name any more, and it stands for the job."""
        async with self._guard.call("settle_name"):
            await self._settle(keys=_places(name), args=[job_id])

    async def free(self, name: str, *, job_id: str) -> None:
        """The name no longer stands for this job; nothing where it does not."""
        async with self._guard.call("free_name"):
            await self._free(keys=_places(name), args=[job_id])

    async def restore(self, kept: Mapping[str, tuple[str, float]]) -> None:
        """Learn what was lost: name -> (job, seconds that are left). What is known already stays."""
        async with self._guard.call("restore_names"), self._client.pipeline(transaction=True) as pipe:
            for name, (job_id, seconds) in kept.items():
                pipe.set(keys.idempotency(name), job_id, px=_ms(seconds), nx=True)
            pipe.set(keys.IDEMPOTENCY_KNOWN, 1)
            await pipe.execute()


def _places(name: str) -> list[str]:
    return [keys.idempotency(name), keys.idempotency_lease(name)]


def _ms(seconds: float) -> int:
    return max(1, math.ceil(seconds * 1000))
