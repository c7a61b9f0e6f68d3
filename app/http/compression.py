"""Answers made smaller on their way out, for callers who take gzip: text that is whole and large enough to gain."""

import asyncio
import zlib
from collections.abc import AsyncIterator
from typing import Any

from litestar.datastructures import MutableScopeHeaders
from litestar.types import Scope, Send

LEAST_BYTES = 1024
"""What is smaller fits into one packet as it is."""
_AT_ONCE_BYTES = 128 * 1024
"""What is larger is compressed in a thread: it takes more than a millisecond."""
_LEVEL = 1
"""A third of the time of level 6, for a tenth more bytes."""
_GZIP = 31
_TEXT = ("application/json", "application/problem+json", "text/plain", "text/html", "application/openmetrics-text")


def takes_gzip(scope: Any) -> bool:
    """Whether the caller says so, and does not take it back with `q=0` (RFC 9110, 12.5.3)."""
    told = b",".join(value for name, value in scope["headers"] if name == b"accept-encoding").lower()
    if b"gzip" not in told and b"*" not in told:
        return False
    weights = dict(_weighed(word) for word in told.decode("latin-1").split(","))
    return weights.get("gzip", weights.get("*", 0.0)) > 0


def compressing(scope: Scope, send: Send) -> Send:
    """`send`, with bodies compressed where that gains: not those that come in pieces, nor those that are already."""
    if not takes_gzip(scope):
        return send
    start: Any = None

    async def packed(message: Any) -> None:
        nonlocal start
        if message["type"] == "http.response.start":
            start = message
            return
        if start is not None:
            begin, start = start, None
            headers = MutableScopeHeaders(begin)
            whole = message["type"] == "http.response.body" and not message.get("more_body")
            if whole and _gains(headers, message["body"]):
                body = await compressed(message["body"])
                headers["Content-Encoding"] = "gzip"
                headers["Content-Length"] = str(len(body))
                message = {**message, "body": body}
            await send(begin)
        await send(message)

    return packed


async def compressed(data: bytes) -> bytes:
    """The bytes as gzip."""
    return await asyncio.to_thread(_gzip, data) if len(data) > _AT_ONCE_BYTES else _gzip(data)


async def expanded(data: bytes) -> bytes:
    """The bytes of a gzip that was made here."""
    return await asyncio.to_thread(zlib.decompress, data, _GZIP)


async def compressed_pieces(pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Pieces of text as pieces of one gzip."""
    packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, _GZIP)
    async for piece in pieces:
        if packed := await asyncio.to_thread(packer.compress, piece):
            yield packed
    yield packer.flush()


def _gzip(data: bytes) -> bytes:
    return zlib.compress(data, _LEVEL, _GZIP)


def _gains(headers: MutableScopeHeaders, body: bytes) -> bool:
    if len(body) < LEAST_BYTES:
        return False
    kind = headers.get("content-type", "").partition(";")[0].strip()
    return kind in _TEXT and "content-encoding" not in headers


def _weighed(word: str) -> tuple[str, float]:
    name, _, parameters = word.partition(";")
    weight = parameters.strip().removeprefix("q=")
    try:
        return name.strip(), float(weight) if parameters.strip() else 1.0
    except ValueError:
        return name.strip(), 0.0
