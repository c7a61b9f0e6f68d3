"""What puts right what a death left: documents of workers that died, batches that nobody ended or woke, jobs that the
store lost, records that do not say yet what became of their batch, uploads that broke off with who took them in.

Each of these may run in many processes at once and any number of times.
"""

import asyncio
import re
from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from datetime import timedelta

import msgspec
import structlog

from app.usecases.announce import announce_if_recent
from app.usecases.endings import give_back
from app.usecases.finish import write_again
from app.usecases.places import DOCUMENT, place, read_record
from app.usecases.services import Services
from app.usecases.submit import wake
from domain.job import ENDED, FINAL, DocumentState, JobEvent, move
from domain.records import DocumentRecord, JobRecord

_LONGEST_UPLOAD = timedelta(days=1)
_DATED = re.compile(r"batch_(\d{8})_\w+")
_REFILL_SECONDS = 20.0
_AT_ONCE = 100
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


async def write_unwritten(services: Services) -> int:
    """Write the records of batches whose cancel or retry has not reached their files; how many that were."""
    job_ids = await services.jobs.unwritten()
    for job_id in job_ids:
        await write_again(services, job_id)
    return len(job_ids)


async def refill(services: Services) -> int:
    """When the store has lost what it held, bring it back from the files: jobs, index and dead letters.

    How many jobs that were; 0 when nothing was lost or another process does it.
    """
    token = services.token()
    if not await services.index.begin_refill(token, seconds=_REFILL_SECONDS):
        return 0
    await asyncio.sleep(2 * services.bounds.beat_seconds)  # a store that knows no job yet takes no worker for dead
    restored = 0
    for job_ids in (services.artifacts.jobs(), services.artifacts.archived()):
        async for job_id in job_ids:
            restored += await _restore(services, job_id)
            if restored % _AT_ONCE == 0 and not await services.index.begin_refill(token, seconds=_REFILL_SECONDS):
                return restored
    await services.index.end_refill(token)
    if restored:
        await recover_unfinished(services)
    return restored


async def recover_forgotten(services: Services) -> int:
    """Put late jobs into the store whose record was written by a process that died before it could; how many."""
    earliest = f"{services.clock.now() - _LONGEST_UPLOAD:%Y%m%d}"
    late = [i async for i in services.artifacts.jobs() if (dated := _DATED.fullmatch(i)) and dated[1] >= earliest]
    restored = 0
    for some in _pieces(late):
        for job_id in await services.jobs.missing(some):
            restored += await _restore(services, job_id)
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


async def _restore(services: Services, job_id: str) -> bool:
    """Put a job back as its files have it: whole where it has to go on, else its place among all jobs."""
    job = await read_record(services, job_id)
    if job is None or await services.jobs.removed(job_id):
        return False
    if job.state in FINAL:
        await services.index.add(job)
        await announce_if_recent(services, job)
        return True
    documents = tuple([await _as_it_ended(services, job, document) for document in job.documents])
    ended = any(d.state in ENDED for d in documents)
    state = move(job.state, JobEvent.STARTED) if ended else job.state
    restored = msgspec.structs.replace(job, state=state, documents=documents)
    made = await services.jobs.create(restored)
    await services.index.add(restored)
    if made:
        _log.warning("job_restored_from_files", job_id=job_id)
    return made


async def _as_it_ended(services: Services, job: JobRecord, document: DocumentRecord) -> DocumentRecord:
    """The document as its own record says that it ended, unless its batch was retried since; else waiting."""
    if document.state in ENDED:
        return document
    data = await services.artifacts.read(job.id, place(document, DOCUMENT))
    if data is not None:
        ended = msgspec.json.decode(data, type=DocumentRecord)
        if ended.attempts > document.attempts:
            return ended
    return msgspec.structs.replace(document, state=DocumentState.QUEUED, stage=None, worker=None)


def _pieces(names: list[str]) -> Iterable[list[str]]:
    return (names[start : start + _AT_ONCE] for start in range(0, len(names), _AT_ONCE))
