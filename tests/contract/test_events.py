"""What any log of events promises: each change tells one event, in order; who listens is woken."""

import asyncio
from collections.abc import AsyncIterator

import msgspec
import pytest

from domain.job import DocumentState, JobEvent
from domain.job_log import EventLog
from domain.job_store import JobStore
from domain.ops.breaker import BreakerRule
from infra import redis_keys as keys
from infra.events_redis import RedisEventLog
from infra.guard import Guard
from infra.jobs_redis import RedisJobStore
from infra.jobs_scripts import TOLD
from infra.redis_client import is_unreachable
from infra.telemetry.tracing_otel import OtelTracing
from tests.fakes.clock import START
from tests.fakes.events import MemoryEventLog
from tests.fakes.jobs import MemoryJobStore
from tests.fakes.world import a_job


@pytest.fixture(params=["memory", "redis"])
async def both(request: pytest.FixtureRequest, redis) -> AsyncIterator[tuple[JobStore, EventLog]]:
    if request.param == "memory":
        store = MemoryJobStore()
        yield store, MemoryEventLog(store)
        return
    tracing = OtelTracing(service="test", version="0", environment="test")
    guard = Guard("redis", rule=BreakerRule(), its_fault=is_unreachable, tracing=tracing)
    log = RedisEventLog(redis, guard)
    yield RedisJobStore(redis, guard, live_seconds=60), log
    await log.close()


async def live(store: JobStore) -> None:
    """A whole life: a crash, a stop, an end, a cancel, a retry, an end."""
    job = a_job("a", "b")
    await store.create(job)
    for name in ("a", "b"):
        await store.start_document("batch_1", name, attempt=1, worker="w", now=START)
    for stage in ("reading", "reading", "judging"):
        await store.set_stage("batch_1", "a", stage)
    await store.retry_document("batch_1", "a", attempt=1)
    ended = msgspec.structs.replace(job.documents[0], state=DocumentState.COMPLETED, attempts=2, score=5.0, seconds=2.0)
    for _ in range(2):
        await store.end_document("batch_1", ended, now=START)
    await store.cancel(job, now=START)
    await store.retry(job)
    await store.start_document("batch_1", "b", attempt=2, worker="w", now=START)
    await store.release_document("batch_1", "b", attempt=2, crashed=True)
    await store.start_document("batch_1", "b", attempt=3, worker="w", now=START)
    failed = msgspec.structs.replace(job.documents[1], state=DocumentState.FAILED, attempts=3, error={"code": "x"})
    await store.end_document("batch_1", failed, now=START)
    for _ in range(2):
        await store.finish("batch_1", JobEvent.SUCCEEDED, revision=2, now=START)


async def test_each_change_tells_one_event_and_a_change_that_is_refused_tells_none(both):
    store, log = both
    await live(store)

    told = [(e.kind, dict(e.data)) for e in await log.since("batch_1", None)]

    assert told == [
        ("batch_started", {"worker": "w"}),
        ("document_started", {"document_id": "a", "attempt": 1, "worker": "w"}),
        ("document_started", {"document_id": "b", "attempt": 1, "worker": "w"}),
        ("document_stage", {"document_id": "a", "stage": "reading"}),
        ("document_stage", {"document_id": "a", "stage": "judging"}),
        ("document_retried", {"document_id": "a", "attempt": 2, "crashed": True}),
        ("document_ended", {"document_id": "a", "status": "completed", "score": 5.0, "seconds": 2.0, "error": None}),
        ("batch_cancelled", {"status": "cancelled", "documents": ["b"]}),
        ("batch_retried", {"status": "queued", "documents": ["b"]}),
        ("batch_started", {"worker": "w"}),
        ("document_started", {"document_id": "b", "attempt": 2, "worker": "w"}),
        ("document_retried", {"document_id": "b", "attempt": 3, "crashed": True}),
        ("document_started", {"document_id": "b", "attempt": 3, "worker": "w"}),
        ("document_ended", {"document_id": "b", "status": "failed", "score": None, "seconds": None, "error": "x"}),
        ("batch_ended", {"status": "completed"}),
    ]


async def test_whoever_has_seen_some_gets_the_others(both):
    store, log = both
    await live(store)
    every = await log.since("batch_1", None)

    assert await log.since("batch_1", every[4].id) == every[5:]
    assert await log.since("batch_1", every[-1].id) == []
    assert await log.since("batch_1", every[0].id, limit=3) == every[1:4]
    assert await log.newest("batch_1") == every[-1].id


@pytest.mark.parametrize("last_id", ["1-1", "hola", "99999999999999-0", "", "-", "("])
async def test_an_id_that_is_not_known_is_said_to_be_so(both, last_id):
    store, log = both
    await live(store)

    assert await log.since("batch_1", last_id) is None


async def test_of_a_job_that_nothing_happened_to_there_is_nothing(both):
    _, log = both

    assert await log.newest("batch_1") is None
    assert await log.since("batch_1", None) == []


async def test_many_who_watch_are_woken_each_for_its_own_batch(both):
    store, log = both
    for number in (1, 2):
        await store.create(a_job("a", job_id=f"batch_{number}"))
    async with log.watch("batch_1") as one, log.watch("batch_1") as two, log.watch("batch_2") as other:
        await other.rung(0.3)  # the line opens with a ring for everyone
        for bell in (one, two):
            await bell.rung(0)

        await store.start_document("batch_1", "a", attempt=1, worker="w", now=START)

        assert await asyncio.gather(one.rung(5), two.rung(5), other.rung(0.2)) == [True, True, False]


async def test_a_stream_is_bounded_and_goes_with_its_job(redis):
    tracing = OtelTracing(service="test", version="0", environment="test")
    guard = Guard("redis", rule=BreakerRule(), its_fault=is_unreachable, tracing=tracing)
    store = RedisJobStore(redis, guard, live_seconds=60)
    await store.create(a_job("a"))
    await store.start_document("batch_1", "a", attempt=1, worker="w", now=START)
    for number in range(TOLD + 300):
        await store.set_stage("batch_1", "a", str(number))

    assert await redis.xlen(keys.events("batch_1")) <= TOLD + 100
    await store.cancel(a_job("a"), now=START)
    assert 0 < await redis.ttl(keys.events("batch_1")) <= 60
    await store.retry(a_job("a"))
    assert await redis.ttl(keys.events("batch_1")) == -1
