"""The body of a request as it arrives, and how deep and long what it says may be."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping
from typing import Any, TypeVar

import msgspec
from litestar import Request
from litestar.exceptions import InternalServerException

from domain.errors import DocumentTooLargeError, UnsupportedTypeError, UploadStalledError, ValidationFailedError

_DEEPEST = 32
_METADATA_BYTES = 64 * 1024
_SMALL_BYTES = 64 * 1024
_T = TypeVar("_T")


class Patience(msgspec.Struct, frozen=True, kw_only=True):
    """How long a request may take: until its answer begins, and for its body, which has to come at this rate."""

    request_seconds: float = 60.0
    body_seconds: float = 60.0
    """Without a byte; and from when on the rate counts."""
    body_rate: float = 1024.0
    """Bytes a second, over all the time that was spent waiting for them."""


async def pieces(request: Request[Any, Any, Any]) -> AsyncIterator[bytes]:
    """The body. Raises UploadStalledError when nothing comes for a minute, or too little for longer.

    When the caller goes away in its midst it raises ValidationFailedError, for that is no defect of ours.
    """
    patience: Patience = request.app.state.patience
    stream, clock = request.stream(), asyncio.get_running_loop().time
    waited, received = 0.0, 0
    try:
        while True:
            start = clock()
            async with asyncio.timeout(patience.body_seconds):
                chunk = await anext(stream, None)
            if chunk is None:
                return
            waited, received = waited + clock() - start, received + len(chunk)
            if waited > patience.body_seconds and received < waited * patience.body_rate:
                raise UploadStalledError
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
