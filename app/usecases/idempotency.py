"""An upload that may be sent again: the first one makes the batch, every other one gets that batch's answer.

The batch's record in the files is the truth; what the port keeps is the quick way to it, made again when it was lost.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from typing import TypeAlias

import msgspec

from app.usecases.places import read_record
from app.usecases.remove import remove
from app.usecases.services import Services
from app.usecases.submit import Draft, Order, admission, new_id, submit
from domain.canonical import digest_bytes
from domain.errors import IdempotencyInFlightError, IdempotencyMismatchError, RetryableError
from domain.idempotency import Idempotent, named
from domain.records import JobRecord

Reading: TypeAlias = Callable[[str], Awaitable[tuple[Order, Sequence[Draft]]]]
"""Reads an upload into the files of a job."""

_TRIES = 5


async def take_in_once(
    services: Services, tenant: str, key: str, read: Reading, estimate: Callable[[int], int]
) -> tuple[JobRecord, bool]:
    """The batch of this upload, and whether an earlier upload under the key had made it.

    Raises IdempotencyInFlightError and IdempotencyMismatchError, and what `read` and `submit` raise, which leaves the
    key free.
    """
    name, job_id = named(tenant, key), new_id(services)
    if (earlier := await _claim(services, name, job_id)) is not None:
        await _demand_same(services, earlier, job_id, read)
        return earlier, True
    async with _held(services, name, job_id), admission(services, tenant, job_id):
        order, drafts = await read(job_id)
        facts = Idempotent(
            name=name,
            fingerprint=_fingerprint(order, drafts),
            estimated_completion_seconds=estimate(len(drafts)),
        )
        if not await services.idempotency.renew(name, job_id=job_id):
            raise IdempotencyInFlightError(retry_after_seconds=1)  # it lapsed, and another upload has it
        job = await submit(services, job_id, tenant, order, drafts, idempotency=facts)
        await _demand_still_held(services, name, job)
        return job, False


async def _claim(services: Services, name: str, job_id: str) -> JobRecord | None:
    """None when the name is ours now, else the batch that it stands for."""
    instead_of = None
    for _ in range(_TRIES):
        holder = await services.idempotency.claim(name, job_id=job_id, instead_of=instead_of)
        if holder == job_id:
            return None
        if holder is None:
            await _restore(services)
            continue
        job = await read_record(services, holder)  # what the store alone knows was never accepted
        if job is not None and job.idempotency is not None and job.idempotency.name == name:
            return job
        instead_of = holder  # whose process died before it was accepted
    raise IdempotencyInFlightError(retry_after_seconds=1)


async def _demand_still_held(services: Services, name: str, job: JobRecord) -> None:
    """Take the batch back when the name has come to stand for another's: the store was emptied, and whoever then filled
    it from the files did not find this batch there yet. Raises IdempotencyInFlightError.
    """
    held = True
    with suppress(RetryableError):  # then it is accepted, as it is in the files
        held = await services.idempotency.renew(name, job_id=job.id)
    if not held:
        await remove(services, job)
        raise IdempotencyInFlightError(retry_after_seconds=1)


async def _demand_same(services: Services, earlier: JobRecord, job_id: str, read: Reading) -> None:
    """Raise IdempotencyMismatchError unless this upload is the one that made the batch. Nothing of it stays."""
    try:
        order, drafts = await read(job_id)
    finally:
        await services.artifacts.delete(job_id)
    assert earlier.idempotency
    if _fingerprint(order, drafts) != earlier.idempotency.fingerprint:
        raise IdempotencyMismatchError


@asynccontextmanager
async def _held(services: Services, name: str, job_id: str) -> AsyncIterator[None]:
    """Keep the lease while the upload arrives. A failure frees the name; without the store, time does."""
    try:
        async with _renewed(services, name, job_id):
            yield
    except BaseException:
        with suppress(RetryableError):
            await services.idempotency.free(name, job_id=job_id)
        raise
    with suppress(RetryableError):
        await services.idempotency.settle(name, job_id=job_id)


@asynccontextmanager
async def _renewed(services: Services, name: str, job_id: str) -> AsyncIterator[None]:
    keeping = asyncio.create_task(_keep(services, name, job_id))
    try:
        yield
    finally:
        keeping.cancel()
        await asyncio.wait([keeping])


async def _keep(services: Services, name: str, job_id: str) -> None:
    while True:
        await asyncio.sleep(services.idempotency.lease_seconds / 3)
        with suppress(RetryableError):
            await services.idempotency.renew(name, job_id=job_id)


def _fingerprint(order: Order, drafts: Sequence[Draft]) -> str:
    return digest_bytes(msgspec.json.encode([order, drafts], order="deterministic"))


async def _restore(services: Services) -> None:
    """Tell the store of every batch that is young enough; ids begin with the day, so older ones are not read."""
    now, keep = services.clock.now(), timedelta(seconds=services.idempotency.keep_seconds)
    oldest, kept = f"batch_{now - keep:%Y%m%d}", dict[str, tuple[str, float]]()
    async for job_id in services.artifacts.jobs():
        job = await read_record(services, job_id) if job_id >= oldest else None
        if job is not None and job.idempotency is not None and (left := job.created_at + keep - now) > timedelta():
            kept[job.idempotency.name] = (job_id, left.total_seconds())
    await services.idempotency.restore(kept)
