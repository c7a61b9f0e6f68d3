"""The webhooks of a tenant: made, listed, paused, rotated, removed."""

from typing import Any

import msgspec
from litestar import Request, Response
from litestar.params import FromPath
from msgspec import UNSET

from app.http.auth import READ, Keyed, key_of, requires
from app.http.bodies import read_small
from app.http.caching import PRIVATE
from app.http.state import services_of
from app.http.wire_in import WebhookChange, WebhookIn
from app.http.wire_webhooks import WebhookList, WebhookOut, WebhookSecret
from app.usecases.webhooks import (
    change_webhook,
    create_webhook,
    find_webhook,
    list_webhooks,
    remove_webhook,
    rotate_secret,
)
from domain.webhook import Webhook, WebhookState

_ONE = "/api/v1/webhooks/{webhook_id:str}"
_SECRET = {"Cache-Control": "no-store"}


@Keyed("/api/v1/webhooks", http_method="POST", status_code=201, guards=[requires("submit")])
async def created(request: Request[Any, Any, Any]) -> Response[WebhookSecret]:
    """A new webhook. Its secret is in this answer and in no other."""
    asked = await read_small(request, WebhookIn)
    webhook, secret = await create_webhook(
        services_of(request), key_of(request).tenant, url=asked.url, description=asked.description, events=asked.events
    )
    return Response(WebhookSecret(**_members(webhook), secret=secret), status_code=201, headers=_SECRET)


@Keyed("/api/v1/webhooks", http_method=READ, guards=[requires("read")])
async def listed(request: Request[Any, Any, Any]) -> Response[WebhookList]:
    """The webhooks of the caller."""
    found = await list_webhooks(services_of(request), key_of(request).tenant)
    return Response(WebhookList(webhooks=tuple(map(_told, found))), headers={"Cache-Control": PRIVATE})


@Keyed(_ONE, http_method=READ, guards=[requires("read")])
async def one(request: Request[Any, Any, Any], webhook_id: FromPath[str]) -> Response[WebhookOut]:
    """One webhook."""
    found = await find_webhook(services_of(request), key_of(request).tenant, webhook_id)
    return Response(_told(found), headers={"Cache-Control": PRIVATE})


@Keyed(_ONE, http_method="PATCH", status_code=200, guards=[requires("submit")])
async def changed(request: Request[Any, Any, Any], webhook_id: FromPath[str]) -> Response[WebhookOut]:
    """Pause, resume or change a webhook."""
    asked = await read_small(request, WebhookChange)
    changes = {name: value for name, value in msgspec.structs.asdict(asked).items() if value is not UNSET}
    if "status" in changes:
        changes["state"] = WebhookState(changes.pop("status"))
    found = await change_webhook(services_of(request), key_of(request).tenant, webhook_id, **changes)
    return Response(_told(found), headers=_SECRET)


@Keyed(f"{_ONE}/rotate", http_method="POST", status_code=200, guards=[requires("submit")])
async def rotated(request: Request[Any, Any, Any], webhook_id: FromPath[str]) -> Response[WebhookSecret]:
    """A new secret beside the one before it."""
    webhook, secret = await rotate_secret(services_of(request), key_of(request).tenant, webhook_id)
    return Response(WebhookSecret(**_members(webhook), secret=secret), headers=_SECRET)


@Keyed(_ONE, http_method="DELETE", status_code=204, guards=[requires("submit")])
async def deleted(request: Request[Any, Any, Any], webhook_id: FromPath[str]) -> None:
    """Remove a webhook."""
    await remove_webhook(services_of(request), key_of(request).tenant, webhook_id)


def _told(webhook: Webhook) -> WebhookOut:
    return WebhookOut(**_members(webhook))


def _members(webhook: Webhook) -> dict[str, Any]:
    until = webhook.secrets[1].until if len(webhook.secrets) > 1 else None
    return {
        "webhook_id": webhook.id,
        "url": webhook.url,
        "description": webhook.description,
        "events": webhook.events,
        "status": webhook.state,
        "reason": webhook.reason,
        "created_at": webhook.created_at,
        "failing_since": webhook.failing_since,
        "previous_secret_until": until,
    }
