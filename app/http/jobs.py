"""Batches that are there: the list, one document, cancel, retry, delete, and what was given up."""

from typing import Any
from urllib.parse import unquote

import msgspec
from litestar import Request, Response
from litestar.params import FromPath
from msgspec import UNSET

from app.http.auth import READ, Keyed, key_of, requires
from app.http.caching import PRIVATE, headers_of, tag_of, unchanged
from app.http.queries import moment, read_query
from app.http.state import probe_of, services_of
from app.http.statuses import detail_of, item_of, letter_of, status_of
from app.http.wire import BatchPage, DeadLetters, Status
from app.http.wire_in import LettersIn, ListIn
from app.usecases.cancel import cancel
from app.usecases.dead_letters import dead_letters
from app.usecases.listing import Query, list_jobs
from app.usecases.places import find_record
from app.usecases.remove import remove
from app.usecases.retry import retry_failed
from domain.errors import DocumentNotFoundError
from domain.records import JobRecord

_ABOUT = ("municipality", "department", "year", "period")


@Keyed("/api/v1/batch", http_method=READ, guards=[requires("read")])
async def listed(request: Request[Any, Any, Any]) -> Response[BatchPage]:
    """The caller's batches, newest first."""
    asked = read_query(request, ListIn)
    given = {name: value for name, value in msgspec.structs.asdict(asked).items() if value is not UNSET}
    about = {name: given.pop(name) for name in _ABOUT if name in given}
    for name in given.keys() & {"created_from", "created_to"}:
        given[name] = moment(given[name], name)
    query = Query(tenant=key_of(request).tenant, states=given.pop("status"), metadata=about, **given)
    page = await list_jobs(services_of(request), query)
    answer = BatchPage(batches=tuple(item_of(job) for job in page.jobs), next_cursor=page.next_cursor)
    return Response(answer, headers={"Cache-Control": PRIVATE})


@Keyed("/api/v1/batch/{job_id:str}/documents/{document_id:path}", http_method=READ, guards=[requires("read", "status")])
async def document(request: Request[Any, Any, Any], job_id: FromPath[str]) -> Response[Any]:
    """Where one document of a batch stands: its stage, its attempts, and why it failed."""
    job = await find_record(services_of(request), job_id, key_of(request).tenant)
    # From the path as it was sent: the framework joins slashes, and an id may have any of them.
    found = job.document(unquote(request.scope["raw_path"].partition(b"/documents/")[2].decode("ascii")))
    if found is None:
        raise DocumentNotFoundError(job_id=job.id)
    body = msgspec.json.encode(detail_of(job, found))
    tag = tag_of(body)
    return unchanged(request, tag) or Response(body, media_type="application/json", headers=headers_of(tag))


@Keyed("/api/v1/batch/{job_id:str}/cancel", http_method="POST", status_code=200, guards=[requires("submit")])
async def cancelled(request: Request[Any, Any, Any], job_id: FromPath[str]) -> Response[Status]:
    """Stop a batch: documents that ended stay, all others are cancelled."""
    services = services_of(request)
    job = await find_record(services, job_id, key_of(request).tenant)
    return _moved(request, await cancel(services, job))


@Keyed("/api/v1/batch/{job_id:str}/retry", http_method="POST", status_code=202, guards=[requires("submit")])
async def retried(request: Request[Any, Any, Any], job_id: FromPath[str]) -> Response[Status]:
    """Queue the documents of an ended batch that failed or were cancelled once more."""
    services = services_of(request)
    job = await find_record(services, job_id, key_of(request).tenant)
    return _moved(request, await retry_failed(services, job))


@Keyed("/api/v1/batch/{job_id:str}", http_method="DELETE", status_code=204, guards=[requires("submit")])
async def deleted(request: Request[Any, Any, Any], job_id: FromPath[str]) -> None:
    """Remove a batch and everything that it left; one that runs is stopped."""
    services = services_of(request)
    await remove(services, await find_record(services, job_id, key_of(request).tenant))


@Keyed("/api/v1/batch/dead-letters", http_method=READ, guards=[requires("operate")])
async def letters(request: Request[Any, Any, Any]) -> Response[DeadLetters]:
    """The documents of the caller's tenant that were given up, with the reason."""
    limit = read_query(request, LettersIn).limit
    found = await dead_letters(services_of(request), key_of(request).tenant, limit)
    return Response(DeadLetters(dead_letters=tuple(map(letter_of, found))), headers={"Cache-Control": PRIVATE})


def _moved(request: Request[Any, Any, Any], job: JobRecord) -> Response[Status]:
    return Response(status_of(job, probe_of(request).work), headers={"Cache-Control": "no-store"})
