"""What the truth about webhooks promises, over any store of objects: one of all who try does it."""

import asyncio

import msgspec
import pytest

from domain.delivery import Delivery, Entry, delivery_id
from domain.errors import DecalogoError
from domain.webhook import SigningSecret, Webhook, WebhookState, removed
from infra.objects_fs import FileObjectStore
from infra.webhooks_objects import ObjectWebhookStore
from tests.fakes.clock import START
from tests.fakes.objects import MemoryObjectStore


@pytest.fixture(params=["memory", "files", "s3"])
def objects(request: pytest.FixtureRequest, tmp_path):
    if request.param == "memory":
        return MemoryObjectStore()
    if request.param == "files":
        return FileObjectStore(tmp_path)
    s3 = request.getfixturevalue("s3")
    return s3.store(s3.bucket())


@pytest.fixture
def store(objects):
    return ObjectWebhookStore(objects)


def hook(name="we_1", tenant="acme", **changes):
    secrets = (SigningSecret(value="whsec_AAAA"),)
    made = Webhook(id=name, tenant=tenant, url="https://a", secrets=secrets, created_at=START)
    return msgspec.structs.replace(made, **changes)


def delivery(job_id="batch_20261122_a", webhook_id="we_1", tenant="acme"):
    return Delivery(
        id=delivery_id(job_id, 1, webhook_id),
        job_id=job_id,
        tenant=tenant,
        webhook_id=webhook_id,
        type="batch.failed",
        created_at=START,
        body='{"á": 1}',
    )


def entry(number, kind):
    return Entry(number=number, kind=kind, at=START)


async def test_a_webhook_is_found_by_its_tenant_alone(store):
    assert await store.add(hook())

    assert await store.find("acme", "we_1") == hook()
    assert await store.find("other", "we_1") is None
    assert await store.find("acme", "we_2") is None
    assert await store.find("acme", "../we_1") is None


async def test_webhooks_are_listed_oldest_first_by_tenant_or_all(store):
    from datetime import timedelta

    for n, tenant in ((2, "acme"), (1, "acme"), (3, "other / tenant")):
        await store.add(hook(f"we_{n}", tenant, created_at=START + timedelta(seconds=n)))

    assert [w.id for w in await store.webhooks("acme")] == ["we_1", "we_2"]
    assert [w.id for w in await store.webhooks("other / tenant")] == ["we_3"]
    assert [w.id for w in await store.webhooks()] == ["we_1", "we_2", "we_3"]
    assert await store.webhooks("nobody") == []


async def test_of_many_who_add_a_webhook_one_does(store):
    made = await asyncio.gather(*(store.add(hook(description=str(n))) for n in range(6)))

    assert sum(made) == 1
    assert (await store.find("acme", "we_1")).description == str(made.index(True))


async def test_changes_at_once_are_made_one_after_the_other_and_none_is_lost(store):
    await store.add(hook())

    def longer(found):
        return msgspec.structs.replace(found, description=found.description + "x")

    await asyncio.gather(*(store.change("acme", "we_1", longer) for _ in range(8)))

    assert (await store.find("acme", "we_1")).description == "x" * 8


async def test_a_change_that_changes_nothing_keeps_nothing(store, objects):
    await store.add(hook())

    assert await store.change("acme", "we_1", lambda found: found) == hook()
    assert await store.change("acme", "we_2", lambda found: found) is None

    assert len([stored async for stored in objects.list("webhooks")]) == 1


async def test_what_was_removed_is_gone_comes_back_for_nobody_and_leaves_no_secret(store, objects):
    await store.add(hook())
    await store.change("acme", "we_1", removed)

    assert await store.find("acme", "we_1") is None
    assert await store.webhooks("acme") == []
    assert await store.change("acme", "we_1", lambda w: msgspec.structs.replace(w, state=WebhookState.ENABLED)) is None
    assert not await store.add(hook())
    kept = [await objects.get(stored.name) async for stored in objects.list("webhooks")]
    assert [data for data in kept if b"whsec_" in data] == []


async def test_a_delivery_is_kept_once_and_read_with_its_log(store):
    one = delivery()

    assert await store.read(one.id) is None
    assert await store.post(one)
    assert not await store.post(msgspec.structs.replace(one, body="other"))
    assert await store.note(one.id, entry(1, "begun"))
    assert await store.note(one.id, entry(1, "failed"))
    await store.post(delivery(webhook_id="we_2"))

    read, entries = await store.read(one.id)
    assert read == one
    assert {(e.number, e.kind) for e in entries} == {(1, "begun"), (1, "failed")}
    assert await store.read("no id") is None
    assert await store.read("msg_../../x_0000000000000000") is None


async def test_of_many_who_begin_an_attempt_one_does(store):
    one = delivery()
    await store.post(one)

    begun = await asyncio.gather(*(store.note(one.id, entry(1, "begun")) for _ in range(8)))

    assert sum(begun) == 1


async def test_the_deliveries_of_a_job_go_with_it(store):
    first, second = delivery("batch_1"), delivery("batch_2")
    for one in (first, second):
        await store.post(one)
        await store.note(one.id, entry(1, "begun"))

    await store.forget("batch_1")

    assert await store.read(first.id) is None
    assert [found[0].id async for found in store.deliveries()] == [second.id]


async def test_deliveries_of_old_days_expire(store):
    from datetime import timedelta

    old, young = delivery("batch_20261022_a"), delivery("batch_20261122_a")
    for one in (old, young):
        await store.post(one)

    assert await store.expire(START - timedelta(days=30)) == 1
    assert await store.expire(START - timedelta(days=30)) == 0

    assert [found[0].id async for found in store.deliveries()] == [young.id]


async def test_a_name_that_would_leave_the_store_is_refused(store):
    with pytest.raises(DecalogoError):
        await store.forget("../endpoints")
    with pytest.raises(DecalogoError):
        await store.add(hook("a/b"))
