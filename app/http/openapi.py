"""The description of the interface (OpenAPI 3.1), made of its operations and of the shapes that they really use."""

from collections.abc import Iterator, Mapping
from functools import cache
from http import HTTPStatus
from typing import Any

import msgspec
from litestar import Request, Response
from litestar.handlers import HTTPRouteHandler

from app.http import wire, wire_in, wire_limits, wire_webhooks
from app.http.auth import READ
from app.http.caching import headers_of, tag_of, unchanged
from app.http.errors import PROBLEM_TYPE
from app.http.examples import ANSWERS, BODIES, UPLOAD_JSON, notification, problems
from app.http.operation import JSON, Answer, Operation
from app.http.operations import ALLOWED, OPERATIONS
from app.http.state import services_of

_Json = dict[str, Any]
_REF = "#/components/schemas/{name}"
_SHAPES = tuple(
    shape
    for module in (wire, wire_in, wire_limits, wire_webhooks)
    for shape in vars(module).values()
    if isinstance(shape, type) and issubclass(shape, msgspec.Struct) and shape.__module__ == module.__name__
)
_STATUSES = (400, 401, 403, 404, 408, 409, 413, 415, 422, 429, 503)
_FOLLOWING = ("status", "results", "events", "cancel", "retry", "delete")
"""What can be done with a batch whose id an answer has told."""
_PATH = {
    "job_id": "The id that the upload was answered with.",
    "webhook_id": "The id that its making was answered with, or `default`.",
    "delivery_id": "The `webhook-id` of the delivery.",
    "document_id": "As in the JSON upload; `doc_001`, `doc_002`... for files. Slashes are sent as %2F.",
}
_ASKED = {
    "Idempotency-Key": ("Under one key there is one batch.", {"type": "string", "pattern": "^[!-~]{1,255}$"}),
    "If-None-Match": ("The tag of the answer that the caller has.", {"type": "string"}),
    "Last-Event-ID": ("The id of the event that was seen last.", {"type": "string", "maxLength": 100}),
}
_TOLD = {
    "ETag": ("The tag of this answer.", {"type": "string"}),
    "Cache-Control": ("Who may keep the answer.", {"type": "string"}),
    "Idempotent-Replayed": ("`true`: an earlier upload was answered so.", {"type": "string", "enum": ["true"]}),
    "Retry-After": ("Seconds after which to try again.", {"type": "string", "pattern": "^[0-9]+$"}),
    "WWW-Authenticate": ("How to say who asks.", {"type": "string"}),
}


@HTTPRouteHandler("/openapi.json", http_method=READ, sync_to_thread=False)
def openapi(request: Request[Any, Any, Any]) -> Response[Any]:
    """This interface described."""
    body = _encoded(services_of(request).version)
    tag = tag_of(body)
    return unchanged(request, tag) or Response(body, media_type=JSON, headers=headers_of(tag))


@HTTPRouteHandler(
    [
        path.format(**{name: f"{{{name}:{'path' if name == 'document_id' else 'str'}}}" for name in _PATH})
        for path in ALLOWED
    ],
    http_method="OPTIONS",
    status_code=204,
    sync_to_thread=False,
)
def options(request: Request[Any, Any, Any]) -> Response[None]:
    """What may be done with a path. The framework's own answer knows only the first handler of one."""
    path = str(request.scope["path_template"])
    return Response(None, headers={"Allow": ", ".join(ALLOWED[path])})


