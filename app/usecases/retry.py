"""Try a batch again: what failed or was cancelled is queued once more, what succeeded stays."""

from contextlib import suppress

import structlog

from app.usecases.places import clean_after, into_store, keep_record
from app.usecases.services import Services
from app.usecases.submit import demand_room, wake
from domain.errors import IllegalMoveError, RetryableError
from domain.job import RETRIABLE
from domain.records import JobRecord

_log = structlog.get_logger()


async def retry_failed(services: Services, job: JobRecord) -> JobRecord:
    """The batch, queued again. Raises QueueFullError, and IllegalMoveError when it runs or every document succeeded."""
    await demand_room(services, sum(d.state in RETRIABLE for d in job.documents))
    await into_store(services, job)
    queued = await services.jobs.retry(job)
    if queued is None:
        raise IllegalMoveError("Only a batch that has ended and of which a document failed is retried.", job_id=job.id)
    await keep_record(services, queued)
    await services.jobs.written(queued.id, queued.revision)
    await clean_after(services, queued.id)
    with suppress(RetryableError):  # then a sweep sends them
        await wake(services, queued)
    _log.info("batch_retried", job_id=job.id)
    return queued
