"""What webhooks need from the world: a store that forgets nothing, a schedule that may, and a way out."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

import msgspec

from domain.delivery import Delivery, Entry
from domain.webhook import Webhook
from domain.webhook_retries import Reply


class Ref(msgspec.Struct, frozen=True, kw_only=True):
    """A delivery by name, and who is to receive it: each receiver has a turn of its own."""

    receiver: str
    delivery_id: str


class WebhookStore(Protocol):
    """The truth about webhooks and deliveries. Nothing is overwritten: what changes is created anew, by one of all who
    try. Raises BackendUnavailableError while nothing can be kept.
    """

    async def add(self, webhook: Webhook) -> bool:
        """Keep a new one; False when there is one of that tenant and id, or was."""
        ...

    async def find(self, tenant: str, webhook_id: str) -> Webhook | None:
        """The webhook; None when there is none, or none any more."""
        ...

    async def webhooks(self, tenant: str | None = None) -> Sequence[Webhook]:
        """Those of a tenant, or all, oldest first."""
        ...

    async def change(self, tenant: str, webhook_id: str, change: Callable[[Webhook], Webhook]) -> Webhook | None:
        """The webhook after the change, which is asked again when another one came first; None as for `find`."""
        ...

    async def post(self, delivery: Delivery) -> bool:
        """Keep a new delivery; False when it is there."""
        ...

    async def note(self, delivery_id: str, entry: Entry) -> bool:
        """Add an entry to the log of a delivery; True for exactly one of all who note the same number and kind."""
        ...

    async def read(self, delivery_id: str) -> tuple[Delivery, Sequence[Entry]] | None:
        """A delivery and its log."""
        ...

    def deliveries(self) -> AsyncIterator[tuple[Delivery, Sequence[Entry]]]:
        """All that are kept, by job."""
        ...

    async def forget(self, job_id: str) -> None:
        """Remove the deliveries of a job."""
        ...

    async def expire(self, before: datetime) -> int:
        """Remove deliveries of jobs from before that day; of how many jobs."""
        ...


class DeliverySchedule(Protocol):
    """When each delivery is next to be looked at, and in which order they came: the working copy, which may forget.

    Whoever claims a delivery has it until a lease ends; the store's log decides what is really to be done.
    """

    async def claim(
        self, now: datetime, *, most: int, lease_seconds: float, room: Mapping[str, int], each: int
    ) -> Sequence[Ref] | None:
        """Up to `most` that are due, for this caller alone until the lease ends; None when all was forgotten.

        Of one receiver there are at most `room[receiver]`, or `each` where the caller does not name it, and none while
        it is held; however much waits for one receiver, the others have their turn.
        """
        ...

    async def add(self, delivery: Delivery, at: datetime) -> None:
        """Put a delivery into the log of its webhook, and to be looked at then, unless it is known."""
        ...

    async def restore(self, delivery: Delivery, *, dead: bool) -> None:
        """Put a delivery that has ended into the log, and among what was given up when it is `dead`."""
        ...

    async def restored(self) -> None:
        """All that is in the store has been told."""
        ...

    async def postpone(self, delivery: Delivery, at: datetime) -> None:
        """Look at it then, and not before; it is no dead letter now."""
        ...

    async def settle(self, delivery: Delivery, *, now: datetime, dead: bool) -> None:
        """It need not be looked at any more."""
        ...

    async def drop(self, ref: Ref) -> None:
        """It does not exist; look at it no more."""
        ...

    async def hold(self, receiver: str, seconds: float) -> None:
        """Send nothing to this receiver for so long."""
        ...

    async def release(self, receiver: str) -> None:
        """Send to it again."""
        ...

    async def log(self, tenant: str, webhook_id: str, *, limit: int, after: str | None) -> Sequence[str]:
        """Ids of deliveries of a webhook, newest first, from the one after that one on."""
        ...

    async def dead(self, tenant: str, *, limit: int) -> Sequence[str]:
        """Ids of deliveries of a tenant that were given up, the latest first."""
        ...

    async def trim(self, before: datetime) -> None:
        """Let logs go of what came before that time."""
        ...


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """What is sent: signed with each of the secrets, of which there is at least one, as of `at`."""

    id: str
    url: str
    body: str
    secrets: tuple[str, ...]
    at: datetime

    def __repr__(self) -> str:
        return f"Message(id={self.id!r})"


class Sender(Protocol):
    """The way out. It sends nothing that is not signed, and nothing to where it may not."""

    async def send(self, message: Message) -> Reply:
        """Post it once, without following anybody, within the time that it has; what came of it."""
        ...

    async def close(self) -> None:
        """Let go of what is open."""
        ...
