"""The queue on arq: one message an attempt at a document, and short messages in a queue of their own.

What arq gets wrong for us, and what is done about it:
- its lease after a crash is the longest timeout plus ten seconds: the message of a dead attempt is discarded and the
  next attempt has a message of its own;
- the key of a kept result blocks its message id: no results are kept;
- priorities are due times in the past, and a message expires from now, not from then: `_EXPIRES` is always given;
- it sends one message at a time, in three round trips: a batch goes out in one, as arq itself would have written it;
- its workers look for messages now and then: whoever sends some also calls them (`infra/worker_arq.py` listens).
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import msgspec
from arq.connections import ArqRedis
from arq.constants import in_progress_key_prefix, job_key_prefix, retry_key_prefix
from arq.jobs import serialize_job
from redis.asyncio import ConnectionPool

from domain.ports import Clock, Queue
from domain.records import Priority
from infra import redis_keys as keys
from infra.guard import Guard

PROCESS = "process_document"
FINISH = "finish_batch"
_EXPIRES = timedelta(days=30)
_LONG_AGO = timedelta(days=3650)
"""All are due so long ago that a clock that is put back, or one of another host that is behind, lets nothing wait."""
_AHEAD = {"low": timedelta(0), "normal": timedelta(hours=1), "high": timedelta(hours=2)}
"""How far a priority lets a message jump ahead: a low one that waited an hour is as urgent as a fresh normal one."""
_RECOVERED = timedelta(hours=3)


def arq_client(pool: ConnectionPool) -> ArqRedis:
    """An arq client on a shared pool, whose messages are msgpack rather than pickle."""
    return ArqRedis(
        pool_or_conn=pool,
        job_serializer=_encode,
        job_deserializer=msgspec.msgpack.decode,
        default_queue_name=keys.QUEUE,
    )


class ArqQueue(Queue):
    """Wakes workers through arq."""

    def __init__(self, client: ArqRedis, guard: Guard, clock: Clock) -> None:
        self._client = client
        self._guard = guard
        self._clock = clock

    async def enqueue_documents(
        self,
        job_id: str,
        attempts: Mapping[str, int],
        *,
        priority: Priority,
        recovered: bool = False,
        traceparent: str | None = None,
    ) -> int:
        """One message for each attempt (document -> its number) that has none; how many had none. All or nothing."""
        messages = {
            _message(job_id, document_id, attempt): (job_id, document_id, attempt, traceparent)
            for document_id, attempt in attempts.items()
        }
        return await self._send(keys.QUEUE, PROCESS, messages, _RECOVERED if recovered else _AHEAD[priority])

    async def enqueue_finish(self, job_id: str, *, traceparent: str | None = None) -> None:
        """One message that ends a batch."""
        await self._send(keys.QUEUE_SHORT, FINISH, {f"{job_id}:finish": (job_id, traceparent)}, timedelta(0))

    async def _send(self, queue: str, task: str, messages: Mapping[str, tuple[Any, ...]], ahead: timedelta) -> int:
        """Messages by name, in this order; how many were not there. Each is a bit more urgent than the next.

        A message is a key and a place in the queue. Both come and go in one step, so both are there or neither.
        """
        now = self._clock.now()
        sent_ms, due_ms = round(now.timestamp() * 1000), int((now - _LONG_AGO - ahead).timestamp() * 1000)
        async with self._guard.call(task), self._client.pipeline(transaction=True) as pipe:
            for behind, (name, arguments) in zip(range(len(messages) - 1, -1, -1), messages.items(), strict=True):
                body = serialize_job(task, arguments, {}, None, sent_ms, serializer=_encode)
                pipe.set(job_key_prefix + name, body, px=_EXPIRES, nx=True)
                pipe.zadd(queue, {name: due_ms - behind / 1000}, nx=True)
            pipe.publish(keys.called(queue), b"")
            answers = await pipe.execute()
        return sum(bool(kept) for kept in answers[:-1:2])

    async def discard(self, job_id: str, attempts: Mapping[str, int]) -> None:
        """Take away the messages of these attempts and of those before them: a retry at once has none."""
        names = [_message(job_id, doc, number) for doc, last in attempts.items() for number in range(1, last + 1)]
        if not names:
            return
        prefixes = (job_key_prefix, in_progress_key_prefix, retry_key_prefix)
        async with self._guard.call("discard"), self._client.pipeline(transaction=True) as pipe:
            pipe.zrem(keys.QUEUE, *names)
            pipe.delete(*(prefix + name for prefix in prefixes for name in names))
            await pipe.execute()

    async def depth(self) -> int:
        """Messages of documents that wait: arq leaves those that run in the same set, the claims say which."""
        async with self._guard.call("depth"), self._client.pipeline(transaction=False) as pipe:
            pipe.zcard(keys.QUEUE)
            pipe.hlen(keys.CLAIMS)
            messages, running = await pipe.execute()
        return max(0, int(messages) - int(running))


def _message(job_id: str, document_id: str, attempt: int) -> str:
    return f"{job_id}:{document_id}:{attempt}"


def _encode(value: dict[str, Any]) -> bytes:
    return msgspec.msgpack.encode(value, enc_hook=repr)
