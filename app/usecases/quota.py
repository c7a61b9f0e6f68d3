"""How much a tenant may keep and how full the store may get. Counted where it changes, never by a walk in a request.

An accepted batch counts with the bytes of its documents at once. What it leaves beside them, and what was deleted or
compressed, is in the count after the next recount: a tenant may be over its limit by the results of an hour.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from app.usecases.places import read_record
from app.usecases.services import Services
from domain.errors import QuotaExceededError, StorageFullError

_RETRY_AFTER_SECONDS = 60


async def demand_free_space(services: Services) -> None:
    """Raises StorageFullError while less is free than is kept for what runs."""
    least = services.bounds.free_bytes
    if least > 0 and (free := (await services.artifacts.space()).free) < least:
        raise StorageFullError(free_bytes=free, minimum=least, retry_after_seconds=_RETRY_AFTER_SECONDS)


async def demand_quota(services: Services, tenant: str) -> None:
    """Raises QuotaExceededError when the tenant has nothing left: before anything of a batch is read."""
    limit = services.bounds.tenant_bytes
    if limit > 0 and (used := await services.usage.used(tenant)) >= limit:
        raise QuotaExceededError(used_bytes=used, quota_bytes=limit)


@asynccontextmanager
async def charged(services: Services, tenant: str, size: int) -> AsyncIterator[None]:
    """The bytes count for the tenant if the block succeeds. Raises QuotaExceededError when that is too much, for as
    many of those who come at once as do not fit.
    """
    limit = services.bounds.tenant_bytes
    if limit <= 0:
        yield
        return
    used = await services.usage.add(tenant, size)
    try:
        _demand_within(limit, used, size)
        yield
    except BaseException:
        await services.usage.add(tenant, -size)
        raise


def _demand_within(limit: int, used: int, size: int) -> None:
    if used > limit:
        raise QuotaExceededError(used_bytes=used - size, quota_bytes=limit, received=size)


async def recount(services: Services) -> int:
    """Count anew what every tenant keeps; how many tenants keep something. Nothing is counted where nothing is limited.

    What is accepted while it counts may be missing until the next time.
    """
    if services.bounds.tenant_bytes <= 0:
        return 0
    counts: dict[str, int] = {}
    for job_id, size in (await services.artifacts.usage()).items():
        if (job := await read_record(services, job_id)) is not None:
            counts[job.tenant] = counts.get(job.tenant, 0) + size
    await services.usage.replace(counts)
    return len(counts)
