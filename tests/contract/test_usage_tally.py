"""What any tally of use promises: counts of many add up, and a recount is the truth."""

import asyncio

import pytest

from domain.ops.breaker import BreakerRule
from domain.storage import UsageTally
from infra.guard import Guard
from infra.redis_client import is_unreachable
from infra.telemetry.tracing_otel import OtelTracing
from infra.usage_redis import RedisUsageTally
from tests.fakes.usage import MemoryUsageTally


@pytest.fixture(params=["memory", "redis"])
def tally(request: pytest.FixtureRequest) -> UsageTally:
    if request.param == "memory":
        return MemoryUsageTally()
    tracing = OtelTracing(service="test", version="0", environment="test")
    guard = Guard("redis", rule=BreakerRule(), its_fault=is_unreachable, tracing=tracing)
    return RedisUsageTally(request.getfixturevalue("redis"), guard)


async def test_counts_of_many_add_up_by_tenant_and_each_is_told_its_sum(tally):
    sums = await asyncio.gather(*(tally.add("acme", 10) for _ in range(10)))
    await tally.add("other", 5)

    assert sorted(sums) == list(range(10, 101, 10))
    assert (await tally.used("acme"), await tally.used("other"), await tally.used("nobody")) == (100, 5, 0)
    assert await tally.add("acme", -30) == 70


async def test_after_a_recount_only_what_was_counted_counts(tally):
    await tally.add("acme", 10)
    await tally.add("gone", 10)

    await tally.replace({"acme": 7})
    assert (await tally.used("acme"), await tally.used("gone")) == (7, 0)

    await tally.replace({})
    assert await tally.used("acme") == 0
