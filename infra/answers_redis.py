"""Answers that API processes share, in Redis: a hash a job, so that all of a job's can go at once.

`used` sorts the jobs by when one of their answers was last put or asked for, `sizes` has the bytes of each and, under
the empty name, of all together. The names share one slot, for a cluster.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

from redis.exceptions import LockError

from domain.answer_cache import AnswerName, SharedAnswers, SharedFigures
from domain.errors import BackendUnavailableError
from infra import redis_keys as keys
from infra.guard import Guard

_LEASE_SECONDS = 30.0
_ANSWER_SECONDS = 0.5
"""What takes longer is slower than making the answer."""
_POLL_SECONDS = 0.02
_INDEX = (keys.ANSWERS_USED, keys.ANSWERS_SIZES)

_BEGIN = """
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local prefix, job = ARGV[1], ARGV[2]
local key = prefix .. job
local function forget(job)
  redis.call('UNLINK', prefix .. job)
  redis.call('HINCRBY', KEYS[2], '', -tonumber(redis.call('HGET', KEYS[2], job) or '0'))
  redis.call('HDEL', KEYS[2], job)
  redis.call('ZREM', KEYS[1], job)
end
"""

GET = (
    _BEGIN
    + """
redis.call('ZADD', KEYS[1], 'XX', now, job)
return redis.call('HGET', key, ARGV[3])
"""
)

PUT = (
    _BEGIN
    + """
local field, data, ms, limit, longest = ARGV[3], ARGV[4], ARGV[5], tonumber(ARGV[6]), tonumber(ARGV[7])
if #data > limit / 8 then return 0 end
local gone = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now - longest, 'LIMIT', 0, 100)
for _, old in ipairs(gone) do forget(old) end
if redis.call('EXISTS', key) == 0 then forget(job) end
local more = #data - redis.call('HSTRLEN', key, field)
redis.call('HSET', key, field, data)
redis.call('PEXPIRE', key, ms)
redis.call('ZADD', KEYS[1], now, job)
redis.call('HINCRBY', KEYS[2], job, more)
local all = redis.call('HINCRBY', KEYS[2], '', more)
while all > limit do
  forget(redis.call('ZRANGE', KEYS[1], 0, 0)[1])
  all = tonumber(redis.call('HGET', KEYS[2], ''))
end
return 1
"""
)

FORGET = (
    _BEGIN
    + """
forget(job)
return 1
"""
)


class RedisSharedAnswers(SharedAnswers):
    """`client` is a redis.asyncio.Redis; `limit` bounds the bytes of all answers, `wait_seconds` that for another."""

    def __init__(
        self,
        client: Any,
        guard: Guard,
        *,
        limit: int,
        longest_seconds: float,
        wait_seconds: float = 5.0,
    ) -> None:
        self._client = client
        self._guard = guard
        self._limit = limit
        self._longest = longest_seconds
        self._wait = wait_seconds
        self._get = client.register_script(GET)
        self._put = client.register_script(PUT)
        self._forget = client.register_script(FORGET)

    async def get(self, name: AnswerName) -> bytes | None:
        """What was kept, or None."""
        async with self._call("get_answer"):
            data: bytes | None = await self._get(keys=_INDEX, args=[keys.answers(""), name.job_id, name.made_of])
        return data

    async def put(self, name: AnswerName, data: bytes, *, seconds: float) -> None:
        """Keep it for so long, or not at all when it does not fit."""
        args = [keys.answers(""), name.job_id, name.made_of, data, int(1000 * seconds), self._limit]
        async with self._call("put_answer"):
            await self._put(keys=_INDEX, args=[*args, int(1000 * self._longest)])

    async def forget(self, job_id: str) -> None:
        """Keep nothing of this job any more."""
        async with self._call("forget_answers"):
            await self._forget(keys=_INDEX, args=[keys.answers(""), job_id])

    @asynccontextmanager
    async def alone(self, name: AnswerName) -> AsyncIterator[None]:
        """Be the only one who makes this answer: by a lock that ends with its lease, whatever becomes of its holder."""
        lock = self._client.lock(
            keys.answer_lock(name.job_id, name.made_of),
            timeout=_LEASE_SECONDS,
            sleep=_POLL_SECONDS,
            blocking_timeout=self._wait,
            thread_local=False,
        )
        held = False
        with suppress(BackendUnavailableError):
            async with self._call("lock_answer", self._wait + _ANSWER_SECONDS):
                held = await lock.acquire()
        try:
            yield
        finally:
            if held:
                with suppress(BackendUnavailableError, LockError):
                    async with self._call("unlock_answer"):
                        await lock.release()

    async def figures(self) -> SharedFigures:
        """All of it."""
        async with self._call("answer_figures"), self._client.pipeline(transaction=False) as pipe:
            pipe.zcard(keys.ANSWERS_USED)
            pipe.hget(keys.ANSWERS_SIZES, "")
            jobs, held = await pipe.execute()
        return SharedFigures(entries=jobs, bytes=int(held or 0))

    @asynccontextmanager
    async def _call(self, operation: str, seconds: float = _ANSWER_SECONDS) -> AsyncIterator[None]:
        """One call, which has to end within so many seconds."""
        async with self._guard.call(operation), asyncio.timeout(seconds):
            yield
