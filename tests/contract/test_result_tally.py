"""What any tally of the result cache promises: counts add up, and what is held is what was said last."""

import asyncio

import pytest

from domain.ops.breaker import BreakerRule
from domain.result_cache import Held, ResultFigures, ResultTally
from infra.guard import Guard
from infra.redis_client import is_unreachable
from infra.result_tally_redis import RedisResultTally
from infra.telemetry.tracing_otel import OtelTracing
from tests.fakes.results import MemoryResultTally


@pytest.fixture(params=["memory", "redis"])
def tally(request: pytest.FixtureRequest) -> ResultTally:
    if request.param == "memory":
        return MemoryResultTally()
    tracing = OtelTracing(service="test", version="0", environment="test")
    guard = Guard("redis", rule=BreakerRule(), its_fault=is_unreachable, tracing=tracing)
    return RedisResultTally(request.getfixturevalue("redis"), guard)


async def test_before_anything_it_counts_nothing(tally):
    assert await tally.figures() == ResultFigures()


async def test_counts_of_many_add_up(tally):
    await asyncio.gather(*(tally.count(hits=1, misses=n % 2) for n in range(10)))

    assert await tally.figures() == ResultFigures(hits=10, misses=5)


async def test_evictions_add_up_and_what_is_held_is_what_was_said_last(tally):
    await tally.note(Held(entries=3, bytes=300, evicted=2))
    await tally.note(Held(entries=2, bytes=200, evicted=1))

    assert await tally.figures() == ResultFigures(evictions=3, entries=2, bytes=200)
