"""Take a batch in: its uploads on disk, its record beside them, the job queued, one message a document."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any

import msgspec
import structlog

from app.usecases.lifecycle import BatchJobManager
from app.usecases.places import keep_record
from app.usecases.quota import charged, demand_free_space, demand_quota
from app.usecases.services import Services
from app.usecases.validation import validate_batch_pre_execution
from domain.errors import QueueFullError, RetryableError
from domain.idempotency import Idempotent
from domain.job import JobState
from domain.options import Options
from domain.records import DocumentRecord, JobRecord, Priority

_RETRY_AFTER_SECONDS = 30
_log = structlog.get_logger()


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """What the caller wants done with the documents."""

    options: Options = Options()
    priority: Priority = "normal"
    include_evidence: bool = True
    include_traces: bool = False
    webhook_url: str | None = None
    metadata: Mapping[str, Any] = {}


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """A document whose bytes have arrived."""

    id: str
    name: str
    digest: str
    bytes: int
    metadata: Mapping[str, Any] = {}


def new_id(services: Services) -> str:
    """An id for a new job; it begins with the day."""
    return f"batch_{services.clock.now():%Y%m%d}_{services.token()}"


@asynccontextmanager
async def admission(services: Services, tenant: str, job_id: str | None = None) -> AsyncIterator[str]:
    """The id of a new job while its uploads arrive; what arrived is removed when the block fails.

    Raises QueueFullError, StorageFullError and QuotaExceededError before anything is read.
    """
    await demand_room(services, 1)
    await demand_free_space(services)
    await demand_quota(services, tenant)
    job_id = job_id or new_id(services)
    try:
        yield job_id
    except BaseException:
        await services.artifacts.delete(job_id)
        raise


async def submit(
    services: Services,
    job_id: str,
    tenant: str,
    order: Order,
    drafts: Sequence[Draft],
    *,
    idempotency: Idempotent | None = None,
) -> JobRecord:
    """Queue the batch. Raises QueueFullError, QuotaExceededError, and RetryableError when the store did not take it in.

    Once it has, the batch is accepted: messages that cannot be sent now are sent by the sweep.
    """
    await demand_room(services, len(drafts))
    job = JobRecord(
        id=job_id,
        tenant=tenant,
        state=JobState.QUEUED,
        release=services.release,
        options=order.options,
        priority=order.priority,
        include_evidence=order.include_evidence,
        include_traces=order.include_traces,
        webhook_url=order.webhook_url,
        metadata=order.metadata,
        created_at=services.clock.now(),
        traceparent=services.tracing.traceparent(),
        preflight=await validate_batch_pre_execution(services),
        idempotency=idempotency,
        documents=tuple(
            DocumentRecord(id=d.id, index=index, name=d.name, digest=d.digest, bytes=d.bytes, metadata=d.metadata)
            for index, d in enumerate(drafts)
        ),
    )
    async with charged(services, tenant, sum(d.bytes for d in job.documents)):
        await keep_record(services, job)
        await _create(services, job)
    try:
        await wake(services, job)
    except RetryableError as error:
        _log.warning("wake_postponed", job_id=job.id, error=error.message)
    _log.info("batch_queued", job_id=job.id, tenant=tenant, documents=len(drafts), priority=job.priority)
    return job


async def wake(services: Services, job: JobRecord, *, recovered: bool = False) -> int:
    """One message for each document that waits; how many were missing."""
    attempts = {d.id: d.attempts + 1 for d in job.documents if d.state == "queued"}
    if not attempts:
        return 0
    return await services.queue.enqueue_documents(
        job.id, attempts, priority=job.priority, recovered=recovered, traceparent=job.traceparent
    )


async def _create(services: Services, job: JobRecord) -> None:
    try:
        await services.jobs.create(job)
    except RetryableError:
        # It may have arrived, and only the answer been lost. The files go first, so that nothing brings it back.
        await services.artifacts.delete(job.id)
        with suppress(RetryableError):
            await services.jobs.forget(job)
        raise


async def demand_room(services: Services, documents: int) -> None:
    """Raise QueueFullError when so many more do not fit in the queue."""
    size, capacity = await BatchJobManager(services).get_queue_depth(), services.bounds.queue_capacity
    if size + documents > capacity:
        raise QueueFullError(queue_size=size, queue_capacity=capacity, retry_after_seconds=_RETRY_AFTER_SECONDS)
