"""Batches: upload, status, results. The short paths are the same handlers as those under /api/v1."""

from collections.abc import Sequence
from typing import Any

import msgspec
from litestar import Request, Response
from litestar.params import FromPath
from litestar.response import Stream
from msgspec import UNSET

from app.http.auth import READ, Keyed, key_of, requires
from app.http.caching import headers_of, tag_of, unchanged
from app.http.compression import compressed_pieces, expanded, takes_gzip
from app.http.queries import read_query
from app.http.state import probe_of, services_of
from app.http.statuses import accepted, not_ready, status_of
from app.http.uploads import idempotency_key, read_form, read_json
from app.http.wire import Accepted
from app.http.wire_in import ResultsIn
from app.usecases.idempotency import take_in_once
from app.usecases.observe import expected_seconds
from app.usecases.places import find_record, find_seen
from app.usecases.results import results_json, results_packed
from app.usecases.submit import Draft, Order, admission, submit
from domain.answer_cache import AnswerName
from domain.errors import UnsupportedTypeError, ValidationFailedError
from domain.job import FINAL
from domain.records import JobRecord

_FORMATS = ("json",)
_PLAIN = "identity"


@Keyed(
    ["/api/v1/batch/upload", "/upload"],
    http_method="POST",
    status_code=202,
    guards=[requires("submit", "submit")],
    request_max_body_size=None,  # the body is read piece by piece, and refused where it passes a limit
)
async def upload(request: Request[Any, Any, Any]) -> Response[Accepted]:
    """Take a batch in, as JSON texts or as multipart files."""
    kind = request.content_type[0]
    readers = {"application/json": read_json, "multipart/form-data": read_form}
    if kind not in readers:
        raise UnsupportedTypeError("A batch is application/json or multipart/form-data.", received=kind or None)
    if (coding := request.headers.get("content-encoding", _PLAIN)).lower() != _PLAIN:
        raise UnsupportedTypeError("A batch is sent without a Content-Encoding.", received=coding[:100])
    services, work, tenant = services_of(request), probe_of(request).work, key_of(request).tenant

    async def read(job_id: str) -> tuple[Order, Sequence[Draft]]:
        order, drafts = await readers[kind](request, services, job_id)
        await services.limits.draw_documents(key_of(request), len(drafts))
        return order, drafts

    if (key := idempotency_key(request)) is not None:
        job, replayed = await take_in_once(services, tenant, key, read, lambda n: expected_seconds(work, n, new=True))
        assert job.idempotency
        answer = accepted(job, job.idempotency.estimated_completion_seconds)
        return Response(answer, headers={"Idempotent-Replayed": "true"} if replayed else None)
    async with admission(services, tenant) as job_id:
        order, drafts = await read(job_id)
        job = await submit(services, job_id, tenant, order, drafts)
    return Response(accepted(job, expected_seconds(work, len(job.documents), new=True)))


@Keyed(
    ["/api/v1/batch/{job_id:str}", "/api/v1/batch/status/{job_id:str}", "/status/{job_id:str}"],
    http_method=READ,
    guards=[requires("read", "status")],
)
async def status(request: Request[Any, Any, Any], job_id: FromPath[str]) -> Response[Any]:
    """Where a batch stands."""
    services, work, tenant = services_of(request), probe_of(request).work, key_of(request).tenant
    body = await services.statuses.get(
        tenant,
        job_id,
        estimate=lambda left: expected_seconds(work, left),
        find=lambda: find_seen(services, job_id, tenant),
        write=lambda job: msgspec.json.encode(status_of(job, work)),
    )
    tag = tag_of(body)
    return unchanged(request, tag) or Response(body, media_type="application/json", headers=headers_of(tag))


@Keyed(
    ["/api/v1/batch/results/{job_id:str}", "/results/{job_id:str}"],
    http_method=READ,
    guards=[requires("read", "results")],
)
async def results(request: Request[Any, Any, Any], job_id: FromPath[str]) -> Response[Any]:
    """What a batch found. Before it has ended: 202, and how far it is."""
    asked = read_query(request, ResultsIn)
    if asked.format not in _FORMATS:
        message = f"Unknown format: {asked.format[:100]}"
        raise ValidationFailedError(message, received=asked.format[:100], allowed=", ".join(_FORMATS))
    services = services_of(request)
    job = await find_record(services, job_id, key_of(request).tenant)
    if job.state not in FINAL:
        return Response(not_ready(job, probe_of(request).work), status_code=202, headers={"Cache-Control": "no-store"})
    evidence = job.include_evidence if asked.include_evidence is UNSET else asked.include_evidence
    traces = job.include_traces if asked.include_traces is UNSET else asked.include_traces
    tag = _results_tag(job, services.version, evidence=evidence, traces=traces)
    if (same := unchanged(request, tag)) is not None:
        return same
    if request.method == "HEAD":
        return Response(None, status_code=200, media_type="application/json", headers=headers_of(tag))
    packs = takes_gzip(request.scope)
    headers = {**headers_of(tag), **({"Content-Encoding": "gzip"} if packs else {})}

    async def make() -> bytes | None:
        return await results_packed(services, job, evidence=evidence, traces=traces, most=services.bounds.answer_bytes)

    kept = await services.answers.get(AnswerName(job_id=job.id, made_of=tag), make)
    if kept is not None:
        return Response(kept if packs else await expanded(kept), media_type="application/json", headers=headers)
    body = results_json(services, job, evidence=evidence, traces=traces)
    return Stream(compressed_pieces(body) if packs else body, media_type="application/json", headers=headers)


def _results_tag(job: JobRecord, version: str, *, evidence: bool, traces: bool) -> str:
    """Of all that decides the body, so that nothing of it has to be read."""
    ends = [(d.id, d.state, d.attempts, d.evaluation_hash, d.score, d.seconds) for d in job.documents]
    whose = [job.tenant, job.id, job.release, job.options, version]
    return tag_of(msgspec.json.encode([*whose, job.revision, job.state, job.ended_at, evidence, traces, ends]))
