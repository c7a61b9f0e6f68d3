"""The working copy of jobs: the port whose every change is one step."""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from domain.job import JobEvent
from domain.records import Backend, Claim, DocumentRecord, Figures, JobRecord


class JobStore(Protocol):
    """The working copy of jobs; each change is one atomic step, fenced by the attempt that makes it."""

    async def create(self, job: JobRecord) -> bool:
        """Keep a new job; False when there is one of that id."""
        ...

    async def get(self, job_id: str) -> JobRecord | None:
        """The job, or None."""
        ...

    async def start_document(
        self, job_id: str, document_id: str, *, attempt: int, worker: str, now: datetime
    ) -> JobRecord | None:
        """Take a queued document up as its `attempt`-th attempt; None when that is not its turn."""
        ...

    async def retry_document(self, job_id: str, document_id: str, *, attempt: int) -> bool:
        """The attempt died and its worker tries again at once, as attempt + 1; False when another holds it now."""
        ...

    async def release_document(self, job_id: str, document_id: str, *, attempt: int, crashed: bool) -> bool:
        """Put a document that was taken up back to queued; False when that attempt does not hold it any more."""
        ...

    async def set_stage(self, job_id: str, document_id: str, stage: str) -> None:
        """Note the stage that a document is in; losing it harms nobody."""
        ...

    async def end_document(self, job_id: str, document: DocumentRecord, *, now: datetime) -> JobRecord | None:
        """Record how a document ended and count it, once; None when `document.attempts` does not hold it any more."""
        ...

    async def finish(
        self, job_id: str, event: JobEvent, *, revision: int, now: datetime, error: Mapping[str, Any] | None = None
    ) -> JobRecord | None:
        """Close the job by a move of its table; the closed job for exactly one caller, None for the others.

        Nor is it closed while a document has not ended, or when `revision` is not its own any more.
        """
        ...

    async def cancel(self, job: JobRecord, *, now: datetime) -> JobRecord | None:
        """Cancel every document that has not ended, and the batch with them; None when there is none."""
        ...

    async def retry(self, job: JobRecord) -> JobRecord | None:
        """Queue what failed or was cancelled again, and the batch with it; None when it cannot be.

        Attempts go on counting, since they fence; crashes begin anew.
        """
        ...

    async def forget(self, job: JobRecord) -> None:
        """Drop all that is kept of a job: events, dead letters and its place in the index, too."""
        ...

    async def removed(self, job_id: str) -> bool:
        """Whether it was forgotten within the last day: what is still written for it belongs to nobody."""
        ...

    async def missing(self, job_ids: Sequence[str]) -> Sequence[str]:
        """Those that are not held."""
        ...

    async def unwritten(self) -> Sequence[str]:
        """Jobs that ended, were cancelled or retried, and of which that has not been written and told yet."""
        ...

    async def written(self, job_id: str, revision: int) -> None:
        """What became of the job with this revision is on disk and was told; what is not held needs neither."""
        ...

    async def claims(self) -> tuple[Claim, ...]:
        """Every document that is taken up now."""
        ...

    def unfinished(self) -> AsyncIterator[JobRecord]:
        """Jobs that have not ended, for the sweep after a start."""
        ...

    async def figures(self, now: datetime) -> Figures:
        """What has been done, counted with the ends of documents and jobs."""
        ...

    async def ping(self) -> Backend:
        """How quickly it answers and how full it is. Raises BackendUnavailableError."""
        ...
