"""Looks again and again for what a death left, as long as its process lives."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from app.usecases.process import Processor
from app.usecases.recovery import (
    recover_forgotten,
    recover_silent,
    recover_unfinished,
    refill,
    remove_abandoned,
    write_unwritten,
)
from app.usecases.services import Services
from domain.errors import RetryableError

_WATCH_SECONDS = 0.25
_TIDY_SECONDS = 0.5
_IDLE_LOOK_SECONDS = 5.0
_BUSY_LOOK_SECONDS = 60.0
_SCAN_SECONDS = 600.0
_CLEAN_SECONDS = 3600.0
_log = structlog.get_logger()


async def keep_going(services: Services, *, hands: Processor | None = None) -> None:
    """Until cancelled. `hands` is what works in this process, where something does."""
    await asyncio.gather(_watch(services, hands), _tidy(services))


async def _watch(services: Services, hands: Processor | None) -> None:
    """Notice quickly who died, and what runs here for nothing."""
    me, running = (hands.worker, hands.running) if hands else (None, frozenset[tuple[str, str]]())
    while True:
        await asyncio.sleep(_WATCH_SECONDS)
        if hands:
            await _attempt(hands.stop_superseded)
        await _attempt(lambda: recover_silent(services, me=me, running=running))


async def _tidy(services: Services) -> None:
    """What takes longer, or is needed seldom."""
    turns = (
        _Turn(_TIDY_SECONDS, refill),
        _Turn(_TIDY_SECONDS, write_unwritten),
        _Turn(_IDLE_LOOK_SECONDS, _recover_if_idle),
        _Turn(_BUSY_LOOK_SECONDS, recover_unfinished),
        _Turn(_SCAN_SECONDS, recover_forgotten),
        _Turn(_CLEAN_SECONDS, remove_abandoned),
    )
    while True:
        for turn in turns:
            await turn.take(services)
        await asyncio.sleep(_TIDY_SECONDS)


class _Turn:
    """A sweep and how often it has its turn, at the start first of all."""

    def __init__(self, seconds: float, sweep: Callable[[Services], Awaitable[int]]) -> None:
        self._seconds = seconds
        self._sweep = sweep
        self._due = 0.0

    async def take(self, services: Services) -> None:
        """Sweep, if it is time."""
        clock = asyncio.get_running_loop().time
        if clock() >= self._due and await _attempt(lambda: self._sweep(services)):
            self._due = clock() + self._seconds


async def _recover_if_idle(services: Services) -> int:
    """An empty queue beside jobs that have not ended: whatever waits there has lost its message."""
    return await recover_unfinished(services) if await services.queue.depth() == 0 else 0


async def _attempt(sweep: Callable[[], Awaitable[int]]) -> bool:
    """Whether the store answered. A sweep that fails is tried again at the next turn."""
    try:
        if count := await sweep():
            _log.info("sweep_recovered", count=count)
    except RetryableError as error:
        _log.warning("sweep_postponed", error=error.message)
        return False
    except Exception:  # noqa: BLE001 - one job that cannot be read must not end the sweeps for all others
        _log.exception("sweep_failed")
    return True
