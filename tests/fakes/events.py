"""The events of MemoryJobStore."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress

from domain.job_log import Bell, Event, EventLog
from tests.fakes.jobs import MemoryJobStore


class MemoryBell(Bell):
    """Rung by the store."""

    def __init__(self) -> None:
        self.event = asyncio.Event()

    async def rung(self, seconds: float) -> bool:
        with suppress(TimeoutError):
            await asyncio.wait_for(self.event.wait(), seconds)
        rang = self.event.is_set()
        self.event.clear()
        return rang


class MemoryEventLog(EventLog):
    """Reads what the store tells."""

    def __init__(self, store: MemoryJobStore) -> None:
        self._store = store

    async def newest(self, job_id: str) -> str | None:
        told = self._store.told.get(job_id)
        return told[-1].id if told else None

    async def since(self, job_id: str, last_id: str | None, *, limit: int = 500) -> Sequence[Event] | None:
        told = self._store.told.get(job_id, [])
        if last_id is None:
            return told[:limit]
        places = [n for n, event in enumerate(told) if event.id == last_id]
        return told[places[0] + 1 :][:limit] if places else None

    @asynccontextmanager
    async def watch(self, job_id: str) -> AsyncIterator[Bell]:
        bell = MemoryBell()
        self._store.bells.setdefault(job_id, []).append(bell.event)
        yield bell
        self._store.bells[job_id].remove(bell.event)
