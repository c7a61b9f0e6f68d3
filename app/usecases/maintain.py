"""Puts right what a death left: documents of workers that died, batches that nobody ended, jobs that Redis forgot,
uploads that broke off with the process that took them in.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable
from collections.abc import Set as AbstractSet
from datetime import timedelta

import msgspec
import structlog

from app.usecases.endings import give_back
from app.usecases.places import DOCUMENT, SUMMARY, place, read_record
from app.usecases.services import Services
from app.usecases.submit import wake
from domain.errors import RetryableError
from domain.job import FINAL, JobEvent, move
from domain.records import DocumentRecord, JobRecord

_SWEEP_SECONDS = 0.5
_IDLE_LOOK_SECONDS = 5.0
_CLEAN_SECONDS = 3600.0
_LONGEST_UPLOAD = timedelta(days=1)
_DATED = re.compile(r"batch_(\d{8})_\w+")
_log = structlog.get_logger()


async def recover_claims(
    services: Services, *, me: str | None = None, running: AbstractSet[tuple[str, str]] = frozenset()
) -> int:
    """Give back what dead workers hold, and what worker `me` holds but is not `running`; how many that were."""
    claims = await services.jobs.claims()
    if not claims:
        return 0
    alive = {worker.id for worker in await services.fleet.workers()}
    recovered = 0
    for claim in claims:
        lost = claim.worker == me and (claim.job_id, claim.document_id) not in running
        if lost or claim.worker not in alive:
            why = "its worker lost it" if lost else f"worker {claim.worker} died"
            recovered += await give_back(
                services, claim.job_id, claim.document_id, claim.attempt, crashed=not lost, why=why
            )
    return recovered


async def recover_unfinished(services: Services) -> int:
    """Send the messages that are missing for jobs in the store that have not ended; how many that were."""
    sent = 0
    async for job in services.jobs.unfinished():
        if job.event() is not None:
            await services.queue.enqueue_finish(job.id, traceparent=job.traceparent)
            sent += 1
        else:
            sent += await wake(services, job, recovered=True)
    return sent


async def recover_forgotten(services: Services) -> int:
    """Put jobs back into the store that have files but no summary and that the store does not know."""
    restored = 0
    async for job_id in services.artifacts.jobs():
        if await services.artifacts.read(job_id, SUMMARY) is not None or await services.jobs.get(job_id):
            continue
        job = await read_record(services, job_id)
        if job is None or job.state in FINAL:
            continue
        ended = tuple([await _as_it_ended(services, job, document) for document in job.documents])
        state = move(job.state, JobEvent.STARTED) if ended != job.documents else job.state
        restored += await services.jobs.create(msgspec.structs.replace(job, state=state, documents=ended))
        _log.warning("job_restored_from_files", job_id=job_id)
    return restored


async def remove_abandoned(services: Services) -> int:
    """Remove the files of uploads that never became a job: no record, and older than any upload takes; how many."""
    before, removed = f"{services.clock.now() - _LONGEST_UPLOAD:%Y%m%d}", 0
    async for job_id in services.artifacts.jobs():
        dated = _DATED.fullmatch(job_id)
        if not dated or dated[1] >= before or await read_record(services, job_id) or await services.jobs.get(job_id):
            continue
        await services.artifacts.delete(job_id)
        removed += 1
        _log.warning("abandoned_upload_removed", job_id=job_id)
    return removed


async def keep_going(
    services: Services, *, me: str | None = None, running: AbstractSet[tuple[str, str]] = frozenset()
) -> None:
    """Sweep until cancelled. After the store was away, first wait until the workers can have said that they live."""
    clock = asyncio.get_running_loop().time
    await _attempt(lambda: recover_forgotten(services))
    await _attempt(lambda: recover_unfinished(services))
    next_look, next_clean, resume_at = clock() + _IDLE_LOOK_SECONDS, clock(), 0.0
    while True:
        await asyncio.sleep(_SWEEP_SECONDS)
        if clock() >= next_clean:
            next_clean = clock() + _CLEAN_SECONDS
            await _attempt(lambda: remove_abandoned(services))
        if clock() < resume_at:
            continue
        start = clock()
        answered = await _attempt(lambda: recover_claims(services, me=me, running=running))
        if not answered or clock() - start > services.bounds.silence_seconds / 3:
            resume_at = clock() + services.bounds.silence_seconds
        elif clock() >= next_look:
            next_look = clock() + _IDLE_LOOK_SECONDS
            await _attempt(lambda: _recover_if_idle(services))


async def _recover_if_idle(services: Services) -> int:
    """An empty queue beside jobs that have not ended: whatever waits there has lost its message."""
    return await recover_unfinished(services) if await services.queue.depth() == 0 else 0


async def _as_it_ended(services: Services, job: JobRecord, document: DocumentRecord) -> DocumentRecord:
    data = await services.artifacts.read(job.id, place(document, DOCUMENT))
    return document if data is None else msgspec.json.decode(data, type=DocumentRecord)


async def _attempt(sweep: Callable[[], Awaitable[int]]) -> bool:
    """Whether the store answered. A sweep that fails is tried again at the next turn."""
    try:
        if count := await sweep():
            _log.info("sweep_recovered", count=count)
    except RetryableError as error:
        _log.warning("sweep_postponed", error=error.message)
        return False
    except Exception:  # noqa: BLE001 - one job that cannot be read must not end the sweeps for all others
        _log.exception("sweep_failed")
    return True
