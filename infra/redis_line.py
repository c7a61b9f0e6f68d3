"""Reads of many requests on one connection: what they ask in one turn of the loop goes out in one write.

The client library takes a connection out of its pool, looks whether it still lives and puts it back for each command,
which cost more than the rest of a request for a status. It stays in charge of all that writes, and of every read that
fails here.
"""

import asyncio
from collections import deque
from collections.abc import Mapping
from typing import Any

import hiredis
from redis.asyncio import Connection, ConnectionPool, UnixDomainSocketConnection
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError, ResponseError

_CONNECT_SECONDS = 1.0
_OURS = (Connection, UnixDomainSocketConnection)
"""What is spoken here; other kinds (TLS) are the client's own matter."""


class RedisLine:
    """`hgetall` and `hget` as `client`, a redis.asyncio.Redis, has them.

    Opened by the first question, and again when it was cut.
    """

    def __init__(self, client: Any) -> None:
        self._client = client
        self._talk: _Talk | None = None
        self._opening = asyncio.Lock()

    async def hgetall(self, key: str) -> Mapping[bytes, bytes]:
        """The fields of a hash; none when there is no such key. Raises what the client raises."""
        try:
            words = iter(await self._ask("HGETALL", key))
        except (OSError, RedisError):  # the client knows how to wait for a server that restarts
            fields: Mapping[bytes, bytes] = await self._client.hgetall(key)
            return fields
        return dict(zip(words, words, strict=True))

    async def hget(self, key: str, field: str) -> bytes | None:
        """One field of a hash, or None. Raises what the client raises."""
        try:
            value: bytes | None = await self._ask("HGET", key, field)
        except (OSError, RedisError):
            value = await self._client.hget(key, field)
        return value

    async def ask(self, *words: str) -> Any:
        """The answer to a command that is sent once: raises OSError, TimeoutError or RedisError when there is none."""
        if self._client.connection_pool.connection_class not in _OURS:
            return await self._client.execute_command(*words)
        return await self._ask(*words)

    def close(self) -> None:
        """End it."""
        if self._talk:
            self._talk.close()

    async def _ask(self, *words: str) -> Any:
        talk = self._talk if self._talk and self._talk.open else await self._opened()
        return await talk.ask(*words)

    async def _opened(self) -> "_Talk":
        async with self._opening:
            if self._talk is None or not self._talk.open:
                async with asyncio.timeout(_CONNECT_SECONDS):
                    self._talk = await _connect(self._client.connection_pool)
            return self._talk


class _Talk(asyncio.Protocol):
    """One connection. Answers come in the order of the questions."""

    def __init__(self) -> None:
        self._reader = hiredis.Reader(replyError=ResponseError)
        self._waiting: deque[asyncio.Future[Any]] = deque()
        self._unsent: list[bytes] = []
        self._transport: Any = None
        self._loop = asyncio.get_running_loop()

    @property
    def open(self) -> bool:
        """Whether it can be asked."""
        return self._transport is not None

    def ask(self, *words: str) -> asyncio.Future[Any]:
        """The answer to come."""
        if not self._unsent:
            self._loop.call_soon(self._send)
        self._unsent.append(hiredis.pack_command(words))  # type: ignore[arg-type]  # its hints know one word only
        answer = self._loop.create_future()
        self._waiting.append(answer)
        return answer

    def close(self) -> None:
        """End it; whoever waits is told."""
        if self._transport is not None:
            self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The server listens."""
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Hand out the answers that are whole."""
        self._reader.feed(data)
        while (said := self._reader.gets()) is not False:
            answer = self._waiting.popleft()
            if answer.done():  # nobody waits any more
                continue
            if isinstance(said, Exception):
                answer.set_exception(said)
            else:
                answer.set_result(said)

    def connection_lost(self, exc: Exception | None) -> None:
        """Whoever waits is told."""
        self._transport = None
        for answer in self._waiting:
            if not answer.done():
                answer.set_exception(exc or RedisConnectionError("The server closed the connection."))
        self._waiting.clear()

    def _send(self) -> None:
        words, self._unsent = b"".join(self._unsent), []
        if self._transport is not None:
            self._transport.write(words)


async def _connect(pool: ConnectionPool) -> _Talk:
    """A connection as the pool makes them. Raises RedisConnectionError for kinds that only the pool can make (TLS)."""
    to, loop = pool.connection_kwargs, asyncio.get_running_loop()
    if pool.connection_class is UnixDomainSocketConnection:
        _, talk = await loop.create_unix_connection(_Talk, to["path"])
    elif pool.connection_class is Connection:
        _, talk = await loop.create_connection(_Talk, to.get("host", "localhost"), to.get("port", 6379))
    else:
        raise RedisConnectionError(f"{pool.connection_class.__name__} is the client's own matter.")
    if password := to.get("password"):
        await talk.ask("AUTH", to.get("username") or "default", password)
    if database := to.get("db"):
        await talk.ask("SELECT", str(database))
    return talk
