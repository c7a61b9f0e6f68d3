"""What `decalogo webhooks` does, on the store that the service of this data folder uses."""

import argparse
import asyncio
import sys
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

import msgspec

from app.commands.operating import quietly, show_table
from app.container import build
from app.usecases.deliveries import Told, dead_deliveries, delivery_log, look_up_delivery, redeliver
from app.usecases.services import Services
from domain.webhook import Webhook


def act(arguments: argparse.Namespace) -> int:
    """Do what was asked for and print the answer."""
    found = asyncio.run(_ask(arguments))
    if arguments.json:
        told = [_plain(one) for one in found]
        sys.stdout.write(msgspec.json.format(msgspec.json.encode(told), indent=2).decode() + "\n")
    elif arguments.action == "list":
        _show_webhooks(found)
    else:
        _show_deliveries(found)
    return 0


async def _ask(arguments: argparse.Namespace) -> Sequence[Any]:
    async with build(quietly(arguments)) as services:
        return await _ACTIONS[arguments.action](services, arguments)


async def _list(services: Services, arguments: argparse.Namespace) -> Sequence[Webhook]:
    return await services.webhooks.store.webhooks(arguments.tenant)


async def _deliveries(services: Services, arguments: argparse.Namespace) -> Sequence[Told]:
    page = await delivery_log(services, arguments.tenant, arguments.webhook, limit=max(1, arguments.limit))
    return page.deliveries


async def _dead(services: Services, arguments: argparse.Namespace) -> Sequence[Told]:
    return await dead_deliveries(services, arguments.tenant, limit=max(1, arguments.limit))


async def _redeliver(services: Services, arguments: argparse.Namespace) -> Sequence[Told]:
    return [await redeliver(services, await look_up_delivery(services, arguments.delivery))]


_ACTIONS: Mapping[str, Callable[[Services, argparse.Namespace], Awaitable[Sequence[Any]]]] = {
    "list": _list,
    "deliveries": _deliveries,
    "dead": _dead,
    "redeliver": _redeliver,
}


def _plain(one: Webhook | Told) -> Mapping[str, Any]:
    """All of it but secrets, and but what of a URL may be one."""
    if isinstance(one, Webhook):
        return {**msgspec.structs.asdict(one), "secrets": len(one.secrets), "url": _origin(one.url)}
    delivery = {**msgspec.structs.asdict(one.delivery), "url": _origin(one.delivery.url)}
    return {**delivery, "state": one.standing.state, "next_at": one.standing.next_at, "log": one.entries}


def _show_webhooks(webhooks: Iterable[Webhook]) -> None:
    show_table(
        ("webhook", "tenant", "state", "why", "receiver", "failing since", "description"),
        ((w.id, w.tenant, w.state, w.reason, _origin(w.url), _time(w.failing_since), w.description) for w in webhooks),
    )


def _show_deliveries(found: Iterable[Told]) -> None:
    show_table(
        ("delivery", "webhook", "type", "state", "attempts", "last", "next"),
        (
            (t.delivery.id, t.delivery.webhook_id, t.delivery.type, t.standing.state, _begun(t), _last(t), _next(t))
            for t in found
        ),
    )


def _begun(told: Told) -> int:
    return sum(entry.kind == "begun" for entry in told.entries)


def _last(told: Told) -> object:
    ends = [entry.status or entry.error for entry in told.entries if entry.kind not in ("begun", "asked")]
    return ends[-1] if ends else None


def _next(told: Told) -> str | None:
    return _time(told.standing.next_at) if told.standing.state == "pending" else None


def _origin(url: str | None) -> str | None:
    split = urlsplit(url or "")
    return f"{split.scheme}://{split.netloc}" if url else None


def _time(at: Any) -> str | None:
    return None if at is None else f"{at:%Y-%m-%d %H:%M:%S}"
