"""Jobs in memory, by the same contract as those in Redis."""

from bisect import bisect_left
from collections.abc import AsyncIterator, Mapping
from datetime import datetime, timedelta
from typing import Any

import msgspec

from domain.job import MOVES, DocumentState, JobEvent, JobState
from domain.ports import JobStore
from domain.records import LATENCY_BUCKETS, Backend, Claim, DocumentRecord, Figures, JobRecord

_FINAL = {JobState.COMPLETED, JobState.FAILED, JobState.CANCELLED}


class MemoryJobStore(JobStore):
    """`jobs` may be looked at."""

    def __init__(self) -> None:
        self.jobs: dict[str, JobRecord] = {}
        self._ended: list[tuple[datetime, DocumentRecord]] = []
        self._closed: list[tuple[datetime, JobState]] = []

    async def create(self, job: JobRecord) -> bool:
        if job.id in self.jobs:
            return False
        self.jobs[job.id] = job
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
        return self.jobs[job_id]

    async def retry_document(self, job_id: str, document_id: str, *, attempt: int) -> bool:
        job, document = self._held(job_id, document_id, attempt)
        if job is None or document is None:
            return False
        self._put(job, document, attempts=attempt + 1, crashes=document.crashes + 1)
        return True

    async def release_document(self, job_id: str, document_id: str, *, attempt: int, crashed: bool) -> bool:
        job, document = self._held(job_id, document_id, attempt)
        if job is None or document is None:
            return False
        crashes = document.crashes + crashed
        self._put(job, document, state=DocumentState.QUEUED, crashes=crashes, worker=None, stage=None)
        return True

    async def set_stage(self, job_id: str, document_id: str, stage: str) -> None:
        job, document = self._find(job_id, document_id)
        if job and document and document.state is DocumentState.PROCESSING:
            self._put(job, document, stage=stage)

    async def end_document(self, job_id: str, document: DocumentRecord, *, now: datetime) -> JobRecord | None:
        job, held = self._held(job_id, document.id, document.attempts)
        if job is None or held is None:
            return None
        self._put(job, document)
        self._ended.append((now, document))
        return self.jobs[job_id]

    async def finish(
        self, job_id: str, event: JobEvent, *, now: datetime, error: Mapping[str, Any] | None = None
    ) -> JobRecord | None:
        job = self.jobs.get(job_id)
        if job is None or (job.state, event) not in MOVES:
            return None
        self.jobs[job_id] = msgspec.structs.replace(job, state=MOVES[job.state, event], ended_at=now, error=error)
        self._closed.append((now, MOVES[job.state, event]))
        return self.jobs[job_id]

    async def forget(self, job_id: str) -> None:
        self.jobs.pop(job_id, None)

    async def claims(self) -> tuple[Claim, ...]:
        return tuple(
            Claim(job_id=job.id, document_id=d.id, attempt=d.attempts, worker=d.worker or "")
            for job in self.jobs.values()
            for d in job.documents
            if d.state is DocumentState.PROCESSING
        )

    async def unfinished(self) -> AsyncIterator[JobRecord]:
        for job in sorted(self.jobs.values(), key=lambda j: j.id):
            if job.state not in _FINAL:
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
