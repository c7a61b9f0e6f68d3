"""A queue in memory; what was sent may be looked at."""

from collections.abc import Mapping

from domain.ports import Queue
from domain.records import Priority

_ORDER = {"high": 1, "normal": 2, "low": 3}


class MemoryQueue(Queue):
    """`documents` holds (order, job, document, attempt) of what waits; `finishes` the jobs that are to end."""

    def __init__(self) -> None:
        self.documents: list[tuple[int, str, str, int]] = []
        self.finishes: list[str] = []

    async def enqueue_documents(
        self,
        job_id: str,
        attempts: Mapping[str, int],
        *,
        priority: Priority,
        recovered: bool = False,
        traceparent: str | None = None,
    ) -> int:
        known = {message[1:] for message in self.documents}
        new = [(job_id, *attempt) for attempt in attempts.items() if (job_id, *attempt) not in known]
        self.documents += [(0 if recovered else _ORDER[priority], *message) for message in new]
        self.documents.sort(key=lambda message: message[0])
        return len(new)

    async def enqueue_finish(self, job_id: str, *, traceparent: str | None = None) -> None:
        if job_id not in self.finishes:
            self.finishes.append(job_id)

    async def discard(self, job_id: str, attempts: Mapping[str, int]) -> None:
        gone = {(job_id, document, n) for document, last in attempts.items() for n in range(1, last + 1)}
        self.documents = [m for m in self.documents if m[1:] not in gone]

    async def depth(self) -> int:
        return len(self.documents)
