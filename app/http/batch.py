"""Batches: upload, status, results. The short paths are the same handlers as those under /api/v1."""

from typing import Any

from litestar import Request, Response
from litestar.params import FromPath, FromQuery
from litestar.response import Stream

from app.http.auth import Keyed, key_of, requires
from app.http.state import probe_of, services_of
from app.http.statuses import accepted, not_ready, status_of
from app.http.uploads import read_form, read_json
from app.http.wire import Accepted, Status
from app.usecases.places import find_record
from app.usecases.results import results_json
from app.usecases.submit import admission, submit
from domain.errors import UnsupportedTypeError, ValidationFailedError
from domain.job import FINAL

_FORMATS = ("json",)


@Keyed(
    ["/api/v1/batch/upload", "/upload"],
    http_method="POST",
    status_code=202,
    guards=[requires("submit")],
    request_max_body_size=None,  # the body is read piece by piece, and refused where it passes a limit
)
async def upload(request: Request[Any, Any, Any]) -> Accepted:
    """Take a batch in, as JSON texts or as multipart files."""
    kind = request.content_type[0]
    readers = {"application/json": read_json, "multipart/form-data": read_form}
    if kind not in readers:
        raise UnsupportedTypeError("A batch is application/json or multipart/form-data.", received=kind or None)
    services = services_of(request)
    tenant = key_of(request).tenant
    async with admission(services, tenant) as job_id:
        order, drafts = await readers[kind](request, services, job_id)
        job = await submit(services, job_id, tenant, order, drafts)
    return accepted(job, probe_of(request).work)


@Keyed(["/api/v1/batch/status/{job_id:str}", "/status/{job_id:str}"], http_method="GET", guards=[requires("read")])
async def status(request: Request[Any, Any, Any], job_id: FromPath[str]) -> Status:
    """Where a batch stands."""
    job = await find_record(services_of(request), job_id, key_of(request).tenant)
    return status_of(job, probe_of(request).work)


@Keyed(["/api/v1/batch/results/{job_id:str}", "/results/{job_id:str}"], http_method="GET", guards=[requires("read")])
async def results(
    request: Request[Any, Any, Any],
    job_id: FromPath[str],
    format: FromQuery[str] = "json",  # noqa: A002 - the name of the query parameter
    *,
    include_evidence: FromQuery[bool | None] = None,
    include_traces: FromQuery[bool | None] = None,
) -> Response[Any]:
    """What a batch found. Before it has ended: 202, and how far it is."""
    if format not in _FORMATS:
        raise ValidationFailedError(f"Unknown format: {format}", received=format, allowed=", ".join(_FORMATS))
    services = services_of(request)
    job = await find_record(services, job_id, key_of(request).tenant)
    if job.state not in FINAL:
        return Response(not_ready(job, probe_of(request).work), status_code=202)
    body = results_json(
        services,
        job,
        evidence=job.include_evidence if include_evidence is None else include_evidence,
        traces=job.include_traces if include_traces is None else include_traces,
    )
    return Stream(body, media_type="application/json")
