"""Jobs in memory, by the same contract as those in Redis."""

import asyncio
from bisect import bisect_left
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec

from domain.job import ENDED, FINAL, MOVES, RETRIABLE, DocumentState, JobEvent, JobState
from domain.job_log import Event, EventKind
from domain.job_store import JobStore
from domain.records import LATENCY_BUCKETS, Backend, Claim, DocumentRecord, Figures, JobRecord


class MemoryJobStore(JobStore):
    """`jobs` may be looked at; `told`, `known` and `dead` are what the event log and the index beside it read."""

    def __init__(self) -> None:
        self.jobs: dict[str, JobRecord] = {}
        self.told: dict[str, list[Event]] = {}
        self.known: dict[str, JobRecord] = {}
        self.dead: dict[tuple[str, str], None] = {}
        self.bells: dict[str, list[asyncio.Event]] = {}
        self._unwritten: set[str] = set()
        self._removed: set[str] = set()
        self._ended: list[tuple[datetime, DocumentRecord]] = []
        self._closed: list[tuple[datetime, JobState]] = []

    async def create(self, job: JobRecord) -> bool:
        if job.id in self.jobs:
            return False
        self.jobs[job.id] = self.known[job.id] = job
        self._removed.discard(job.id)
        return True

    async def get(self, job_id: str) -> JobRecord | None:
        return self.jobs.get(job_id)

    async def start_document(
        self, job_id: str, document_id: str, *, attempt: int, worker: str, now: datetime
    ) -> JobRecord | None:
        job, document = self._find(job_id, document_id)
        if job is None or document is None or (job.state, JobEvent.STARTED) not in MOVES:
            return None
        if document.state is not DocumentState.QUEUED or document.attempts != attempt - 1:
            return None
        self._put(job, document, state=DocumentState.PROCESSING, attempts=attempt, worker=worker, stage=None)
        self.jobs[job_id] = msgspec.structs.replace(
            self.jobs[job_id],
            state=MOVES[job.state, JobEvent.STARTED],
            started_at=job.started_at or now,
            worker=worker,
        )
        if job.state is JobState.QUEUED:
            self._tell(job_id, "batch_started", worker=worker)
        self._tell(job_id, "document_started", document_id=document_id, attempt=attempt, worker=worker)
        return self.jobs[job_id]

    async def retry_document(self, job_id: str, document_id: str, *, attempt: int) -> bool:
        job, document = self._held(job_id, document_id, attempt)
        if job is None or document is None:
            return False
        self._put(job, document, attempts=attempt + 1, crashes=document.crashes + 1)
        self._tell(job_id, "document_retried", document_id=document_id, attempt=attempt + 1, crashed=True)
        return True

    async def release_document(self, job_id: str, document_id: str, *, attempt: int, crashed: bool) -> bool:
        job, document = self._held(job_id, document_id, attempt)
        if job is None or document is None:
            return False
        crashes = document.crashes + crashed
        self._put(job, document, state=DocumentState.QUEUED, crashes=crashes, worker=None, stage=None)
        self._tell(job_id, "document_retried", document_id=document_id, attempt=attempt + 1, crashed=crashed)
        return True

    async def set_stage(self, job_id: str, document_id: str, stage: str) -> None:
        job, document = self._find(job_id, document_id)
        if job and document and document.state is DocumentState.PROCESSING and document.stage != stage:
            self._put(job, document, stage=stage)
            self._tell(job_id, "document_stage", document_id=document_id, stage=stage)

    async def end_document(self, job_id: str, document: DocumentRecord, *, now: datetime) -> JobRecord | None:
        job, held = self._held(job_id, document.id, document.attempts)
        if job is None or held is None:
            return None
        self._put(job, document)
        self._ended.append((now, document))
        if document.dead:
            self.dead[job_id, document.id] = None
        said = {"status": document.state, "score": document.score, "seconds": document.seconds}
        code = (document.error or {}).get("code")
        self._tell(job_id, "document_ended", document_id=document.id, **said, error=code)
        return self.jobs[job_id]

    async def finish(
        self, job_id: str, event: JobEvent, *, revision: int, now: datetime, error: Mapping[str, Any] | None = None
    ) -> JobRecord | None:
        job = self.jobs.get(job_id)
        if job is None or (job.state, event) not in MOVES or job.event() is None or job.revision != revision:
            return None
        state = MOVES[job.state, event]
        self._move(job, state=state, ended_at=now, error=error)
        self._unwritten.add(job_id)
        self._closed.append((now, state))
        self._tell(job_id, "batch_ended", status=state)
        return self.jobs[job_id]

    async def cancel(self, job: JobRecord, *, now: datetime) -> JobRecord | None:
        held = self.jobs.get(job.id)
        gone = [d for d in held.documents if d.state not in ENDED] if held else []
        if held is None or not gone or (held.state, JobEvent.CANCELLED) not in MOVES:
            return None
        for document in gone:
            self._put(self.jobs[job.id], document, state=DocumentState.CANCELLED, stage=None)
        self._move(self.jobs[job.id], state=MOVES[held.state, JobEvent.CANCELLED], ended_at=now)
        self._unwritten.add(job.id)
        self._tell(job.id, "batch_cancelled", status=JobState.CANCELLED, documents=[d.id for d in gone])
        return self.jobs[job.id]

    async def retry(self, job: JobRecord) -> JobRecord | None:
        held = self.jobs.get(job.id)
        again = [d for d in held.documents if d.state in RETRIABLE] if held else []
        if held is None or not again or (held.state, JobEvent.RETRIED) not in MOVES:
            return None
        for document in again:
            fresh = {"crashes": 0, "stage": None, "worker": None, "error": None, "seconds": None}
            self._put(self.jobs[job.id], document, state=DocumentState.QUEUED, **fresh)
            self.dead.pop((job.id, document.id), None)
        state = MOVES[held.state, JobEvent.RETRIED]
        self._move(self.jobs[job.id], state=state, started_at=None, ended_at=None, error=None, worker=None)
        self._unwritten.add(job.id)
        self._tell(job.id, "batch_retried", status=state, documents=[d.id for d in again])
        return self.jobs[job.id]

    async def forget(self, job: JobRecord) -> None:
        for kept in (self.jobs, self.told, self.known):
            kept.pop(job.id, None)
        self._unwritten.discard(job.id)
        self._removed.add(job.id)
        for document in job.documents:
            self.dead.pop((job.id, document.id), None)

    async def removed(self, job_id: str) -> bool:
        return job_id in self._removed

    async def missing(self, job_ids: Sequence[str]) -> Sequence[str]:
        return tuple(job_id for job_id in job_ids if job_id not in self.jobs)

    async def unwritten(self) -> Sequence[str]:
        return tuple(sorted(self._unwritten))

    async def written(self, job_id: str, revision: int) -> None:
        held = self.jobs.get(job_id)
        if held is None or held.revision == revision:
            self._unwritten.discard(job_id)

    async def claims(self) -> tuple[Claim, ...]:
        return tuple(
            Claim(job_id=job.id, document_id=d.id, attempt=d.attempts, worker=d.worker or "")
            for job in self.jobs.values()
            for d in job.documents
            if d.state is DocumentState.PROCESSING
        )

    async def unfinished(self) -> AsyncIterator[JobRecord]:
        for job in sorted(self.jobs.values(), key=lambda j: j.id):
            if job.state not in FINAL:
                yield job

    async def figures(self, now: datetime) -> Figures:
        latency = [0] * (len(LATENCY_BUCKETS) + 1)
        for _, document in self._ended:
            if document.seconds is not None:
                latency[bisect_left(LATENCY_BUCKETS, document.seconds)] += 1
        success = sum(d.state is DocumentState.COMPLETED for _, d in self._ended)
        hour = [state for at, state in self._closed if at > now - timedelta(hours=1)]
        return Figures(
            documents_success=success,
            documents_error=len(self._ended) - success,
            latency=tuple(latency),
            latency_seconds=sum(d.seconds or 0.0 for _, d in self._ended),
            documents_last_5_minutes=sum(at > now - timedelta(minutes=5) for at, _ in self._ended),
            documents_last_hour=sum(at > now - timedelta(hours=1) for at, _ in self._ended),
            jobs_completed_last_hour=hour.count(JobState.COMPLETED),
            jobs_failed_last_hour=hour.count(JobState.FAILED),
        )

    async def ping(self) -> Backend:
        return Backend(seconds=0.0, memory_bytes=1, memory_capacity_bytes=0)

    def _find(self, job_id: str, document_id: str) -> tuple[JobRecord | None, DocumentRecord | None]:
        job = self.jobs.get(job_id)
        return job, job.document(document_id) if job else None

    def _held(self, job_id: str, document_id: str, attempt: int) -> tuple[JobRecord | None, DocumentRecord | None]:
        job, document = self._find(job_id, document_id)
        if document is None or document.state is not DocumentState.PROCESSING or document.attempts != attempt:
            return None, None
        return job, document

    def _put(self, job: JobRecord, document: DocumentRecord, **changes: object) -> None:
        changed = msgspec.structs.replace(document, **changes)
        documents = tuple(changed if d.id == document.id else d for d in job.documents)
        self.jobs[job.id] = msgspec.structs.replace(self.jobs[job.id], documents=documents)

    def _move(self, job: JobRecord, **changes: object) -> None:
        self.jobs[job.id] = msgspec.structs.replace(job, revision=job.revision + 1, **changes)

    def _tell(self, job_id: str, kind: EventKind, **data: object) -> None:
        said = self.told.setdefault(job_id, [])
        data = msgspec.json.decode(msgspec.json.encode(data))
        said.append(Event(id=f"{len(said) + 1}-0", kind=kind, data=data))
        for bell in self.bells.get(job_id, ()):
            bell.set()
