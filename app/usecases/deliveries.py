"""What became of deliveries: the log of a webhook, what was given up, and delivering once more."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec
import structlog

from app.usecases.services import Services
from domain.delivery import Delivery, DeliveryState, Entry, Standing, asked_again, in_order, standing
from domain.errors import DeliveryNotFoundError

_SHOWN = 200
_log = structlog.get_logger()


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """A delivery, its log, and where it stands."""

    delivery: Delivery
    entries: Sequence[Entry]
    standing: Standing


class DeliveryPage(msgspec.Struct, frozen=True, kw_only=True):
    """Deliveries, newest first; `next_cursor` leads to older ones."""

    deliveries: tuple[Told, ...]
    next_cursor: str | None


async def delivery_log(
    services: Services, tenant: str, webhook_id: str, *, limit: int, cursor: str | None = None
) -> DeliveryPage:
    """The deliveries of a webhook; those of batches that were removed are gone with them."""
    ids = await services.webhooks.schedule.log(tenant, webhook_id, limit=limit, after=cursor)
    more = ids[-1] if len(ids) == limit else None
    return DeliveryPage(deliveries=await _read(services, ids), next_cursor=more)


async def dead_deliveries(services: Services, tenant: str, *, limit: int) -> tuple[Told, ...]:
    """The deliveries of a tenant that were given up, the latest first."""
    return await _read(services, await services.webhooks.schedule.dead(tenant, limit=limit))


async def find_delivery(services: Services, tenant: str, webhook_id: str, delivery_id: str) -> Told:
    """One delivery of a webhook. Raises DeliveryNotFoundError, for another tenant's too."""
    for told in await _read(services, [delivery_id]):
        if (told.delivery.tenant, told.delivery.webhook_id) == (tenant, webhook_id):
            return told
    raise DeliveryNotFoundError(delivery_id=delivery_id[:_SHOWN])


async def redeliver(services: Services, told: Told) -> Told:
    """Deliver it at once, whatever became of it, with the whole schedule of retries before it again.

    One that is being sent at this moment is sent once more after that.
    """
    delivery, now = told.delivery, services.clock.now()
    entry = asked_again(told.entries, now)
    if await services.webhooks.store.note(delivery.id, entry):
        _log.info("redelivery_asked", webhook_id=delivery.webhook_id, delivery_id=delivery.id)
    await services.webhooks.schedule.postpone(delivery, now)
    (again,) = await _read(services, [delivery.id])
    return again


async def refill_schedule(services: Services) -> int:
    """When the schedule was forgotten, make it again from the store; how many deliveries wait. Any number may do it."""
    schedule, waiting = services.webhooks.schedule, 0
    lease = timedelta(seconds=services.webhooks.lease_seconds)
    async for delivery, entries in services.webhooks.store.deliveries():
        stands = standing(delivery, entries, lease=lease)
        if stands.state is DeliveryState.PENDING:
            waiting += 1
            await schedule.add(delivery, stands.next_at)
        else:
            await schedule.restore(delivery, dead=stands.state is DeliveryState.DEAD)
    await schedule.restored()
    if waiting:
        _log.warning("deliveries_restored_from_files", count=waiting)
    return waiting


async def expire_deliveries(services: Services, *, before: datetime) -> int:
    """Let go of what is older, the log with it; of how many batches."""
    await services.webhooks.schedule.trim(before)
    return await services.webhooks.store.expire(before)


async def _read(services: Services, ids: Sequence[str]) -> tuple[Told, ...]:
    lease = timedelta(seconds=services.webhooks.lease_seconds)
    found = [await services.webhooks.store.read(delivery_id) for delivery_id in ids]
    return tuple(
        Told(delivery=delivery, entries=in_order(entries), standing=standing(delivery, entries, lease=lease))
        for delivery, entries in filter(None, found)
    )
