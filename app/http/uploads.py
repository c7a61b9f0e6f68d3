"""Batches as they come in: JSON with texts, or multipart with files that are written to disk while they arrive."""

import re
from collections.abc import AsyncIterator
from typing import Any

import msgspec
from litestar import Request

from app.http.bodies import demand_small, invalid, pieces
from app.http.multipart import Part, parts
from app.http.wire_in import FileName, OptionsIn, PlanIn, UploadIn
from app.usecases.services import Bounds, Services
from app.usecases.submit import Draft, Order
from app.usecases.webhooks import demand_url
from domain.errors import DocumentTooLargeError, EmptyDocumentError, UnsupportedTypeError, ValidationFailedError
from domain.options import Options

_KEY = re.compile(r"[\x21-\x7e]{1,255}")
_HEAD = 1024
_SHOWN = 100
_FIELD_BYTES = 16 * 1024
_DESCRIBED = "documents_metadata"
_DESCRIBED_BYTES = 1024 * 1024
_MOST_FIELDS = 64
_OVERHEAD = 1024 * 1024


def idempotency_key(request: Request[Any, Any, Any]) -> str | None:
    """The caller's key for this upload. Raises ValidationFailedError."""
    keys = request.headers.getall("idempotency-key", [])
    if not keys:
        return None
    if len(keys) > 1 or not _KEY.fullmatch(keys[0]):
        raise ValidationFailedError("An Idempotency-Key is one word of 1 to 255 visible ASCII characters")
    return keys[0]


async def read_json(request: Request[Any, Any, Any], services: Services, job_id: str) -> tuple[Order, list[Draft]]:
    """The batch of a JSON body. Raises ValidationFailedError."""
    bounds = services.bounds
    body = await _whole_body(request, bounds.documents * bounds.text_bytes * 2 + _OVERHEAD)
    try:
        batch = msgspec.json.decode(body, type=UploadIn)
    except msgspec.DecodeError as error:
        raise invalid(error) from error
    except RecursionError as error:
        raise ValidationFailedError("The JSON is nested too deep") from error
    _demand_count(len(batch.documents), bounds)
    seen: set[str] = set()
    uploads = []
    for index, document in enumerate(batch.documents):
        where = f"$.documents[{index}]"
        if document.id in seen:
            raise ValidationFailedError(f"Document id is not unique: {document.id}", path=f"{where}.id")
        seen.add(document.id)
        demand_small(document.metadata, f"{where}.metadata")
        data = document.content.encode()
        if not document.content.strip():
            raise ValidationFailedError("Document content is empty", path=f"{where}.content")
        if len(data) > bounds.text_bytes:
            raise ValidationFailedError(
                f"Document content exceeds maximum of {bounds.text_bytes} bytes",
                path=f"{where}.content",
                received=len(data),
                maximum=bounds.text_bytes,
            )
        uploads.append(data)
    digests = await services.artifacts.put_uploads(job_id, uploads)
    drafts = [
        Draft(id=document.id, name=document.id, digest=digest, bytes=len(data), metadata=document.metadata)
        for document, data, digest in zip(batch.documents, uploads, digests, strict=True)
    ]
    return _order(services, batch.options, batch.metadata), drafts


async def read_form(request: Request[Any, Any, Any], services: Services, job_id: str) -> tuple[Order, list[Draft]]:
    """The batch of a multipart body. Raises as soon as something is wrong, with the rest unread."""
    bounds = services.bounds
    _demand_length(request, bounds.documents * bounds.file_bytes + _OVERHEAD)
    fields: dict[str, str] = {}
    drafts: list[Draft] = []
    async for part in parts(request):
        if part.filename is None:
            if len(fields) >= _MOST_FIELDS:
                raise ValidationFailedError("Too many fields", maximum=_MOST_FIELDS)
            if part.name in fields:
                raise ValidationFailedError(f"The field {part.name} comes twice", field=part.name)
            fields[part.name] = await part.text(_DESCRIBED_BYTES if part.name == _DESCRIBED else _FIELD_BYTES)
            continue
        _demand_count(len(drafts) + 1, bounds, least=0)
        name = _named(part.filename or f"document {len(drafts) + 1}")
        digest, size = await services.artifacts.put_upload(job_id, _checked(part, name, bounds.file_bytes))
        drafts.append(Draft(id=f"doc_{len(drafts) + 1:03d}", name=name, digest=digest, bytes=size))
    _demand_count(len(drafts), bounds)
    described = _described(fields.pop(_DESCRIBED, None), drafts)
    about = {name: fields.pop(name) for name in PlanIn.__struct_fields__ if name in fields}
    try:
        options, plan = msgspec.convert((fields, about), tuple[OptionsIn, PlanIn], strict=False)
    except msgspec.ValidationError as error:
        raise invalid(error) from error
    return _order(services, options, plan), described


