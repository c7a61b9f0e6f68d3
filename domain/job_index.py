"""All jobs that there are: in which order they came, whether the working copy holds them, and what was given up."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Protocol

import msgspec

from domain.records import JobRecord


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """A job in its place. Marks sort as their jobs were created; jobs of one instant sort by id."""

    mark: str
    job_id: str


class DeadLetter(msgspec.Struct, frozen=True, kw_only=True):
    """A document that was given up because every attempt at it died."""

    job_id: str
    tenant: str
    document_id: str
    name: str
    digest: str
    attempts: int
    crashes: int
    reason: str
    error: dict[str, Any]


class JobIndex(Protocol):
    """What is known about jobs as a whole. Losing it loses nothing: it is made again from the jobs' own records."""

    async def add(self, job: JobRecord) -> None:
        """Note a job and its dead letters. Twice is harmless."""
        ...

    async def page(
        self,
        tenant: str | None,
        *,
        before: str | None = None,
        created_from: datetime | None = None,
        created_to: datetime | None = None,
        limit: int,
    ) -> Sequence[Entry]:
        """Jobs of a tenant (None: of all), newest first, after the one marked `before`, created within both bounds."""
        ...

    async def dead(self, limit: int) -> Sequence[tuple[str, str]]:
        """Job and document of each dead letter, the latest first."""
        ...

    async def begin_refill(self, token: str, *, seconds: float) -> bool:
        """Whether the store has lost what it held and this caller is the one to bring it back.

        The caller has `seconds` and asks again to have them anew; False then means that all was lost again meanwhile.
        """
        ...

    async def end_refill(self, token: str) -> bool:
        """Say that all is back; False when it is not this caller's to say."""
        ...
