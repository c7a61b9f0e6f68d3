"""Remove a batch and everything that it left."""

import structlog

from app.usecases.services import Services
from domain.records import JobRecord

_log = structlog.get_logger()


async def remove(services: Services, job: JobRecord) -> None:
    """Stop what runs and remove files, working copy, index, events, dead letters, messages and kept
    evaluations. Twice is harmless.

    The files go first: they are what a store that lost everything is filled from. They go once more at the end, for
    whoever wrote some in between: who writes after that sees that the batch was removed.
    """
    await services.jobs.cancel(job, now=services.clock.now())
    await services.queue.discard(job.id, {d.id: d.attempts + 1 for d in job.documents})
    await services.artifacts.delete(job.id)
    await services.webhooks.store.forget(job.id)
    for digest in {d.digest for d in job.documents}:
        await services.results.forget(digest)
    await services.jobs.forget(job)
    await services.artifacts.delete(job.id)
    await services.webhooks.store.forget(job.id)  # again: a sweep may have told of the cancel in between
    await services.answers.forget(job.id)
    if job.idempotency is not None:
        await services.idempotency.free(job.idempotency.name, job_id=job.id)
    _log.info("batch_removed", job_id=job.id, tenant=job.tenant)