def _described(field: str | None, drafts: list[Draft]) -> list[Draft]:
    """The documents with their metadata, from a JSON object that has them by file name or by id (`doc_001`)."""
    if field is None:
        return drafts
    try:
        told = msgspec.json.decode(field, type=dict[str, dict[str, Any]])
    except msgspec.DecodeError as error:
        raise ValidationFailedError(f"{_DESCRIBED} is no JSON object of objects: {error}", field=_DESCRIBED) from error
    except RecursionError as error:
        raise ValidationFailedError("The JSON is nested too deep", field=_DESCRIBED) from error
    known = {name for draft in drafts for name in (draft.id, draft.name)}
    for name, metadata in told.items():
        if name not in known:
            raise ValidationFailedError(f"{_DESCRIBED} names no file: {name[:_SHOWN]}", field=_DESCRIBED)
        demand_small(metadata, f"{_DESCRIBED}.{name[:_SHOWN]}")
    return [msgspec.structs.replace(draft, metadata=told.get(draft.id, told.get(draft.name, {}))) for draft in drafts]


def _order(services: Services, options: OptionsIn, plan: PlanIn) -> Order:
    if options.webhook_url is not None:
        demand_url(services, options.webhook_url, "$.options.webhook_url")
    return Order(
        options=Options(**{name: getattr(options, name) for name in Options.__struct_fields__}),
        priority=options.priority,
        include_evidence=options.include_evidence,
        include_traces=options.include_traces,
        webhook_url=options.webhook_url,
        metadata={name: value for name, value in msgspec.structs.asdict(plan).items() if value is not None},
    )


def _named(name: str) -> str:
    """The name, when it can be shown: in a terminal too, where a control character is a command."""
    try:
        return msgspec.convert(name, FileName)
    except msgspec.ValidationError as error:
        raise ValidationFailedError(
            "A file name has at most 255 characters, none of them a control character", received=name[:_SHOWN]
        ) from error


def _demand_length(request: Request[Any, Any, Any], limit: int) -> None:
    """Raise DocumentTooLargeError for a body that says itself that it does not fit."""
    length = request.headers.get("content-length", "")
    if length.isdecimal() and int(length) > limit:
        raise DocumentTooLargeError("The batch is larger than any allowed one.", received=int(length), maximum=limit)


def _demand_count(count: int, bounds: Bounds, *, least: int = 1) -> None:
    if count > bounds.documents:
        message = f"Document count exceeds maximum of {bounds.documents}"
        raise ValidationFailedError(message, received=count, maximum=bounds.documents)
    if count < least:
        raise ValidationFailedError("A batch has at least one document", received=count, minimum=least)


async def _checked(part: Part, name: str, limit: int) -> AsyncIterator[bytes]:
    """The bytes of a file, as long as it is one that we read and not too large."""
    size, head = 0, b""
    async for chunk in part.chunks():
        size += len(chunk)
        if size > limit:
            raise DocumentTooLargeError(f"{name} is larger than {limit} bytes.", name=name, maximum=limit)
        if len(head) < _HEAD:
            head += chunk[: _HEAD - len(head)]
            _demand_readable(name, head)
        yield chunk
    if size == 0:
        raise EmptyDocumentError(f"{name} is empty.", name=name)


def _demand_readable(name: str, head: bytes) -> None:
    """By content, not by name: a PDF says so in its first bytes, and a text has no control characters."""
    if b"%PDF-" not in head and any(byte < 9 or 14 <= byte < 27 for byte in head):
        raise UnsupportedTypeError(f"{name} is neither a PDF nor plain text.", name=name)


async def _whole_body(request: Request[Any, Any, Any], limit: int) -> bytes:
    _demand_length(request, limit)
    body = bytearray()
    async for chunk in pieces(request):
        body += chunk
        if len(body) > limit:
            raise DocumentTooLargeError(f"The request is larger than {limit} bytes.", maximum=limit)
    return bytes(body)
