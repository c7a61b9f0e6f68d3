"""From the end of a batch to its webhook: told once to each, tried as the schedule says, and lost by nothing."""

import asyncio
from datetime import timedelta

import msgspec
import pytest
import structlog
from standardwebhooks import Webhook as Verifier

from app.usecases.announce import announce, announce_if_recent
from app.usecases.deliver import Deliverer
from app.usecases.deliveries import dead_deliveries, delivery_log, expire_deliveries, find_delivery, redeliver
from app.usecases.finish import finish
from app.usecases.recovery import write_unwritten
from app.usecases.remove import remove
from app.usecases.webhooks import change_webhook, create_webhook, remove_webhook, rotate_secret
from domain.delivery import DeliveryState, Entry
from domain.errors import BackendUnavailableError, DeliveryNotFoundError
from domain.job import DocumentState, JobState
from domain.webhook import DEFAULT, EVENT_TYPES, WebhookState
from domain.webhook_retries import SCHEDULE, Reply
from infra.clock_system import SystemClock
from infra.webhooks_objects import ObjectWebhookStore
from tests.fakes.clock import START
from tests.fakes.objects import MemoryObjectStore
from tests.fakes.webhooks import ScriptedSender
from tests.fakes.world import a_job, a_webhooks, services

URL = "https://example.com/webhook"


@pytest.fixture(autouse=True)
def logs_of_all_levels():
    """Whatever level a service that ran before in this process was told to log at."""
    before = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(0))
    yield
    structlog.configure(**before)


def world_with(*replies, **rules):
    return services(webhooks=a_webhooks(sender=ScriptedSender(*replies), **rules))


def ended(job_id="batch_20261122_a", state=JobState.COMPLETED, **changes):
    return a_job(job_id=job_id, state=state, ended_at=START, revision=1, **changes)


async def hook(world, url=URL, tenant="acme", events=EVENT_TYPES):
    made, _ = await create_webhook(world, tenant, url=url, description="", events=events)
    return made


async def turn(world):
    return await Deliverer(world).deliver_due()


async def log(world, webhook_id, tenant="acme"):
    return (await delivery_log(world, tenant, webhook_id, limit=100)).deliveries


def sent(world):
    return world.webhooks.sender.sent


def kinds(told):
    return [(e.number, e.kind) for e in told.entries]


async def test_an_end_is_told_to_each_webhook_that_wants_it_and_to_the_url_of_the_upload():
    world = world_with()
    one, other = await hook(world), await hook(world, "https://other.example/")
    await hook(world, "https://failures.example/", events=("batch.failed",))
    await hook(world, "https://stranger.example/", tenant="stranger")

    assert await announce(world, ended(webhook_url="https://upload.example/")) == 3
    await turn(world)

    assert sorted(m.url for m, _ in sent(world)) == sorted([URL, "https://other.example/", "https://upload.example/"])
    for name in (one.id, other.id, DEFAULT):
        (told,) = await log(world, name)
        assert (told.standing.state, kinds(told)) == (DeliveryState.DELIVERED, [(1, "begun"), (1, "delivered")])


async def test_telling_twice_tells_once():
    world = world_with()
    await hook(world)

    await announce(world, ended(webhook_url="https://upload.example/"))
    await turn(world)
    assert await announce(world, ended(webhook_url="https://upload.example/")) == 0
    await turn(world)
    await turn(world)

    assert len(sent(world)) == 2


async def test_a_webhook_that_the_upload_names_too_is_told_once():
    world = world_with()
    made = await hook(world)

    await announce(world, ended(webhook_url=URL))

    assert await log(world, DEFAULT) == ()
    assert len(await log(world, made.id)) == 1


async def test_a_batch_that_ended_again_is_told_again_and_one_that_ended_before_the_webhook_was_there_is_not():
    world = world_with()
    world.clock.advance(60)
    await hook(world)
    late = START + timedelta(seconds=60)

    assert await announce(world, ended()) == 0
    assert await announce(world, msgspec.structs.replace(ended(), ended_at=late)) == 1
    assert await announce(world, msgspec.structs.replace(ended(), ended_at=late, revision=3)) == 1


