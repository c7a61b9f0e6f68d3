"""Answers that cost much to make, kept: in this process, behind it in what all processes share, and made once.

Whoever asks names the answer by all that decides it (`AnswerName`), so that nothing here has to be invalidated: after a
change the name is another. Two who ask at once in one process wait for the same; two processes take turns by a lock.
When the shared part does not answer, each process goes on with its own.
"""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from typing import TypeAlias

import structlog

from domain.answer_cache import AnswerName, SharedAnswers, SharedFigures
from domain.errors import BackendUnavailableError
from domain.ops.recent import Recent

Make: TypeAlias = Callable[[], Awaitable[bytes | None]]
"""The answer; empty when it is too large to be kept, None when it may not be kept now."""

_JITTER = 0.1
_FIGURES_SECONDS = 1.0
_log = structlog.get_logger()


class Tally:
    """What has been asked of a cache since this process began."""

    def __init__(self) -> None:
        self.hits = 0
        self.misses = 0
        self.errors = 0


def lifetime(seconds: float) -> float:
    """About so long: a tenth more or less, so that what was kept together does not end together."""
    return seconds * random.uniform(1 - _JITTER, 1 + _JITTER)  # noqa: S311 - no secret


class KeptAnswers:
    """Each lives for about `seconds`. `limit` bounds the bytes that this process keeps."""

    def __init__(
        self, shared: SharedAnswers, *, limit: int, seconds: float, now: Callable[[], float] = time.monotonic
    ) -> None:
        self.recent: Recent[AnswerName, bytes] = Recent(limit)
        self.tally = Tally()
        self._shared = shared
        self.seconds = seconds
        self._now = now
        self._made: dict[AnswerName, asyncio.Task[bytes | None]] = {}

    async def get(self, name: AnswerName, make: Make) -> bytes | None:
        """The answer, from where it is kept or else made now; None when it is not to be kept. Raises what `make` does.

        Who waits for one that another caller's request makes counts as a hit: nothing is made for him.
        """
        held = self.recent.get(name, self._now())
        if held is not None:
            self.tally.hits += 1
            return held or None
        task = self._made.get(name)
        if task is None:
            task = self._made[name] = asyncio.create_task(self._find_or_make(name, make))
            task.add_done_callback(lambda done: self._ended(name, done))
        else:
            self.tally.hits += 1
        return await asyncio.shield(task) or None  # a caller who goes away takes it from nobody

    async def forget(self, job_id: str) -> None:
        """Keep nothing of this job any more; what other processes have of it ends with its time."""
        for name in self.recent.names():
            if name.job_id == job_id:
                self.recent.drop(name)
        try:
            await self._shared.forget(job_id)
        except BackendUnavailableError:
            self.tally.errors += 1

    async def shared_figures(self) -> SharedFigures | None:
        """What all processes share now; None when that does not answer."""
        try:
            async with asyncio.timeout(_FIGURES_SECONDS):
                return await self._shared.figures()
        except (BackendUnavailableError, TimeoutError):
            return None

    async def _find_or_make(self, name: AnswerName, make: Make) -> bytes | None:
        found = await self._ask(name)
        if found is None:
            async with self._shared.alone(name):
                found = await self._ask(name)  # somebody may have made it while we waited
                if found is None:
                    self.tally.misses += 1
                    return await self._make(name, make)
        self.tally.hits += 1
        self._hold(name, found)
        return found

    async def _make(self, name: AnswerName, make: Make) -> bytes | None:
        data = await make()
        if data is None:
            return None
        self._hold(name, data)
        try:
            await self._shared.put(name, data, seconds=lifetime(self.seconds))
        except BackendUnavailableError:
            self.tally.errors += 1
        return data

    async def _ask(self, name: AnswerName) -> bytes | None:
        try:
            return await self._shared.get(name)
        except BackendUnavailableError:
            self.tally.errors += 1
            return None

    def _hold(self, name: AnswerName, data: bytes) -> None:
        self.recent.put(name, data, size=len(data), until=self._now() + lifetime(self.seconds))

    def _ended(self, name: AnswerName, task: asyncio.Task[bytes | None]) -> None:
        del self._made[name]
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.debug("answer_not_made", job_id=name.job_id, error=str(error))
