"""Webhooks of a tenant: where it wants to be told, of what, and with which secrets it is signed."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal, TypeAlias, get_args

import msgspec

from domain.errors import IllegalMoveError

EventType: TypeAlias = Literal["batch.completed", "batch.failed", "batch.cancelled"]
EVENT_TYPES: tuple[EventType, ...] = get_args(EventType)

DEFAULT = "default"
"""The webhook that each tenant has without asking: it stands for the URLs that come with uploads."""


class WebhookState(StrEnum):
    """Whether a webhook is told. What is paused is told later; what was disabled is not told."""

    ENABLED = "enabled"
    PAUSED = "paused"
    DISABLED = "disabled"
    REMOVED = "removed"


class SigningSecret(msgspec.Struct, frozen=True, kw_only=True):
    """A secret as `whsec_` and base64 say it; one that has been replaced signs `until` then."""

    value: str
    until: datetime | None = None

    def __repr__(self) -> str:
        return f"SigningSecret(until={self.until!r})"


class Webhook(msgspec.Struct, frozen=True, kw_only=True):
    """One place that is told. `secrets` are the newest first; `url` is None for the default one.

    `failing_since` is when the first of the failures happened that no success has followed.
    """

    id: str
    tenant: str
    url: str | None
    description: str = ""
    events: tuple[EventType, ...] = EVENT_TYPES
    secrets: tuple[SigningSecret, ...]
    state: WebhookState = WebhookState.ENABLED
    reason: str | None = None
    """Why it was disabled."""
    created_at: datetime
    failing_since: datetime | None = None

    def wants(self, kind: EventType) -> bool:
        """Whether it is to be told of this, now or when it goes on."""
        return kind in self.events and self.state in (WebhookState.ENABLED, WebhookState.PAUSED)

    def signing(self, now: datetime) -> tuple[str, ...]:
        """The secrets that sign now, the newest first; there is always one."""
        return tuple(s.value for s in self.secrets if s.until is None or s.until > now)


def rotated(webhook: Webhook, value: str, *, now: datetime, overlap: timedelta) -> Webhook:
    """With a new secret. The one before it goes on signing for the overlap; of older ones nothing is left."""
    before = msgspec.structs.replace(webhook.secrets[0], until=now + overlap)
    return msgspec.structs.replace(webhook, secrets=(SigningSecret(value=value), before))


def moved(webhook: Webhook, state: WebhookState) -> Webhook:
    """Paused or enabled by its owner. Enabled again, its failures are forgotten. Raises IllegalMoveError."""
    if webhook.state is WebhookState.DISABLED and state is WebhookState.PAUSED:
        raise IllegalMoveError("A webhook that was disabled is enabled before it can be paused.", state=webhook.state)
    if state is webhook.state:
        return webhook
    return msgspec.structs.replace(webhook, state=state, reason=None, failing_since=None)


def disabled(webhook: Webhook, reason: str) -> Webhook:
    """Disabled by the service."""
    return msgspec.structs.replace(webhook, state=WebhookState.DISABLED, reason=reason)


def removed(webhook: Webhook) -> Webhook:
    """What stays of a webhook that was removed: that it was. No secret, no URL."""
    return msgspec.structs.replace(webhook, state=WebhookState.REMOVED, secrets=(), url=None, description="")