async def test_every_attempt_is_signed_and_its_id_stays_while_its_time_goes_on():
    world = world_with(Reply(status=500), Reply(status=204))
    world.clock.advance((SystemClock().now() - START).total_seconds())  # verifiers look at the time
    made = await hook(world)
    secret = made.secrets[0].value
    await announce(world, msgspec.structs.replace(ended(), ended_at=world.clock.now()))

    await turn(world)
    world.clock.advance(6)
    await turn(world)

    (first, head), (second, later) = sent(world)
    assert head["webhook-id"] == later["webhook-id"] == first.id
    assert int(later["webhook-timestamp"]) - int(head["webhook-timestamp"]) == 6
    for message, headers in sent(world):
        body = Verifier(secret).verify(message.body, headers)
        assert body["data"]["job_id"] == "batch_20261122_a"
    assert first.body == second.body


async def test_during_a_rotation_both_secrets_verify_and_after_it_only_the_new_one():
    world = world_with(overlap_seconds=3600.0)
    made = await hook(world)
    old = made.secrets[0].value
    _, new = await rotate_secret(world, "acme", made.id)
    await announce(world, ended("batch_1"))
    await turn(world)
    world.clock.advance(3601)
    await announce(world, ended("batch_2"))
    await turn(world)

    (both, first), (alone, second) = sent(world)
    assert len(first["webhook-signature"].split()) == 2
    assert len(second["webhook-signature"].split()) == 1
    assert both.secrets == (new, old)
    assert alone.secrets == (new,)


async def test_the_attempt_is_kept_before_it_is_sent():
    class Looking(ScriptedSender):
        async def send(self, message):
            self.seen = [(e.number, e.kind) for e in (await world.webhooks.store.read(message.id))[1]]
            return await super().send(message)

    world = services(webhooks=a_webhooks(sender=Looking()))
    await hook(world)
    await announce(world, ended())

    await turn(world)

    assert world.webhooks.sender.seen == [(1, "begun")]


async def test_a_failure_is_tried_over_75_hours_and_then_given_up_with_an_alert():
    world = world_with(Reply(status=503), disable_after_days=30.0)
    made = await hook(world)
    await announce(world, ended())
    with structlog.testing.capture_logs() as logs:
        for delay in (*SCHEDULE, 0.0):
            assert await turn(world) == 1
            assert await turn(world) == 0
            world.clock.advance(1.1 * delay + 1)
    assert await turn(world) == 0

    assert len(sent(world)) == 10
    (told,) = await log(world, made.id)
    assert told.standing.state is DeliveryState.DEAD
    assert [told] == list(await dead_deliveries(world, "acme", limit=10))
    (alert,) = [line for line in logs if line.get("category") == "alerts"]
    assert (alert["alert"], alert["reason"], alert["webhook_id"]) == ("webhook_given_up", "status_503", made.id)


async def test_a_receiver_that_asks_for_time_gets_it_for_all_that_waits_for_it():
    world = world_with(Reply(status=429, retry_after=100.0), Reply(status=204), each=1)
    await hook(world)
    for name in ("batch_1", "batch_2"):
        await announce(world, ended(name))

    assert await turn(world) == 1
    world.clock.advance(99)
    assert await turn(world) == 0
    world.clock.advance(2)
    assert await turn(world) == 1
    assert await turn(world) == 1

    assert len(sent(world)) == 3


async def test_gone_disables_the_webhook_once_and_gives_up_what_waits_for_it():
    world = world_with(Reply(status=410))
    made = await hook(world)
    for name in ("batch_1", "batch_2"):
        await announce(world, ended(name))
    with structlog.testing.capture_logs() as logs:
        await turn(world)
    await announce(world, ended("batch_3"))
    await turn(world)

    found = await world.webhooks.store.find("acme", made.id)
    assert (found.state, found.reason) == (WebhookState.DISABLED, "gone")
    assert {t.standing.state for t in await log(world, made.id)} == {DeliveryState.DEAD}
    assert [line["alert"] for line in logs if line.get("alert") == "webhook_disabled"] == ["webhook_disabled"]
    assert len(await log(world, made.id)) == 2


