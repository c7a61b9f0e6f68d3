"""The webhooks of a tenant: made, changed, rotated, removed. A secret is shown when it is made, and never again."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import msgspec
import structlog

from app.usecases.announce import default_webhook
from app.usecases.services import Services
from domain.delivery import receiver_of
from domain.errors import IllegalMoveError, QuotaExceededError, ValidationFailedError, WebhookNotFoundError
from domain.webhook import DEFAULT, EventType, SigningSecret, Webhook, WebhookState, moved, removed, rotated
from domain.webhook_urls import problem_of

_SHOWN = 200
_log = structlog.get_logger()


async def create_webhook(
    services: Services, tenant: str, *, url: str, description: str, events: Sequence[EventType]
) -> tuple[Webhook, str]:
    """A new webhook and its secret. Raises ValidationFailedError, and QuotaExceededError when there are too many."""
    demand_url(services, url, "$.url")
    most = services.webhooks.most
    if sum(w.url is not None for w in await services.webhooks.store.webhooks(tenant)) >= most:
        raise QuotaExceededError(f"A tenant has at most {most} webhooks.", maximum=most)
    secret = services.webhooks.secret()
    webhook = Webhook(
        id=f"we_{services.token()}",
        tenant=tenant,
        url=url,
        description=description,
        events=tuple(dict.fromkeys(events)),
        secrets=(SigningSecret(value=secret),),
        created_at=services.clock.now(),
    )
    await services.webhooks.store.add(webhook)
    _log.info("webhook_created", tenant=tenant, webhook_id=webhook.id)
    return webhook, secret


async def list_webhooks(services: Services, tenant: str) -> Sequence[Webhook]:
    """Those of a tenant, oldest first; the default one is among them once it has been used."""
    return await services.webhooks.store.webhooks(tenant)


async def find_webhook(services: Services, tenant: str, webhook_id: str) -> Webhook:
    """The webhook; the default one is always there. Raises WebhookNotFoundError, for another tenant's too."""
    if webhook_id == DEFAULT:
        return await default_webhook(services, tenant)
    found = await services.webhooks.store.find(tenant, webhook_id)
    return _there(found, webhook_id)


async def change_webhook(services: Services, tenant: str, webhook_id: str, **changes: Any) -> Webhook:
    """The webhook with another url, description, events or state: paused, or enabled from whatever it was.

    What waits is sent at its next turn. Raises ValidationFailedError and IllegalMoveError.
    """
    webhook = await find_webhook(services, tenant, webhook_id)
    if "url" in changes:
        if webhook.url is None:
            raise IllegalMoveError("The default webhook has no URL of its own: each upload brings one.")
        demand_url(services, changes["url"], "$.url")
    state: WebhookState = changes.pop("state", webhook.state)
    changed = await _change(services, webhook, lambda found: moved(msgspec.structs.replace(found, **changes), state))
    if state is WebhookState.ENABLED and webhook.state is WebhookState.PAUSED:
        await services.webhooks.schedule.release(receiver_of(tenant, webhook_id))
    _log.info("webhook_changed", tenant=tenant, webhook_id=webhook_id, state=changed.state.value)
    return changed


async def rotate_secret(services: Services, tenant: str, webhook_id: str) -> tuple[Webhook, str]:
    """A new secret. The one before it goes on signing beside it for a while."""
    secret, now = services.webhooks.secret(), services.clock.now()
    overlap = timedelta(seconds=services.webhooks.overlap_seconds)
    webhook = await find_webhook(services, tenant, webhook_id)
    changed = await _change(services, webhook, lambda found: rotated(found, secret, now=now, overlap=overlap))
    _log.info("webhook_rotated", tenant=tenant, webhook_id=webhook_id)
    return changed, secret


async def remove_webhook(services: Services, tenant: str, webhook_id: str) -> None:
    """Remove it, with its secrets. What waits for it is given up; the log stays until it expires.

    Raises IllegalMoveError for the default one.
    """
    if webhook_id == DEFAULT:
        raise IllegalMoveError("The default webhook stays; it can be paused.")
    await find_webhook(services, tenant, webhook_id)
    await services.webhooks.store.change(tenant, webhook_id, removed)
    _log.info("webhook_removed", tenant=tenant, webhook_id=webhook_id)


def demand_url(services: Services, url: str, path: str) -> None:
    """Raise ValidationFailedError unless the URL may be a webhook's."""
    problem = problem_of(url, services.webhooks.urls)
    if problem is not None:
        raise ValidationFailedError(problem, path=path)


async def _change(services: Services, webhook: Webhook, change: Callable[[Webhook], Webhook]) -> Webhook:
    return _there(await services.webhooks.store.change(webhook.tenant, webhook.id, change), webhook.id)


def _there(webhook: Webhook | None, webhook_id: str) -> Webhook:
    if webhook is None:
        raise WebhookNotFoundError(f"No webhook found with ID: {webhook_id[:_SHOWN]}", webhook_id=webhook_id[:_SHOWN])
    return webhook
