"""Cancel a batch: what ended stays, everything else stops."""

import structlog

from app.usecases.announce import try_to_announce
from app.usecases.finish import keep_end
from app.usecases.places import clean_after, into_store
from app.usecases.services import Services
from app.usecases.steps import keep_log
from domain.errors import IllegalMoveError
from domain.records import JobRecord

_log = structlog.get_logger()


async def cancel(services: Services, job: JobRecord) -> JobRecord:
    """The batch, cancelled. Documents that are being evaluated are stopped by their workers within a second.

    Raises IllegalMoveError when the batch, or each of its documents, has ended. A batch that the store has cancelled is
    cancelled: when its files cannot say so now, a sweep writes it there.
    """
    await into_store(services, job)
    cancelled = await services.jobs.cancel(job, now=services.clock.now())
    if cancelled is None:
        raise IllegalMoveError("The batch has ended; nothing of it can be cancelled.", job_id=job.id)
    await services.queue.discard(job.id, {d.id: d.attempts + 1 for d in cancelled.documents if d.state == "cancelled"})
    await keep_end(services, cancelled)
    if await try_to_announce(services, cancelled):
        await services.jobs.written(cancelled.id, cancelled.revision)
    await keep_log(services, job.id)
    await clean_after(services, job.id)
    _log.info("batch_cancelled", job_id=job.id)
    return cancelled
