"""End a batch whose documents have all ended: its summary and its record on disk, then its state, once."""

import asyncio
from statistics import fmean, median
from typing import Any

import msgspec
import structlog

from app.usecases.announce import announce, try_to_announce
from app.usecases.lifecycle import BatchJobManager
from app.usecases.places import RESULTS, SUMMARY, clean_after, keep_record, place
from app.usecases.services import Services
from app.usecases.steps import keep_log
from app.usecases.validation import PostExecution, validate_batch_post_execution
from domain.job import FINAL, DocumentState, JobEvent, JobState, move
from domain.records import DocumentRecord, JobRecord

_log = structlog.get_logger()


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """A batch in figures; a figure over nothing is None."""

    average_score: float | None
    median_score: float | None
    total_evidence_extracted: int
    total_contradictions: int
    average_processing_time_seconds: float | None
    p50_processing_time_seconds: float | None
    p95_processing_time_seconds: float | None
    throughput_documents_per_hour: float | None
    error_rate_percent: float
    questions_answered: dict[str, int]
    evaluation_hashes: dict[str, str]
    validation: PostExecution | None = None


class _Counted(msgspec.Struct):
    evidence: tuple[msgspec.Raw, ...] = ()
    contradictions: tuple[msgspec.Raw, ...] = ()
    answers: tuple[msgspec.Raw, ...] = ()


async def finish(services: Services, job_id: str) -> bool:
    """Close the job; False when there is nothing to close. Twice is harmless: the state moves once."""
    job = await services.jobs.get(job_id)
    event = job.event() if job else None
    if job is None or event is None or job.state in FINAL:
        return False
    now = services.clock.now()
    ended = msgspec.structs.replace(
        job, state=move(job.state, event), revision=job.revision + 1, ended_at=now, error=_error(job, event)
    )
    await keep_end(services, ended)
    if not await _close(services, ended):
        await write_again(services, job_id)
        await clean_after(services, job_id)
        return False
    if await try_to_announce(services, ended):
        await services.jobs.written(job_id, ended.revision)
    await keep_log(services, job_id)
    _log.info("batch_ended", job_id=job_id, state=ended.state.value, documents=len(job.documents))
    return True


async def keep_end(services: Services, job: JobRecord) -> None:
    """Write the summary and the record of a batch that ended or was cancelled."""
    summary = await _summary(services, job)
    await services.artifacts.write(job.id, SUMMARY, msgspec.json.format(msgspec.json.encode(summary)))
    await keep_record(services, job)


async def write_again(services: Services, job_id: str) -> None:
    """Write what the working copy says of a job over its files, tell of its end, and note that all of that is done."""
    job = await services.jobs.get(job_id)
    if job is not None:
        await (keep_end if job.state in FINAL else keep_record)(services, job)
        if job.state in FINAL:
            await announce(services, job)
    await services.jobs.written(job_id, job.revision if job else 0)


async def _close(services: Services, ended: JobRecord) -> bool:
    manager = BatchJobManager(services)
    if ended.state is JobState.COMPLETED:
        return await manager.transition_to_completed(ended)
    return await manager.transition_to_failed(ended, ended.error)


async def read_summary(services: Services, job_id: str) -> Summary | None:
    """The summary of a job that has ended."""
    data = await services.artifacts.read(job_id, SUMMARY)
    return None if data is None else msgspec.json.decode(data, type=Summary)


async def _summary(services: Services, job: JobRecord) -> Summary:
    done = [d for d in job.documents if d.state is DocumentState.COMPLETED]
    counted = {d.id: await _count(services, job.id, d) for d in done}
    scores = [d.score for d in done if d.score is not None]
    answered = {document_id: len(c.answers) for document_id, c in counted.items()}
    validation = validate_batch_post_execution(job, answered)
    return Summary(
        average_score=round(fmean(scores), 2) if scores else None,
        median_score=round(median(scores), 2) if scores else None,
        total_evidence_extracted=sum(len(c.evidence) for c in counted.values()),
        total_contradictions=sum(len(c.contradictions) for c in counted.values()),
        average_processing_time_seconds=validation.mean_seconds,
        p50_processing_time_seconds=validation.p50_seconds,
        p95_processing_time_seconds=validation.p95_seconds,
        throughput_documents_per_hour=validation.throughput_documents_per_hour,
        error_rate_percent=validation.error_rate_percent,
        questions_answered=answered,
        evaluation_hashes={d.id: d.evaluation_hash for d in done if d.evaluation_hash},
        validation=validation,
    )


async def _count(services: Services, job_id: str, document: DocumentRecord) -> _Counted:
    data = await services.artifacts.read(job_id, place(document, RESULTS))
    return _Counted() if data is None else await asyncio.to_thread(msgspec.json.decode, data, type=_Counted)


def _error(job: JobRecord, event: JobEvent) -> dict[str, Any] | None:
    """What a failed batch says: the error of the document that failed last."""
    failed = [d for d in job.documents if d.error]
    if event is not JobEvent.FAILED or not failed:
        return None
    last = failed[-1]
    return {**(last.error or {}), "last_document": last.id, "worker_id": last.worker or job.worker}