async def test_gone_at_the_url_of_an_upload_ends_that_delivery_alone():
    world = world_with(Reply(status=410), Reply(status=204))
    await announce(world, ended("batch_1", webhook_url="https://a.example/"))
    await turn(world)
    await announce(world, ended("batch_2", webhook_url="https://b.example/"))
    await turn(world)

    assert [t.standing.state.value for t in await log(world, DEFAULT)] == ["delivered", "dead"]


async def test_a_webhook_that_fails_for_days_is_disabled_with_an_alert_and_one_success_forgets_failures():
    late = Reply(error="timed_out")
    world = world_with(Reply(status=500), Reply(status=204), Reply(status=204), late, disable_after_days=2.0)
    made = await hook(world)

    async def end_one(name):
        await announce(world, ended(name))
        await turn(world)
        return await world.webhooks.store.find("acme", made.id)

    assert (await end_one("batch_1")).failing_since == START
    world.clock.advance(86400)
    assert (await end_one("batch_2")).failing_since is None
    failing = await end_one("batch_3")
    assert failing.failing_since == START + timedelta(days=1)
    world.clock.advance(2 * 86400)
    with structlog.testing.capture_logs() as logs:
        off = await end_one("batch_4")

    assert (off.state, off.reason) == (WebhookState.DISABLED, "failing")
    (alert,) = [line for line in logs if line.get("alert") == "webhook_disabled"]
    assert (alert["category"], alert["webhook_id"], alert["log_level"]) == ("alerts", made.id, "error")
    on = await change_webhook(world, "acme", made.id, state=WebhookState.ENABLED)
    assert (on.state, on.reason, on.failing_since) == (WebhookState.ENABLED, None, None)


async def test_what_ends_while_a_webhook_is_paused_is_told_afterwards():
    world = world_with(paused_seconds=1000.0)
    made = await hook(world)
    await change_webhook(world, "acme", made.id, state=WebhookState.PAUSED)
    await announce(world, ended())
    assert await turn(world) == 1
    assert await turn(world) == 0
    assert sent(world) == []

    await change_webhook(world, "acme", made.id, state=WebhookState.ENABLED)
    await turn(world)

    assert len(sent(world)) == 1


async def test_what_waits_for_a_webhook_that_was_removed_is_given_up():
    world = world_with()
    made = await hook(world)
    await announce(world, ended())
    await remove_webhook(world, "acme", made.id)

    await turn(world)

    assert sent(world) == []
    ((told),) = await dead_deliveries(world, "acme", limit=10)
    assert [e.error for e in told.entries] == ["webhook_removed"]


async def test_a_delivery_is_sent_to_where_its_webhook_is_by_then_and_nowhere_that_is_no_longer_allowed():
    from domain.webhook_urls import UrlPolicy

    store = ObjectWebhookStore(MemoryObjectStore())
    world = services(webhooks=a_webhooks(store=store, urls=UrlPolicy(ports=(443, 8443))))
    made = await hook(world, "https://old.example:8443/")
    await announce(world, ended("batch_1"))
    await change_webhook(world, "acme", made.id, url="https://new.example:8443/")
    await turn(world)
    assert [m.url for m, _ in sent(world)] == ["https://new.example:8443/"]

    strict = services(webhooks=a_webhooks(store=store))
    await announce(strict, ended("batch_2"))
    await turn(strict)

    assert sent(strict) == []
    assert [e.error for e in (await log(strict, made.id))[0].entries if e.kind == "failed"] == ["url_refused"]


async def test_delivering_once_more_is_possible_whatever_became_of_it():
    world = world_with(Reply(status=410), Reply(status=204))
    made = await hook(world)
    await announce(world, ended())
    await turn(world)
    await change_webhook(world, "acme", made.id, state=WebhookState.ENABLED)
    (dead,) = await log(world, made.id)

    again = await redeliver(world, dead)
    assert (again.standing.state, again.standing.failures) == (DeliveryState.PENDING, 0)
    assert await dead_deliveries(world, "acme", limit=9) == ()
    await turn(world)
    (told,) = await log(world, made.id)
    assert told.standing.state is DeliveryState.DELIVERED
    await redeliver(world, told)
    await turn(world)

    assert len({m.id for m, _ in sent(world)}) == 1
    assert len(sent(world)) == 3


