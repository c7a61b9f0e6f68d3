"""The API process: the application, and a server for it that says when it is ready."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from functools import partial
from ssl import PROTOCOL_TLS_SERVER, SSLContext
from typing import Any

import uvicorn
from litestar import Litestar
from litestar.config.cors import CORSConfig
from litestar.datastructures import State

from app.container import build
from app.http import batch, cache, deliveries, events, health, jobs, limits, metrics, openapi, webhooks
from app.http.bodies import Patience
from app.http.clients import proxies
from app.http.connections import Bounds
from app.http.door import Door, Load
from app.http.edge import Edge, note_unrouted
from app.http.errors import HANDLERS
from app.http.limit_headers import NAMES as LIMIT_HEADERS
from app.http.preflight import explain_refusal
from app.http.protocol import speaking
from app.http.response_headers import every_answer
from app.keyring import read_keys
from app.knobs import Http, Settings
from app.usecases.deliver import Deliverer
from app.usecases.keys import keep_fresh
from app.usecases.maintain import keep_going
from app.usecases.observe import Probe
from app.usecases.retention import keep_in_order
from app.usecases.services import Services
from app.usecases.suspicion import keep_watch
from domain.errors import SettingsError

Opener = Callable[[Settings], AbstractAsyncContextManager[Services]]

_HANDLERS: tuple[Any, ...] = (
    openapi.options,  # before the others, each of which would bring its own for a path that has none
    batch.upload,
    batch.status,
    batch.results,
    events.events,
    jobs.listed,
    jobs.document,
    jobs.cancelled,
    jobs.retried,
    jobs.deleted,
    jobs.letters,
    webhooks.created,
    webhooks.listed,
    webhooks.one,
    webhooks.changed,
    webhooks.rotated,
    webhooks.deleted,
    deliveries.listed,
    deliveries.redelivered,
    deliveries.given_up,
    cache.stats,
    limits.standing,
    limits.blocked,
    limits.block,
    limits.unblock,
    health.health,
    health.ready,
    metrics.metrics,
    openapi.openapi,
)


def create_app(settings: Settings, *, opener: Opener = build) -> Litestar:
    """The application; its services open when it starts and close when it ends."""

    @asynccontextmanager
    async def lifespan(app: Litestar) -> AsyncIterator[None]:
        async with opener(settings) as services:
            app.state.services = services
            app.state.probe = Probe(services)
            keys = keep_fresh(
                services.keys,
                seconds=settings.keys.refresh_seconds,
                begin=partial(read_keys, settings, services.clock, services.keys),
            )
            others = (
                keep_going(services),
                keep_in_order(services),
                keys,
                keep_watch(services.suspicion),
                app.state.probe.run(),
                Deliverer(services).run(),
            )
            background = [asyncio.create_task(other) for other in others]
            try:
                yield
            finally:
                for task in background:
                    task.cancel()
                await asyncio.gather(*background, return_exceptions=True)

    _demand_certificate(settings.http)
    trusted = proxies(settings.http.trusted_proxies)
    return Litestar(
        route_handlers=_HANDLERS,
        lifespan=[lifespan],
        middleware=[Edge()],
        before_send=[explain_refusal, every_answer(trusted, hsts_seconds=settings.http.hsts_seconds)],
        exception_handlers={**HANDLERS},
        after_exception=[note_unrouted],
        cors_config=_cors(settings.http),
        openapi_config=None,
        state=State(
            {
                "http": settings.http,
                "streams": _streams(settings.http),
                "patience": _patience(settings.http),
                "door": _door(settings),
            }
        ),
        logging_config=None,
        debug=False,
    )


def _cors(http: Http) -> CORSConfig | None:
    """Which pages of other origins may call; None when none may."""
    origins = [origin.strip() for origin in http.cors_origins.split(",") if origin.strip()]
    if not origins:
        return None
    return CORSConfig(
        allow_origins=origins,
        allow_methods=["GET", "HEAD", "POST", "PATCH", "DELETE"],
        allow_headers=["Authorization", "Content-Type", "Idempotency-Key", "If-None-Match", "Last-Event-ID"],
        expose_headers=["ETag", "Idempotent-Replayed", "Retry-After", *LIMIT_HEADERS],
    )


def _door(settings: Settings) -> Door:
    knobs = settings.rate_limit
    return Door(
        proxies(settings.http.trusted_proxies),
        spared=proxies(knobs.allow),
        load=Load(at_once=knobs.at_once, reserve=knobs.reserve, tenant_at_once=knobs.tenant_at_once),
    )


def _demand_certificate(http: Http) -> None:
    """Raise SettingsError unless the certificate and its key can be used; a key with a password cannot."""
    if http.tls_certificate is None:
        return
    try:
        SSLContext(PROTOCOL_TLS_SERVER).load_cert_chain(http.tls_certificate, http.tls_key, password="")
    except OSError as error:  # SSLError is one
        raise SettingsError(f"TLS with {http.tls_certificate} and {http.tls_key} is not possible: {error}.") from error


def _streams(http: Http) -> events.Streams:
    return events.Streams(limit=http.event_streams, heartbeat_seconds=http.event_heartbeat_seconds)


def _patience(http: Http) -> Patience:
    return Patience(request_seconds=http.request_seconds, body_seconds=http.body_seconds, body_rate=http.body_rate)


def _bounds(http: Http) -> Bounds:
    return Bounds(
        head_bytes=http.head_bytes,
        head_seconds=http.head_seconds,
        url_bytes=http.url_bytes,
        headers=http.headers,
        idle_seconds=http.idle_seconds,
        requests=http.requests_per_connection,
        leftover_seconds=http.leftover_seconds,
        unread_seconds=http.unread_seconds,
        connections=http.connections,
        connections_each=http.connections_each,
        proxies=proxies(http.trusted_proxies),
    )


async def serve(app: Litestar, listener: socket.socket, stop: asyncio.Event, *, on_ready: Callable[[], None]) -> None:
    """Answer requests until `stop`; requests that run then have ten seconds to end."""
    http: Http = app.state.http
    server = _Server(
        uvicorn.Config(
            app,
            http=speaking(_bounds(http)),
            ssl_certfile=http.tls_certificate,
            ssl_keyfile=http.tls_key,
            log_config=None,
            access_log=False,
            lifespan="on",
            ws="none",
            proxy_headers=False,  # app.http.clients reads them
            timeout_graceful_shutdown=10,
            server_header=False,
        )
    )
    running = asyncio.create_task(server.serve(sockets=[listener]))
    stopping = asyncio.create_task(stop.wait())
    ready = asyncio.create_task(server.ready.wait())
    await asyncio.wait([running, stopping, ready], return_when=asyncio.FIRST_COMPLETED)
    if server.ready.is_set():
        on_ready()
    await asyncio.wait([running, stopping], return_when=asyncio.FIRST_COMPLETED)
    server.should_exit = True
    app.state.streams.end()
    for task in (stopping, ready):
        task.cancel()
    await running


class _Server(uvicorn.Server):
    """Leaves the signals to whoever runs it."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, and say so."""
        await super().startup(sockets)
        if self.started:
            self.ready.set()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """None."""
        yield
