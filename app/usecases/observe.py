"""Looks at the service from inside: work and workers for metrics, and in the background the health of each part."""

import asyncio
import math
from contextlib import suppress
from datetime import datetime
from itertools import pairwise
from typing import Literal, TypeAlias

import msgspec
import structlog

from app.usecases.services import Services
from domain.errors import DecalogoError
from domain.records import LATENCY_BUCKETS, Backend, Figures, Space, Work
from domain.result_cache import ResultFigures

Verdict: TypeAlias = Literal["healthy", "degraded", "unhealthy"]

_PROBE_SECONDS = 5.0
_DEADLINE_SECONDS = 2.0
_log = structlog.get_logger()


class Health(msgspec.Struct, frozen=True, kw_only=True):
    """What the last look found; None where that part did not answer."""

    at: datetime
    backend: Backend | None
    work: Work | None
    space: Space | None
    error: str | None = None

    @property
    def verdict(self) -> Verdict:
        """unhealthy: no jobs come in. degraded: they do, but nobody works on them or the disk is nearly full."""
        if self.backend is None:
            return "unhealthy"
        full = self.space is None or self.space.free < self.space.total * 0.05
        return "degraded" if full or self.work is None or not self.work.workers else "healthy"


async def look_at_work(services: Services) -> Work | None:
    """The work and the workers now; None when the store does not answer in time."""
    with services.tracing.flow("metric_collection", "pipeline_orchestrator"):
        try:
            async with asyncio.timeout(_DEADLINE_SECONDS):
                return Work(
                    figures=await services.jobs.figures(services.clock.now()),
                    workers=await services.fleet.workers(),
                    queue_depth=await services.queue.depth(),
                )
        except (DecalogoError, TimeoutError):
            return None


async def look_at_results(services: Services) -> ResultFigures | None:
    """What the result cache has done and holds; None when the store does not answer in time."""
    with suppress(DecalogoError, TimeoutError):
        async with asyncio.timeout(_DEADLINE_SECONDS):
            return await services.tally.figures()
    return None


class Probe:
    """Looks again and again, so that whoever asks for the health is answered at once and never causes a check."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self.started_at = services.clock.now()
        self.last: Health | None = None

    @property
    def work(self) -> Work | None:
        """The work as the last look found it: for estimates, which need no look of their own."""
        return self.last.work if self.last else None

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            await self.look()
            await asyncio.sleep(_PROBE_SECONDS)

    async def look(self) -> None:
        """Once."""
        before, self.last = self.last, await self._seen()
        if before is None or before.verdict != self.last.verdict:
            was = before.verdict if before else None
            _log.info("health_changed", before=was, now=self.last.verdict, error=self.last.error)

    async def _seen(self) -> Health:
        services = self._services
        with services.tracing.flow("health_check", "pipeline_orchestrator"):
            backend, error = None, None
            try:
                async with asyncio.timeout(_DEADLINE_SECONDS):
                    backend = await services.jobs.ping()
            except (DecalogoError, TimeoutError) as failure:
                error = str(failure) or f"no answer within {_DEADLINE_SECONDS:g} seconds"
            space = None
            with suppress(OSError):
                space = await services.artifacts.space()
            work = await look_at_work(services) if backend else None
            return Health(at=services.clock.now(), backend=backend, work=work, space=space, error=error)


def expected_seconds(work: Work | None, documents: int, *, new: bool = False) -> int:
    """How long until so many documents have ended, from how long documents took until now (20 s before any did).

    What waits is ahead of documents that are `new`; others are among it. Places work in turns, so that one document
    takes its whole time however many places there are.
    """
    places = sum(w.capacity for w in work.workers) if work else 0
    depth = work.queue_depth if work else 0
    waiting = depth + documents if new else max(depth, documents)
    return max(1, round(_each(work.figures if work else Figures()) * math.ceil(waiting / max(1, places))))


_MIDDLES = tuple((low + high) / 2 for low, high in pairwise((*LATENCY_BUCKETS, 2 * LATENCY_BUCKETS[-1])))


def _each(figures: Figures) -> float:
    """Seconds a document. Those under a second are left out while there are others: most are repeated or tiny, and
    would promise a plan in no time.
    """
    quick, *others = figures.latency
    if any(others):
        return sum(middle * count for middle, count in zip(_MIDDLES, others, strict=True)) / sum(others)
    return figures.latency_seconds / quick if quick else 20.0
