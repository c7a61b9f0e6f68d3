"""The schedule of deliveries in memory, and a way out that leads nowhere."""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import count

from domain.delivery import Delivery
from domain.webhook_ports import DeliverySchedule, Message, Ref, Sender
from domain.webhook_retries import Reply
from infra.webhooks_httpcore import signed
from tests.fakes.clock import START

_numbers = count(1)


def a_secret() -> str:
    """Another one each time."""
    return f"whsec_{b64encode(next(_numbers).to_bytes(32)).decode()}"


class MemoryDeliverySchedule(DeliverySchedule):
    """`due` is receiver -> id -> time. `forget` is what a flush does."""

    def __init__(self) -> None:
        self.forget()
        self.whole = True

    def forget(self) -> None:
        self.whole = False
        self.due: dict[str, dict[str, datetime]] = {}
        self.logs: dict[tuple[str, str], dict[str, datetime]] = {}
        self.given_up: dict[str, dict[str, datetime]] = {}
        self.held: dict[str, datetime] = {}
        self.now = START

    async def claim(
        self, now: datetime, *, most: int, lease_seconds: float, room: Mapping[str, int], each: int
    ) -> Sequence[Ref] | None:
        if not self.whole:
            return None
        self.now = now
        got: list[Ref] = []
        for receiver, waiting in sorted(self.due.items(), key=lambda item: min(item[1].values(), default=now)):
            free = min(most - len(got), room.get(receiver, each))
            if self.held.get(receiver, now) > now or free <= 0:
                continue
            for name in sorted((n for n, at in waiting.items() if at <= now), key=lambda n: (waiting[n], n))[:free]:
                waiting[name] = now + timedelta(seconds=lease_seconds)
                got.append(Ref(receiver=receiver, delivery_id=name))
        return got

    async def add(self, delivery: Delivery, at: datetime) -> None:
        await self.restore(delivery, dead=False)
        self.due.setdefault(delivery.receiver, {}).setdefault(delivery.id, at)

    async def restore(self, delivery: Delivery, *, dead: bool) -> None:
        where = (delivery.tenant, delivery.webhook_id)
        self.logs.setdefault(where, {}).setdefault(delivery.id, delivery.created_at)
        if dead:
            self.given_up.setdefault(delivery.tenant, {}).setdefault(delivery.id, delivery.created_at)

    async def restored(self) -> None:
        self.whole = True

    async def postpone(self, delivery: Delivery, at: datetime) -> None:
        self.given_up.get(delivery.tenant, {}).pop(delivery.id, None)
        self.due.setdefault(delivery.receiver, {})[delivery.id] = at

    async def settle(self, delivery: Delivery, *, now: datetime, dead: bool) -> None:
        self.due.get(delivery.receiver, {}).pop(delivery.id, None)
        if dead:
            self.given_up.setdefault(delivery.tenant, {}).setdefault(delivery.id, now)
        else:
            self.given_up.get(delivery.tenant, {}).pop(delivery.id, None)

    async def drop(self, ref: Ref) -> None:
        self.due.get(ref.receiver, {}).pop(ref.delivery_id, None)

    async def hold(self, receiver: str, seconds: float) -> None:
        self.held[receiver] = self.now + timedelta(seconds=seconds)

    async def release(self, receiver: str) -> None:
        self.held.pop(receiver, None)

    async def log(self, tenant: str, webhook_id: str, *, limit: int, after: str | None) -> Sequence[str]:
        return _page(self.logs.get((tenant, webhook_id), {}), limit, after)

    async def dead(self, tenant: str, *, limit: int) -> Sequence[str]:
        return _page(self.given_up.get(tenant, {}), limit, None)

    async def trim(self, before: datetime) -> None:
        for kept in (*self.logs.values(), *self.given_up.values()):
            for name in [n for n, at in kept.items() if at < before]:
                del kept[name]


def _page(kept: Mapping[str, datetime], limit: int, after: str | None) -> Sequence[str]:
    names = sorted(kept, key=lambda name: (kept[name], name), reverse=True)
    start = 0 if after is None else names.index(after) + 1 if after in names else len(names)
    return names[start : start + limit]


class ScriptedSender(Sender):
    """Answers as it was told, one reply a message, the last one for ever. `sent` is what was signed and sent."""

    def __init__(self, *replies: Reply) -> None:
        self.replies = list(replies) or [Reply(status=204)]
        self.sent: list[tuple[Message, dict[str, str]]] = []

    async def send(self, message: Message) -> Reply:
        self.sent.append((message, signed(message)))
        return self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]

    async def close(self) -> None:
        pass
