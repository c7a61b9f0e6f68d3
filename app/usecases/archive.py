"""Jobs that ended long ago go into the archive, and at last go altogether.

Status and results of an archived job answer as before: the artifact store reads them from there.
"""

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime
from typing import TypeAlias

import structlog

from app.usecases.places import read_record
from app.usecases.remove import remove
from app.usecases.services import Services
from domain.errors import RetryableError
from domain.job import FINAL
from domain.records import JobRecord

OnStep: TypeAlias = Callable[[str, int, int], None]
"""Told what is done now, how many steps lie behind and how many there are."""

_Act: TypeAlias = Callable[[Services, str, datetime | None], Awaitable[bool]]
_DATED = re.compile(r"batch_(\d{8})_\w+")
_log = structlog.get_logger()


def silent(_what: str, _done: int, _total: int) -> None:
    """Nobody watches."""


async def archive_old(services: Services, *, before: datetime, on_step: OnStep = silent) -> int:
    """Archive the jobs that ended before that time; how many that were. Twice, at once or killed is harmless."""
    job_ids = [job_id async for job_id in _from_before(services.artifacts.jobs(), before)]
    archived = 0
    for done, job_id in enumerate(job_ids):
        on_step(job_id, done, len(job_ids))
        archived += await _alone(services, job_id, before, archive_one)
    on_step("", len(job_ids), len(job_ids))
    return archived


async def archive_one(services: Services, job_id: str, before: datetime | None = None) -> bool:
    """Archive a job that has ended (before that time); False when it has not, or there was nothing to do."""
    if await _ended(services, job_id, before) is None:
        return False
    if done := await services.artifacts.archive(job_id):
        _log.info("job_archived", job_id=job_id)
    return done


async def expire_old(services: Services, *, before: datetime) -> int:
    """Remove the jobs, archived or not, that ended before that time; how many that were."""
    expired = 0
    for job_ids in (services.artifacts.archived(), services.artifacts.jobs()):
        async for job_id in _from_before(job_ids, before):
            expired += await _alone(services, job_id, before, _expire)
    return expired


async def _expire(services: Services, job_id: str, before: datetime | None) -> bool:
    job = await _ended(services, job_id, before)
    if job is None:
        return False
    await remove(services, job)
    _log.info("job_expired", job_id=job_id)
    return True


async def _ended(services: Services, job_id: str, before: datetime | None) -> JobRecord | None:
    """The job, if it has ended (before that time)."""
    job = await services.jobs.get(job_id) or await read_record(services, job_id)
    if job is None or job.state not in FINAL:
        return None
    return job if before is None or (job.ended_at or job.created_at) < before else None


async def _alone(services: Services, job_id: str, before: datetime, act: _Act) -> bool:
    """One job that cannot be read must not keep all others from their turn."""
    try:
        return await act(services, job_id, before)
    except RetryableError:
        raise
    except Exception:  # noqa: BLE001 - said above
        _log.exception("job_not_kept_in_order", job_id=job_id)
        return False


async def _from_before(job_ids: AsyncIterator[str], before: datetime) -> AsyncIterator[str]:
    """Without those whose name says that they began later: their records need not be read."""
    day = f"{before:%Y%m%d}"
    async for job_id in job_ids:
        dated = _DATED.fullmatch(job_id)
        if dated is None or dated[1] <= day:
            yield job_id
