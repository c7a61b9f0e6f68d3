"""The parts of a multipart body as they arrive: each one is read before the next is known."""

from collections.abc import AsyncIterator
from typing import Any

from litestar import Request
from multipart import MultipartError, MultipartSegment, PushMultipartParser, parse_options_header

from app.http.bodies import pieces
from domain.errors import ValidationFailedError


class Part:
    """A field or a file. Its chunks can be read once, while it is the current part."""

    def __init__(self, segment: MultipartSegment, events: AsyncIterator[MultipartSegment | bytes | None]) -> None:
        self.name: str = segment.name or ""
        self.filename: str | None = segment.filename
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
        raise ValidationFailedError(f"The multipart body is not sound: {error}") from error
