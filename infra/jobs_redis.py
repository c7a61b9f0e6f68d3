"""Jobs in Redis: one hash a job, every change one script, so that no two processes can tear it."""

import time
from bisect import bisect_left
from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from typing import Any, TypeAlias

import msgspec

from domain.job import MOVES, JobEvent, JobState
from domain.ports import JobStore
from domain.records import LATENCY_BUCKETS, Backend, Claim, DocumentRecord, Figures, JobRecord
from infra import jobs_scripts as scripts
from infra import redis_keys as keys
from infra.guard import Guard
from infra.jobs_encoding import decode_job, encode_job

_MINUTE_TTL = 2 * 3600
_Args: TypeAlias = list[str | bytes | int | float]


class RedisJobStore(JobStore):
    """Keeps ended jobs for `live_seconds`; jobs that have not ended are kept for as long as they take.

    `client` is a redis.asyncio.Redis; the hints of that class answer for its blocking twin too, so it goes unnamed.
    `reads` answers `hgetall` in its place, where it is given.
    """

    def __init__(self, client: Any, guard: Guard, *, live_seconds: float, reads: Any = None) -> None:
        self._client = client
        self._reads = reads or client
        self._guard = guard
        self._live_seconds = int(live_seconds)
        self._create = client.register_script(scripts.CREATE)
        self._start = client.register_script(scripts.START)
        self._retry = client.register_script(scripts.RETRY)
        self._release = client.register_script(scripts.RELEASE)
        self._end = client.register_script(scripts.END)
        self._stage = client.register_script(scripts.STAGE)
        self._finish = client.register_script(scripts.FINISH)

    async def create(self, job: JobRecord) -> bool:
        """Keep a new job; False when there is one of that id."""
        async with self._guard.call("create"):
            made = await self._create(keys=[keys.job(job.id), keys.UNFINISHED], args=[job.id, *encode_job(job)])
            return bool(made)

    async def get(self, job_id: str) -> JobRecord | None:
        """The job, or None."""
        async with self._guard.call("get"):
            fields = await self._reads.hgetall(keys.job(job_id))
        return decode_job(fields) if fields else None

    async def start_document(
        self, job_id: str, document_id: str, *, attempt: int, worker: str, now: datetime
    ) -> JobRecord | None:
        """Take a queued document up as its `attempt`-th attempt; None when that is not its turn."""
        args: _Args = [
            document_id,
            attempt,
            worker,
            now.isoformat(),
            _claim(job_id, document_id),
            _moves(JobEvent.STARTED),
        ]
        async with self._guard.call("start_document"):
            taken = await self._start(keys=[keys.job(job_id), keys.CLAIMS], args=args)
        return await self.get(job_id) if taken else None

    async def retry_document(self, job_id: str, document_id: str, *, attempt: int) -> bool:
        """The attempt died and its worker tries again at once, as attempt + 1; False when another holds it now."""
        args: _Args = [document_id, attempt, _claim(job_id, document_id)]
        async with self._guard.call("retry_document"):
            return bool(await self._retry(keys=[keys.job(job_id), keys.CLAIMS], args=args))

    async def release_document(self, job_id: str, document_id: str, *, attempt: int, crashed: bool) -> bool:
        """Put a document that was taken up back to queued; False when that attempt does not hold it any more."""
        args: _Args = [document_id, attempt, _claim(job_id, document_id), int(crashed)]
        async with self._guard.call("release_document"):
            return bool(await self._release(keys=[keys.job(job_id), keys.CLAIMS], args=args))

    async def set_stage(self, job_id: str, document_id: str, stage: str) -> None:
        """Note the stage that a document is in; losing it harms nobody."""
        async with self._guard.call("set_stage"):
            await self._stage(keys=[keys.job(job_id)], args=[document_id, stage])

    async def end_document(self, job_id: str, document: DocumentRecord, *, now: datetime) -> JobRecord | None:
        """Record how a document ended and count it, once; None when `document.attempts` does not hold it any more."""
        seconds = document.seconds
        args: _Args = [
            document.id,
            document.attempts,
            _claim(job_id, document.id),
            document.state.value,
            msgspec.json.encode(document),
            "" if seconds is None else seconds,
            "" if seconds is None else bisect_left(LATENCY_BUCKETS, seconds),
            _MINUTE_TTL,
        ]
        where = [keys.job(job_id), keys.CLAIMS, keys.FIGURES, keys.minute(_minute(now))]
        async with self._guard.call("end_document"):
            ended = await self._end(keys=where, args=args)
        return await self.get(job_id) if ended else None

    async def finish(
        self, job_id: str, event: JobEvent, *, now: datetime, error: Mapping[str, Any] | None = None
    ) -> JobRecord | None:
        """Close the job by a move of its table; the closed job for exactly one caller, None for the others."""
        where = [keys.job(job_id), keys.UNFINISHED, keys.minute(_minute(now))]
        kept = msgspec.json.encode(error)
        args: _Args = [job_id, _moves(event), now.isoformat(), self._live_seconds, _MINUTE_TTL, kept]
        async with self._guard.call("finish"):
            closed = await self._finish(keys=where, args=args)
        return await self.get(job_id) if closed else None

    async def forget(self, job_id: str) -> None:
        """Drop a job that never came to be."""
        async with self._guard.call("forget"), self._client.pipeline(transaction=True) as pipe:
            pipe.delete(keys.job(job_id))
            pipe.srem(keys.UNFINISHED, job_id)
            await pipe.execute()

    async def claims(self) -> tuple[Claim, ...]:
        """Every document that is taken up now."""
        async with self._guard.call("claims"):
            fields = await self._client.hgetall(keys.CLAIMS)
        return tuple(_read_claim(name.decode(), value.decode()) for name, value in fields.items())

    async def unfinished(self) -> AsyncIterator[JobRecord]:
        """Jobs that have not ended, for the sweep after a start."""
        async with self._guard.call("unfinished"):
            ids = await self._client.smembers(keys.UNFINISHED)
        for job_id in sorted(ids):
            job = await self.get(job_id.decode())
            if job is not None:
                yield job

    async def figures(self, now: datetime) -> Figures:
        """What has been done, counted with the ends of documents and jobs."""
        last = _minute(now)
        async with self._guard.call("figures"), self._client.pipeline(transaction=False) as pipe:
            pipe.hgetall(keys.FIGURES)
            for number in range(last - 59, last + 1):
                pipe.hgetall(keys.minute(number))
            total, *minutes = await pipe.execute()
        ended = [int(m.get(b"success", 0)) + int(m.get(b"error", 0)) for m in minutes]
        return Figures(
            documents_success=int(total.get(b"success", 0)),
            documents_error=int(total.get(b"error", 0)),
            latency=tuple(int(total.get(b"bucket:%d" % i, 0)) for i in range(len(LATENCY_BUCKETS) + 1)),
            latency_seconds=float(total.get(b"seconds", 0.0)),
            documents_last_5_minutes=sum(ended[-5:]),
            documents_last_hour=sum(ended),
            jobs_completed_last_hour=sum(int(m.get(b"jobs_completed", 0)) for m in minutes),
            jobs_failed_last_hour=sum(int(m.get(b"jobs_failed", 0)) for m in minutes),
        )

    async def ping(self) -> Backend:
        """How quickly it answers and how full it is. Raises BackendUnavailableError."""
        start = time.perf_counter()
        async with self._guard.call("ping"):
            await self._client.ping()
            seconds = time.perf_counter() - start
            memory = await self._client.info("memory")
        return Backend(
            seconds=seconds, memory_bytes=memory["used_memory"], memory_capacity_bytes=memory.get("maxmemory", 0)
        )


def _moves(event: JobEvent) -> bytes:
    moves: dict[JobState, JobState] = {state: to for (state, moved), to in MOVES.items() if moved is event}
    return msgspec.json.encode(moves)


def _claim(job_id: str, document_id: str) -> str:
    return f"{job_id}|{document_id}"


def _read_claim(name: str, value: str) -> Claim:
    job_id, document_id = name.split("|", 1)
    attempt, worker = value.split("|", 1)
    return Claim(job_id=job_id, document_id=document_id, attempt=int(attempt), worker=worker)


def _minute(now: datetime) -> int:
    return int(now.timestamp()) // 60
