"""The moves of a batch under the names that the interface's description gives them (BatchJobManager).

Whoever moves a batch does it here: workers, the end of a batch, admission. Each move is one step of the store, by the
table in `domain/job.py`.
"""

from collections.abc import Mapping
from typing import Any

import msgspec

from app.usecases.places import COVERAGE, REGISTRY, RESULTS, STAGES, place
from app.usecases.services import Services
from domain.job import JobEvent
from domain.ports import Outcome
from domain.records import DocumentRecord, JobRecord


class BatchJobManager:
    """Moves batches of these services."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def transition_to_processing(
        self, job_id: str, document_id: str, *, attempt: int, worker: str
    ) -> JobRecord | None:
        """A worker takes a document up, and with the first one the batch is processing; None out of turn."""
        return await self._services.jobs.start_document(
            job_id, document_id, attempt=attempt, worker=worker, now=self._services.clock.now()
        )

    async def update_progress(self, job_id: str, document_id: str, current_step: str) -> None:
        """Say which stage a document is in. Completed and total steps of a batch are counts of its documents."""
        await self._services.jobs.set_stage(job_id, document_id, current_step)

    async def transition_to_completed(self, ended: JobRecord) -> bool:
        """Close a batch of which a document succeeded; whether it was this caller who did."""
        return await self._close(ended, JobEvent.SUCCEEDED, None)

    async def transition_to_failed(self, ended: JobRecord, error: Mapping[str, Any] | None) -> bool:
        """Close a batch of which no document succeeded, with the reason; whether it was this caller who did."""
        return await self._close(ended, JobEvent.FAILED, error)

    async def store_artifacts(self, job_id: str, document: DocumentRecord, outcome: Outcome) -> None:
        """Keep what the evaluation of a document left. Raises BackendUnavailableError while the disk is full."""
        write, packed = self._services.artifacts.write, self._services.artifacts.write_gzip
        write_large = packed if outcome.packed else write
        await write_large(job_id, place(document, REGISTRY), outcome.registry)
        await write(job_id, place(document, COVERAGE), outcome.coverage)
        await write(job_id, place(document, STAGES), msgspec.json.encode(outcome.stages))
        await write_large(job_id, place(document, RESULTS), outcome.results)

    async def get_queue_depth(self) -> int:
        """Documents that wait. There is one queue; its metric carries queue_name="pdm_evaluation_queue"."""
        return await self._services.queue.depth()

    async def _close(self, ended: JobRecord, event: JobEvent, error: Mapping[str, Any] | None) -> bool:
        """`ended` is of the revision that the close leads to."""
        now = ended.ended_at or self._services.clock.now()
        closed = await self._services.jobs.finish(ended.id, event, revision=ended.revision - 1, now=now, error=error)
        return closed is not None
