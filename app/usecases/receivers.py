"""How a webhook fares over its deliveries: since when it fails, and when it is disabled for that."""

from datetime import timedelta

import msgspec
import structlog

from app.usecases.services import Services
from domain.webhook import DEFAULT, Webhook, WebhookState, disabled
from domain.webhook_retries import Verdict

_alerts = structlog.get_logger(category="alerts")


async def mind(services: Services, webhook: Webhook, verdict: Verdict) -> None:
    """Note what an attempt says of its webhook. The default one stands for many receivers, and is judged by none."""
    if webhook.id == DEFAULT:
        return
    if verdict.gone:
        await _disable(services, webhook, "gone")
    elif verdict.kind == "delivered":
        if webhook.failing_since is not None:
            await services.webhooks.store.change(webhook.tenant, webhook.id, _well)
    elif webhook.failing_since is None:
        await _failing(services, webhook)
    elif services.clock.now() - webhook.failing_since >= timedelta(days=services.webhooks.disable_after_days):
        await _disable(services, webhook, "failing")


async def _failing(services: Services, webhook: Webhook) -> None:
    now = services.clock.now()

    def since(found: Webhook) -> Webhook:
        return found if found.failing_since else msgspec.structs.replace(found, failing_since=now)

    await services.webhooks.store.change(webhook.tenant, webhook.id, since)


async def _disable(services: Services, webhook: Webhook, reason: str) -> None:
    """Once: who finds it disabled has nothing to tell."""
    mine = False

    def off(found: Webhook) -> Webhook:
        nonlocal mine
        mine = found.state is WebhookState.ENABLED
        return disabled(found, reason) if mine else found

    await services.webhooks.store.change(webhook.tenant, webhook.id, off)
    if mine:
        _alerts.error(
            "webhook_disabled", alert="webhook_disabled", tenant=webhook.tenant, webhook_id=webhook.id, reason=reason
        )


def _well(webhook: Webhook) -> Webhook:
    return msgspec.structs.replace(webhook, failing_since=None)
