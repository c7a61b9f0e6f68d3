"""HTTP/1.1 as uvicorn speaks it, with bounds: heads have a size and a time, and what is no HTTP gets our error body.

How long a connection may be idle, deaf or under way is in `app.http.connections`, on which this builds.
"""

import asyncio
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import httptools
import msgspec
import structlog
from uvicorn.config import Config
from uvicorn.server import ServerState

from app.http.connections import Bounds, Connection
from app.http.errors import PROBLEM_TYPE, problem_body
from app.http.response_headers import SHIELD

_LINGER_SECONDS = 2.0
_SINGLE = frozenset({b"host", b"content-length", b"transfer-encoding", b"content-type", b"authorization", b"expect"})
"""Two of one of these mean one thing to us and another to the proxy before us."""
_REFUSALS: Mapping[int, tuple[str, str]] = {
    400: ("malformed_request", "This is no HTTP/1.1 request."),
    408: ("request_timeout", "The head of the request did not arrive in time."),
    414: ("uri_too_long", "The path and the query of a request are too long."),
    431: ("head_too_large", "The head of a request is too large, or has too many headers."),
    503: ("too_many_connections", "Too many connections are open."),
}
_log = structlog.get_logger(category="performance")


class Http11(Connection):
    """A connection. uvicorn bounds neither the size of a head nor the time that it takes."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._arrived = 0
        """Bytes of the head that is arriving."""
        self._lines = 0
        """The same of the head that is being parsed, which may have come with more behind it."""
        self._once: set[bytes] = set()
        self._count = 0
        self._wrong = 400
        self._deadline: asyncio.TimerHandle | None = None
        self._refused = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as in uvicorn
        """The time for the first head begins, unless there are too many connections."""
        super().connection_made(transport)
        if self.one_too_many():
            self._refuse(503)
            return
        self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing more will come."""
        self._stop_clock()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read on. A head that does not end is refused before the parser has gathered much of it."""
        if self._refused:
            return
        if not self.in_body:
            self._arrived += len(data)
            if self._deadline is None:
                self._await_head()
        super().data_received(data)
        if not self.in_body and self._arrived > self.bounds.head_bytes:
            self._refuse(431)

    def on_message_begin(self) -> None:
        """A request begins."""
        self._lines = self._count = 0
        self._once.clear()
        super().on_message_begin()

    def on_url(self, url: bytes) -> None:
        """A piece of the path and the query."""
        self._demand(self._lines + len(url) <= self.bounds.url_bytes, 414)
        self._take(len(url))
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """One header."""
        self._take(len(name) + len(value))
        self._count += 1
        self._demand(self._count <= self.bounds.headers, 431)
        if (low := name.lower()) in _SINGLE:
            self._demand(low not in self._once, 400)
            self._once.add(low)
            self._demand(low != b"transfer-encoding" or value.lower() == b"chunked", 400)
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """The head is there."""
        self._demand(b"host" in self._once or self.parser.get_http_version() == "1.0", 400)
        self._stop_clock()
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """The body is there; what comes next is a head."""
        self._arrived = 0
        super().on_message_complete()

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - uvicorn's words are not ours
        """What uvicorn answers when the parser gives up."""
        self._refuse(self._wrong)

    def _take(self, size: int) -> None:
        self._lines += size
        self._demand(self._lines <= self.bounds.head_bytes, 431)

    def _demand(self, good: bool, status: int) -> None:
        if not good:
            self._wrong = status
            raise httptools.HttpParserError  # the parser stops, and asks for the 400

    def _await_head(self) -> None:
        self._deadline = self.loop.call_later(self.bounds.head_seconds, self._refuse, 408)

    def _stop_clock(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _refuse(self, status: int) -> None:
        """Answer, and hear the caller out for a moment: closing on what he still sends would take the answer away."""
        self._stop_clock()
        if self._refused or self.transport.is_closing():
            return
        self._refused = True
        code, message = _REFUSALS[status]
        _log.info("connection_refused", status=status, error=code)
        if self.cycle is not None and not self.cycle.response_complete:  # an answer is under way, and has the word
            self.transport.close()
            return
        self.transport.write(_answer(status, code, message))
        if self.transport.can_write_eof():
            self.transport.write_eof()
        self._deadline = self.loop.call_later(_LINGER_SECONDS, self.transport.close)


def speaking(bounds: Bounds) -> type[Http11]:
    """The protocol with these bounds, as uvicorn wants it: a class."""
    return type("Http11", (Http11,), {"bounds": bounds, "peers": {}})


def _answer(status: int, code: str, message: str) -> bytes:
    body = msgspec.json.encode(problem_body(status, code, message, instance="/"))
    headers = [*SHIELD, (b"content-type", PROBLEM_TYPE.encode()), (b"content-length", b"%d" % len(body))]
    headers += [(b"cache-control", b"no-store"), (b"connection", b"close")]
    if status == 503:
        headers.append((b"retry-after", b"1"))
    lines = b"".join(b"%s: %s\r\n" % header for header in headers)
    return f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\n".encode() + lines + b"\r\n" + body
