"""The jobs of a tenant, newest first, page by page."""

import asyncio
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from app.usecases.places import look_up
from app.usecases.services import Services
from domain.errors import ValidationFailedError
from domain.job import JobState
from domain.records import JobRecord, Priority

_MOST = 100
_LOOKED_AT = 2000
"""A page ends after so many jobs that did not fit the question: asking for something rare must not read everything."""


class Query(msgspec.Struct, frozen=True, kw_only=True):
    """Which jobs. `tenant` None means those of all; `metadata` is compared as text, without regard to case."""

    tenant: str | None
    states: tuple[JobState, ...] = ()
    priority: Priority | None = None
    created_from: datetime | None = None
    created_to: datetime | None = None
    metadata: Mapping[str, Any] = {}
    limit: int = 20
    cursor: str | None = None


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """Some jobs, and where the next page begins; None when there is none. A page may be shorter than was asked for."""

    jobs: tuple[JobRecord, ...]
    next_cursor: str | None


async def list_jobs(services: Services, query: Query) -> Page:
    """The jobs that fit, newest first. Jobs that come meanwhile move no page. Raises ValidationFailedError."""
    if not 1 <= query.limit <= _MOST:
        raise ValidationFailedError(f"limit is 1 to {_MOST}.", received=query.limit)
    mark, found, looked_at = _mark(query.cursor), list[JobRecord](), 0
    while looked_at < _LOOKED_AT:
        entries = await services.index.page(
            query.tenant,
            before=mark,
            created_from=query.created_from,
            created_to=query.created_to,
            limit=query.limit + 1,
        )
        jobs = await asyncio.gather(*(look_up(services, entry.job_id) for entry in entries))
        for entry, job in zip(entries, jobs, strict=True):
            if len(found) == query.limit:
                return Page(jobs=tuple(found), next_cursor=_cursor(mark))
            mark = entry.mark
            if job and _fits(job, query):
                found.append(job)
        looked_at += len(entries)
        if len(entries) <= query.limit:
            return Page(jobs=tuple(found), next_cursor=None)
    return Page(jobs=tuple(found), next_cursor=_cursor(mark))


def _fits(job: JobRecord, query: Query) -> bool:
    return (
        (not query.states or job.state in query.states)
        and query.priority in (None, job.priority)
        and query.tenant in (None, job.tenant)
        and all(_same(job.metadata.get(name), value) for name, value in query.metadata.items())
    )


def _same(one: object, other: object) -> bool:
    return str(one).casefold() == str(other).casefold()


def _cursor(mark: str | None) -> str | None:
    return None if mark is None else urlsafe_b64encode(mark.encode()).decode().rstrip("=")


def _mark(cursor: str | None) -> str | None:
    if cursor is None:
        return None
    try:
        mark = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
    except (ValueError, UnicodeDecodeError):
        mark = ""
    if "|" not in mark or not mark.isprintable():
        raise ValidationFailedError("The cursor is none that this service gave.", field="cursor")
    return mark