def description(version: str) -> _Json:
    """The whole document."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "DECALOGO",
            "version": version,
            "description": "Reads Colombian development plans and scores them against 300 questions.",
        },
        "servers": [{"url": "/"}],
        "paths": _paths(),
        "webhooks": {f"batch.{kind}": _webhook(kind) for kind in ("completed", "failed", "cancelled")},
        "components": {
            "schemas": _schemas(),
            "responses": {f"Error{status}": _error(status) for status in _STATUSES},
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer", "description": "`decalogo keys create`"}},
        },
    }


@cache
def _encoded(version: str) -> bytes:
    return msgspec.json.encode(description(version))


def _paths() -> _Json:
    paths: _Json = {}
    for operation in OPERATIONS:
        for number, path in enumerate(operation.paths):
            paths.setdefault(path, {})[operation.method.lower()] = _operation(operation, path, number)
    return paths


def _operation(operation: Operation, path: str, number: int) -> _Json:
    answers = {str(status): _answer(answer) for status, answer in operation.answers.items()}
    refused = {str(status): {"$ref": f"#/components/responses/Error{status}"} for status in operation.errors}
    body = {"requestBody": _upload()} if operation.upload else _body(operation.body)
    return {
        "operationId": operation.id + (f"_{number + 1}" if number else ""),
        "summary": operation.summary,
        "parameters": [*_path_parameters(path), *_query(operation.query), *map(_header, operation.headers)],
        **body,
        "responses": {**answers, **refused},
        "security": [{"key": [operation.scope]}] if operation.scope else [],
    }


def _answer(answer: Answer) -> _Json:
    out: _Json = {"description": answer.says}
    if answer.headers:
        out["headers"] = {name: _told(name) for name in answer.headers}
    if answer.shape or answer.media:
        schema = _ref(answer.shape) if answer.shape else {"type": "object"} if answer.media == JSON else _TEXT
        example = {"example": ANSWERS[answer.example]} if answer.example else {}
        out["content"] = {answer.media or JSON: {"schema": schema, **example}}
    if answer.links:
        told = {"job_id": "$response.body#/job_id"}
        out["links"] = {name: {"operationId": name, "parameters": told} for name in _FOLLOWING}
    return out


_TEXT = {"type": "string"}
_SIGNED = {
    "webhook-id": "The same over all attempts.",
    "webhook-timestamp": "Seconds since the epoch, of this attempt.",
    "webhook-signature": "`v1,` and base64 of HMAC-SHA256 over `id.timestamp.body`, one a secret, with spaces between.",
}


def _error(status: int) -> _Json:
    told = problems(status)
    names = [*(("Retry-After",) if status in (429, 503) else ()), *(("WWW-Authenticate",) if status == 401 else ())]
    return {
        "description": HTTPStatus(status).phrase,
        "headers": {name: _told(name) for name in names},
        "content": {
            PROBLEM_TYPE: {
                "schema": _ref(wire.Problem),
                "examples": {code: {"value": msgspec.to_builtins(problem)} for code, problem in told.items()},
            }
        },
    }


def _webhook(kind: str) -> _Json:
    return {
        "post": {
            "summary": f"A batch was {kind}" if kind != "failed" else "A batch failed",
            "description": "Signed by Standard Webhooks 1.0, symmetric (v1).",
            "parameters": [
                {"name": name, "in": "header", "required": True, "description": says, "schema": {"type": "string"}}
                for name, says in _SIGNED.items()
            ],
            "requestBody": {
                "required": True,
                "content": {JSON: {"schema": _ref(wire_webhooks.Notification), "example": notification(kind)}},
            },
            "responses": {
                "2XX": {"description": "Heard."},
                "410": {"description": "Never again: the webhook is disabled."},
                "default": {"description": "Not heard: it is tried again, for 75 hours."},
            },
        }
    }


def _upload() -> _Json:
    return {
        "required": True,
        "content": {
            JSON: {"schema": _ref(wire_in.UploadIn), "example": UPLOAD_JSON},
            "multipart/form-data": {"schema": {"$ref": _REF.format(name="UploadForm")}},
        },
    }


def _body(shape: type[msgspec.Struct] | None) -> _Json:
    if shape is None:
        return {}
    return {"requestBody": {"required": True, "content": {JSON: {"schema": _ref(shape), "example": BODIES[shape]}}}}


def _form(schemas: Mapping[str, Any]) -> _Json:
    """Files, and beside them as fields what JSON has in objects."""
    return {
        "type": "object",
        "required": ["files"],
        "additionalProperties": False,
        "properties": {
            "files": {
                "type": "array",
                "minItems": 1,
                "maxItems": 100,
                "items": {"type": "string", "contentMediaType": "application/octet-stream"},
                "description": "PDF or plain text, at most 50 MB each.",
            },
            "documents_metadata": {
                "type": "string",
                "contentMediaType": JSON,
                "description": "A JSON object: file name or id (`doc_001` is the first file) -> object of metadata.",
            },
            **schemas["OptionsIn"]["properties"],
            **schemas["PlanIn"]["properties"],
        },
    }


@cache
def _schemas() -> _Json:
    _, found = msgspec.json.schema_components(_SHAPES, ref_template=_REF)
    schemas: _Json = _for_any_language(found)
    return schemas | {"UploadForm": _form(schemas)}


def _for_any_language(schema: Any) -> Any:
    r"""Patterns without Python's \Z, for which others have $."""
    if isinstance(schema, dict):
        return {
            name: value.replace(r"\Z", "$")
            if name == "pattern" and isinstance(value, str)
            else _for_any_language(value)
            for name, value in schema.items()
        }
    return [_for_any_language(item) for item in schema] if isinstance(schema, list) else schema


def _query(kind: type[msgspec.Struct] | None) -> Iterator[_Json]:
    if kind is None:
        return
    schema = _schemas()[kind.__name__]
    for name, one in schema["properties"].items():
        yield {"name": name, "in": "query", "required": name in schema.get("required", ()), "schema": one}


def _path_parameters(path: str) -> Iterator[_Json]:
    for name, says in _PATH.items():
        if f"{{{name}}}" in path:
            schema = {"type": "string", "minLength": 1, "maxLength": 100}
            yield {"name": name, "in": "path", "required": True, "description": says, "schema": schema}


def _header(name: str) -> _Json:
    says, schema = _ASKED[name]
    return {"name": name, "in": "header", "required": False, "description": says, "schema": schema}


def _told(name: str) -> _Json:
    says, schema = _TOLD[name]
    return {"description": says, "schema": schema}


def _ref(shape: type[msgspec.Struct]) -> _Json:
    return {"$ref": _REF.format(name=shape.__name__)}
