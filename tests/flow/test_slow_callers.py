"""Callers who take their time, or more than their share, over real sockets: each is let go, and others are served."""

import asyncio
import json
import socket
import time

import pytest

from tests.flow.service import batch, ended, running, settings_for


@pytest.fixture
def serve(tmp_path, redis, valkey_url):
    def started(workers=0, **variables):
        return running(settings_for(tmp_path, valkey_url, **variables), workers=workers)

    return started


@pytest.fixture
async def opened():
    """Opens connections, which are closed after the test."""
    writers = []

    async def opening(client):
        reader, writer = await asyncio.open_connection(client.base_url.host, client.base_url.port)
        writers.append(writer)
        return reader, writer

    yield opening
    for writer in writers:
        writer.transport.abort()
    await asyncio.gather(*(writer.wait_closed() for writer in writers), return_exceptions=True)


async def closed(reader, seconds=10.0) -> bytes:
    """What was still said until the service closed the connection. Fails when it does not."""
    try:
        return await asyncio.wait_for(reader.read(), seconds)
    except ConnectionResetError:
        return b""


async def answer(reader) -> tuple[int, dict]:
    head = (await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 10)).decode().lower()
    body = await reader.readexactly(int(head.partition("content-length: ")[2].split()[0]))
    return int(head.split()[1]), json.loads(body)


async def drip(writer, data: bytes, every: float = 0.02):
    """One byte after the other, until the other side is gone."""
    try:
        for byte in data:
            writer.write(bytes([byte]))
            await writer.drain()
            await asyncio.sleep(every)  # slowness itself is what is tested
    except ConnectionError:
        pass


def head_of(client, method="POST", path="/upload", **headers):
    told = {"Host": "x", "Authorization": client.headers["authorization"], **headers}
    lines = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in told.items())
    return f"{method} {path} HTTP/1.1\r\n{lines}\r\n".encode()


async def test_heads_that_drip_are_ended_while_others_are_served(serve, opened):
    async with serve(DECALOGO_HEAD_SECONDS="0.5") as client:
        lines = [await opened(client) for _ in range(50)]
        dripping = [
            asyncio.create_task(drip(writer, b"GET /health HTTP/1.1\r\nA: " + b"b" * 500)) for _, writer in lines
        ]

        during = await client.get("/health")
        told = await asyncio.gather(*(answer(reader) for reader, _ in lines))

        assert during.status_code == 200
        assert {(status, body["error"]) for status, body in told} == {(408, "request_timeout")}
        await asyncio.gather(*(closed(reader) for reader, _ in lines), *dripping)


async def test_a_body_that_drips_is_a_408(serve, opened):
    async with serve(DECALOGO_BODY_SECONDS="0.4", DECALOGO_BODY_RATE="100000") as client:
        reader, writer = await opened(client)
        writer.write(head_of(client, Content_Type="application/json", Content_Length=100_000))
        dripping = asyncio.create_task(drip(writer, b"[" * 2000))

        status, body = await answer(reader)

        assert (status, body["error"]) == (408, "request_timeout")
        dripping.cancel()


async def test_a_body_that_stops_is_a_408(serve, opened):
    async with serve(DECALOGO_BODY_SECONDS="0.3") as client:
        reader, writer = await opened(client)
        writer.write(head_of(client, Content_Type="application/json", Content_Length=100) + b"{")

        status, body = await answer(reader)

        assert (status, body["error"]) == (408, "request_timeout")


async def test_a_body_that_nobody_asked_for_holds_no_connection(serve, opened):
    async with serve(DECALOGO_LEFTOVER_SECONDS="0.3") as client:
        reader, writer = await opened(client)
        writer.write(head_of(client, method="GET", path="/health", Content_Length=100_000))
        status, _ = await answer(reader)

        dripping = asyncio.create_task(drip(writer, b"x" * 2000))

        assert status == 200
        assert await closed(reader) == b""
        await dripping


