"""What workers on the queue promise: they come when called, take the urgent first, and leave no place idle."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from domain.ops.breaker import BreakerRule
from infra import redis_keys as keys
from infra.clock_system import SystemClock
from infra.guard import Guard
from infra.queue_arq import ArqQueue, arq_client
from infra.redis_client import is_unreachable
from infra.telemetry.tracing_otel import OtelTracing
from infra.worker_arq import ArqWorkers

NEVER = 600.0


@pytest.fixture
def queue(redis) -> ArqQueue:
    tracing = OtelTracing(service="test", version="0", environment="test")
    guard = Guard("redis", rule=BreakerRule(), its_fault=is_unreachable, tracing=tracing)
    return ArqQueue(arq_client(redis.connection_pool), guard, SystemClock())


class Taken:
    """What the workers took, in order; `until` waits for it."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.meanwhile: Callable[[], Awaitable[object]] | None = None
        self._more = asyncio.Condition()

    async def process(self, job_id: str, document_id: str, attempt: int, traceparent: str | None) -> None:
        if self.meanwhile:
            await self.meanwhile()
        await self._note(document_id)

    async def finish(self, job_id: str, traceparent: str | None) -> None:
        await self._note(f"end of {job_id}")

    async def _note(self, name: str) -> None:
        async with self._more:
            self.names.append(name)
            self._more.notify_all()

    async def until(self, holds: Callable[[list[str]], bool]) -> None:
        async with asyncio.timeout(20), self._more:
            await self._more.wait_for(lambda: holds(self.names))


@asynccontextmanager
async def working(redis, *, poll_s: float) -> AsyncIterator[Taken]:
    """One worker with one place that has looked at its queue once, and listens."""
    taken = Taken()
    workers = ArqWorkers(
        arq_client(redis.connection_pool),
        process=taken.process,
        finish=taken.finish,
        places=1,
        document_timeout_s=60,
        poll_s=poll_s,
    )
    running = asyncio.create_task(workers.run())
    try:
        async with asyncio.timeout(20):
            while not (await redis.pubsub_numsub(keys.called(keys.QUEUE)))[0][1]:  # noqa: ASYNC110 - nobody is told
                await asyncio.sleep(0.01)
        yield taken
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def test_a_worker_that_hardly_ever_looks_comes_when_it_is_called(queue, redis):
    async with working(redis, poll_s=NEVER) as taken:
        await queue.enqueue_documents("j", {"a": 1}, priority="low")
        await taken.until(lambda names: names == ["a"])

        await queue.enqueue_finish("j")
        await taken.until(lambda names: names == ["a", "end of j"])


async def test_the_next_document_is_taken_when_a_place_is_free(queue, redis):
    async with working(redis, poll_s=NEVER) as taken:
        await queue.enqueue_documents("j", dict.fromkeys("abcde", 1), priority="normal")

        await taken.until(lambda names: names == list("abcde"))


async def test_the_urgent_is_taken_first(queue, redis):
    await queue.enqueue_documents("slow", {"low": 1}, priority="low")
    await queue.enqueue_documents("j", {"n1": 1, "n2": 1}, priority="normal")
    await queue.enqueue_documents("k", {"high": 1}, priority="high")
    await queue.enqueue_documents("l", {"again": 2}, priority="low", recovered=True)

    async with working(redis, poll_s=NEVER) as taken:
        await taken.until(lambda names: names == ["again", "high", "n1", "n2", "low"])


async def test_a_message_without_a_call_is_found_all_the_same(queue, redis):
    async with working(redis, poll_s=0.05) as taken:
        await redis.client_kill_filter(_type="pubsub")
        await queue.enqueue_documents("j", {"a": 1}, priority="normal")

        await taken.until(lambda names: names == ["a"])


async def test_a_worker_whose_line_was_cut_listens_again(queue, redis):
    async with working(redis, poll_s=NEVER) as taken:
        await redis.client_kill_filter(_type="pubsub")
        await queue.enqueue_documents("j", {"a": 1}, priority="normal")

        await taken.until(lambda names: names == ["a"])


async def test_a_worker_outlives_a_store_that_does_not_let_it_put_a_message_away(queue, redis):
    """A disk that is full for a while must not end who evaluates, with all that runs there."""
    async with working(redis, poll_s=0.05) as taken:
        taken.meanwhile = lambda: redis.execute_command("REPLICAOF", "127.0.0.1", "1")
        await queue.enqueue_documents("j", {"a": 1}, priority="normal")
        await taken.until(lambda names: "a" in names)
        await asyncio.sleep(0.2)  # in which the worker finds that it cannot
        taken.meanwhile = None
        await redis.execute_command("REPLICAOF", "NO", "ONE")
        await queue.enqueue_documents("j", {"b": 1}, priority="normal")

        await taken.until(lambda names: "b" in names)
