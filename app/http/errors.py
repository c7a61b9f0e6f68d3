"""Errors as answers: one table from an error's class to its status, one body for all of them."""

import math
from collections.abc import Mapping
from typing import Any

import structlog
from litestar import Request, Response
from litestar.exceptions import HTTPException, ValidationException
from msgspec import UNSET

from app.http.wire import Problem
from domain import access_errors, errors
from domain.errors import DecalogoError

STATUS: Mapping[type[DecalogoError], int] = {
    errors.DecalogoError: 500,
    errors.CallerError: 400,
    errors.RetryableError: 503,
    errors.DefectError: 500,
    errors.DocumentError: 400,
    errors.EmptyDocumentError: 400,
    errors.UnsupportedTypeError: 415,
    errors.DamagedPdfError: 400,
    errors.PasswordRequiredError: 400,
    errors.NoTextLayerError: 400,
    errors.PageBombError: 400,
    errors.DocumentTooLargeError: 413,
    errors.TooManyPagesError: 400,
    errors.UndecodableTextError: 400,
    errors.EvaluationTimeoutError: 500,
    errors.EvaluationMemoryError: 500,
    errors.EvaluationCrashedError: 503,
    errors.ValidationFailedError: 400,
    errors.UploadStalledError: 408,
    errors.ServiceTimeoutError: 503,
    errors.UnauthorizedError: 401,
    errors.ForbiddenError: 403,
    errors.JobNotFoundError: 404,
    errors.DocumentNotFoundError: 404,
    errors.WebhookNotFoundError: 404,
    errors.DeliveryNotFoundError: 404,
    errors.IllegalMoveError: 409,
    errors.IdempotencyInFlightError: 409,
    errors.IdempotencyMismatchError: 422,
    errors.TooManyStreamsError: 503,
    errors.RateLimitedError: 429,
    access_errors.AddressBlockedError: 429,
    access_errors.TooManyAtOnceError: 429,
    access_errors.OverloadedError: 503,
    access_errors.SanctionNotFoundError: 404,
    errors.QueueFullError: 503,
    errors.QuotaExceededError: 403,
    errors.StorageFullError: 503,
    errors.BackendUnavailableError: 503,
    errors.SettingsError: 500,
    access_errors.KeyNotFoundError: 404,
    access_errors.KeyEndedError: 409,
    errors.BackupNotFoundError: 404,
    errors.RestoreConflictError: 409,
    errors.DamagedStoreError: 500,
    errors.ModelUnavailableError: 500,
    errors.ReleaseMismatchError: 500,
    errors.ContractViolationError: 500,
    errors.PlanOrderError: 500,
}
"""Every class of `domain.errors` is here; a test sees to it."""

ERROR_CODE = "error_code"
"""Under this name the code of an error is in the request's state, for the log line of the request."""

PROBLEM_TYPE = "application/problem+json"
_TOP_LEVEL = ("retry_after_seconds", "queue_size", "queue_capacity")
_CODES = {
    400: "validation_error",
    404: "not_found",
    405: "method_not_allowed",
    413: "payload_too_large",
    415: "unsupported_media_type",
}
_DEFECT = "The service failed; the error has been logged."
_log = structlog.get_logger()


def problem(
    request: Request[Any, Any, Any],
    status: int,
    *,
    code: str,
    message: str,
    details: Mapping[str, Any],
    headers: Mapping[str, str] | None = None,
) -> Response[Problem]:
    """The answer to what failed."""
    request.state[ERROR_CODE] = code
    body = problem_body(status, code, message, instance=request.scope["path"], details=details)
    out = {"Cache-Control": "no-store", **(headers or {})}
    if body.retry_after_seconds is not UNSET:
        out["Retry-After"] = str(max(1, math.ceil(body.retry_after_seconds)))
    if status == 408:
        out["Connection"] = "close"  # the rest of the request may come for ever
    if status == 401:
        out["WWW-Authenticate"] = 'Bearer realm="decalogo"'
    return Response(body, status_code=status, headers=out, media_type=PROBLEM_TYPE)


def problem_body(
    status: int, code: str, message: str, *, instance: str, details: Mapping[str, Any] | None = None
) -> Problem:
    """The same as a value, for what is answered before there is a request."""
    told = {name: value for name, value in (details or {}).items() if value is not None}
    top = {name: told.pop(name) for name in _TOP_LEVEL if name in told}
    return Problem(
        type=f"/problems/{code}",
        title=code.replace("_", " ").capitalize(),
        status=status,
        detail=message,
        instance=instance,
        error=code,
        message=message,
        details=told,
        **top,
    )


def on_decalogo_error(request: Request[Any, Any, Any], error: DecalogoError) -> Response[Any]:
    """An error of ours. What is a defect keeps its facts for the log."""
    status = STATUS[type(error)]
    if status == 500:
        _log.error("request_failed", code=error.code, error=error.message, path=request.url.path, exc_info=error)
        return problem(request, status, code=error.code, message=_DEFECT, details={})
    facts = {name: value for name, value in error.facts.items() if name != "cause"}
    if status == 503:
        _log.warning("request_refused", code=error.code, error=error.message, path=request.url.path, **error.facts)
        facts.setdefault("retry_after_seconds", 1)
    return problem(request, status, code=error.code, message=error.message, details=facts)


def on_http_exception(request: Request[Any, Any, Any], error: HTTPException) -> Response[Any]:
    """An error that the framework found: no such path, a method that is not allowed, a query that does not fit."""
    status = error.status_code
    if status >= 500:
        return on_exception(request, error)
    details: dict[str, Any] = {}
    if isinstance(error, ValidationException) and isinstance(error.extra, list):
        details = {"problems": [{"key": p.get("key"), "message": p.get("message")} for p in error.extra]}
    code = _CODES.get(status, "bad_request")
    return problem(request, status, code=code, message=error.detail or code, details=details, headers=error.headers)


def on_exception(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    """Anything else is our defect: logged whole, told in one sentence."""
    _log.error("request_failed", path=request.url.path, exc_info=error)
    return problem(request, 500, code=DecalogoError.code, message=_DEFECT, details={})


HANDLERS: Mapping[type[Exception] | int, Any] = {
    DecalogoError: on_decalogo_error,
    HTTPException: on_http_exception,
    Exception: on_exception,
}
