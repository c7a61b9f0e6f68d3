"""Health: alive (never asks a dependency), ready (may batches come), and the parts as the last look found them."""

from datetime import datetime
from typing import Any

from litestar import Request, Response
from litestar.handlers import HTTPRouteHandler

from app.http.auth import READ
from app.http.state import probe_of, services_of
from app.usecases.observe import Health
from app.usecases.services import Services
from domain.records import Space, Work
from domain.storage import UNBOUNDED

_MB = 1024 * 1024


@HTTPRouteHandler(["/health", "/api/v1/health"], http_method=READ, sync_to_thread=False)
def health(request: Request[Any, Any, Any]) -> dict[str, Any]:
    """The process answers, so it is alive: always 200. What the parts are like is what the background look last saw."""
    services, probe = services_of(request), probe_of(request)
    last = probe.last
    uptime = _since(probe.started_at, services.clock.now())
    components: dict[str, Any] = {"api": {"status": "healthy", "uptime_seconds": uptime}}
    body: dict[str, Any] = {
        "status": "degraded" if last and last.verdict != "healthy" else "healthy",
        "version": services.version,
        "timestamp": services.clock.now(),
        "components": components,
    }
    if last:
        components |= _components(services, last)
        body["checked_seconds_ago"] = _since(last.at, services.clock.now())
        if last.work:
            body["metrics"] = _metrics(last.work)
    return body


@HTTPRouteHandler("/health/ready", http_method=READ, sync_to_thread=False)
def ready(request: Request[Any, Any, Any]) -> Response[dict[str, Any]]:
    """Whether batches can be taken in: 503 until the first look, and while the store of jobs does not answer."""
    last = probe_of(request).last
    verdict = last.verdict if last else "unhealthy"
    return Response({"status": verdict}, status_code=503 if verdict == "unhealthy" else 200)


def _components(services: Services, last: Health) -> dict[str, Any]:
    out: dict[str, Any] = {"redis": _redis(services, last)}
    if last.work:
        out["workers"] = _workers(last.work)
    if last.space:
        out["storage"] = _storage(last.space)
    return out


def _since(then: datetime, now: datetime) -> float:
    """Seconds, and never less than none: the clock may have been put back."""
    return max(0.0, round((now - then).total_seconds(), 1))


def _storage(space: Space) -> dict[str, Any]:
    if space == UNBOUNDED:  # a bucket: it answers, and has no figures
        return {"status": "healthy"}
    used = 100 * (1 - space.free / space.total)
    return {
        "status": "healthy" if used < 95 else "degraded",
        "disk_usage_percent": round(used, 1),
        "available_gb": round(space.free / 1024**3, 1),
    }


def _redis(services: Services, last: Health) -> dict[str, Any]:
    if last.backend is None:
        return {"status": "unhealthy", "error": last.error}
    return {
        "status": "healthy",
        "queue_size": last.work.queue_depth if last.work else None,
        "queue_capacity": services.bounds.queue_capacity,
        "memory_usage_mb": round(last.backend.memory_bytes / _MB, 1),
        "memory_capacity_mb": round(last.backend.memory_capacity_bytes / _MB) or None,
        "round_trip_ms": round(last.backend.seconds * 1000, 2),
    }


def _workers(work: Work) -> dict[str, Any]:
    busy = sum(w.busy > 0 for w in work.workers)
    return {
        "status": "healthy" if work.workers else "unhealthy",
        "total_workers": len(work.workers),
        "active_workers": len(work.workers),
        "idle_workers": len(work.workers) - busy,
        "busy_workers": busy,
        "total_capacity": sum(w.capacity for w in work.workers),
        "current_load": sum(w.busy for w in work.workers),
    }


def _metrics(work: Work) -> dict[str, Any]:
    figures = work.figures
    ended = sum(figures.latency)
    return {
        "jobs_completed_last_hour": figures.jobs_completed_last_hour,
        "jobs_failed_last_hour": figures.jobs_failed_last_hour,
        "average_processing_time_seconds": round(figures.latency_seconds / ended, 1) if ended else None,
        "throughput_documents_per_hour": figures.documents_last_hour,
    }
