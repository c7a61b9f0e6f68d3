"""Webhooks and deliveries over any store of objects. Each object is created once and never overwritten.

    webhooks/endpoints/<tenant, hashed>/<webhook>.<version>.json
    webhooks/deliveries/<job>/<delivery>.json
    webhooks/deliveries/<job>/<delivery>.<number>.<kind>.json     its log

Of all who create the same name one does. So two who change a webhook at once do it one after the other, and an attempt
at a delivery belongs to one sender, whatever becomes of leases.
"""

import re
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from datetime import datetime
from hashlib import sha256

import msgspec

from domain.delivery import Delivery, Entry, job_of
from domain.errors import BackendUnavailableError, DecalogoError
from domain.storage import ObjectStore
from domain.webhook import Webhook, WebhookState
from domain.webhook_ports import WebhookStore

_ENDPOINTS, _DELIVERIES = "webhooks/endpoints", "webhooks/deliveries"
_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,199}")
_DATED = re.compile(r"batch_(\d{8})_\w+")
_TRIES = 50


class ObjectWebhookStore(WebhookStore):
    """What is created stays through a power cut once the call has returned, as the store of objects promises."""

    def __init__(self, objects: ObjectStore) -> None:
        self._objects = objects

    async def add(self, webhook: Webhook) -> bool:
        """Keep a new one; False when there is one of that tenant and id, or was."""
        folder = _endpoints(webhook.tenant)
        if await self._versions(folder, webhook.id):
            return False
        return await self._objects.create(_version(folder, webhook.id, 1), msgspec.json.encode(webhook))

    async def find(self, tenant: str, webhook_id: str) -> Webhook | None:
        """The webhook; None when there is none, or none any more."""
        _, webhook = await self._newest(tenant, webhook_id)
        return webhook

    async def webhooks(self, tenant: str | None = None) -> Sequence[Webhook]:
        """Those of a tenant, or all, oldest first."""
        folder = _ENDPOINTS if tenant is None else _endpoints(tenant)
        newest: dict[str, str] = {}
        for name in sorted([stored.name async for stored in self._objects.list(folder)]):
            newest[name.rpartition("/")[0] + name.rpartition("/")[2].partition(".")[0]] = name
        found = [await self._read(name) for name in newest.values()]
        there = [webhook for webhook in found if webhook is not None and webhook.state is not WebhookState.REMOVED]
        return sorted(there, key=lambda webhook: (webhook.created_at, webhook.id))

    async def change(self, tenant: str, webhook_id: str, change: Callable[[Webhook], Webhook]) -> Webhook | None:
        """The webhook after the change, which is asked again when another one came first; None as for `find`."""
        for _ in range(_TRIES):
            number, webhook = await self._newest(tenant, webhook_id)
            changed = None if webhook is None else change(webhook)
            if webhook is None or changed is None or changed == webhook:
                return webhook
            place = _version(_endpoints(tenant), webhook_id, number + 1)
            if await self._objects.create(place, msgspec.json.encode(changed)):
                await self._objects.delete([_version(_endpoints(tenant), webhook_id, number)])
                return changed
        raise BackendUnavailableError("The webhook is being changed by too many at once.", backend="storage")

    async def post(self, delivery: Delivery) -> bool:
        """Keep a new delivery; False when it is there."""
        place = f"{_deliveries(delivery.job_id)}/{_word(delivery.id)}.json"
        return await self._objects.create(place, msgspec.json.encode(delivery))

    async def note(self, delivery_id: str, entry: Entry) -> bool:
        """Add an entry to the log of a delivery; True for exactly one of all who note the same number and kind."""
        place = f"{_deliveries(job_of(delivery_id))}/{_word(delivery_id)}.{entry.number:06d}.{entry.kind}.json"
        return await self._objects.create(place, msgspec.json.encode(entry))

    async def read(self, delivery_id: str) -> tuple[Delivery, Sequence[Entry]] | None:
        """A delivery and its log."""
        job_id = job_of(delivery_id)
        if not _PLAIN.fullmatch(job_id) or not _PLAIN.fullmatch(delivery_id):
            return None
        return await self._delivery(delivery_id, (await self._logs(job_id)).get(delivery_id, ()))

    async def deliveries(self) -> AsyncIterator[tuple[Delivery, Sequence[Entry]]]:
        """All that are kept, by job."""
        async for job_id in self._objects.folders(_DELIVERIES):
            for delivery_id, names in (await self._logs(job_id)).items():
                if (found := await self._delivery(delivery_id, names)) is not None:
                    yield found

    async def forget(self, job_id: str) -> None:
        """Remove the deliveries of a job."""
        await self._objects.delete_folder(_deliveries(job_id))

    async def expire(self, before: datetime) -> int:
        """Remove deliveries of jobs from before that day; of how many jobs."""
        last = f"{before:%Y%m%d}"
        old = [j async for j in self._objects.folders(_DELIVERIES) if (day := _DATED.fullmatch(j)) and day[1] < last]
        for job_id in old:
            await self._objects.delete_folder(_deliveries(job_id))
        return len(old)

    async def _newest(self, tenant: str, webhook_id: str) -> tuple[int, Webhook | None]:
        """The version that counts, and what it says; an older one is gone once there is a newer one."""
        folder = _endpoints(tenant)
        for _ in range(_TRIES):
            numbers = await self._versions(folder, webhook_id) if _PLAIN.fullmatch(webhook_id) else ()
            if not numbers:
                return 0, None
            webhook = await self._read(_version(folder, webhook_id, max(numbers)))
            if webhook is not None:
                return max(numbers), None if webhook.state is WebhookState.REMOVED else webhook
        raise BackendUnavailableError("The webhook is being changed by too many at once.", backend="storage")

    async def _versions(self, folder: str, webhook_id: str) -> Sequence[int]:
        names = [stored.name.rpartition("/")[2] async for stored in self._objects.list(folder)]
        return [int(name.split(".")[1]) for name in names if name.split(".")[0] == webhook_id]

    async def _read(self, name: str) -> Webhook | None:
        data = await self._objects.get(name)
        return None if data is None else msgspec.json.decode(data, type=Webhook)

    async def _logs(self, job_id: str) -> Mapping[str, Sequence[str]]:
        """The names of each delivery of a job."""
        logs: dict[str, list[str]] = {}
        async for stored in self._objects.list(_deliveries(job_id)):
            logs.setdefault(stored.name.rpartition("/")[2].partition(".")[0], []).append(stored.name)
        return logs

    async def _delivery(self, delivery_id: str, names: Iterable[str]) -> tuple[Delivery, Sequence[Entry]] | None:
        delivery, entries = None, list[Entry]()
        for name in names:
            data = await self._objects.get(name)
            if data is None:  # removed since it was listed
                continue
            if name.endswith(f"/{delivery_id}.json"):
                delivery = msgspec.json.decode(data, type=Delivery)
            else:
                entries.append(msgspec.json.decode(data, type=Entry))
        return None if delivery is None else (delivery, entries)


def _endpoints(tenant: str) -> str:
    return f"{_ENDPOINTS}/{sha256(tenant.encode()).hexdigest()[:32]}"


def _version(folder: str, webhook_id: str, number: int) -> str:
    return f"{folder}/{_word(webhook_id)}.{number:06d}.json"


def _deliveries(job_id: str) -> str:
    return f"{_DELIVERIES}/{_word(job_id)}"


def _word(name: str) -> str:
    if not _PLAIN.fullmatch(name):
        raise DecalogoError(f"{name} is no name.", path=name)
    return name
