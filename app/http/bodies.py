"""The body of a request as it arrives, and how deep and long what it says may be."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping
from typing import Any, TypeVar

import msgspec
from litestar import Request
from litestar.exceptions import InternalServerException

from domain.errors import DocumentTooLargeError, UnsupportedTypeError, UploadStalledError, ValidationFailedError

_PATIENCE_SECONDS = 60.0
_DEEPEST = 32
_METADATA_BYTES = 64 * 1024
_SMALL_BYTES = 64 * 1024
_T = TypeVar("_T")


async def pieces(request: Request[Any, Any, Any]) -> AsyncIterator[bytes]:
    """The body. Raises UploadStalledError when nothing comes for a minute.

    When the caller goes away in its midst it raises ValidationFailedError, for that is no defect of ours.
    """
    stream = request.stream()
    try:
        while True:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                chunk = await anext(stream, None)
            if chunk is None:
                return
            yield chunk
    except TimeoutError as error:
        raise UploadStalledError from error
    except InternalServerException as error:  # so the framework calls it
        raise ValidationFailedError("The request broke off before its end") from error


async def read_small(request: Request[Any, Any, Any], kind: type[_T]) -> _T:
    """A small JSON body. Raises UnsupportedTypeError, DocumentTooLargeError and ValidationFailedError."""
    if request.content_type[0] != "application/json":
        raise UnsupportedTypeError("The body is application/json.", received=request.content_type[0] or None)
    body = bytearray()
    async for chunk in pieces(request):
        body += chunk
        if len(body) > _SMALL_BYTES:
            raise DocumentTooLargeError(f"The request is larger than {_SMALL_BYTES} bytes.", maximum=_SMALL_BYTES)
    try:
        return msgspec.json.decode(body, type=kind)
    except msgspec.DecodeError as error:
        raise invalid(error) from error
    except RecursionError as error:
        raise ValidationFailedError("The JSON is nested too deep") from error


def invalid(error: msgspec.DecodeError) -> ValidationFailedError:
    """What msgspec found, with the path of the member that it found it at."""
    message, _, path = str(error).partition(" - at `")
    return ValidationFailedError(message, path=path.rstrip("`") or None)


def demand_small(metadata: Mapping[str, Any], where: str) -> None:
    """Raise ValidationFailedError unless these members can be kept: every look at a job reads them again."""
    level: list[Any] = [metadata]
    for _ in range(_DEEPEST):
        level = [inner for outer in level for inner in _within(outer) if isinstance(inner, dict | list)]
    if level:
        raise ValidationFailedError("The metadata is nested too deep", path=where, maximum=_DEEPEST)
    size = len(msgspec.json.encode(metadata))
    if size > _METADATA_BYTES:
        raise ValidationFailedError("The metadata is too long", path=where, received=size, maximum=_METADATA_BYTES)


def _within(value: dict[str, Any] | list[Any]) -> Iterable[Any]:
    return value.values() if isinstance(value, dict) else value
