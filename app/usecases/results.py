"""The results of a batch as one JSON body, written piece by piece so that its size is no matter."""

import asyncio
import zlib
from collections.abc import AsyncIterator, Mapping
from typing import Any

import msgspec

from app.usecases.finish import read_summary
from app.usecases.places import RESULTS, STAGES, place, read_record
from app.usecases.services import Services
from domain.job import DocumentState
from domain.records import DocumentRecord, JobRecord

_LEVEL, _GZIP = 6, 31


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


async def results_packed(
    services: Services, job: JobRecord, *, evidence: bool, traces: bool, most: int
) -> bytes | None:
    """The body as gzip, to be kept; empty when it is larger than `most` bytes.

    None while the files do not say yet what the working copy does: a batch that was cancelled just now has the summary
    of its last end, or none.
    """
    record = await read_record(services, job.id)  # before the summary, which is written before it
    if record is None or record.revision != job.revision:
        return None
    packer, packed, size = zlib.compressobj(_LEVEL, zlib.DEFLATED, _GZIP), [], 0
    async for piece in results_json(services, job, evidence=evidence, traces=traces):
        size += len(piece)
        if size > most:
            return b""
        packed.append(await asyncio.to_thread(packer.compress, piece))
    return b"".join((*packed, packer.flush()))


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
    item |= await asyncio.to_thread(_evaluation, data or b"{}", evidence=evidence)
    if traces:
        item["traces"] = msgspec.Raw(await services.artifacts.read(job.id, place(document, STAGES)) or b"[]")
    return {**item, "score": document.score, "processing_time_seconds": document.seconds}


class _Dimensions(msgspec.Struct):
    evaluation: dict[str, msgspec.Raw] = {}


class _Elements(msgspec.Struct):
    elements: tuple[str, ...] = ()


def _evaluation(data: bytes, *, evidence: bool) -> dict[str, Any]:
    """What the worker kept of the document. An evidence also names the dimensions that its elements belong to."""
    kept: dict[str, Any] = msgspec.json.decode(data, type=dict[str, msgspec.Raw])
    found = kept.pop("evidence", None)
    if evidence and found is not None:
        keys = {key.partition("_")[0]: key for key in msgspec.json.decode(data, type=_Dimensions).evaluation}
        kept["evidence"] = [_aligned(item, keys) for item in msgspec.json.decode(found, type=list[msgspec.Raw])]
    return kept


def _aligned(evidence: msgspec.Raw, keys: Mapping[str, str]) -> msgspec.Raw:
    ids = {element.partition("-")[0] for element in msgspec.json.decode(evidence, type=_Elements).elements}
    named = msgspec.json.encode([keys[i] for i in sorted(ids) if i in keys])
    return msgspec.Raw(bytes(evidence).rstrip()[:-1] + b',"decalogo_alignment":' + named + b"}")
