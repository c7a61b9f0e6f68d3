"""From a message of the queue to its use case."""

import asyncio

from app.usecases.finish import finish
from app.usecases.process import Processor
from app.usecases.services import Services
from domain.errors import RetryableError

_FINISH_BACKOFF_SECONDS = (0.2, 1.0, 5.0)


class Tasks:
    """The messages that a worker understands."""

    def __init__(self, services: Services, processor: Processor) -> None:
        self._services = services
        self._processor = processor

    async def process(self, job_id: str, document_id: str, attempt: int, traceparent: str | None) -> None:
        """Evaluate one document."""
        await self._processor.process(job_id, document_id, attempt, traceparent)

    async def finish(self, job_id: str, traceparent: str | None) -> None:
        """End a batch; what cannot be done now is tried again, and after that left to the sweep."""
        with self._services.tracing.span("finish_batch", parent=traceparent, kind="consumer", job_id=job_id):
            for wait in _FINISH_BACKOFF_SECONDS:
                try:
                    await finish(self._services, job_id)
                except RetryableError:
                    await asyncio.sleep(wait)
                else:
                    return
