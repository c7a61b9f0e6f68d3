"""What any limiter promises: buckets that refill steadily, all draws of a request or none, one step for everybody."""

import asyncio
import time
from collections.abc import AsyncIterator

import pytest
from redis.asyncio import Redis

from domain.errors import BackendUnavailableError
from domain.limits import Bucket, Draw, Limiter
from infra.limits_local import LocalLimiter
from infra.limits_redis import RedisLimiter
from infra.redis_client import pool
from infra.redis_line import RedisLine

REQUESTS = Bucket(name="requests", capacity=10, seconds=60.0)
DOCUMENTS = Bucket(name="documents", capacity=5, seconds=60.0)
QUICK = Bucket(name="quick", capacity=4, seconds=0.4)


@pytest.fixture
async def line(redis) -> AsyncIterator[RedisLine]:
    line = RedisLine(redis)
    yield line
    line.close()


@pytest.fixture(params=["local", "redis"])
def limiter(request: pytest.FixtureRequest) -> Limiter:
    if request.param == "local":
        return LocalLimiter()
    return RedisLimiter(request.getfixturevalue("line"), timeout_s=2.0)


async def granted(limiter: Limiter, times: int, *draws: Draw, subject: str = "acme") -> int:
    return sum([(await limiter.draw(subject, draws)).allowed for _ in range(times)])


async def test_a_bucket_gives_what_it_holds_and_then_says_when_to_come_again(limiter):
    assert await granted(limiter, 10, Draw(bucket=REQUESTS)) == 10

    decision = await limiter.draw("acme", (Draw(bucket=REQUESTS),))

    assert not decision.allowed
    assert decision.tightest.remaining == 0
    assert 4 < decision.tightest.wait <= 6
    assert 54 < decision.tightest.full_in <= 60


async def test_what_is_left_is_told(limiter):
    levels = [(await limiter.draw("acme", (Draw(bucket=REQUESTS),))).tightest.remaining for _ in range(3)]

    assert levels == [9, 8, 7]


async def test_tokens_come_back_steadily(limiter):
    assert await granted(limiter, 6, Draw(bucket=QUICK)) == 4
    decision = await limiter.draw("acme", (Draw(bucket=QUICK),))
    await asyncio.sleep(decision.tightest.wait + 0.01)  # the passing of time itself is what is tested

    assert await granted(limiter, 1, Draw(bucket=QUICK)) == 1


async def test_each_subject_has_buckets_of_its_own(limiter):
    assert await granted(limiter, 11, Draw(bucket=REQUESTS)) == 10
    assert await granted(limiter, 11, Draw(bucket=REQUESTS), subject="other") == 10


async def test_when_one_bucket_refuses_no_other_has_lost_anything(limiter):
    both = (Draw(bucket=REQUESTS), Draw(bucket=DOCUMENTS))

    assert await granted(limiter, 8, *both) == 5

    decision = await limiter.draw("acme", both)
    assert [level.remaining for level in decision.levels] == [5, 0]
    assert [level.wait > 0 for level in decision.levels] == [False, True]
    assert await granted(limiter, 8, Draw(bucket=REQUESTS)) == 5


async def test_a_draw_costs_what_it_says(limiter):
    assert await granted(limiter, 3, Draw(bucket=REQUESTS, cost=4)) == 2
    assert await granted(limiter, 3, Draw(bucket=REQUESTS, cost=1)) == 2


async def test_a_forced_draw_is_granted_and_the_next_one_waits_for_it(limiter):
    forced = await limiter.draw("acme", (Draw(bucket=DOCUMENTS, cost=9, forced=True),))
    decision = await limiter.draw("acme", (Draw(bucket=DOCUMENTS),))

    assert forced.allowed
    assert (decision.allowed, decision.tightest.remaining) == (False, 0)
    assert 55 < decision.tightest.wait <= 60


async def test_to_look_costs_nothing_and_is_always_granted(limiter):
    await limiter.draw("acme", (Draw(bucket=DOCUMENTS, cost=9, forced=True),))
    looks = [await limiter.draw("acme", (Draw(bucket=b, cost=0),)) for b in (DOCUMENTS, REQUESTS, REQUESTS)]

    assert [(look.allowed, look.levels[0].remaining) for look in looks] == [(True, 0), (True, 10), (True, 10)]


async def test_what_is_forgotten_is_full(limiter):
    assert await granted(limiter, 11, Draw(bucket=REQUESTS)) == 10
    await limiter.forget("acme", ("requests",))

    assert await granted(limiter, 11, Draw(bucket=REQUESTS)) == 10


async def test_of_many_at_once_no_more_are_granted_than_there_are_tokens(limiter):
    decisions = await asyncio.gather(*(limiter.draw("acme", (Draw(bucket=REQUESTS),)) for _ in range(50)))

    assert sum(decision.allowed for decision in decisions) == 10


async def test_processes_share_the_buckets_in_redis_and_no_bucket_outlives_its_use(redis, line):
    one, other = (RedisLimiter(line, timeout_s=2.0) for _ in range(2))

    assert await granted(one, 6, Draw(bucket=REQUESTS)) + await granted(other, 6, Draw(bucket=REQUESTS)) == 10
    assert all([0 < await redis.pttl(name) <= 60_002 for name in await redis.keys("*")])


async def test_who_was_refused_is_refused_from_memory_until_it_is_time(redis, line):
    limiter = RedisLimiter(line, timeout_s=2.0)
    assert await granted(limiter, 5, Draw(bucket=QUICK)) == 4
    await redis.flushall()  # redis would grant it now, and is not asked

    refused = await limiter.draw("acme", (Draw(bucket=QUICK),))
    assert not refused.allowed
    await asyncio.sleep(refused.tightest.wait + 0.01)  # the passing of time itself is what is tested

    assert await granted(limiter, 1, Draw(bucket=QUICK)) == 1


async def test_a_redis_that_lost_the_script_is_told_it_again(redis, line):
    limiter = RedisLimiter(line, timeout_s=2.0)
    assert await granted(limiter, 1, Draw(bucket=REQUESTS)) == 1
    await redis.script_flush()

    assert await granted(limiter, 1, Draw(bucket=REQUESTS)) == 1


async def test_a_redis_that_is_away_is_said_at_once(tmp_path):
    connections = pool(f"unix://{tmp_path}/none.sock", password=None, size=2, patience=0)
    limiter = RedisLimiter(RedisLine(Redis(connection_pool=connections)), timeout_s=0.2)
    begin = time.monotonic()

    for _ in range(50):
        with pytest.raises(BackendUnavailableError):
            await limiter.draw("acme", (Draw(bucket=REQUESTS),))

    assert time.monotonic() - begin < 1.5


async def test_local_buckets_are_bounded_and_those_that_are_used_most_stay():
    now = 0.0
    limiter = LocalLimiter(now=lambda: now, most=100)
    await granted(limiter, 10, Draw(bucket=REQUESTS))
    for number in range(1000):
        await limiter.draw(f"stranger {number}", (Draw(bucket=REQUESTS),))

    assert len(limiter._full_at) <= 100
    assert await granted(limiter, 1, Draw(bucket=REQUESTS)) == 0
