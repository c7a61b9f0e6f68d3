"""What any index of jobs promises: newest first, by tenant and time; and one who brings back what was lost."""

from datetime import timedelta

import msgspec
import pytest

from domain.job import DocumentState, JobState
from domain.ops.breaker import BreakerRule
from infra.guard import Guard
from infra.job_index_redis import RedisJobIndex
from infra.jobs_redis import RedisJobStore
from infra.redis_client import is_unreachable
from infra.telemetry.tracing_otel import OtelTracing
from tests.fakes.clock import START
from tests.fakes.job_index import MemoryJobIndex
from tests.fakes.jobs import MemoryJobStore
from tests.fakes.world import a_job


@pytest.fixture(params=["memory", "redis"])
def both(request: pytest.FixtureRequest, redis):
    if request.param == "memory":
        store = MemoryJobStore()
        return store, MemoryJobIndex(store)
    tracing = OtelTracing(service="test", version="0", environment="test")
    guard = Guard("redis", rule=BreakerRule(), its_fault=is_unreachable, tracing=tracing)
    return RedisJobStore(redis, guard, live_seconds=60), RedisJobIndex(redis, guard)


async def fill(store) -> None:
    """Ten jobs of acme, two a second, and one of a neighbour."""
    for number in range(10):
        await store.create(a_job("a", job_id=f"batch_{number}", created_at=START + timedelta(seconds=number // 2)))
    await store.create(a_job("a", job_id="batch_x", tenant="other", created_at=START))


async def ids(index, tenant="acme", **bounds):
    return [entry.job_id for entry in await index.page(tenant, **{"limit": 100, **bounds})]


async def test_the_newest_come_first_and_a_tenant_sees_its_own(both):
    store, index = both
    await fill(store)

    assert await ids(index) == [f"batch_{n}" for n in range(9, -1, -1)]
    assert await ids(index, "other") == ["batch_x"]
    assert await ids(index, "nobody") == []
    assert len(await ids(index, None)) == 11


async def test_pages_go_on_where_the_last_one_ended_whatever_comes_meanwhile(both):
    store, index = both
    await fill(store)
    first = await index.page("acme", limit=3)
    await store.create(a_job("a", job_id="batch_new", created_at=START + timedelta(days=1)))

    assert await ids(index, before=first[-1].mark, limit=4) == ["batch_6", "batch_5", "batch_4", "batch_3"]


async def test_both_bounds_of_the_time_belong_to_it(both):
    store, index = both
    await fill(store)
    second, third = START + timedelta(seconds=1), START + timedelta(seconds=2)

    assert await ids(index, created_from=second, created_to=third) == ["batch_5", "batch_4", "batch_3", "batch_2"]
    after = (await index.page("acme", created_to=third, limit=1))[0].mark
    assert await ids(index, before=after, created_to=third, created_from=third) == ["batch_4"]


async def test_what_is_forgotten_is_not_listed_and_what_is_added_again_is_listed_once(both):
    store, index = both
    await fill(store)
    await store.forget(a_job("a", job_id="batch_x", tenant="other", created_at=START))
    await index.add(a_job("a", job_id="batch_9", created_at=START + timedelta(seconds=4)))

    assert await ids(index, "other") == []
    assert (await ids(index)).count("batch_9") == 1


async def test_a_document_that_was_given_up_is_a_dead_letter_until_it_is_retried(both):
    store, index = both
    job = a_job("poison", "other")
    await store.create(job)
    for document, code in zip(job.documents, ("evaluation_crashed", "no_text_layer"), strict=True):
        await store.start_document(job.id, document.id, attempt=1, worker="w", now=START)
        failed = msgspec.structs.replace(document, state=DocumentState.FAILED, attempts=1, error={"code": code})
        await store.end_document(job.id, failed, now=START)
    assert await index.dead(10) == (("batch_1", "poison"),)
    from domain.job import JobEvent

    ended = await store.finish(job.id, JobEvent.FAILED, revision=0, now=START)

    await index.add(ended)
    assert await index.dead(10) == (("batch_1", "poison"),)
    assert (await store.retry(ended)).state is JobState.QUEUED
    assert await index.dead(10) == ()


async def test_one_brings_back_what_was_lost_and_says_so(both):
    _, index = both

    assert await index.begin_refill("one", seconds=5)
    assert not await index.begin_refill("two", seconds=5)
    assert await index.begin_refill("one", seconds=5)
    assert not await index.end_refill("two")
    assert await index.end_refill("one")
    assert not await index.begin_refill("two", seconds=5)


async def test_a_flush_is_seen_in_the_middle_of_it_and_after_it(redis):
    tracing = OtelTracing(service="test", version="0", environment="test")
    guard = Guard("redis", rule=BreakerRule(), its_fault=is_unreachable, tracing=tracing)
    index = RedisJobIndex(redis, guard)
    await index.begin_refill("one", seconds=5)
    await redis.flushall()

    assert not await index.end_refill("one")
    assert await index.begin_refill("two", seconds=5)
    assert await index.end_refill("two")
    await redis.flushall()
    assert await index.begin_refill("one", seconds=5)
