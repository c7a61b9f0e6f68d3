"""Follows the stages of one evaluation: the facts for its spans, the newest stage for whoever asks for the status."""

import asyncio
from contextlib import suppress
from types import TracebackType
from typing import Self

from app.usecases.lifecycle import BatchJobManager
from app.usecases.services import Services
from domain.errors import DecalogoError
from domain.ports import StageFact

_LEAST_SECONDS = 0.25


class Progress:
    """A listener of stages. It tells the job store the newest one, a few times a second at most."""

    def __init__(self, services: Services, job_id: str, document_id: str) -> None:
        self._manager = BatchJobManager(services)
        self._job_id = job_id
        self._document_id = document_id
        self._changed = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self.stage: str | None = None
        self.facts: list[StageFact] = []

    def __call__(self, event: str | StageFact) -> None:
        """Hear of a stage that begins (its flow) or has ended (its fact)."""
        if isinstance(event, str):
            self.stage = event
            self._changed.set()
        else:
            self.facts.append(event)

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._follow())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._task
        self._task.cancel()
        await asyncio.wait([self._task])

    async def _follow(self) -> None:
        while True:
            await self._changed.wait()
            self._changed.clear()
            with suppress(DecalogoError):
                await self._manager.update_progress(self._job_id, self._document_id, self.stage or "")
            await asyncio.sleep(_LEAST_SECONDS)
