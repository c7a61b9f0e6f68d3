"""Webhooks by the settings: where they are kept, when they are sent, and to whom they may be."""

import asyncio
import secrets
from base64 import b64encode
from typing import Any

from app.knobs import Settings
from app.usecases.services import Webhooks
from domain.addresses import networks_of
from domain.errors import SettingsError
from domain.storage import ObjectStore
from domain.webhook_ports import Message, Sender
from domain.webhook_retries import Reply, RetryRule
from domain.webhook_urls import UrlPolicy
from infra.guard import Guard
from infra.webhooks_objects import ObjectWebhookStore
from infra.webhooks_redis import RedisDeliverySchedule

_SECRET_BYTES = 32
_MARGIN_SECONDS = 15.0
"""What keeping the begin of an attempt, and clocks that differ, may take beside it."""


def open_webhooks(settings: Settings, objects: ObjectStore, client: Any, guard: Guard) -> Webhooks:
    """The ports of webhooks and their rules. `client` is a redis.asyncio.Redis. Raises SettingsError."""
    knobs = settings.webhooks
    try:
        delays = tuple(float(part) for part in knobs.retry_seconds.split(",") if part.strip())
        ports = tuple(int(part) for part in knobs.ports.split(",") if part.strip())
        networks = networks_of(knobs.networks)
    except ValueError as error:
        raise SettingsError(f"Webhooks: {error}.") from error
    if min((knobs.timeout_seconds, knobs.poll_seconds, *delays)) <= 0:
        raise SettingsError(
            "Webhooks: the timeout, the pace of looks and the waits for retries are more than 0 seconds."
        )
    if knobs.ca_file is not None and not knobs.ca_file.is_file():
        raise SettingsError(f"DECALOGO_WEBHOOK_CA_FILE is no file: {knobs.ca_file}.")
    return Webhooks(
        store=ObjectWebhookStore(objects),
        schedule=RedisDeliverySchedule(client, guard),
        sender=_LateSender(timeout_seconds=knobs.timeout_seconds, networks=networks, ca_file=knobs.ca_file),
        secret=new_secret,
        urls=UrlPolicy(http=knobs.http, ports=ports, networks=networks),
        retries=RetryRule(delays=delays),
        public_url=knobs.public_url.rstrip("/"),
        places=knobs.senders,
        each=max(1, knobs.senders_each),
        poll_seconds=knobs.poll_seconds,
        lease_seconds=max(2 * knobs.timeout_seconds, knobs.timeout_seconds + _MARGIN_SECONDS),
        overlap_seconds=knobs.overlap_seconds,
        disable_after_days=knobs.disable_after_days,
        log_days=knobs.log_days,
        most=knobs.most,
    )


class _LateSender(Sender):
    """The way out. It is loaded with the first message: that takes a quarter of a second, and few processes send."""

    def __init__(self, **about: Any) -> None:
        self._about = about
        self._loading = asyncio.Lock()
        self._sender: Sender | None = None

    async def send(self, message: Message) -> Reply:
        """Post it once."""
        async with self._loading:
            if self._sender is None:
                self._sender = await asyncio.to_thread(self._load)
        return await self._sender.send(message)

    async def close(self) -> None:
        """Let go of what is open."""
        if self._sender is not None:
            await self._sender.close()

    def _load(self) -> Sender:
        from infra.webhooks_httpcore import HttpcoreSender  # noqa: PLC0415 - see above

        return HttpcoreSender(**self._about)


def new_secret() -> str:
    """A secret as Standard Webhooks writes it."""
    return f"whsec_{b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()}"
