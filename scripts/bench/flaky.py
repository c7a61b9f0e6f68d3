"""A receiver of webhooks as bad as they come: it fails in turns by chance, and verifies whatever reaches it."""

import asyncio
import random
import socket
import time
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress

from standardwebhooks import Webhook, WebhookVerificationError

FAILURES: Mapping[str, float] = {
    "500": 0.08,
    "502": 0.02,
    "302": 0.01,
    "429 with Retry-After": 0.01,
    "reset": 0.06,
    "no answer": 0.04,
    "half a head": 0.03,
    "heard, then reset": 0.03,
}
"""What it does, and how often; otherwise it answers 204."""


class Flaky:
    """`heard` is webhook-id -> how often it answered 2xx; `secrets` is path -> secret."""

    def __init__(self, port: int, secrets: Mapping[str, str], silence_seconds: float) -> None:
        self.port = port
        self.heard: Counter[str] = Counter()
        self.done: Counter[str] = Counter()
        self.unsigned = 0
        self.first: dict[str, float] = {}
        self._secrets = secrets
        self._silence = silence_seconds
        self._chance = random.Random(6)  # noqa: S311 - the same each time

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, which has one request."""
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
            headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:])}
            body = await reader.readexactly(int(headers["content-length"]))
            self._verify(head[0].split()[1], headers, body)
            await self._answer(headers.get("webhook-id", ""), writer)
        writer.close()

    def _verify(self, path: str, headers: dict[str, str], body: bytes) -> None:
        try:
            Webhook(self._secrets[path]).verify(body, headers)
        except (WebhookVerificationError, KeyError, ValueError):
            self.unsigned += 1

    async def _answer(self, name: str, writer: asyncio.StreamWriter) -> None:
        act = self._chance.choices([*FAILURES, "204"], weights=[*FAILURES.values(), 1 - sum(FAILURES.values())])[0]
        self.done[act] += 1
        match act:
            case "reset" | "heard, then reset":
                sock: socket.socket = writer.get_extra_info("socket")
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
                writer.transport.abort()
            case "no answer":
                await asyncio.sleep(self._silence)
            case "half a head":
                writer.write(b"HTTP/1.1 200 O")
            case "204":
                self.heard[name] += 1
                self.first.setdefault(name, time.monotonic())
                writer.write(b"HTTP/1.1 204 No Content\r\n\r\n")
            case _:
                told = {"429": "Retry-After: 1\r\n", "302": "Location: /elsewhere\r\n"}.get(act[:3], "")
                writer.write(f"HTTP/1.1 {act[:3]} No\r\n{told}Content-Length: 0\r\n\r\n".encode())
        await writer.drain()


@asynccontextmanager
async def flaky(secrets: Mapping[str, str], silence_seconds: float) -> AsyncIterator[Flaky]:
    """A receiver that listens on a free port."""
    receiver = Flaky(0, secrets, silence_seconds)
    server = await asyncio.start_server(receiver.serve, "127.0.0.1", 0, backlog=1024)
    receiver.port = server.sockets[0].getsockname()[1]
    async with server:
        yield receiver
