"""The events of a batch as a stream that a browser's EventSource reads, and reads on where it broke off."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Any

import msgspec
from litestar import Request, Response
from litestar.params import FromPath
from litestar.response.streaming import ASGIStreamingResponse
from litestar.types import Receive, Scope, Send
from msgspec import UNSET

from app.http.auth import READ, Keyed, key_of, requires
from app.http.queries import read_query
from app.http.state import services_of
from app.http.wire_in import EventsIn
from app.usecases.events import follow
from app.usecases.places import find_record
from app.usecases.services import Services
from domain.errors import TooManyStreamsError, ValidationFailedError
from domain.job import FINAL
from domain.job_log import Event
from domain.records import JobRecord

_TYPE = "text/event-stream"
_HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
"""The second one keeps nginx from holding events back."""
_AGAIN_MS = 1000
_HEARTBEAT = b": still here\n\n"
_RETRY_AFTER_SECONDS = 5
_LONGEST_ID = 100


class Streams:
    """The event streams that this process serves, at most `limit`."""

    def __init__(self, *, limit: int, heartbeat_seconds: float) -> None:
        self.heartbeat_seconds = heartbeat_seconds
        self._limit = limit
        self._open: set[_Stream] = set()

    @property
    def open(self) -> int:
        """How many there are."""
        return len(self._open)

    def add(self, stream: "_Stream") -> None:
        """Take one in. Raises TooManyStreamsError."""
        if len(self._open) >= self._limit:
            raise TooManyStreamsError(maximum=self._limit, retry_after_seconds=_RETRY_AFTER_SECONDS)
        self._open.add(stream)

    def remove(self, stream: "_Stream") -> None:
        """It ended."""
        self._open.discard(stream)

    def end(self) -> None:
        """End them all, for the process does; their readers come back and ask another one."""
        for stream in self._open:
            stream.end()


class _Stream(ASGIStreamingResponse):
    """One stream. However it ends, its iterator is closed and its place is free."""

    __slots__ = ("_limit", "_streams")

    def __init__(self, streams: Streams, iterator: AsyncIterator[bytes]) -> None:
        super().__init__(iterator=iterator, media_type=_TYPE, headers=_HEADERS)
        self._streams = streams
        self._limit: asyncio.Timeout | None = None
        streams.add(self)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it."""
        try:
            async with asyncio.timeout(None) as self._limit:
                await super().__call__(scope, receive, send)
        except TimeoutError:
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        finally:
            self._streams.remove(self)

    def end(self) -> None:
        """End it now, in good order."""
        if self._limit is not None:
            self._limit.reschedule(asyncio.get_running_loop().time())


class EventStream(Response[None]):
    """A stream as a handler answers with it. Raises TooManyStreamsError."""

    def __init__(self, streams: Streams, iterator: AsyncIterator[bytes]) -> None:
        super().__init__(None)
        self._stream = _Stream(streams, iterator)

    def to_asgi_response(self, *_args: Any, **_kwargs: Any) -> ASGIStreamingResponse:
        """The stream."""
        return self._stream


@Keyed("/api/v1/batch/{job_id:str}/events", http_method=READ, guards=[requires("read", lasting=True)])
async def events(request: Request[Any, Any, Any], job_id: FromPath[str]) -> Response[None]:
    """What happens to a batch, as it happens. 204 tells a reader who has seen the end not to come back."""
    services, last_id = services_of(request), _last_id(request)
    job = await find_record(services, job_id, key_of(request).tenant)
    if last_id and job.state in FINAL and last_id == await services.events.newest(job.id):
        return Response(None, status_code=204, headers={"Cache-Control": "no-store"})
    if request.method == "HEAD":
        return Response(None, status_code=200, media_type=_TYPE, headers=_HEADERS)
    streams: Streams = request.app.state.streams
    return EventStream(streams, _told(services, job, last_id, streams.heartbeat_seconds))


def _last_id(request: Request[Any, Any, Any]) -> str | None:
    """What the reader saw last: its header, or the parameter for a reader that cannot set one."""
    header = request.headers.get("last-event-id")
    asked = read_query(request, EventsIn).last_event_id
    if header is not None and len(header) > _LONGEST_ID:
        raise ValidationFailedError("The Last-Event-ID is none that this service gave.", maximum=_LONGEST_ID)
    return header or (None if asked is UNSET else asked) or None


async def _told(
    services: Services, job: JobRecord, last_id: str | None, heartbeat_seconds: float
) -> AsyncIterator[bytes]:
    yield b"retry: %d\n\n" % _AGAIN_MS
    async with aclosing(follow(services, job, last_id, heartbeat_seconds=heartbeat_seconds)) as told:
        async for event in told:
            yield _HEARTBEAT if event is None else _written(event)


def _written(event: Event) -> bytes:
    """JSON has no line breaks, so that the data is one line."""
    return b"id: %b\nevent: %b\ndata: %b\n\n" % (
        event.id.encode(),
        event.kind.encode(),
        msgspec.json.encode(event.data),
    )
