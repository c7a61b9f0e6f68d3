"""How an attempt at a document ends: for good, or back in the queue for the next attempt."""

import msgspec
import structlog

from app.usecases.places import DOCUMENT, clean_after, place
from app.usecases.services import Services
from domain.errors import DecalogoError, EvaluationCrashedError
from domain.job import DocumentState
from domain.records import DocumentRecord

_log = structlog.get_logger()


def failed(document: DocumentRecord, error: DecalogoError, stage: str | None = None) -> DocumentRecord:
    """The document, ended by this error."""
    facts = {"code": error.code, "message": error.message, "stage": stage or document.stage, **error.facts}
    return msgspec.structs.replace(document, state=DocumentState.FAILED, error=facts)


async def end(services: Services, job_id: str, document: DocumentRecord) -> bool:
    """Record the end, and wake the batch's end when it was the last; False when another attempt holds the document."""
    job = await services.jobs.end_document(job_id, document, now=services.clock.now())
    if job is None:
        return False
    await services.artifacts.write(job_id, place(document, DOCUMENT), msgspec.json.encode(document))
    await clean_after(services, job_id)
    _log.info(
        "document_ended",
        job_id=job_id,
        document_id=document.id,
        state=document.state.value,
        seconds=document.seconds,
        score=document.score,
        attempts=document.attempts,
        error=(document.error or {}).get("code"),
    )
    if job.event() is not None:
        await services.queue.enqueue_finish(job_id, traceparent=services.tracing.traceparent())
    return True


async def give_back(
    services: Services, job_id: str, document_id: str, attempt: int, *, crashed: bool, why: str
) -> bool:
    """An attempt is over without an end: the next one goes to the front of the queue, or the document has failed.

    False when that attempt does not hold the document any more.
    """
    job = await services.jobs.get(job_id)
    document = job.document(document_id) if job else None
    if job is None or document is None or document.attempts != attempt:
        return False
    with services.tracing.flow("error_recovery", "pipeline_orchestrator", reason=why, job_id=job_id):
        if crashed and document.crashes + 1 >= services.bounds.attempts:
            error = EvaluationCrashedError(f"Every attempt died; the last one: {why}", worker=document.worker)
            given_up = msgspec.structs.replace(document, crashes=document.crashes + 1)
            return await end(services, job_id, failed(given_up, error))
        if not await services.jobs.release_document(job_id, document_id, attempt=attempt, crashed=crashed):
            return False
        await services.queue.discard(job_id, {document_id: attempt})
        await services.queue.enqueue_documents(
            job_id, {document_id: attempt + 1}, priority=job.priority, recovered=True, traceparent=job.traceparent
        )
    _log.warning("document_recovered", job_id=job_id, document_id=document_id, attempt=attempt + 1, reason=why)
    return True
