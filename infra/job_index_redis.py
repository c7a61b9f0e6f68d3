"""All jobs in Redis: sorted sets of marks, one of all and one a tenant; dead letters; whether all of it is there."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from domain.job_index import Entry, JobIndex
from domain.records import JobRecord
from infra import redis_keys as keys
from infra.guard import Guard
from infra.jobs_encoding import job_of, mark_of, time_mark

_BEGIN = """
local held = redis.call('GET', KEYS[1])
if held and held ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1
"""
_END = """
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], 'whole')
return 1
"""


class RedisJobIndex(JobIndex):
    """`client` is a redis.asyncio.Redis."""

    def __init__(self, client: Any, guard: Guard) -> None:
        self._client = client
        self._guard = guard
        self._begin = client.register_script(_BEGIN)
        self._end = client.register_script(_END)

    async def add(self, job: JobRecord) -> None:
        """Note a job and its dead letters. Twice is harmless."""
        died_ms = int((job.ended_at or job.created_at).timestamp() * 1000)
        dead = {f"{job.id}|{d.id}": died_ms for d in job.documents if d.dead}
        async with self._guard.call("index"), self._client.pipeline(transaction=True) as pipe:
            pipe.zadd(keys.JOBS, {mark_of(job): 0})
            pipe.zadd(keys.tenant_jobs(job.tenant), {mark_of(job): 0})
            if dead:
                pipe.zadd(keys.DEAD, dead, nx=True)
            await pipe.execute()

    async def page(
        self,
        tenant: str | None,
        *,
        before: str | None = None,
        created_from: datetime | None = None,
        created_to: datetime | None = None,
        limit: int,
    ) -> Sequence[Entry]:
        """Jobs of a tenant (None: of all), newest first, after the one marked `before`, created within both bounds."""
        name = keys.JOBS if tenant is None else keys.tenant_jobs(tenant)
        newest = [f"({before}"] if before else []
        if created_to:
            newest.append(f"({time_mark(created_to)}}}")  # "}" comes after the "|" of that very instant
        oldest = f"[{time_mark(created_from)}" if created_from else "-"
        async with self._guard.call("page"):
            marks = await self._client.zrange(
                name, min(newest, default="+"), oldest, desc=True, bylex=True, offset=0, num=limit
            )
        return tuple(Entry(mark=m, job_id=job_of(m)) for m in (mark.decode() for mark in marks))

    async def dead(self, limit: int) -> Sequence[tuple[str, str]]:
        """Job and document of each dead letter, the latest first."""
        async with self._guard.call("dead"):
            names = await self._client.zrevrange(keys.DEAD, 0, limit - 1)
        pairs = (name.decode().split("|", 1) for name in names)
        return tuple((job_id, document_id) for job_id, document_id in pairs)

    async def begin_refill(self, token: str, *, seconds: float) -> bool:
        """Whether the store has lost what it held and this caller is the one to bring it back."""
        async with self._guard.call("begin_refill"):
            return bool(await self._begin(keys=[keys.WHOLE], args=[token, int(seconds * 1000)]))

    async def end_refill(self, token: str) -> bool:
        """Say that all is back; False when it is not this caller's to say."""
        async with self._guard.call("end_refill"):
            return bool(await self._end(keys=[keys.WHOLE], args=[token]))
