"""The parts of a multipart body as they arrive: each one is read before the next is known."""

import re
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import unquote

from litestar import Request
from multipart import MultipartError, MultipartSegment, PushMultipartParser, parse_options_header

from app.http.bodies import pieces
from domain.errors import ValidationFailedError

_EXTENDED = re.compile(r";\s*filename\*=(utf-8|iso-8859-1)'[^']*'([^;\s]+)", re.IGNORECASE)
_PLAIN = frozenset({"7bit", "8bit", "binary"})


class Part:
    """A field or a file. Its chunks can be read once, while it is the current part."""

    def __init__(self, segment: MultipartSegment, events: AsyncIterator[MultipartSegment | bytes | None]) -> None:
        self.name: str = segment.name or ""
        self.filename = _filename(segment)
        self._events = events

    async def chunks(self) -> AsyncIterator[bytes]:
        """Its bytes."""
        async for event in self._events:
            if event is None:
                return
            assert isinstance(event, bytes | bytearray)
            yield bytes(event)

    async def text(self, limit: int) -> str:
        """All of it as UTF-8, up to `limit` bytes. Raises ValidationFailedError."""
        data = b""
        async for chunk in self.chunks():
            data += chunk
            if len(data) > limit:
                raise ValidationFailedError(f"The field {self.name} is too long", field=self.name, maximum=limit)
        try:
            return data.decode()
        except UnicodeDecodeError as error:
            raise ValidationFailedError(f"The field {self.name} is not UTF-8", field=self.name) from error


async def parts(request: Request[Any, Any, Any]) -> AsyncIterator[Part]:
    """The parts in order. Raises ValidationFailedError when the body is no sound multipart form."""
    _, options = parse_options_header(request.headers.get("content-type", ""))
    boundary = options.get("boundary")
    if not boundary:
        raise ValidationFailedError("The multipart body names no boundary")
    events = _events(request, boundary)
    try:
        async for event in events:
            if isinstance(event, MultipartSegment):
                _demand_plain(event)
                yield Part(event, events)
    finally:
        await events.aclose()


async def _events(request: Request[Any, Any, Any], boundary: str) -> Any:
    try:
        with PushMultipartParser(boundary, max_segment_count=1000, header_charset="utf8") as parser:
            async for chunk in pieces(request):
                if parser.closed or not chunk:
                    continue
                for event in parser.parse(chunk):
                    yield event
    except MultipartError as error:
        raise ValidationFailedError(f"The multipart body is not sound: {error.args[0]}") from error


def _filename(segment: MultipartSegment) -> str | None:
    """The name as RFC 5987 writes it, where a client gives it so too: the plain one then lacks its accents."""
    plain: str | None = segment.filename
    extended = _EXTENDED.search(segment.header("Content-Disposition", ""))
    try:
        return unquote(extended[2], extended[1], errors="strict") if extended else plain
    except ValueError:
        return plain


def _demand_plain(segment: MultipartSegment) -> None:
    """Raise ValidationFailedError for a part whose bytes are not the content itself, which no form has any more."""
    coding = segment.header("Content-Transfer-Encoding", "binary").strip().lower()
    if coding not in _PLAIN or (segment.content_type or "").startswith("multipart/"):
        raise ValidationFailedError(
            "A part is neither encoded nor a multipart of its own", field=segment.name, name=segment.filename
        )
