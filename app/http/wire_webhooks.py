"""The shapes of webhooks: what one is told, and what is told of them."""

from typing import Literal, TypeAlias

import msgspec

import domain.notification
from app.http.wire import When
from domain.delivery import DeliveryState
from domain.webhook import EventType, WebhookState


class Notification(domain.notification.Notification, frozen=True, kw_only=True):
    """What a webhook is told: that a batch ended, its counts and hashes, and where to ask."""


class WebhookOut(msgspec.Struct, frozen=True, kw_only=True):
    """A webhook. `url` is null for the default one, which stands for the URLs that come with uploads."""

    webhook_id: str
    url: str | None
    description: str
    events: tuple[EventType, ...]
    status: WebhookState
    reason: str | None
    created_at: When
    failing_since: When | None
    previous_secret_until: When | None


class WebhookSecret(WebhookOut, frozen=True, kw_only=True):
    """A webhook with its new secret, which is shown this once."""

    secret: str


class WebhookList(msgspec.Struct, frozen=True, kw_only=True):
    """Webhooks, oldest first."""

    webhooks: tuple[WebhookOut, ...]


AttemptOutcome: TypeAlias = Literal["delivered", "failed", "dead", "unknown"]


class AttemptOut(msgspec.Struct, frozen=True, kw_only=True):
    """One attempt at a delivery. `unknown` is one that is under way, or was cut off."""

    at: When
    outcome: AttemptOutcome
    status_code: int | None
    error: str | None
    seconds: float | None


class DeliveryOut(msgspec.Struct, frozen=True, kw_only=True):
    """A delivery; its id is the `webhook-id` of all its attempts. `url` is that of the upload, where one brought it."""

    delivery_id: str
    webhook_id: str
    job_id: str
    type: EventType
    url: str | None
    status: DeliveryState
    created_at: When
    next_attempt_at: When | None
    attempts: tuple[AttemptOut, ...]


class DeliveryPage(msgspec.Struct, frozen=True, kw_only=True):
    """Deliveries, newest first; `next_cursor` leads to older ones, and is null where there are none."""

    deliveries: tuple[DeliveryOut, ...]
    next_cursor: str | None


class DeadDeliveries(msgspec.Struct, frozen=True, kw_only=True):
    """Deliveries that were given up, the latest first."""

    deliveries: tuple[DeliveryOut, ...]