async def test_a_body_that_comes_late_but_whole_leaves_the_connection_as_it_was(serve, opened):
    async with serve(DECALOGO_LEFTOVER_SECONDS="5") as client:
        reader, writer = await opened(client)
        for _ in range(2):
            writer.write(head_of(client, method="GET", path="/health", Content_Length=3))
            assert (await answer(reader))[0] == 200
            writer.write(b"abc")


async def test_a_connection_on_which_nothing_comes_is_closed(serve, opened):
    async with serve(DECALOGO_IDLE_SECONDS="0.3") as client:
        reader, writer = await opened(client)
        writer.write(head_of(client, method="GET", path="/health"))
        status, _ = await answer(reader)

        assert status == 200
        assert await closed(reader) == b""


async def test_a_connection_that_has_served_its_number_is_closed_and_says_so(serve, opened):
    async with serve(DECALOGO_REQUESTS_PER_CONNECTION="3") as client:
        reader, writer = await opened(client)
        heads = []
        for _ in range(3):
            writer.write(head_of(client, method="GET", path="/metrics", Accept_Encoding="identity"))
            head = (await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 10)).lower()
            await reader.readexactly(int(head.partition(b"content-length: ")[2].split()[0]))
            heads.append(b"connection: close" in head)

        assert heads == [False, False, True]
        assert await closed(reader) == b""


async def test_who_does_not_read_his_answer_is_let_go(serve):
    async with serve(workers=1, DECALOGO_UNREAD_SECONDS="0.5", DECALOGO_LARGEST_ANSWER_BYTES="1000") as client:
        job_id = (await client.post("/upload", json=batch(*("hola",) * 20))).json()["job_id"]
        await ended(client, job_id)
        deaf = socket.socket()
        deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        deaf.setblocking(False)
        loop = asyncio.get_running_loop()
        await loop.sock_connect(deaf, (client.base_url.host, client.base_url.port))
        ask = head_of(client, method="GET", path=f"/results/{job_id}")

        async def ask_for_ever():
            while True:
                await loop.sock_sendall(deaf, ask)
                await asyncio.sleep(0.001)

        with pytest.raises(ConnectionError):
            await asyncio.wait_for(ask_for_ever(), 20)
        deaf.close()


async def test_one_caller_cannot_take_all_connections_and_is_told(serve, opened):
    async with serve(DECALOGO_CONNECTIONS_EACH="5") as client:
        lines = [await opened(client) for _ in range(5)]
        reader, _ = await opened(client)

        status, body = await answer(reader)

        assert (status, body["error"]) == (503, "too_many_connections")
        await closed(reader)
        for _, kept in lines:
            kept.close()
            await kept.wait_closed()
        assert (await client.get("/health")).status_code == 200


async def test_a_trusted_proxy_may_have_more(serve, opened):
    async with serve(DECALOGO_CONNECTIONS_EACH="2", DECALOGO_TRUSTED_PROXIES="127.0.0.1") as client:
        lines = [await opened(client) for _ in range(5)]
        for reader, writer in lines:
            writer.write(head_of(client, method="GET", path="/health"))
            assert (await answer(reader))[0] == 200


async def test_there_are_only_so_many_connections(serve, opened):
    async with serve(DECALOGO_CONNECTIONS="3", DECALOGO_TRUSTED_PROXIES="127.0.0.1") as client:
        lines = [await opened(client) for _ in range(4)]

        status, body = await answer(lines[-1][0])

        assert (status, body["error"]) == (503, "too_many_connections")


async def test_an_answer_that_does_not_begin_is_a_503_that_may_be_tried_again(serve, redis):
    async with serve(DECALOGO_REQUEST_SECONDS="0.3") as client:
        await redis.client_pause(2000)
        start = time.monotonic()

        response = await client.get("/api/v1/batch")

        assert (response.status_code, response.json()["error"]) == (503, "service_timeout")
        assert response.headers["retry-after"] == "1"
        assert time.monotonic() - start < 1.5
        await redis.client_unpause()
