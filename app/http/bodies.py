"""The body of a request as it arrives, and how deep and long what it says may be."""

from collections.abc import AsyncIterator, Iterable, Mapping
from typing import Any

import msgspec
from litestar import Request
from litestar.exceptions import InternalServerException

from domain.errors import ValidationFailedError

_DEEPEST = 32
_METADATA_BYTES = 64 * 1024


async def pieces(request: Request[Any, Any, Any]) -> AsyncIterator[bytes]:
    """The body. Raises ValidationFailedError when the caller goes away in its midst, which is no defect of ours."""
    try:
        async for chunk in request.stream():
            yield chunk
    except InternalServerException as error:  # so the framework calls it
        raise ValidationFailedError("The request broke off before its end") from error


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
