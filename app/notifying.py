"""Webhooks by the settings: where they are kept, when they are sent, and to whom they may be."""

import secrets
from base64 import b64encode
from typing import Any

from app.knobs import Settings
from app.usecases.services import Webhooks
from domain.addresses import networks_of
from domain.errors import SettingsError
from domain.storage import ObjectStore
from domain.webhook_retries import RetryRule
from domain.webhook_urls import UrlPolicy
from infra.guard import Guard
from infra.webhooks_httpcore import HttpcoreSender
from infra.webhooks_objects import ObjectWebhookStore
from infra.webhooks_redis import RedisDeliverySchedule

_SECRET_BYTES = 32


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
    try:
        sender = HttpcoreSender(timeout_seconds=knobs.timeout_seconds, networks=networks, ca_file=knobs.ca_file)
    except OSError as error:
        raise SettingsError(f"DECALOGO_WEBHOOK_CA_FILE cannot be read: {error.strerror or error}.") from error
    return Webhooks(
        store=ObjectWebhookStore(objects),
        schedule=RedisDeliverySchedule(client, guard),
        sender=sender,
        secret=new_secret,
        urls=UrlPolicy(http=knobs.http, ports=ports, networks=networks),
        retries=RetryRule(delays=delays),
        public_url=knobs.public_url.rstrip("/"),
        places=knobs.senders,
        each=max(1, knobs.senders_each),
        poll_seconds=knobs.poll_seconds,
        lease_seconds=2 * knobs.timeout_seconds,
        overlap_seconds=knobs.overlap_seconds,
        disable_after_days=knobs.disable_after_days,
        log_days=knobs.log_days,
        most=knobs.most,
    )


def new_secret() -> str:
    """A secret as Standard Webhooks writes it."""
    return f"whsec_{b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()}"
