"""What any schedule of deliveries promises: one caller a lease, a turn for each receiver, and a word after a flush."""

import asyncio
from datetime import timedelta

import pytest

from domain.delivery import Delivery, delivery_id
from domain.ops.breaker import BreakerRule
from domain.webhook_ports import DeliverySchedule
from infra.clock_system import SystemClock
from infra.guard import Guard
from infra.redis_client import is_unreachable
from infra.telemetry.tracing_otel import OtelTracing
from infra.webhooks_redis import RedisDeliverySchedule
from tests.fakes.webhooks import MemoryDeliverySchedule

NOW = SystemClock().now()


@pytest.fixture(params=["memory", "redis"])
async def schedule(request: pytest.FixtureRequest, redis) -> DeliverySchedule:
    if request.param == "memory":
        made = MemoryDeliverySchedule()
        made.forget()
    else:
        tracing = OtelTracing(service="test", version="0", environment="test")
        made = RedisDeliverySchedule(
            redis, Guard("redis", rule=BreakerRule(), its_fault=is_unreachable, tracing=tracing)
        )
    return made


@pytest.fixture
async def whole(schedule):
    await schedule.restored()
    return schedule


def later(seconds):
    return NOW + timedelta(seconds=seconds)


def one(number=1, webhook_id="we_1", tenant="acme", created=0):
    job_id = f"batch_{number}"
    return Delivery(
        id=delivery_id(job_id, 1, webhook_id),
        job_id=job_id,
        tenant=tenant,
        webhook_id=webhook_id,
        type="batch.failed",
        created_at=later(created),
        body="{}",
    )


async def claim(schedule, at=0, *, most=10, room=None, each=10, lease=30):
    refs = await schedule.claim(later(at), most=most, lease_seconds=lease, room=room or {}, each=each)
    return None if refs is None else [ref.delivery_id for ref in refs]


async def test_before_it_was_told_what_there_is_it_gives_nothing(schedule):
    await schedule.add(one(), NOW)

    assert await claim(schedule) is None

    await schedule.restored()
    assert await claim(schedule) == [one().id]


async def test_what_is_due_is_one_callers_until_the_lease_ends(whole):
    await whole.add(one(1), later(0))
    await whole.add(one(2), later(5))

    assert await claim(whole, 1) == [one(1).id]
    assert await claim(whole, 29) == [one(2).id]
    assert await claim(whole, 30) == []
    assert await claim(whole, 31) == [one(1).id]


async def test_of_many_callers_each_gets_others(whole):
    for number in range(20):
        await whole.add(one(number), NOW)

    got = await asyncio.gather(*(claim(whole, 1, most=4) for _ in range(8)))

    names = [name for names in got for name in names]
    assert len(names) == len(set(names)) == 20


async def test_however_much_waits_for_one_receiver_the_others_have_their_turn(whole):
    for number in range(300):
        await whole.add(one(number), later(-10))
    await whole.add(one(1, "we_2"), later(-1))

    assert len(await claim(whole, most=6, each=4)) == 5
    assert len(await claim(whole, most=6, each=4, room={one().receiver: 1})) == 1
    assert await claim(whole, most=6, each=4, room={one().receiver: 0}) == []


async def test_a_receiver_that_is_held_gets_nothing_until_then_or_until_it_is_released(whole):
    for number in (1, 2):
        await whole.add(one(number), NOW)
    await whole.add(one(1, "we_2"), NOW)
    await claim(whole, 0, most=0)
    await whole.hold(one().receiver, 60)

    assert await claim(whole, 1) == [one(1, "we_2").id]

    await whole.release(one().receiver)
    assert sorted(await claim(whole, 2)) == [one(1).id, one(2).id]


async def test_a_hold_ends_by_itself(whole):
    await whole.add(one(), NOW)
    await claim(whole, 0, most=0)
    await whole.hold(one().receiver, 0.05)
    assert await claim(whole, 0) == []

    await asyncio.sleep(0.1)  # time itself is what is tested

    assert await claim(whole, 1) == [one().id]


async def test_what_was_postponed_comes_then_and_what_was_settled_or_dropped_does_not(whole):
    from domain.webhook_ports import Ref

    for number in (1, 2, 3):
        await whole.add(one(number), NOW)
    await claim(whole)
    await whole.postpone(one(1), later(100))
    await whole.settle(one(2), now=NOW, dead=False)
    await whole.drop(Ref(receiver=one(3).receiver, delivery_id=one(3).id))

    assert await claim(whole, 99) == []
    assert await claim(whole, 101) == [one(1).id]


async def test_adding_what_is_known_changes_nothing(whole):
    await whole.add(one(), NOW)
    await claim(whole, 0)
    await whole.add(one(), NOW)

    assert await claim(whole, 1) == []


async def test_what_was_given_up_is_listed_until_it_is_tried_again(whole):
    for number in (1, 2, 3):
        await whole.add(one(number), NOW)
        await whole.settle(one(number), now=later(number), dead=True)

    assert await whole.dead("acme", limit=2) == [one(3).id, one(2).id]
    await whole.postpone(one(3), NOW)
    await whole.settle(one(2), now=NOW, dead=False)
    assert await whole.dead("acme", limit=10) == [one(1).id]
    assert await whole.dead("other", limit=10) == []


async def test_the_log_of_a_webhook_has_the_newest_first_page_by_page(whole):
    for number in range(5):
        await whole.add(one(number, created=number), NOW)
    await whole.add(one(9, "we_2"), NOW)
    await whole.restore(one(5, created=5), dead=True)

    first = await whole.log("acme", "we_1", limit=4, after=None)
    rest = await whole.log("acme", "we_1", limit=4, after=first[-1])

    assert [*first, *rest] == [one(n).id for n in (5, 4, 3, 2, 1, 0)]
    assert list(await whole.log("acme", "we_1", limit=4, after="nothing")) == []
    assert await whole.dead("acme", limit=10) == [one(5).id]


async def test_old_lines_of_the_log_are_let_go_and_what_is_due_stays(whole):
    await whole.add(one(1, created=-100), NOW)
    await whole.add(one(2, created=0), NOW)

    await whole.trim(later(-50))

    assert await whole.log("acme", "we_1", limit=9, after=None) == [one(2).id]
    assert len(await claim(whole, 1)) == 2
