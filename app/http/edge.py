"""Around every request: a span that continues the caller's trace, one log line, one count."""

import asyncio
import time
from typing import Any

import structlog
from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from app.http.compression import compressing
from app.http.door import DECISION, Door
from app.http.errors import ERROR_CODE
from app.http.limit_headers import headers_of
from app.usecases.services import Services
from domain.errors import ServiceTimeoutError

_QUIET = frozenset({"/metrics", "/health", "/api/v1/health", "/health/ready"})
_LASTING = frozenset({"/api/v1/batch/{job_id}/events"})
"""Their time is that until they begin: how long a reader listens says nothing about the service."""
_UNHURRIED = frozenset({*_LASTING, "/api/v1/batch/upload", "/upload"})
"""They read a body for as long as it comes quickly enough, or answer for as long as somebody listens."""
_SHOWN = 200
_log = structlog.get_logger(category="performance")


class Edge(ASGIMiddleware):
    """Names are those of routes, not of paths, so that a million job ids are one name."""

    scopes = (ScopeType.HTTP,)

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        """Serve one request."""
        services: Services = scope["litestar_app"].state.services
        door: Door = scope["litestar_app"].state.door
        method, route = str(scope.get("method")), scope.get("path_template") or "unknown"
        start, status, answered = time.perf_counter(), 500, 0.0

        async def seen(message: Message) -> None:
            nonlocal status, answered
            if message["type"] == "http.response.start":
                status, answered = message["status"], time.perf_counter() - start
                if (decision := scope["state"].get(DECISION)) is not None:
                    message["headers"] = [*message["headers"], *headers_of(decision)]
            await send(message)

        parent = _header(scope, b"traceparent")
        structlog.contextvars.clear_contextvars()
        with services.tracing.span(
            f"{method} {route}", parent=parent, kind="server", **{"http.request.method": method, "http.route": route}
        ) as span:
            try:
                await self._served(scope, receive, compressing(scope, seen), next_app)
            finally:
                door.load.leave(scope["state"])
            span.set(**{"http.response.status_code": status})
            seconds = answered if route in _LASTING else time.perf_counter() - start
            trace = (services.tracing.traceparent() or "").split("-")
            services.metrics.request(method, route, status, seconds, trace[1] if len(trace) > 1 else None)
            if route not in _QUIET:
                code = scope["state"].get(ERROR_CODE)
                why = {"error": code} if code else {}
                _log.info("request_served", method=method, route=route, status=status, ms=_ms(seconds), **why)

    async def _served(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        """Until the answer begins there is a limit; how long a caller takes for his body or to read is not ours."""
        if scope.get("path_template") in _UNHURRIED:
            await next_app(scope, receive, send)
            return
        seconds = scope["litestar_app"].state.patience.request_seconds

        async def begun(message: Message) -> None:
            if message["type"] == "http.response.start":
                limit.reschedule(None)
            await send(message)

        try:
            async with asyncio.timeout(seconds) as limit:
                await next_app(scope, receive, begun)
        except TimeoutError as error:
            if not limit.expired():
                raise
            raise ServiceTimeoutError(retry_after_seconds=1) from error


async def note_unrouted(error: Exception, scope: Scope) -> None:
    """Log and count a request that reached no route, and so not the edge: no such path, a method not allowed."""
    if "path_template" in scope or scope["type"] != ScopeType.HTTP:
        return
    services: Services = scope["litestar_app"].state.services
    method, status = str(scope.get("method")), getattr(error, "status_code", 500)
    services.metrics.request(method, "unknown", status, 0.0, None)
    if status == 404:
        await scope["litestar_app"].state.door.note_stray(services, scope)
    _log.info("request_served", method=method, route="unknown", path=scope["path"][:_SHOWN], status=status)


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 2)


def _header(scope: Any, name: bytes) -> str | None:
    return next((value.decode("latin-1") for key, value in scope["headers"] if key == name), None)
