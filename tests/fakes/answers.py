"""Shared answers in memory, by the same contract as those in Redis."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from domain.answer_cache import AnswerName, SharedAnswers, SharedFigures
from domain.errors import BackendUnavailableError


class MemorySharedAnswers(SharedAnswers):
    """`away` makes it a store that does not answer; `asked` counts what it was asked for."""

    def __init__(self, *, limit: int = 1024**2) -> None:
        self.held: dict[AnswerName, bytes] = {}
        self.away = False
        self.asked = 0
        self._limit = limit
        self._locks: dict[AnswerName, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def get(self, name: AnswerName) -> bytes | None:
        self._answer()
        self.asked += 1
        data = self.held.pop(name, None)
        if data is not None:
            self.held[name] = data
        return data

    async def put(self, name: AnswerName, data: bytes, *, seconds: float) -> None:
        self._answer()
        if len(data) > self._limit / 8:
            return
        self.held.pop(name, None)
        self.held[name] = data
        while sum(map(len, self.held.values())) > self._limit:
            first = next(iter(self.held)).job_id
            self.held = {name: data for name, data in self.held.items() if name.job_id != first}

    async def forget(self, job_id: str) -> None:
        self._answer()
        self.held = {name: data for name, data in self.held.items() if name.job_id != job_id}

    @asynccontextmanager
    async def alone(self, name: AnswerName) -> AsyncIterator[None]:
        async with self._locks[name]:
            yield

    async def figures(self) -> SharedFigures:
        self._answer()
        return SharedFigures(entries=len({n.job_id for n in self.held}), bytes=sum(map(len, self.held.values())))

    def _answer(self) -> None:
        if self.away:
            raise BackendUnavailableError("The cache does not answer.", backend="cache")
