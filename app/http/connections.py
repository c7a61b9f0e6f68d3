"""How long a connection may be idle, deaf or under way, and how many there may be, at all and from one caller."""

import asyncio
from typing import Any, ClassVar

import msgspec
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from app.http.clients import Network, Proxies, peer_of, site_of


class Bounds(msgspec.Struct, frozen=True, kw_only=True):
    """What a caller may take of a server by its connections; seconds, bytes, counts."""

    head_bytes: int = 64 * 1024
    head_seconds: float = 30.0
    url_bytes: int = 8 * 1024
    headers: int = 100
    idle_seconds: float = 15.0
    """Between two requests."""
    requests: int = 10_000
    """On one connection, which is closed then."""
    unread_seconds: float = 60.0
    """In which a caller has to read something, of what no buffer takes any more, or the rest when the answer ended."""
    leftover_seconds: float = 10.0
    """In which a body has to end whose request was answered before."""
    connections: int = 1000
    connections_each: int = 500
    """From one address that is no trusted proxy's."""
    proxies: Proxies = Proxies()


class Connection(HttpToolsProtocol):
    """uvicorn's protocol, which ends a connection only when it is idle; its clocks run only while there is a reason."""

    bounds: ClassVar[Bounds] = Bounds()
    peers: ClassVar[dict[Network, int]] = {}
    """How many connections each caller has."""

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.timeout_keep_alive = self.bounds.idle_seconds  # type: ignore[assignment]  # seconds, whole or not
        self.in_body = False
        """Whether what arrives is a body."""
        self._site: Network | None = None
        self._served = 0
        self._leftover: asyncio.TimerHandle | None = None
        self._unread: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as in uvicorn
        """Count it."""
        super().connection_made(transport)
        peer = peer_of(self.client)
        if peer is not None and peer not in self.bounds.proxies:
            self._site = site_of(peer)
            self.peers[self._site] = self.peers.get(self._site, 0) + 1

    def connection_lost(self, exc: Exception | None) -> None:
        """Count it no more."""
        _stop(self._leftover)
        _stop(self._unread)
        if self._site is not None:
            self.peers[self._site] -= 1
            if not self.peers[self._site]:
                del self.peers[self._site]
        super().connection_lost(exc)

    def one_too_many(self) -> bool:
        """Whether this connection is above what is allowed, at all or to its caller."""
        own = self.peers[self._site] if self._site is not None else 0
        return len(self.connections) > self.bounds.connections or own > self.bounds.connections_each

    def on_headers_complete(self) -> None:
        """The head of a request is there."""
        self.in_body = True
        super().on_headers_complete()
        self._served += 1
        if self._served >= self.bounds.requests:
            self.cycle.keep_alive = False

    def on_message_complete(self) -> None:
        """Its body is there, too."""
        self.in_body = False
        _stop(self._leftover)
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """The answer was written; its caller has to read it, and to end what he sends."""
        super().on_response_complete()
        if self.in_body and self.cycle.response_complete:
            self._leftover = self.loop.call_later(self.bounds.leftover_seconds, self.transport.close)
        if self.transport.is_closing():
            self._demand_reading()

    def timeout_keep_alive_handler(self) -> None:
        """Nothing came for so long."""
        super().timeout_keep_alive_handler()
        self._demand_reading()

    def pause_writing(self) -> None:
        """The buffers are full of what the caller does not read."""
        super().pause_writing()
        self._demand_reading()

    def resume_writing(self) -> None:
        """He has read on."""
        _stop(self._unread)
        super().resume_writing()
        if self.transport.is_closing():  # and must read the rest
            self._demand_reading()

    def _demand_reading(self) -> None:
        _stop(self._unread)
        self._unread = self.loop.call_later(self.bounds.unread_seconds, self.transport.abort)


def _stop(clock: asyncio.TimerHandle | None) -> None:
    if clock is not None:
        clock.cancel()
