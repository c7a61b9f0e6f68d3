"""What any fleet promises: who says so is alive, and a silence is told from a store that took nothing."""

import asyncio
from time import monotonic

import pytest

from domain.ops.breaker import BreakerRule
from domain.ports import Fleet
from infra.fleet_redis import RedisFleet
from infra.guard import Guard
from infra.redis_client import is_unreachable
from infra.telemetry.tracing_otel import OtelTracing
from tests.fakes.world import MemoryFleet, a_worker
from tests.flow.service import until

GAP = 0.4


@pytest.fixture(params=["memory", "redis"])
def fleet(request: pytest.FixtureRequest) -> Fleet:
    if request.param == "memory":
        return MemoryFleet()
    tracing = OtelTracing(service="test", version="0", environment="test")
    guard = Guard("redis", rule=BreakerRule(), its_fault=is_unreachable, tracing=tracing)
    return RedisFleet(request.getfixturevalue("redis"), guard)


async def test_who_beats_is_alive_until_it_leaves(fleet: Fleet):
    await fleet.beat(a_worker("w1"), ttl_s=30)
    assert [worker.id for worker in await fleet.workers()] == ["w1"]

    await fleet.leave("w1")
    assert await fleet.workers() == ()


async def test_who_looks_again_and_again_is_told_for_how_long(fleet: Fleet):
    begun = monotonic()
    assert await fleet.watched(gap_s=GAP) < GAP
    await until(lambda: fleet.watched(gap_s=GAP), lambda seconds: seconds >= 2 * GAP)
    assert monotonic() - begun >= 2 * GAP - 0.01


async def test_after_a_gap_the_time_begins_anew(fleet: Fleet):
    await until(lambda: fleet.watched(gap_s=GAP), lambda seconds: seconds >= GAP)
    await asyncio.sleep(1.5 * GAP)  # nobody looks: this is the gap itself
    assert await fleet.watched(gap_s=GAP) < GAP / 2
