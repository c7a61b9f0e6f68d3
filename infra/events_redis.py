"""Events of jobs in Redis: a stream a job, and one line that hears of all streams, however many listen."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any

import msgspec
from redis.exceptions import ResponseError

from domain.job_log import Bell, Event, EventLog
from infra import redis_keys as keys
from infra.guard import Guard
from infra.redis_client import UNREACHABLE

_DEAF_SECONDS = 0.5


class _Bell(Bell):
    def __init__(self) -> None:
        self.event = asyncio.Event()

    async def rung(self, seconds: float) -> bool:
        """Wait for it, so long at most; whether it rang since the last time."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self.event.wait()
        rang = self.event.is_set()
        self.event.clear()
        return rang


class RedisEventLog(EventLog):
    """`client` is a redis.asyncio.Redis. The first who watches opens the line; `close` ends it."""

    def __init__(self, client: Any, guard: Guard) -> None:
        self._client = client
        self._guard = guard
        self._bells: defaultdict[str, set[_Bell]] = defaultdict(set)
        self._line: asyncio.Task[None] | None = None

    async def newest(self, job_id: str) -> str | None:
        """The id of the latest event; None when nothing has been told."""
        async with self._guard.call("newest_event"):
            found = await self._client.xrevrange(keys.events(job_id), count=1)
        return found[0][0].decode() if found else None

    async def since(self, job_id: str, last_id: str | None, *, limit: int = 500) -> Sequence[Event] | None:
        """The events after `last_id`, oldest first; from the first one for None. None when `last_id` is forgotten."""
        try:
            async with self._guard.call("events"):
                found = await self._client.xrange(keys.events(job_id), min=last_id or "-", count=limit + 1)
        except ResponseError:  # what a caller sends as the last id need not be one
            return None
        events = [_event(name.decode(), fields) for name, fields in found]
        if last_id is None:
            return events[:limit]
        return events[1:] if events and events[0].id == last_id else None

    @asynccontextmanager
    async def watch(self, job_id: str) -> AsyncIterator[Bell]:
        """Rings for each event from now on; it may ring for nothing, and may miss one while a line is cut."""
        name, bell = keys.events(job_id), _Bell()
        self._bells[name].add(bell)
        if self._line is None:
            self._line = asyncio.create_task(self._listen())
        try:
            yield bell
        finally:
            self._bells[name].discard(bell)
            if not self._bells[name]:
                del self._bells[name]

    async def close(self) -> None:
        """Hang up."""
        if self._line:
            self._line.cancel()
            await asyncio.gather(self._line, return_exceptions=True)

    async def _listen(self) -> None:
        """Ring the bells of each stream that is called out, and all of them after the line was cut."""
        while True:
            with suppress(*UNREACHABLE):
                async with self._client.pubsub() as line:
                    await line.subscribe(keys.TOLD)
                    for bell in [b for bells in self._bells.values() for b in bells]:
                        bell.event.set()
                    async for call in line.listen():
                        if call["type"] == "message":
                            for bell in self._bells.get(call["data"].decode(), ()):
                                bell.event.set()
            await asyncio.sleep(_DEAF_SECONDS)


def _event(name: str, fields: dict[bytes, bytes]) -> Event:
    said = {"id": name, "kind": fields[b"kind"].decode(), "data": msgspec.json.decode(fields[b"data"])}
    return msgspec.convert(said, Event)
