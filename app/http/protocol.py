"""HTTP/1.1 as uvicorn speaks it, with bounds: heads have a size and a time, and what is no HTTP gets our error body."""

import asyncio
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import httptools
import msgspec
import structlog
from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from app.http.errors import PROBLEM_TYPE, problem_body

_HEAD_BYTES = 64 * 1024
_HEAD_SECONDS = 30.0
_LINGER_SECONDS = 2.0
_REFUSALS: Mapping[int, tuple[str, str]] = {
    400: ("malformed_request", "This is no HTTP/1.1 request."),
    408: ("request_timeout", "The head of the request did not arrive in time."),
    431: ("head_too_large", f"The head of a request has at most {_HEAD_BYTES} bytes."),
}
_log = structlog.get_logger(category="performance")


class Http11(HttpToolsProtocol):
    """A connection. uvicorn bounds neither the size of a head nor the time that it takes."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._head: int | None = 0
        """Bytes of the head that is arriving; None while a body is."""
        self._lines = 0
        """The same of the head that is being parsed, which may have come with more behind it."""
        self._deadline: asyncio.TimerHandle | None = None
        self._refused = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as in uvicorn
        """The time for the first head begins."""
        super().connection_made(transport)
        self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing more will come."""
        self._stop_clock()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read on. A head that does not end is refused before the parser has gathered much of it."""
        if self._refused:
            return
        if self._head is not None:
            self._head += len(data)
            if self._deadline is None:
                self._await_head()
        super().data_received(data)
        if self._head is not None and self._head > _HEAD_BYTES:
            self._refuse(431)

    def on_message_begin(self) -> None:
        """A request begins."""
        self._lines = 0
        super().on_message_begin()

    def on_url(self, url: bytes) -> None:
        """A piece of the path and the query."""
        self._count(len(url))
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """One header."""
        self._count(len(name) + len(value))
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """The head is there."""
        self._head = None
        self._stop_clock()
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """The body is there; what comes next is a head."""
        self._head = 0
        super().on_message_complete()

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - uvicorn's words are not ours
        """What uvicorn answers when the parser gives up."""
        self._refuse(431 if self._lines > _HEAD_BYTES else 400)

    def _count(self, size: int) -> None:
        self._lines += size
        if self._lines > _HEAD_BYTES:
            raise httptools.HttpParserError("The head is too large.")  # the parser stops, and asks for the 400

    def _await_head(self) -> None:
        self._deadline = self.loop.call_later(_HEAD_SECONDS, self._refuse, 408)

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
        body = msgspec.json.encode(problem_body(status, code, message, instance="/"))
        head = (
            f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\ncontent-type: {PROBLEM_TYPE}\r\n"
            f"content-length: {len(body)}\r\nconnection: close\r\n\r\n"
        )
        self.transport.write(head.encode() + body)
        self.transport.write_eof()
        self._deadline = self.loop.call_later(_LINGER_SECONDS, self.transport.close)
