"""What became of webhooks: the log of each, what was given up, and delivering once more."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from litestar import Request, Response
from litestar.params import FromPath
from msgspec import UNSET

from app.http.auth import READ, Keyed, key_of, requires
from app.http.caching import PRIVATE
from app.http.queries import read_query
from app.http.state import services_of
from app.http.wire_in import DeliveriesIn, LettersIn
from app.http.wire_webhooks import AttemptOut, AttemptOutcome, DeadDeliveries, DeliveryOut, DeliveryPage
from app.usecases.deliveries import Told, dead_deliveries, delivery_log, find_delivery, redeliver
from app.usecases.webhooks import find_webhook
from domain.delivery import DeliveryState, Entry, EntryKind

_OUTCOMES: Mapping[EntryKind, AttemptOutcome] = {"delivered": "delivered", "failed": "failed", "dead": "dead"}
_DELIVERIES = "/api/v1/webhooks/{webhook_id:str}/deliveries"


@Keyed(_DELIVERIES, http_method=READ, guards=[requires("read")])
async def listed(request: Request[Any, Any, Any], webhook_id: FromPath[str]) -> Response[DeliveryPage]:
    """The deliveries of a webhook, newest first."""
    asked, services = read_query(request, DeliveriesIn), services_of(request)
    webhook = await find_webhook(services, key_of(request).tenant, webhook_id)
    cursor = None if asked.cursor is UNSET else asked.cursor
    page = await delivery_log(services, webhook.tenant, webhook.id, limit=asked.limit, cursor=cursor)
    answer = DeliveryPage(deliveries=tuple(map(_out, page.deliveries)), next_cursor=page.next_cursor)
    return Response(answer, headers={"Cache-Control": PRIVATE})


@Keyed(
    f"{_DELIVERIES}/{{delivery_id:str}}/redeliver",
    http_method="POST",
    status_code=202,
    guards=[requires("submit")],
)
async def redelivered(
    request: Request[Any, Any, Any], webhook_id: FromPath[str], delivery_id: FromPath[str]
) -> Response[DeliveryOut]:
    """Deliver once more."""
    services = services_of(request)
    webhook = await find_webhook(services, key_of(request).tenant, webhook_id)
    told = await find_delivery(services, webhook.tenant, webhook.id, delivery_id)
    return Response(_out(await redeliver(services, told)), status_code=202, headers={"Cache-Control": "no-store"})


@Keyed("/api/v1/webhooks/dead-letters", http_method=READ, guards=[requires("read")])
async def given_up(request: Request[Any, Any, Any]) -> Response[DeadDeliveries]:
    """The deliveries of the caller's tenant that were given up."""
    limit = read_query(request, LettersIn).limit
    found = await dead_deliveries(services_of(request), key_of(request).tenant, limit=limit)
    return Response(DeadDeliveries(deliveries=tuple(map(_out, found))), headers={"Cache-Control": PRIVATE})


def _out(told: Told) -> DeliveryOut:
    delivery, stands = told.delivery, told.standing
    return DeliveryOut(
        delivery_id=delivery.id,
        webhook_id=delivery.webhook_id,
        job_id=delivery.job_id,
        type=delivery.type,
        url=delivery.url,
        status=stands.state,
        created_at=delivery.created_at,
        next_attempt_at=stands.next_at if stands.state is DeliveryState.PENDING else None,
        attempts=tuple(_attempts(told.entries)),
    )


def _attempts(entries: Sequence[Entry]) -> Iterator[AttemptOut]:
    """Of the entries of each number the last one says how it ended, and the first one when it began."""
    for _, some in groupby((entry for entry in entries if entry.kind != "asked"), key=lambda entry: entry.number):
        first, *rest = some
        last = rest[-1] if rest else first
        outcome = _OUTCOMES.get(last.kind, "unknown")
        yield AttemptOut(at=first.at, outcome=outcome, status_code=last.status, error=last.error, seconds=last.seconds)
