"""Jobs in Redis: one hash a job, every change one script, so that no two processes can tear it."""

import time
from bisect import bisect_left
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeAlias

import msgspec

from domain.job import FINAL, MOVES, JobEvent, JobState
from domain.job_store import JobStore
from domain.records import LATENCY_BUCKETS, Backend, Claim, DocumentRecord, Figures, JobRecord
from infra import jobs_scripts as scripts
from infra import redis_keys as keys
from infra.guard import Guard
from infra.jobs_encoding import decode_job, encode_job, mark_of

_MINUTE_TTL = 2 * 3600
_REMOVED_TTL = 86400
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
        self._cancel = client.register_script(scripts.CANCEL)
        self._retry_batch = client.register_script(scripts.RETRY_BATCH)
        self._written = client.register_script(scripts.WRITTEN)

    async def create(self, job: JobRecord) -> bool:
        """Keep a new job; False when there is one of that id."""
        where = [keys.job(job.id), keys.UNFINISHED, keys.JOBS, keys.tenant_jobs(job.tenant), keys.removed(job.id)]
        ttl = self._live_seconds if job.state in FINAL else 0
        async with self._guard.call("create"):
            return bool(await self._create(keys=where, args=[job.id, mark_of(job), ttl, *encode_job(job)]))

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
            _said(document_id, attempt=attempt, worker=worker),
        ]
        async with self._guard.call("start_document"):
            taken = await self._start(keys=[keys.job(job_id), keys.CLAIMS, keys.events(job_id)], args=args)
        return await self.get(job_id) if taken else None

    async def retry_document(self, job_id: str, document_id: str, *, attempt: int) -> bool:
        """The attempt died and its worker tries again at once, as attempt + 1; False when another holds it now."""
        said = _said(document_id, attempt=attempt + 1, crashed=True)
        args: _Args = [document_id, attempt, _claim(job_id, document_id), said]
        async with self._guard.call("retry_document"):
            return bool(await self._retry(keys=[keys.job(job_id), keys.CLAIMS, keys.events(job_id)], args=args))

    async def release_document(self, job_id: str, document_id: str, *, attempt: int, crashed: bool) -> bool:
        """Put a document that was taken up back to queued; False when that attempt does not hold it any more."""
        said = _said(document_id, attempt=attempt + 1, crashed=crashed)
        args: _Args = [document_id, attempt, _claim(job_id, document_id), int(crashed), said]
        async with self._guard.call("release_document"):
            return bool(await self._release(keys=[keys.job(job_id), keys.CLAIMS, keys.events(job_id)], args=args))

    async def set_stage(self, job_id: str, document_id: str, stage: str) -> None:
        """Note the stage that a document is in; losing it harms nobody."""
        async with self._guard.call("set_stage"):
            await self._stage(
                keys=[keys.job(job_id), keys.events(job_id)],
                args=[document_id, stage, _said(document_id, stage=stage)],
            )

    async def end_document(self, job_id: str, document: DocumentRecord, *, now: datetime) -> JobRecord | None:
        """Record how a document ended and count it, once; None when `document.attempts` does not hold it any more."""
        seconds, code = document.seconds, (document.error or {}).get("code")
        args: _Args = [
            document.id,
            document.attempts,
            _claim(job_id, document.id),
            document.state.value,
            msgspec.json.encode(document),
            "" if seconds is None else seconds,
            "" if seconds is None else bisect_left(LATENCY_BUCKETS, seconds),
            _MINUTE_TTL,
            int(document.dead),
            int(now.timestamp() * 1000),
            _said(document.id, status=document.state, score=document.score, seconds=seconds, error=code),
        ]
        where = [keys.job(job_id), keys.CLAIMS, keys.FIGURES, keys.minute(_minute(now))]
        where += [keys.events(job_id), keys.DEAD]
        async with self._guard.call("end_document"):
            ended = await self._end(keys=where, args=args)
        return await self.get(job_id) if ended else None

    async def finish(
        self, job_id: str, event: JobEvent, *, revision: int, now: datetime, error: Mapping[str, Any] | None = None
    ) -> JobRecord | None:
        """Close the job by a move of its table; the closed job for exactly one caller, None for the others."""
        where = [keys.job(job_id), keys.UNFINISHED, keys.minute(_minute(now)), keys.events(job_id), keys.UNWRITTEN]
        args: _Args = [job_id, _moves(event), now.isoformat(), self._live_seconds, _MINUTE_TTL]
        async with self._guard.call("finish"):
            closed = await self._finish(keys=where, args=[*args, msgspec.json.encode(error), revision])
        return await self.get(job_id) if closed else None

    async def cancel(self, job: JobRecord, *, now: datetime) -> JobRecord | None:
        """Cancel every document that has not ended, and the batch with them; None when there is none."""
        where = [keys.job(job.id), keys.UNFINISHED, keys.CLAIMS, keys.events(job.id), keys.UNWRITTEN]
        args: _Args = [job.id, _moves(JobEvent.CANCELLED), now.isoformat(), self._live_seconds]
        async with self._guard.call("cancel"):
            cancelled = await self._cancel(keys=where, args=[*args, *(d.id for d in job.documents)])
        return await self.get(job.id) if cancelled else None

    async def retry(self, job: JobRecord) -> JobRecord | None:
        """Queue what failed or was cancelled again, and the batch with it; None when it cannot be."""
        where = [keys.job(job.id), keys.UNFINISHED, keys.events(job.id), keys.UNWRITTEN, keys.DEAD]
        args: _Args = [job.id, _moves(JobEvent.RETRIED), *(d.id for d in job.documents)]
        async with self._guard.call("retry"):
            retried = await self._retry_batch(keys=where, args=args)
        return await self.get(job.id) if retried else None

    async def forget(self, job: JobRecord) -> None:
        """Drop all that is kept of a job: events, dead letters and its place in the index, too."""
        claims = [_claim(job.id, d.id) for d in job.documents]
        async with self._guard.call("forget"), self._client.pipeline(transaction=True) as pipe:
            pipe.delete(keys.job(job.id), keys.events(job.id))
            pipe.srem(keys.UNFINISHED, job.id)
            pipe.srem(keys.UNWRITTEN, job.id)
            pipe.zrem(keys.JOBS, mark_of(job))
            pipe.zrem(keys.tenant_jobs(job.tenant), mark_of(job))
            pipe.hdel(keys.CLAIMS, *claims)
            pipe.zrem(keys.DEAD, *claims)
            pipe.set(keys.removed(job.id), b"", ex=_REMOVED_TTL)
            await pipe.execute()

    async def removed(self, job_id: str) -> bool:
        """Whether it was forgotten within the last day: what is still written for it belongs to nobody."""
        async with self._guard.call("removed"):
            return bool(await self._client.exists(keys.removed(job_id)))

    async def missing(self, job_ids: Sequence[str]) -> Sequence[str]:
        """Those that are not held."""
        async with self._guard.call("missing"), self._client.pipeline(transaction=False) as pipe:
            for job_id in job_ids:
                pipe.exists(keys.job(job_id))
            held = await pipe.execute()
        return tuple(job_id for job_id, there in zip(job_ids, held, strict=True) if not there)

    async def unwritten(self) -> Sequence[str]:
        """Jobs that ended, were cancelled or retried, and of which that has not been written and told yet."""
        async with self._guard.call("unwritten"):
            return tuple(sorted(i.decode() for i in await self._client.smembers(keys.UNWRITTEN)))

    async def written(self, job_id: str, revision: int) -> None:
        """What became of the job with this revision is on disk and was told; what is not held needs neither."""
        async with self._guard.call("written"):
            await self._written(keys=[keys.job(job_id), keys.UNWRITTEN], args=[job_id, revision])

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


def _said(document_id: str, **facts: Any) -> bytes:
    return msgspec.json.encode({"document_id": document_id, **facts})


def _claim(job_id: str, document_id: str) -> str:
    return f"{job_id}|{document_id}"


def _read_claim(name: str, value: str) -> Claim:
    job_id, document_id = name.split("|", 1)
    attempt, worker = value.split("|", 1)
    return Claim(job_id=job_id, document_id=document_id, attempt=int(attempt), worker=worker)


def _minute(now: datetime) -> int:
    return int(now.timestamp()) // 60
