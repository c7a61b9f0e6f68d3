"""What any queue promises: one message an attempt, the urgent and the recovered first."""

import pytest

from domain.errors import BackendUnavailableError
from domain.ops.breaker import BreakerRule
from domain.ports import Queue
from infra import redis_keys as keys
from infra.clock_system import SystemClock
from infra.guard import Guard
from infra.queue_arq import ArqQueue, arq_client
from infra.redis_client import is_unreachable
from infra.telemetry.tracing_otel import OtelTracing
from tests.fakes.clock import FakeClock
from tests.fakes.queue import MemoryQueue


class Seen:
    """A queue and the order of what waits in it."""

    def __init__(self, queue: Queue, redis) -> None:
        self.queue = queue
        self._redis = redis

    async def waiting(self) -> list[str]:
        if isinstance(self.queue, MemoryQueue):
            return [document for _, _, document, _ in self.queue.documents]
        return [name.decode().split(":")[1] for name in await self._redis.zrange(keys.QUEUE, 0, -1)]


@pytest.fixture(params=["memory", "arq"])
def seen(request: pytest.FixtureRequest) -> Seen:
    if request.param == "memory":
        return Seen(MemoryQueue(), None)
    redis = request.getfixturevalue("redis")
    tracing = OtelTracing(service="test", version="0", environment="test")
    guard = Guard("redis", rule=BreakerRule(), its_fault=is_unreachable, tracing=tracing)
    return Seen(ArqQueue(arq_client(redis.connection_pool), guard, SystemClock()), redis)


async def test_one_message_an_attempt(seen):
    sent = [await seen.queue.enqueue_documents("j", {"a": n}, priority="normal") for n in (1, 1, 2)]

    assert sent == [1, 0, 1]
    assert await seen.queue.depth() == 2


async def test_a_batch_of_which_some_messages_are_there_gets_the_others(seen):
    await seen.queue.enqueue_documents("j", {"b": 1}, priority="normal")

    assert await seen.queue.enqueue_documents("j", {"a": 1, "b": 1, "c": 1}, priority="normal") == 2
    assert await seen.queue.depth() == 3


async def test_the_documents_of_a_batch_wait_in_its_order(seen):
    names = [f"d{n}" for n in range(12)]

    await seen.queue.enqueue_documents("j", dict.fromkeys(names, 1), priority="low")

    assert await seen.waiting() == names


async def test_what_was_recovered_goes_before_high_before_normal_before_low(seen):
    await seen.queue.enqueue_documents("j", {"low": 1}, priority="low")
    await seen.queue.enqueue_documents("j", {"normal": 1}, priority="normal")
    await seen.queue.enqueue_documents("j", {"high": 1}, priority="high")
    await seen.queue.enqueue_documents("j", {"recovered": 2}, priority="low", recovered=True)

    assert await seen.waiting() == ["recovered", "high", "normal", "low"]


async def test_a_discarded_attempt_and_those_before_it_are_gone(seen):
    for n in (1, 2, 3):
        await seen.queue.enqueue_documents("j", {"a": n}, priority="normal")

    await seen.queue.discard("j", {"a": 2})

    assert await seen.queue.depth() == 1
    assert await seen.queue.enqueue_documents("j", {"a": 1}, priority="normal")


async def test_the_end_of_a_batch_is_no_waiting_document(seen):
    await seen.queue.enqueue_finish("j")
    await seen.queue.enqueue_finish("j")

    assert await seen.queue.depth() == 0


@pytest.mark.parametrize("priority", ["normal", "high"])
async def test_a_low_message_that_has_waited_goes_before_a_fresh_urgent_one(redis, priority):
    """However many urgent ones keep coming: each of them is behind what has waited longer than it may jump ahead."""
    tracing = OtelTracing(service="test", version="0", environment="test")
    guard = Guard("redis", rule=BreakerRule(), its_fault=is_unreachable, tracing=tracing)
    clock = FakeClock()
    queue = ArqQueue(arq_client(redis.connection_pool), guard, clock)
    await queue.enqueue_documents("j", {"low": 1}, priority="low")
    ahead = {"normal": 3600, "high": 7200}[priority]
    for number in range(4):
        clock.advance(ahead / 2.5)
        await queue.enqueue_documents("j", {f"urgent{number}": 1}, priority=priority)

    assert await Seen(queue, redis).waiting() == ["urgent0", "urgent1", "low", "urgent2", "urgent3"]


@pytest.fixture
async def read_only(redis):
    """A store that answers and takes nothing, as one whose disk is full."""
    await redis.execute_command("REPLICAOF", "127.0.0.1", "1")
    yield
    await redis.execute_command("REPLICAOF", "NO", "ONE")


async def test_a_store_that_takes_nothing_is_one_that_is_away(redis, read_only):
    tracing = OtelTracing(service="test", version="0", environment="test")
    guard = Guard("redis", rule=BreakerRule(), its_fault=is_unreachable, tracing=tracing)
    queue = ArqQueue(arq_client(redis.connection_pool), guard, SystemClock())

    for ask in (queue.enqueue_documents("j", {"a": 1}, priority="low"), queue.discard("j", {"a": 1})):
        with pytest.raises(BackendUnavailableError):
            await ask


@pytest.mark.parametrize("days", [0.01, 800])
async def test_what_was_sent_before_the_clock_was_put_back_waits_for_nothing(redis, days):
    tracing = OtelTracing(service="test", version="0", environment="test")
    guard = Guard("redis", rule=BreakerRule(), its_fault=is_unreachable, tracing=tracing)
    ahead = FakeClock()
    ahead.advance(days * 86400)
    queue = ArqQueue(arq_client(redis.connection_pool), guard, ahead)

    await queue.enqueue_documents("j", {"a": 1}, priority="low")
    await queue.enqueue_finish("j")

    now = FakeClock().now().timestamp() * 1000
    assert [await redis.zcount(name, "-inf", now) for name in (keys.QUEUE, keys.QUEUE_SHORT)] == [1, 1]
