"""The results of a batch as one JSON body, written piece by piece so that its size is no matter."""

from collections.abc import AsyncIterator, Mapping
from typing import Any

import msgspec

from app.usecases.finish import read_summary
from app.usecases.places import RESULTS, STAGES, place
from app.usecases.services import Services
from domain.job import DocumentState
from domain.records import DocumentRecord, JobRecord


async def results_json(services: Services, job: JobRecord, *, evidence: bool, traces: bool) -> AsyncIterator[bytes]:
    """The body of the results of a job that has ended."""
    states = [d.state for d in job.documents]
    head: Mapping[str, Any] = {
        "job_id": job.id,
        "status": job.state,
        "document_count": len(states),
        "documents_completed": states.count(DocumentState.COMPLETED),
        "documents_failed": states.count(DocumentState.FAILED),
        "created_at": job.created_at,
        "completed_at": job.ended_at,
        "release": job.release,
        "summary": await read_summary(services, job.id),
    }
    yield msgspec.json.encode(head)[:-1] + b',"results":['
    for index, document in enumerate(job.documents):
        item = await _document(services, job, document, evidence=evidence, traces=traces)
        yield (b"," if index else b"") + msgspec.json.encode(item)
    yield b"]}"


async def _document(
    services: Services, job: JobRecord, document: DocumentRecord, *, evidence: bool, traces: bool
) -> Mapping[str, Any]:
    item: dict[str, Any] = {"document_id": document.id, "name": document.name, "status": document.state}
    if document.state is not DocumentState.COMPLETED:
        error = dict(document.error or {})
        item["error"] = error.pop("message", None)
        item["error_details"] = {"exception": error.pop("code", None), "message": item["error"], **error}
        return item
    data = await services.artifacts.read(job.id, place(document, RESULTS))
    evaluation = msgspec.json.decode(data, type=dict[str, msgspec.Raw]) if data else {}
    if not evidence:
        evaluation.pop("evidence", None)
    item |= evaluation
    if traces:
        item["traces"] = msgspec.Raw(await services.artifacts.read(job.id, place(document, STAGES)) or b"[]")
    return {**item, "score": document.score, "processing_time_seconds": document.seconds}
