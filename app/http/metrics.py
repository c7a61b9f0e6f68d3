"""Metrics in the format that the scraper asks for."""

from typing import Any

from litestar import Request, Response
from litestar.handlers import HTTPRouteHandler

from app.http.auth import READ
from app.http.state import services_of
from app.usecases.observe import look_at_results, look_at_work


@HTTPRouteHandler("/metrics", http_method=READ)
async def metrics(request: Request[Any, Any, Any]) -> Response[bytes]:
    """Requests of this process, and the work of all workers; without the latter while the store does not answer."""
    services = services_of(request)
    work, results = await look_at_work(services), await look_at_results(services)
    body, content_type = services.metrics.expose(work, results, request.headers.get("accept", ""))
    return Response(body, media_type=content_type)
