"""A light HTTP client for measuring servers: raw requests over kept-alive connections, so that the client is not the
bottleneck. Closed loop for the most that a server can do, open loop for how long it makes callers wait."""

import asyncio
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import msgspec

Request = Callable[[], bytes]


@dataclass
class Answers:
    """Milliseconds of each answer, and how many were none that was hoped for (status 4xx, 5xx, connection lost)."""

    seconds: float = 0.0
    ms: list[float] = field(default_factory=list)
    bad: int = 0

    @property
    def rate(self) -> float:
        """Answers a second."""
        return len(self.ms) / self.seconds if self.seconds else 0.0

    def percentile(self, share: float) -> float:
        """The milliseconds within which this share of the answers came."""
        ordered = sorted(self.ms)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else float("nan")


class Line(asyncio.Protocol):
    """One connection; one request at a time."""

    def __init__(self) -> None:
        self._held = bytearray()
        self._answer: asyncio.Future[tuple[int, bytes]] | None = None
        self._transport: asyncio.WriteTransport | None = None

    @classmethod
    async def open(cls, port: int) -> "Line":
        """A connection to this machine."""
        _, line = await asyncio.get_running_loop().create_connection(cls, "127.0.0.1", port)
        return line

    @property
    def closed(self) -> bool:
        """Whether the server has ended it, as it does with those on which nothing came for a while."""
        return self._transport is None or self._transport.is_closing()

    async def ask(self, request: bytes) -> tuple[int, bytes]:
        """Status and body of the answer."""
        assert self._transport
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return await self._answer

    def close(self) -> None:
        """End it."""
        if self._transport:
            self._transport.close()

    def connection_made(self, transport: asyncio.WriteTransport) -> None:
        """Keep the transport."""
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Add to the answer; when it is whole, hand it over."""
        self._held += data
        end = self._held.find(b"\r\n\r\n")
        if end < 0:
            return
        head = bytes(self._held[:end]).lower()
        at = head.find(b"content-length:")
        if at >= 0:
            length = int(head[at + 15 :].split(b"\r\n", 1)[0])
            if len(self._held) < end + 4 + length:
                return
        elif not self._held.endswith(b"0\r\n\r\n"):
            return
        body = bytes(self._held[end + 4 :])
        self._held.clear()
        if self._answer and not self._answer.done():
            self._answer.set_result((int(head[9:12]), body))

    def connection_lost(self, exc: Exception | None) -> None:
        """Whoever waits is told."""
        if self._answer and not self._answer.done():
            self._answer.set_exception(exc or ConnectionResetError("the server closed the connection"))


def get(path: str, secret: str) -> bytes:
    """A GET as it goes over the wire."""
    return f"GET {path} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {secret}\r\n\r\n".encode()


def post(path: str, secret: str, body: object) -> bytes:
    """A POST of JSON as it goes over the wire."""
    data = msgspec.json.encode(body)
    head = (
        f"POST {path} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {secret}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(data)}\r\n\r\n"
    )
    return head.encode() + data


async def ask(port: int, request: bytes) -> tuple[int, bytes]:
    """One request on a connection of its own."""
    line = await Line.open(port)
    try:
        return await line.ask(request)
    finally:
        line.close()


async def flood(port: int, request: bytes, *, lines: int, seconds: float) -> Answers:
    """The same request again and again on each of `lines` connections: what the server can do at most."""
    answers, opened = Answers(), [await Line.open(port) for _ in range(lines)]
    end = time.perf_counter() + seconds

    async def run(line: Line) -> None:
        while (start := time.perf_counter()) < end:
            await _timed(line, request, start, answers)

    began = time.perf_counter()
    await asyncio.gather(*(run(line) for line in opened))
    answers.seconds = time.perf_counter() - began
    for line in opened:
        line.close()
    return answers


async def stream(
    port: int, requests: Sequence[tuple[str, float, Request]], *, rate: float, seconds: float, seed: int = 7
) -> dict[str, Answers]:
    """Requests drawn by their weights, arriving at random at this rate whether or not the server keeps up.

    A request is timed from the moment at which it was due, so that a server that stalls is not forgiven its queue.
    """
    draw = random.Random(seed)  # noqa: S311 - arrivals, no secrets
    answers = {name: Answers(seconds=seconds) for name, _, _ in requests}
    free: list[Line] = []
    running: set[asyncio.Task[None]] = set()
    weights = [weight for _, weight, _ in requests]

    async def one(name: str, request: bytes, due: float) -> None:
        while free and free[-1].closed:
            free.pop()
        line = free.pop() if free else await Line.open(port)
        await _timed(line, request, due, answers[name])
        free.append(line)

    begin = due = time.perf_counter()
    while (due := due + draw.expovariate(rate)) < begin + seconds:
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        name, _, make = draw.choices(requests, weights)[0]
        task = asyncio.create_task(one(name, make(), due))
        running.add(task)
        task.add_done_callback(running.discard)
    await asyncio.gather(*running)
    for line in free:
        line.close()
    return answers


async def _timed(line: Line, request: bytes, start: float, answers: Answers) -> None:
    try:
        status, _ = await line.ask(request)
    except OSError:
        answers.bad += 1
        return
    answers.ms.append((time.perf_counter() - start) * 1000)
    answers.bad += status >= 400