async def test_a_delivery_is_found_by_its_tenant_and_webhook_alone():
    world = world_with()
    made = await hook(world)
    await announce(world, ended())
    (told,) = await log(world, made.id)
    name = told.delivery.id

    assert (await find_delivery(world, "acme", made.id, name)).delivery == told.delivery
    for tenant, webhook_id, delivery_id in (("x", made.id, name), ("acme", "we_x", name), ("acme", made.id, "msg_x")):
        with pytest.raises(DeliveryNotFoundError):
            await find_delivery(world, tenant, webhook_id, delivery_id)


async def test_two_who_deliver_at_once_send_each_once():
    world = world_with()
    await hook(world)
    for number in range(30):
        await announce(world, ended(f"batch_{number}"))

    async def all_of_it():
        while await turn(world):
            pass

    await asyncio.gather(*(all_of_it() for _ in range(4)))

    assert len(sent(world)) == len({m.id for m, _ in sent(world)}) == 30


async def test_when_leases_fail_the_log_still_gives_an_attempt_to_one():
    """Two processes have claimed the same delivery: one of them begins the attempt."""
    world = world_with()
    await hook(world)
    await announce(world, ended())
    one, other = Deliverer(world), Deliverer(world)
    schedule = world.webhooks.schedule

    class Generous(type(schedule)):
        async def claim(self, now, **about):
            refs = await super().claim(now, **about)
            for waiting in self.due.values():
                for name in waiting:
                    waiting[name] = now
            return refs

    schedule.__class__ = Generous
    await asyncio.gather(one.deliver_due(), other.deliver_due(), one.deliver_due())

    assert len(sent(world)) == 1


async def test_an_attempt_whose_process_died_is_made_again_after_the_lease_and_not_before():
    world = world_with(lease_seconds=30.0)
    made = await hook(world)
    await announce(world, ended())
    (told,) = await log(world, made.id)
    await world.webhooks.store.note(told.delivery.id, Entry(number=1, kind="begun", at=START))

    await turn(world)
    assert sent(world) == []
    world.clock.advance(31)
    await turn(world)

    assert len(sent(world)) == 1
    (told,) = await log(world, made.id)
    assert kinds(told) == [(1, "begun"), (2, "begun"), (2, "delivered")]


@pytest.mark.parametrize(("slow", "count"), [("read", 1), ("note", 0)])
async def test_a_store_that_is_slow_before_the_attempt_begins_keeps_nothing_from_being_sent(slow, count):
    """Only what passes between the begin and the sending can let another one in."""

    class Slow(ObjectWebhookStore):
        async def read(self, delivery_id):
            await asyncio.sleep(0.3 if slow == "read" else 0.0)
            return await super().read(delivery_id)

        async def note(self, delivery_id, entry):
            await asyncio.sleep(0.3 if slow == "note" else 0.0)
            return await super().note(delivery_id, entry)

    world = services(webhooks=a_webhooks(store=Slow(MemoryObjectStore()), lease_seconds=0.4))
    await hook(world)
    await announce(world, ended())

    await turn(world)

    assert len(sent(world)) == count


async def test_after_a_flush_what_waits_goes_on_where_it_stood_and_what_ended_is_in_the_log():
    world = world_with(Reply(status=204), Reply(status=500), Reply(status=204))
    made = await hook(world)
    for name in ("batch_1", "batch_2"):
        await announce(world, ended(name))
        await turn(world)
    await announce(world, ended("batch_3"))
    before = await log(world, made.id)

    world.webhooks.schedule.forget()
    await turn(world)  # finds that all was forgotten

    assert await log(world, made.id) == before
    await turn(world)
    assert len(sent(world)) == 3
    world.clock.advance(6)
    await turn(world)
    assert {t.standing.state for t in await log(world, made.id)} == {DeliveryState.DELIVERED}
    assert len(sent(world)) == 4


