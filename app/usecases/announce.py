"""Tell of the end of a batch: one delivery for each webhook that wants to know, kept before it is sent.

Ids of deliveries follow from the batch, its revision and the webhook: announcing an end twice makes nothing twice.
"""

from collections.abc import Sequence
from datetime import timedelta

import msgspec
import structlog

from app.usecases.places import clean_after
from app.usecases.services import Services
from domain.delivery import Delivery, delivery_id
from domain.errors import RetryableError
from domain.job import FINAL
from domain.notification import kind_of, notification
from domain.records import JobRecord
from domain.webhook import DEFAULT, SigningSecret, Webhook

_RECENT = timedelta(days=1)
_RESULTS = "/api/v1/batch/results/"
_log = structlog.get_logger()


async def announce(services: Services, job: JobRecord) -> int:
    """Keep and schedule the deliveries of a batch that has ended; how many are new."""
    made = 0
    for webhook, url in await _told(services, job):
        delivery = _delivery(services, job, webhook, url)
        made += await services.webhooks.store.post(delivery)
        await services.webhooks.schedule.add(delivery, delivery.created_at)
    if made:
        await clean_after(services, job.id)
        _log.info("batch_announced", job_id=job.id, deliveries=made)
    return made


async def try_to_announce(services: Services, job: JobRecord) -> bool:
    """The same for a batch whose end has been settled; False when that cannot be now, and a sweep will do it."""
    try:
        await announce(services, job)
    except RetryableError as error:
        _log.warning("announcement_postponed", job_id=job.id, error=error.message)
        return False
    return True


async def announce_if_recent(services: Services, job: JobRecord) -> int:
    """The same after the working copy was lost, and with it who had been told: older ends were told long ago."""
    if job.state not in FINAL or job.ended_at is None or job.ended_at < services.clock.now() - _RECENT:
        return 0
    return await announce(services, job)


async def default_webhook(services: Services, tenant: str) -> Webhook:
    """The webhook that stands for the URLs that come with a tenant's uploads; made when it is first needed."""
    store = services.webhooks.store
    found = await store.find(tenant, DEFAULT)
    if found is None:
        secret = SigningSecret(value=services.webhooks.secret())
        made = Webhook(id=DEFAULT, tenant=tenant, url=None, secrets=(secret,), created_at=services.clock.now())
        await store.add(made)
        found = await store.find(tenant, DEFAULT)
    assert found is not None
    return found


async def _told(services: Services, job: JobRecord) -> Sequence[tuple[Webhook, str | None]]:
    """Who is told: the webhooks that were there when the batch ended, and the URL of the upload where none has it."""
    kind, ended = kind_of(job.state), job.ended_at
    assert ended
    there = await services.webhooks.store.webhooks(job.tenant)
    told = [(w, None) for w in there if w.url is not None and w.wants(kind) and w.created_at <= ended]
    if job.webhook_url is None or any(w.url == job.webhook_url for w, _ in told):
        return told
    return [*told, (await default_webhook(services, job.tenant), job.webhook_url)]


def _delivery(services: Services, job: JobRecord, webhook: Webhook, url: str | None) -> Delivery:
    body = notification(job, f"{services.webhooks.public_url}{_RESULTS}{job.id}")
    return Delivery(
        id=delivery_id(job.id, job.revision, webhook.id),
        job_id=job.id,
        tenant=job.tenant,
        webhook_id=webhook.id,
        url=url,
        type=body.type,
        created_at=job.ended_at or services.clock.now(),
        body=msgspec.json.encode(body).decode(),
        traceparent=job.traceparent,
    )
