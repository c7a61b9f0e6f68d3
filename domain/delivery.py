"""A webhook on its way: what was decided once, and the entries of its log, from which follows where it stands."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal, TypeAlias
from urllib.parse import urlsplit

import msgspec

from domain.canonical import digest
from domain.webhook import EventType

EntryKind: TypeAlias = Literal["asked", "begun", "failed", "delivered", "dead"]
"""Somebody asked for another delivery; an attempt began; it ended so. `dead` also ends one that is not tried again."""

_PREFIX, _TAIL = "msg_", 16
_ORDER: dict[EntryKind, int] = {"asked": 0, "begun": 1, "failed": 2, "dead": 2, "delivered": 2}


class DeliveryState(StrEnum):
    """Where a delivery stands."""

    PENDING = "pending"
    DELIVERED = "delivered"
    DEAD = "dead"


class Delivery(msgspec.Struct, frozen=True, kw_only=True):
    """One notification for one webhook. `id` is its `webhook-id`, the same over all attempts; `body` is what is signed.

    `url` is that of the upload, for a delivery of the default webhook; others go to where their webhook is by then.
    """

    id: str
    job_id: str
    tenant: str
    webhook_id: str
    url: str | None = None
    type: EventType
    created_at: datetime
    body: str
    traceparent: str | None = None

    @property
    def receiver(self) -> str:
        """Who is spared as one: a webhook of its own, or a host that came with uploads."""
        return receiver_of(self.tenant, self.webhook_id, self.url)


def receiver_of(tenant: str, webhook_id: str, url: str | None = None) -> str:
    """The name of who is spared as one."""
    return digest([tenant, webhook_id, urlsplit(url or "").netloc])[:32]


def delivery_id(job_id: str, revision: int, webhook_id: str) -> str:
    """The id of the delivery of an end of a batch to a webhook, which names the batch."""
    return f"{_PREFIX}{job_id}_{digest([revision, webhook_id])[:_TAIL]}"


def job_of(delivery_id: str) -> str:
    """The batch that the id of a delivery names; nothing where it is no such id."""
    return delivery_id.removeprefix(_PREFIX)[: -_TAIL - 1] if delivery_id.startswith(_PREFIX) else ""


class Entry(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One line of the log. Of all who note the same number and kind one does: that makes an attempt one sender's."""

    number: int
    kind: EntryKind
    at: datetime
    status: int | None = None
    error: str | None = None
    seconds: float | None = None
    next_at: datetime | None = None


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """What the log says. `failures` counts since somebody last asked; `next_number` is that of the next attempt.

    A delivery that is pending is not to be sent before `next_at`.
    """

    state: DeliveryState
    failures: int
    next_number: int
    next_at: datetime


def standing(delivery: Delivery, entries: Sequence[Entry], *, lease: timedelta) -> Standing:
    """Where a delivery stands. An attempt that has no end is under way for the lease, and was cut off after it."""
    state, failures, number, next_at = DeliveryState.PENDING, 0, 0, delivery.created_at
    last: Entry | None = None
    for last in in_order(entries):
        number = last.number
        match last.kind:
            case "asked":
                state, failures, next_at = DeliveryState.PENDING, 0, last.at
            case "begun":
                next_at = last.at + lease
            case "delivered":
                state = DeliveryState.DELIVERED
            case "dead":
                state = DeliveryState.DEAD if state is DeliveryState.PENDING else state
            case "failed":
                failures, next_at = failures + 1, last.next_at or last.at
    asked = last is not None and last.kind == "asked"
    return Standing(state=state, failures=failures, next_number=number if asked else number + 1, next_at=next_at)


def asked_again(entries: Sequence[Entry], now: datetime) -> Entry:
    """The entry by which somebody asks for another delivery."""
    return Entry(number=max((entry.number for entry in entries), default=0) + 1, kind="asked", at=now)


def in_order(entries: Sequence[Entry]) -> list[Entry]:
    """The log as it came about."""
    return sorted(entries, key=lambda entry: (entry.number, _ORDER[entry.kind]))
