"""Webhooks over HTTP/1.1: signed by Standard Webhooks, posted once, followed nowhere, and only to where they may go.

The name of the receiver is resolved here and not by the client below, which gets one of the addresses that were looked
at: a name that leads elsewhere the next time leads nowhere. The certificate, SNI and Host are those of the name.
"""

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any, TypeAlias

import httpcore
import httpx
from standardwebhooks import Webhook

from domain.addresses import Network, may_reach
from domain.webhook_ports import Message, Sender
from domain.webhook_retries import Reply

Resolve: TypeAlias = Callable[[str, int], Awaitable[Sequence[str]]]
"""The addresses of a name; raises OSError when there are none."""

_AGENT = "DECALOGO-Webhooks/1"
_CONNECT_SECONDS = 5.0
_ADDRESSES = 4
"""How many addresses of a name are tried."""
_ANSWER_BYTES = 16 * 1024
_ANSWER_SECONDS = 1.0
"""What is heard of an answer after its head, which is all that counts: nothing of it is kept."""


class RefusedAddressError(Exception):
    """A name leads to where nobody may be sent."""


class HttpcoreSender(Sender):
    """`networks` may be reached beside the public ones. A `ca_file` names authorities beside those of the world."""

    def __init__(
        self,
        *,
        timeout_seconds: float = 15.0,
        networks: Sequence[Network] = (),
        ca_file: Path | None = None,
        resolve: Resolve | None = None,
    ) -> None:
        self._timeout = timeout_seconds
        self._names = _Names()
        context = httpcore.default_ssl_context()
        if ca_file is not None:
            context.load_verify_locations(ca_file)
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=context,
            max_connections=None,
            max_keepalive_connections=0,  # every attempt looks at the address anew
            network_backend=_Pinned(resolve or self._names.resolve, networks),
        )

    async def send(self, message: Message) -> Reply:
        """Post it once, without following anybody, within the time that it has; what came of it."""
        clock = asyncio.get_running_loop().time
        start = clock()
        try:
            async with asyncio.timeout(self._timeout):
                status, retry_after = await self._post(message)
        except Exception as error:  # noqa: BLE001 - whatever a stranger's server does is a failed attempt
            return Reply(error=_code(error), seconds=round(clock() - start, 3))
        return Reply(status=status, retry_after=retry_after, seconds=round(clock() - start, 3))

    async def close(self) -> None:
        """Let go of what is open."""
        await self._pool.aclose()
        self._names.close()

    async def _post(self, message: Message) -> tuple[int, float | None]:
        url, body = httpx.URL(message.url), message.body.encode()  # which writes names of other alphabets in ASCII
        headers = [
            (b"Host", url.netloc),
            (b"Content-Type", b"application/json"),
            (b"Content-Length", b"%d" % len(body)),
            (b"User-Agent", _AGENT.encode()),
            (b"Accept-Encoding", b"identity"),
            (b"Connection", b"close"),
            *((name.encode(), value.encode()) for name, value in signed(message).items()),
        ]
        target = httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path)
        async with self._pool.stream("POST", target, headers=headers, content=body) as response:
            with suppress(Exception):  # the head has been heard: how the rest ends changes nothing
                async with asyncio.timeout(_ANSWER_SECONDS):
                    await _hear(response)
            return response.status, _retry_after(response.headers)


def signed(message: Message) -> dict[str, str]:
    """The headers of Standard Webhooks, with a signature by each secret. Raises ValueError when there is none."""
    if not message.secrets:
        raise ValueError(f"{message.id} would leave without a signature.")
    at = message.at.astimezone(UTC)  # the library takes the figures of any zone for those of this one
    signatures = [Webhook(secret).sign(message.id, at, message.body) for secret in message.secrets]
    return {
        "webhook-id": message.id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(signatures),
    }


class _Pinned(httpcore.AsyncNetworkBackend):
    """Connects to the address that was looked at, and to nothing when one of a name's addresses may not be reached."""

    def __init__(self, resolve: Resolve, networks: Sequence[Network]) -> None:
        self._resolve = resolve
        self._networks = networks
        self._plain = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - the signature is the library's
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """A connection to the name, through one of its addresses."""
        addresses = await self._resolve(host.strip("[]"), port)
        if not addresses or not all(may_reach(address, self._networks) for address in addresses):
            raise RefusedAddressError(host)
        for last, address in enumerate(addresses[:_ADDRESSES], 1 - min(len(addresses), _ADDRESSES)):
            try:
                return await self._plain.connect_tcp(address, port, timeout or _CONNECT_SECONDS, local_address)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                if not last:
                    raise
        raise AssertionError(socket_options)


class _Names:
    """The resolver of the machine, in threads of its own: a name that is answered slowly keeps no file waiting."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(8, thread_name_prefix="names")

    async def resolve(self, host: str, port: int) -> Sequence[str]:
        """The addresses of a name."""
        loop = asyncio.get_running_loop()
        found = await loop.run_in_executor(self._threads, _getaddrinfo, host, port)
        return list(dict.fromkeys(found))

    def close(self) -> None:
        """Wait for nobody."""
        self._threads.shutdown(wait=False, cancel_futures=True)


def _getaddrinfo(host: str, port: int) -> list[str]:
    return [str(where[4][0]) for where in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


async def _hear(response: httpcore.Response) -> None:
    heard = 0
    async for piece in response.aiter_stream():
        heard += len(piece)
        if heard >= _ANSWER_BYTES:
            return


def _retry_after(headers: Sequence[tuple[bytes, bytes]]) -> float | None:
    """Seconds that a receiver asks for, as a number or until a time; None when it asks for nothing that makes sense."""
    said = next((value.decode("latin-1").strip() for name, value in headers if name.lower() == b"retry-after"), "")
    if said.isascii() and said.isdigit() and len(said) < 10:
        return float(said)
    try:
        until = parsedate_to_datetime(said)
    except ValueError:
        return None
    until = until if until.tzinfo else until.replace(tzinfo=UTC)
    return max(0.0, (until - datetime.now(UTC)).total_seconds())  # noqa: TID251 - the time of the answer itself


def _code(error: BaseException) -> str:
    """What is told of an error: the code of its kind, and nothing of what a stranger's server said."""
    cause: BaseException | None = error
    while cause is not None:
        for kind, code in _CODES:
            if isinstance(cause, kind):
                return code
        cause = cause.__cause__ or cause.__context__
    return "failed"


_CODES: Sequence[tuple[type[BaseException] | tuple[type[BaseException], ...], str]] = (
    (RefusedAddressError, "address_refused"),
    (socket.gaierror, "name_not_resolved"),
    (ssl.SSLError, "tls_failed"),
    ((TimeoutError, httpcore.TimeoutException), "timed_out"),
    ((httpx.InvalidURL, UnicodeError), "invalid_url"),
    ((httpcore.ProtocolError, httpcore.UnsupportedProtocol), "protocol_error"),
    ((httpcore.NetworkError, OSError), "connection_failed"),
)
