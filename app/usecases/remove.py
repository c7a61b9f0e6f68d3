"""Remove a batch and everything that it left."""

import structlog

from app.usecases.services import Services
from domain.records import JobRecord

_log = structlog.get_logger()


async def remove(services: Services, job: JobRecord) -> None:
    """Stop what runs and remove files, working copy, index, events, dead letters, messages and kept
    evaluations. Twice is harmless.

    The files go first: they are what a store that lost everything is filled from.
    """
    await services.jobs.cancel(job, now=services.clock.now())
    await services.queue.discard(job.id, {d.id: d.attempts + 1 for d in job.documents})
    await services.artifacts.delete(job.id)
    await services.webhooks.store.forget(job.id)
    for digest in {d.digest for d in job.documents}:
        await services.results.forget(digest)
    await services.jobs.forget(job)
    if job.idempotency is not None:
        await services.idempotency.free(job.idempotency.name, job_id=job.id)
    _log.info("batch_removed", job_id=job.id, tenant=job.tenant)