async def test_after_a_flush_ends_that_nobody_told_are_told_when_they_are_recent():
    world = world_with()
    await hook(world)
    recent = ended("batch_1")

    assert await announce_if_recent(world, recent) == 1
    assert await announce_if_recent(world, recent) == 0
    world.clock.advance(86401)
    assert await announce_if_recent(world, ended("batch_2")) == 0
    assert await announce_if_recent(world, a_job()) == 0


async def test_an_end_that_could_not_be_told_is_told_by_the_sweep():
    class Full(MemoryObjectStore):
        full = False

        async def create(self, name, data):
            if self.full:
                raise BackendUnavailableError("The disk takes nothing more.")
            return await super().create(name, data)

    objects = Full()
    world = services(webhooks=a_webhooks(store=ObjectWebhookStore(objects)))
    made = await hook(world)
    await world.jobs.create(a_job("a"))
    await world.jobs.start_document("batch_1", "a", attempt=1, worker="w", now=START)
    document = (await world.jobs.get("batch_1")).documents[0]
    done = msgspec.structs.replace(document, state=DocumentState.COMPLETED, evaluation_hash="h")
    await world.jobs.end_document("batch_1", done, now=START)
    objects.full = True

    assert await finish(world, "batch_1")
    assert await log(world, made.id) == ()

    objects.full = False
    assert await write_unwritten(world) == 1
    assert len(await log(world, made.id)) == 1
    assert await write_unwritten(world) == 0


async def test_a_batch_that_was_removed_is_told_to_nobody_and_leaves_nothing():
    world = world_with()
    made = await hook(world)
    job = ended()
    await world.jobs.create(job)
    await announce(world, job)

    await remove(world, job)
    await turn(world)
    await turn(world)

    assert sent(world) == []
    assert await log(world, made.id) == ()
    assert [d async for d in world.webhooks.store.deliveries()] == []


async def test_a_batch_that_is_removed_while_a_sweep_tells_of_its_end_leaves_nothing():
    world = world_with()
    await hook(world)
    await world.jobs.create(a_job())
    job = await world.jobs.get("batch_1")
    free = world.queue.discard

    async def sweeping(*about):
        await write_unwritten(world)  # finds it cancelled, and not removed yet
        await free(*about)

    world.queue.discard = sweeping
    await remove(world, job)
    await turn(world)

    assert sent(world) == []
    assert [d async for d in world.webhooks.store.deliveries()] == []


async def test_a_removal_in_the_midst_of_an_attempt_leaves_nothing():
    class Removing(ScriptedSender):
        async def send(self, message):
            await remove(world, job)
            return await super().send(message)

    world = services(webhooks=a_webhooks(sender=Removing()))
    job = ended()
    await world.jobs.create(job)
    await hook(world)
    await announce(world, job)

    await turn(world)

    assert [d async for d in world.webhooks.store.deliveries()] == []


async def test_old_logs_expire_and_what_is_young_stays():
    world = world_with()
    made = await hook(world)
    for name in ("batch_20261001_a", "batch_20261122_a"):
        await announce(world, ended(name))

    assert await expire_deliveries(world, before=START - timedelta(days=30)) == 1

    assert [t.delivery.job_id for t in await log(world, made.id)] == ["batch_20261122_a"]


async def test_no_secret_no_url_and_no_body_is_in_any_log_line():
    world = world_with(Reply(status=500), Reply(status=410))
    with structlog.testing.capture_logs() as logs:
        made = await hook(world, "https://example.com/hidden-path?token=hidden")
        await rotate_secret(world, "acme", made.id)
        await announce(world, ended(metadata={"requester_email": "ana@example.org"}))
        await turn(world)
        world.clock.advance(6)
        await turn(world)

    text = repr(logs)
    assert len(logs) >= 6
    assert [word for word in ("whsec_", "hidden", "ana@", "results_url") if word in text] == []
