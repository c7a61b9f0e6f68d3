import asyncio

import pytest

from app.usecases.places import keep_record
from app.usecases.quota import charged, recount
from app.usecases.submit import Draft, Order, admission, submit
from domain.errors import QuotaExceededError, StorageFullError
from tests.fakes.world import a_job, services


async def send(world, size, tenant="acme"):
    async with admission(world, tenant) as job_id:
        await world.artifacts.put_uploads(job_id, [b"x" * size])
        return await submit(world, job_id, tenant, Order(), [Draft(id="a", name="a", digest="0", bytes=size)])


async def test_a_tenant_sends_until_its_quota_is_used_and_others_do_not_feel_it():
    world = services(tenant_bytes=100)
    await send(world, 60)

    with pytest.raises(QuotaExceededError) as refused:
        await send(world, 41)
    await send(world, 40)
    with pytest.raises(QuotaExceededError):
        await send(world, 0)

    assert refused.value.facts == {"used_bytes": 60, "quota_bytes": 100, "received": 41}
    assert len(world.jobs.jobs) == 2
    assert len({job_id for job_id, _ in world.artifacts.files}) == 2
    await send(world, 100, tenant="other")


async def test_of_those_who_come_at_once_only_as_many_as_fit_are_taken_in():
    world = services(tenant_bytes=100)

    answers = await asyncio.gather(*(send(world, 30) for _ in range(10)), return_exceptions=True)

    assert sum(isinstance(answer, QuotaExceededError) for answer in answers) == 7
    assert await world.usage.used("acme") == 90


async def test_a_batch_that_was_not_taken_in_does_not_count():
    world = services(tenant_bytes=100)

    with pytest.raises(ConnectionError):
        async with charged(world, "acme", 50):
            raise ConnectionError

    assert await world.usage.used("acme") == 0


async def test_a_recount_knows_results_and_archives_and_what_is_gone():
    world = services(tenant_bytes=10_000)
    await world.usage.add("acme", 9_999)
    await world.usage.add("gone", 5)
    for job_id, tenant in (("batch_1", "acme"), ("batch_2", "acme"), ("batch_3", "other")):
        await keep_record(world, a_job(job_id=job_id, tenant=tenant))
        await world.artifacts.write(job_id, "results/a/x.json", b"x" * 1000)
    await world.artifacts.archive("batch_2")
    record = len(world.artifacts.files["batch_1", "metadata.json"])

    assert await recount(world) == 2

    assert world.usage.counts == {"acme": 2 * (1000 + record), "other": 1000 + record + 1}


async def test_without_a_quota_nobody_counts():
    world = services()
    await send(world, 10)

    assert await recount(world) == 0
    assert world.usage.counts == {}


async def test_while_the_store_is_nearly_full_no_batch_is_taken_in_and_running_ones_are_not_asked():
    world = services(free_bytes=51)

    with pytest.raises(StorageFullError) as refused:
        await send(world, 1)

    assert refused.value.facts == {"free_bytes": 50, "minimum": 51, "retry_after_seconds": 60}
    assert world.artifacts.files == {}
    await world.artifacts.write("batch_1", "results/a/x.json", b"goes on")
    assert (await send(services(free_bytes=50), 1)).tenant == "acme"
