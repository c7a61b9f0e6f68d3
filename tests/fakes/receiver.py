"""A receiver of webhooks on a real socket, that does to its callers what it was told to."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import NamedTuple

Act = Callable[["Call", asyncio.StreamWriter], Awaitable[None]]


class Call(NamedTuple):
    """One request: its head as it came, and its body. `sni` is the name that TLS was asked for."""

    line: str
    headers: dict[str, str]
    body: bytes
    sni: str | None


class Receiver:
    """`calls` is what came. `act` is what is done after a call has been read."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.calls: list[Call] = []
        self.connections = 0
        self.act: Act = answer(204)


def answer(status: int, *headers: str, body: bytes = b"") -> Act:
    """Answer with this status."""

    async def act(_: Call, writer: asyncio.StreamWriter) -> None:
        head = [f"HTTP/1.1 {status} Said", f"Content-Length: {len(body)}", *headers, "", ""]
        writer.write("\r\n".join(head).encode() + body)
        await writer.drain()

    return act


@asynccontextmanager
async def receiving(
    host: str = "127.0.0.1", *, port: int = 0, tls: ssl.SSLContext | None = None
) -> AsyncIterator[Receiver]:
    """A receiver that listens."""
    names: dict[object, str | None] = {}
    serving: dict[asyncio.Task[None], None] = {}
    if tls is not None:

        def named(connection: ssl.SSLObject, name: str | None, _: ssl.SSLContext) -> None:
            names[connection] = name

        tls.sni_callback = named

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        receiver.connections += 1
        serving[asyncio.current_task()] = None
        # A cancelled one ends in order, or the server's own callback fails over it.
        with suppress(ConnectionError, asyncio.IncompleteReadError, ssl.SSLError, TimeoutError, asyncio.CancelledError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            headers = {k.lower(): v for k, _, v in (line.partition(": ") for line in head[1:] if line)}
            body = await reader.readexactly(int(headers.get("content-length", "0")))
            sni = names.get(writer.get_extra_info("ssl_object"))
            receiver.calls.append(Call(head[0], headers, body, sni))
            await receiver.act(receiver.calls[-1], writer)
        writer.close()
        with suppress(Exception):
            await writer.wait_closed()
        serving.pop(asyncio.current_task())

    server = await asyncio.start_server(serve, host, port, ssl=tls)
    receiver = Receiver(server.sockets[0].getsockname()[1])
    async with server:
        yield receiver
        for task in [*serving]:
            task.cancel()
        await asyncio.gather(*serving)
