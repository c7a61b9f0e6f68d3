"""Deliver webhooks: take what is due, note the attempt where it outlives everything, send, note what came of it.

Any number of processes may do this at once. A lease keeps them from the same delivery; if it fails, the log of the
delivery still gives each attempt to one of them.
"""

import asyncio
from collections import Counter
from datetime import timedelta
from random import random

import structlog

from app.usecases.deliveries import refill_schedule
from app.usecases.places import clean_after
from app.usecases.receivers import mind
from app.usecases.services import Services
from domain.delivery import Delivery, DeliveryState, Entry, Standing, standing
from domain.errors import RetryableError
from domain.webhook import Webhook, WebhookState
from domain.webhook_ports import Message, Ref
from domain.webhook_retries import Reply, Verdict, judged
from domain.webhook_urls import problem_of

_log = structlog.get_logger()
_alerts = structlog.get_logger(category="alerts")


class Deliverer:
    """What delivers in this process."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._webhooks = services.webhooks
        self._lease = timedelta(seconds=services.webhooks.lease_seconds)
        self._tasks: dict[asyncio.Task[None], str] = {}

    async def run(self) -> None:
        """Until cancelled. An attempt that is cut off then is made again when its lease is over."""
        if self._webhooks.places <= 0:
            return
        try:
            while True:
                if not await self._begun():
                    await self._pause()
        finally:
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def deliver_due(self) -> int:
        """Whatever is due now, once; how many attempts and looks that took."""
        begun = await self._take()
        await asyncio.gather(*self._tasks)
        return begun

    async def _begun(self) -> int:
        try:
            return await self._take()
        except RetryableError as error:
            _log.warning("deliveries_postponed", error=error.message)
        except Exception:  # noqa: BLE001 - the next turn is another matter
            _log.exception("deliveries_failed")
        return 0

    async def _take(self) -> int:
        free = self._webhooks.places - len(self._tasks)
        if free <= 0:
            return 0
        room = {r: max(0, self._webhooks.each - n) for r, n in Counter(self._tasks.values()).items()}
        now = self._services.clock.now()
        refs = await self._webhooks.schedule.claim(
            now, most=free, lease_seconds=self._webhooks.lease_seconds, room=room, each=self._webhooks.each
        )
        if refs is None:
            await refill_schedule(self._services)
            return 0
        for ref in refs:
            task = asyncio.create_task(self._guarded(ref))
            self._tasks[task] = ref.receiver
            task.add_done_callback(self._tasks.pop)
        return len(refs)

    async def _pause(self) -> None:
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=self._webhooks.poll_seconds, return_when=asyncio.FIRST_COMPLETED)
        else:
            await asyncio.sleep(self._webhooks.poll_seconds)

    async def _guarded(self, ref: Ref) -> None:
        """What fails is due again when the lease is over."""
        try:
            await self._deliver(ref)
        except RetryableError as error:
            _log.warning("delivery_postponed", delivery_id=ref.delivery_id, error=error.message)
        except Exception:  # noqa: BLE001 - one delivery must not end all others
            _log.exception("delivery_failed", delivery_id=ref.delivery_id)

    async def _deliver(self, ref: Ref) -> None:
        began = asyncio.get_running_loop().time()
        schedule, store = self._webhooks.schedule, self._webhooks.store
        found = await store.read(ref.delivery_id)
        if found is None:
            return await schedule.drop(ref)
        delivery, stands = found[0], standing(*found, lease=self._lease)
        now = self._services.clock.now()
        if stands.state is not DeliveryState.PENDING:
            return await schedule.settle(delivery, now=now, dead=stands.state is DeliveryState.DEAD)
        if stands.next_at > now:
            return await schedule.postpone(delivery, stands.next_at)
        webhook = await store.find(delivery.tenant, delivery.webhook_id)
        if webhook is None or webhook.state is WebhookState.DISABLED:
            return await self._give_up(delivery, stands, "webhook_disabled" if webhook else "webhook_removed")
        if webhook.state is WebhookState.PAUSED:
            await schedule.hold(delivery.receiver, self._webhooks.paused_seconds)
            return await schedule.postpone(delivery, now)
        if await store.note(delivery.id, Entry(number=stands.next_number, kind="begun", at=now)):
            spent = asyncio.get_running_loop().time() - began
            if spent < self._webhooks.lease_seconds / 2:  # or it was stopped so long that another one may have it now
                await self._attempt(delivery, stands, webhook)
        return None

    async def _attempt(self, delivery: Delivery, stands: Standing, webhook: Webhook) -> None:
        tracing, attempt = self._services.tracing, stands.next_number
        with tracing.span("deliver_webhook", parent=delivery.traceparent, kind="producer", attempt=attempt) as span:
            reply = await self._sent(delivery, webhook)
            chance = random()  # noqa: S311 - nobody gains by guessing it
            verdict = judged(reply, stands.failures, self._webhooks.retries, chance)
            span.set(**{"webhook.outcome": verdict.kind, "http.response.status_code": reply.status or 0})
        await self._end(delivery, attempt, reply, verdict)
        _log.info(
            "webhook_attempted",
            tenant=delivery.tenant,
            webhook_id=webhook.id,
            delivery_id=delivery.id,
            job_id=delivery.job_id,
            attempt=attempt,
            outcome=verdict.kind,
            status=reply.status,
            error=reply.error,
            ms=round(reply.seconds * 1000, 1),
        )
        await mind(self._services, webhook, verdict)

    async def _sent(self, delivery: Delivery, webhook: Webhook) -> Reply:
        url, now = delivery.url or webhook.url or "", self._services.clock.now()
        if problem_of(url, self._webhooks.urls):  # the rules may have changed since it was given
            return Reply(error="url_refused")
        secrets = webhook.signing(now)
        return await self._webhooks.sender.send(
            Message(id=delivery.id, url=url, body=delivery.body, secrets=secrets, at=now)
        )

    async def _end(self, delivery: Delivery, number: int, reply: Reply, verdict: Verdict) -> None:
        """Note how the attempt ended, and then when the next one is."""
        now, schedule = self._services.clock.now(), self._webhooks.schedule
        next_at = None if verdict.wait is None else now + timedelta(seconds=verdict.wait)
        ended = Entry(
            number=number,
            kind=verdict.kind,
            at=now,
            status=reply.status,
            error=reply.error,
            seconds=reply.seconds,
            next_at=next_at,
        )
        await self._webhooks.store.note(delivery.id, ended)
        await clean_after(self._services, delivery.job_id)
        if verdict.hold:
            await schedule.hold(delivery.receiver, verdict.hold)
        if next_at is not None:
            await schedule.postpone(delivery, next_at)
        else:
            await self._settle(delivery, dead=verdict.kind == "dead", reason=reply.error or f"status_{reply.status}")

    async def _give_up(self, delivery: Delivery, stands: Standing, reason: str) -> None:
        now = self._services.clock.now()
        entry = Entry(number=stands.next_number, kind="dead", at=now, error=reason)
        await self._webhooks.store.note(delivery.id, entry)
        await self._settle(delivery, dead=True, reason=reason)

    async def _settle(self, delivery: Delivery, *, dead: bool, reason: str) -> None:
        await self._webhooks.schedule.settle(delivery, now=self._services.clock.now(), dead=dead)
        if dead:
            _alerts.warning(
                "webhook_given_up",
                alert="webhook_given_up",
                tenant=delivery.tenant,
                webhook_id=delivery.webhook_id,
                delivery_id=delivery.id,
                job_id=delivery.job_id,
                reason=reason,
            )
