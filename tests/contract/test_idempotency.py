"""What any keeper of idempotency keys promises: one holder, one job, and a word when it has forgotten."""

import asyncio
from collections.abc import Callable

import pytest

from domain.errors import IdempotencyInFlightError
from domain.idempotency import Idempotency, named
from domain.ops.breaker import BreakerRule
from infra.guard import Guard
from infra.idempotency_redis import RedisIdempotency
from infra.redis_client import is_unreachable
from infra.telemetry.tracing_otel import OtelTracing
from tests.fakes.idempotency import MemoryIdempotency

NAME = named("acme", "k1")


@pytest.fixture(params=["memory", "redis"])
def make(request: pytest.FixtureRequest, redis) -> Callable[..., Idempotency]:
    def made(lease_seconds: float = 30.0, keep_seconds: float = 60.0) -> Idempotency:
        if request.param == "memory":
            return MemoryIdempotency(lease_seconds=lease_seconds, keep_seconds=keep_seconds)
        tracing = OtelTracing(service="test", version="0", environment="test")
        guard = Guard("redis", rule=BreakerRule(), its_fault=is_unreachable, tracing=tracing)
        return RedisIdempotency(redis, guard, lease_seconds=lease_seconds, keep_seconds=keep_seconds)

    return made


@pytest.fixture
async def kept(make):
    idempotency = make()
    await idempotency.restore({})
    return idempotency


async def test_before_it_was_told_what_there_is_it_claims_nothing(make):
    idempotency = make()

    assert await idempotency.claim(NAME, job_id="j1") is None

    await idempotency.restore({NAME: ("j0", 60.0)})
    assert await idempotency.claim(NAME, job_id="j1") == "j0"


async def test_of_many_that_claim_a_name_one_holds_it(kept):
    got = await asyncio.gather(*(kept.claim(NAME, job_id=f"j{n}") for n in range(8)), return_exceptions=True)

    assert len([g for g in got if isinstance(g, str)]) == 1
    assert len([g for g in got if isinstance(g, IdempotencyInFlightError)]) == 7


async def test_a_settled_name_stands_for_its_job(kept):
    await kept.claim(NAME, job_id="j1")
    await kept.settle(NAME, job_id="j1")

    assert await kept.claim(NAME, job_id="j2") == "j1"
    assert await kept.claim(named("other", "k1"), job_id="j3") == "j3"


async def test_a_freed_name_can_be_claimed_again_but_only_its_job_frees_it(kept):
    await kept.claim(NAME, job_id="j1")

    await kept.free(NAME, job_id="j2")
    with pytest.raises(IdempotencyInFlightError):
        await kept.claim(NAME, job_id="j2")
    await kept.free(NAME, job_id="j1")

    assert await kept.claim(NAME, job_id="j2") == "j2"


async def test_a_job_that_never_came_to_be_is_taken_over_by_one_caller(kept):
    await kept.claim(NAME, job_id="j1")
    await kept.settle(NAME, job_id="j1")

    assert await kept.claim(NAME, job_id="j2", instead_of="j0") == "j1"
    assert await kept.claim(NAME, job_id="j2", instead_of="j1") == "j2"
    with pytest.raises(IdempotencyInFlightError):
        await kept.claim(NAME, job_id="j3", instead_of="j1")


async def test_a_lease_that_nobody_prolongs_lapses_and_one_that_is_prolonged_does_not(make):
    idempotency = make(lease_seconds=0.2)
    await idempotency.restore({})
    await idempotency.claim(NAME, job_id="j1")
    for _ in range(4):
        await asyncio.sleep(0.1)  # time itself is what is tested
        assert await idempotency.renew(NAME, job_id="j1")
    with pytest.raises(IdempotencyInFlightError):
        await idempotency.claim(NAME, job_id="j2")

    await asyncio.sleep(0.25)

    assert await idempotency.claim(NAME, job_id="j2") == "j1"
    assert await idempotency.claim(NAME, job_id="j2", instead_of="j1") == "j2"
    assert not await idempotency.renew(NAME, job_id="j1")


async def test_a_name_is_forgotten_after_its_time(make):
    idempotency = make(keep_seconds=0.1)
    await idempotency.restore({})
    await idempotency.claim(NAME, job_id="j1")
    await idempotency.settle(NAME, job_id="j1")

    await asyncio.sleep(0.15)  # time itself is what is tested

    assert await idempotency.claim(NAME, job_id="j2") == "j2"


async def test_a_holder_renews_what_was_emptied_under_it(make):
    idempotency = make()

    assert await idempotency.renew(NAME, job_id="j1")

    await idempotency.restore({NAME: ("j0", 60.0)})
    await idempotency.settle(NAME, job_id="j1")
    assert await idempotency.claim(NAME, job_id="j2") == "j1"
