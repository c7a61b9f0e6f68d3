"""The index of the jobs of MemoryJobStore."""

from collections.abc import Sequence
from datetime import datetime

from domain.job_index import Entry, JobIndex
from domain.records import JobRecord
from tests.fakes.jobs import MemoryJobStore


class MemoryJobIndex(JobIndex):
    """`owner` is who says that all is there, or brings it back."""

    def __init__(self, store: MemoryJobStore) -> None:
        self._store = store
        self.owner: str | None = None

    async def add(self, job: JobRecord) -> None:
        self._store.known[job.id] = job
        for document in job.documents:
            if document.dead:
                self._store.dead.setdefault((job.id, document.id), None)

    async def page(
        self,
        tenant: str | None,
        *,
        before: str | None = None,
        created_from: datetime | None = None,
        created_to: datetime | None = None,
        limit: int,
    ) -> Sequence[Entry]:
        jobs = [
            job
            for job in self._store.known.values()
            if tenant in (None, job.tenant)
            and (created_from is None or created_from <= job.created_at)
            and (created_to is None or job.created_at <= created_to)
        ]
        entries = sorted((Entry(mark=_mark(job), job_id=job.id) for job in jobs), key=lambda e: e.mark, reverse=True)
        return tuple(entry for entry in entries if before is None or entry.mark < before)[:limit]

    async def dead(self, limit: int) -> Sequence[tuple[str, str]]:
        return tuple(reversed(self._store.dead))[:limit]

    async def begin_refill(self, token: str, *, seconds: float) -> bool:
        if self.owner not in (None, token):
            return False
        self.owner = token
        return True

    async def end_refill(self, token: str) -> bool:
        if self.owner != token:
            return False
        self.owner = "whole"
        return True


def _mark(job: JobRecord) -> str:
    return f"{job.created_at.isoformat()}|{job.id}"
