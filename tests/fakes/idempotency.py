"""Idempotency keys in memory, by the same contract as those in Redis."""

import time
from collections.abc import Mapping

from domain.errors import IdempotencyInFlightError
from domain.idempotency import Idempotency


class MemoryIdempotency(Idempotency):
    """`jobs` and `leases` are name -> (job, end); `known` is False once it was emptied."""

    def __init__(self, *, lease_seconds: float = 30.0, keep_seconds: float = 86400.0) -> None:
        self.lease_seconds = lease_seconds
        self.keep_seconds = keep_seconds
        self.jobs: dict[str, tuple[str, float]] = {}
        self.leases: dict[str, tuple[str, float]] = {}
        self.known = False

    def empty(self) -> None:
        self.__init__(lease_seconds=self.lease_seconds, keep_seconds=self.keep_seconds)

    async def claim(self, name: str, *, job_id: str, instead_of: str | None = None) -> str | None:
        if not self.known:
            return None
        if _live(self.leases, name):
            raise IdempotencyInFlightError(retry_after_seconds=1)
        holder = _live(self.jobs, name)
        if holder not in (None, instead_of):
            return holder
        self.jobs[name] = (job_id, time.monotonic() + self.keep_seconds)
        self.leases[name] = (job_id, time.monotonic() + self.lease_seconds)
        return job_id

    async def renew(self, name: str, *, job_id: str) -> bool:
        if _live(self.jobs, name) not in (None, job_id):
            return False
        self.jobs.setdefault(name, (job_id, time.monotonic() + self.keep_seconds))
        self.leases[name] = (job_id, time.monotonic() + self.lease_seconds)
        return True

    async def settle(self, name: str, *, job_id: str) -> None:
        if _live(self.leases, name) == job_id:
            del self.leases[name]

    async def free(self, name: str, *, job_id: str) -> None:
        if _live(self.jobs, name) == job_id:
            del self.jobs[name]
            self.leases.pop(name, None)

    async def restore(self, kept: Mapping[str, tuple[str, float]]) -> None:
        for name, (job_id, seconds) in kept.items():
            self.jobs.setdefault(name, (job_id, time.monotonic() + seconds))
        self.known = True


def _live(entries: dict[str, tuple[str, float]], name: str) -> str | None:
    job_id, end = entries.get(name, (None, 0.0))
    if job_id is not None and end <= time.monotonic():
        del entries[name]
        return None
    return job_id
