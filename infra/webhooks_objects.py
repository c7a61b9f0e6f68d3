"""Webhooks and deliveries over any store of objects. Each object is created once and never overwritten.

    webhooks/endpoints/<tenant, hashed>/<webhook>.<version>.json
    webhooks/deliveries/<job>/<delivery>.json
    webhooks/deliveries/<job>/<delivery>.<number>.<kind>.json     its log

Of all who create the same name one does. So two who change a webhook at once do it one after the other, and an attempt
at a delivery belongs to one sender, whatever becomes of leases.
"""

import asyncio
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
_AT_ONCE = 64
"""Jobs whose deliveries are read at a time, when all are."""
_KEPT = 2
"""Versions before the newest that stay: whoever looks while it is being changed finds one of them at least."""


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
        return (await self._newest(_endpoints(tenant), webhook_id))[1]

    async def webhooks(self, tenant: str | None = None) -> Sequence[Webhook]:
        """Those of a tenant, or all, oldest first."""
        folder = _ENDPOINTS if tenant is None else _endpoints(tenant)
        ids = {stored.name.partition(".")[0] async for stored in self._objects.list(folder)}
        found = [(await self._newest(*place.rsplit("/", 1)))[1] for place in ids]
        return sorted(filter(None, found), key=lambda webhook: (webhook.created_at, webhook.id))

    async def change(self, tenant: str, webhook_id: str, change: Callable[[Webhook], Webhook]) -> Webhook | None:
        """The webhook after the change, which is asked again when another one came first; None as for `find`."""
        folder = _endpoints(tenant)
        for _ in range(_TRIES):
            number, webhook = await self._newest(folder, webhook_id)
            changed = None if webhook is None else change(webhook)
            if webhook is None or changed is None or changed == webhook:
                return webhook
            if await self._objects.create(_version(folder, webhook_id, number + 1), msgspec.json.encode(changed)):
                kept = 0 if changed.state is WebhookState.REMOVED else _KEPT
                old = [n for n in await self._versions(folder, webhook_id) if n <= number - kept]
                await self._objects.delete([_version(folder, webhook_id, n) for n in old])
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
        job_ids = [job_id async for job_id in self._objects.folders(_DELIVERIES)]
        for start in range(0, len(job_ids), _AT_ONCE):
            for found in await asyncio.gather(*map(self._of_job, job_ids[start : start + _AT_ONCE])):
                for one in found:
                    yield one

    async def forget(self, job_id: str) -> None:
        """Remove the deliveries of a job."""
        await self._objects.delete_folder(_deliveries(job_id))

    async def expire(self, before: datetime, *, removed_before: datetime) -> int:
        """Remove deliveries of jobs from before that day, and what webhooks left that were removed before then."""
        last = f"{before:%Y%m%d}"
        old = [j async for j in self._objects.folders(_DELIVERIES) if (day := _DATED.fullmatch(j)) and day[1] < last]
        for job_id in old:
            await self._objects.delete_folder(_deliveries(job_id))
        at_rest = [stored.name async for stored in self._objects.list(_ENDPOINTS) if stored.modified < removed_before]
        newest = {name.partition(".")[0]: name for name in sorted(at_rest)}
        gone = [
            n for n in newest.values() if (w := await self._read(n)) is not None and w.state is WebhookState.REMOVED
        ]
        left = {*gone, *(name for name in at_rest if name not in newest.values())}
        await self._objects.delete(sorted(left))
        return len(old) + len(left)

    async def _newest(self, folder: str, webhook_id: str) -> tuple[int, Webhook | None]:
        """The version that counts, and what it says."""
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

    async def _of_job(self, job_id: str) -> Sequence[tuple[Delivery, Sequence[Entry]]]:
        read = [await self._delivery(delivery_id, names) for delivery_id, names in (await self._logs(job_id)).items()]
        return [found for found in read if found is not None]

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
