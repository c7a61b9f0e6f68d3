"""What the caches have done and hold."""

from typing import Any

from litestar import Request, Response

from app.http.auth import READ, Keyed, requires
from app.http.state import services_of
from app.http.wire import CacheClass, CacheShared, CacheStats, EvaluationCache
from app.usecases.kept_answers import Tally
from app.usecases.observe import look_at_results
from domain.ops.recent import Recent


@Keyed("/api/v3/cache/stats", http_method=READ, guards=[requires("operate")])
async def stats(request: Request[Any, Any, Any]) -> Response[CacheStats]:
    """Statuses and results that were kept by the process that answers, what all processes share, and evaluations."""
    services = services_of(request)
    statuses, answers = services.statuses, services.answers
    shared, evaluations = await answers.shared_figures(), await look_at_results(services)
    hits, misses = (getattr(statuses.tally, n) + getattr(answers.tally, n) for n in ("hits", "misses"))
    answer = CacheStats(
        hit_rate_percentage=_percentage(hits, misses),
        cache_errors=statuses.tally.errors + answers.tally.errors,
        connected_to_redis=shared is not None,
        classes={
            "status": _class(statuses.tally, statuses.recent, statuses.seconds),
            "results": _class(answers.tally, answers.recent, answers.seconds),
        },
        shared=CacheShared(entries=shared.entries, bytes=shared.bytes) if shared else None,
        evaluations=EvaluationCache(
            hits=evaluations.hits,
            misses=evaluations.misses,
            entries=evaluations.entries,
            bytes=evaluations.bytes,
            evictions=evaluations.evictions,
        )
        if evaluations
        else None,
    )
    return Response(answer, headers={"Cache-Control": "no-store"})


def _class(tally: Tally, recent: Recent[Any, Any], seconds: float) -> CacheClass:
    return CacheClass(
        hits=tally.hits,
        misses=tally.misses,
        hit_rate_percentage=_percentage(tally.hits, tally.misses),
        entries=len(recent),
        bytes=recent.bytes,
        evictions=recent.evictions,
        ttl_seconds=seconds,
    )


def _percentage(hits: int, misses: int) -> float | None:
    return round(100 * hits / (hits + misses), 1) if hits + misses else None
