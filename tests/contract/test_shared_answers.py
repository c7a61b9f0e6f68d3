"""What any store of shared answers promises: bounded, forgetful by job, and one maker at a time."""

import asyncio
import time

import pytest
from redis.asyncio import Redis

from domain.answer_cache import AnswerName
from domain.errors import BackendUnavailableError
from domain.ops.breaker import BreakerRule
from infra.answers_redis import RedisSharedAnswers
from infra.guard import Guard
from infra.redis_client import is_unreachable, pool
from infra.telemetry.tracing_otel import OtelTracing
from tests.fakes.answers import MemorySharedAnswers

LIMIT = 8000


def a_guard():
    tracing = OtelTracing(service="test", version="0", environment="test")
    return Guard("cache", rule=BreakerRule(), its_fault=is_unreachable, tracing=tracing)


def in_redis(redis, **changes):
    return RedisSharedAnswers(redis, a_guard(), **{"limit": LIMIT, "longest_seconds": 60.0, **changes})


@pytest.fixture(params=["memory", "redis"])
def shared(request, redis):
    return MemorySharedAnswers(limit=LIMIT) if request.param == "memory" else in_redis(redis)


def name(job_id="batch_1", made_of="a"):
    return AnswerName(job_id=job_id, made_of=made_of)


async def test_what_was_put_is_there_byte_for_byte(shared):
    data = bytes(range(256))

    await shared.put(name(), data, seconds=60)

    assert await shared.get(name()) == data


async def test_under_another_name_nothing_is_found(shared):
    await shared.put(name(made_of="before"), b"old", seconds=60)

    assert await shared.get(name(made_of="after")) is None
    assert await shared.get(name("batch_2", "before")) is None


async def test_a_job_that_is_forgotten_leaves_nothing(shared):
    await shared.put(name(made_of="a"), b"one", seconds=60)
    await shared.put(name(made_of="b"), b"two", seconds=60)
    await shared.put(name("batch_2"), b"three", seconds=60)

    await shared.forget("batch_1")

    assert [await shared.get(name(made_of=m)) for m in "ab"] == [None, None]
    assert await shared.get(name("batch_2")) == b"three"
    assert (await shared.figures()).bytes == 5


async def test_what_is_held_stays_within_the_bound_and_what_was_asked_for_stays(shared):
    for number in range(20):
        await shared.put(name(f"batch_{number}"), bytes(900), seconds=60)
        await shared.get(name("batch_0"))

    figures = await shared.figures()
    assert figures.bytes <= LIMIT
    assert figures.entries == 8
    assert await shared.get(name("batch_0")) == bytes(900)
    assert await shared.get(name("batch_1")) is None


async def test_what_takes_too_much_of_the_bound_is_not_kept(shared):
    await shared.put(name(), bytes(LIMIT // 8 + 1), seconds=60)

    assert await shared.get(name()) is None
    assert (await shared.figures()).bytes == 0


async def test_what_replaces_itself_counts_once(shared):
    for size in (100, 300, 200):
        await shared.put(name(), bytes(size), seconds=60)

    assert (await shared.figures()).bytes == 200


async def test_one_at_a_time_makes_an_answer(shared):
    inside, most = 0, 0

    async def make():
        nonlocal inside, most
        async with shared.alone(name()):
            inside += 1
            most = max(most, inside)
            await asyncio.sleep(0)
            inside -= 1

    await asyncio.gather(*(make() for _ in range(8)))

    assert (most, inside) == (1, 0)


async def test_in_redis_what_was_put_ends_with_its_time(redis):
    shared = in_redis(redis)

    await shared.put(name(), b"x", seconds=0.01)
    await asyncio.sleep(0.03)  # time itself is what is tested

    assert await shared.get(name()) is None


async def test_in_redis_what_ended_is_counted_no_more(redis):
    shared = in_redis(redis, longest_seconds=0.02)
    await shared.put(name("batch_1"), bytes(100), seconds=0.01)
    await asyncio.sleep(0.04)  # same

    await shared.put(name("batch_2"), bytes(10), seconds=60)

    assert (await shared.figures()).bytes == 10


async def test_in_redis_a_holder_that_died_is_not_waited_for_for_ever(redis):
    shared = in_redis(redis, wait_seconds=0.1)
    async with shared.alone(name()):
        start = time.monotonic()
        async with shared.alone(name()):
            waited = time.monotonic() - start

    assert 0.05 < waited < 5


async def test_without_redis_it_says_so_and_whoever_makes_goes_on():
    connections = pool("redis://127.0.0.1:1", password=None, size=2, patience=0)
    shared = in_redis(Redis(connection_pool=connections))

    with pytest.raises(BackendUnavailableError):
        await shared.get(name())
    async with shared.alone(name()):
        made = True

    assert made
    await connections.aclose()


async def test_a_redis_that_is_too_slow_is_as_good_as_none(redis):
    shared = in_redis(redis, wait_seconds=0.1)
    await redis.client_pause(5000)
    start = time.monotonic()

    with pytest.raises(BackendUnavailableError):
        await shared.get(name())
    async with shared.alone(name()):
        waited = time.monotonic() - start
    await redis.client_unpause()

    assert waited < 4
    assert await shared.get(name()) is None
