"""Strangers name the receiver and strangers answer: neither leads this service anywhere, nor keeps it waiting."""

import asyncio
import socket
from email.utils import format_datetime

import pytest

from domain.addresses import networks_of
from domain.webhook_ports import Message
from infra.clock_system import SystemClock
from infra.webhooks_httpcore import HttpcoreSender
from tests.fakes.certificates import Authority
from tests.fakes.receiver import answer, receiving
from tests.fakes.webhooks import a_secret

LOOPBACK = networks_of("127.0.0.0/8,::1/128")
ELSEWHERE = "93.184.215.14"
"""A public address; nothing of these tests may get as far as calling it."""


class Names:
    """A resolver that answers as it was told, one answer a question, the last one for ever."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.asked = []

    async def __call__(self, host, port):
        self.asked.append((host, port))
        said = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(said, OSError):
            raise said
        return said


def message(url):
    return Message(id="msg_1", url=url, body='{"a":1}', secrets=(a_secret(),), at=SystemClock().now())


async def send(url, **about):
    sender = HttpcoreSender(**about)
    try:
        return await asyncio.wait_for(sender.send(message(url)), 20)
    finally:
        await sender.close()


CLOSED = [
    "127.0.0.1",
    "127.1",
    "0x7f.1",
    "2130706433",
    "localhost",
    "[::1]",
    "[::ffff:127.0.0.1]",
    "[::ffff:10.0.0.1]",
    "169.254.169.254",
    "[fd00:ec2::254]",
    "0.0.0.0",
    "10.0.0.1",
    "[::]",
    "[64:ff9b::7f00:1]",
    "[fe80::1]",
]


@pytest.mark.parametrize("host", CLOSED)
async def test_an_address_that_is_not_public_is_refused_in_whatever_spelling(host):
    async with receiving("0.0.0.0") as receiver:
        reply = await send(f"http://{host}:{receiver.port}/")

        assert (reply.status, reply.error) == (None, "address_refused")
        assert receiver.connections == 0


@pytest.mark.parametrize("host", ["①②⑦.⓪.⓪.①", "exa mple.com", "a..b", "☃" * 80 + ".com"])
async def test_a_name_that_is_none_is_an_error_of_its_own(host):
    reply = await send(f"http://{host}/")

    assert reply.status is None
    assert reply.error in ("invalid_url", "name_not_resolved", "address_refused")


@pytest.mark.parametrize(
    "addresses",
    [
        ["127.0.0.1"],
        [ELSEWHERE, "127.0.0.1"],
        ["127.0.0.1", ELSEWHERE],
        [ELSEWHERE, "::1"],
        [ELSEWHERE, "169.254.169.254"],
        [],
    ],
)
async def test_a_name_with_one_address_that_is_not_public_is_refused_whole(addresses):
    names = Names(addresses)
    async with receiving() as receiver:
        reply = await send(f"http://receiver.example:{receiver.port}/", resolve=names)

        assert reply.error == "address_refused"
        assert receiver.connections == 0
        assert names.asked == [("receiver.example", receiver.port)]


async def test_a_name_that_leads_elsewhere_the_next_time_leads_nowhere():
    """Rebinding: the look is at a good address, and every later question is answered with another."""
    async with receiving("127.0.0.1") as good, receiving("127.0.0.2", port=good.port) as evil:
        names = Names(["127.0.0.1"], ["127.0.0.2"])
        sender = HttpcoreSender(resolve=names, networks=networks_of("127.0.0.1/32"))

        first = await sender.send(message(f"http://rebinding.example:{good.port}/"))
        second = await sender.send(message(f"http://rebinding.example:{good.port}/"))
        await sender.close()

        assert (first.status, len(good.calls)) == (204, 1)
        assert (second.error, evil.connections) == ("address_refused", 0)
        assert len(names.asked) == 2  # once an attempt: the client below asks nobody


async def test_the_name_stays_in_host_and_the_path_as_it_is():
    async with receiving() as receiver:
        names = Names(["127.0.0.1"])
        await send(f"http://Receiver.Example:{receiver.port}/a%20b/á?c=d&e#f", resolve=names, networks=LOOPBACK)

    (call,) = receiver.calls
    assert call.line == "POST /a%20b/%C3%A1?c=d&e HTTP/1.1"
    assert call.headers["host"] == f"receiver.example:{receiver.port}"
    assert call.headers["content-type"] == "application/json"
    assert call.body == b'{"a":1}'
    assert "authorization" not in call.headers


async def test_a_name_of_another_alphabet_is_asked_for_in_ascii():
    names = Names(["10.0.0.1"])

    await send("https://piñata.example/", resolve=names)

    assert names.asked == [("xn--piata-pta.example", 443)]


async def test_the_certificate_and_sni_are_those_of_the_name_while_the_connection_goes_to_the_address(tmp_path):
    authority = Authority(tmp_path)
    async with receiving(tls=authority.context_of("receiver.example")) as receiver:
        url, names = f"https://receiver.example:{receiver.port}/", Names(["127.0.0.1"])

        good = await send(url, resolve=names, networks=LOOPBACK, ca_file=authority.file)
        untrusted = await send(url, resolve=names, networks=LOOPBACK)
        other = await send(
            f"https://other.example:{receiver.port}/", resolve=names, networks=LOOPBACK, ca_file=authority.file
        )

    assert good.status == 204
    assert (receiver.calls[0].sni, receiver.calls[0].headers["host"]) == (
        "receiver.example",
        f"receiver.example:{receiver.port}",
    )
    assert (untrusted.error, other.error) == ("tls_failed", "tls_failed")
    assert len(receiver.calls) == 1


async def test_when_the_first_address_does_not_answer_the_next_one_is_tried():
    async with receiving("127.0.0.1") as receiver:
        names = Names(["127.0.0.2", "127.0.0.1"])
        reply = await send(f"http://receiver.example:{receiver.port}/", resolve=names, networks=LOOPBACK)

    assert reply.status == 204


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_nobody_is_followed(status):
    async with receiving() as receiver, receiving() as other:
        receiver.act = answer(status, f"Location: http://127.0.0.1:{other.port}/")

        reply = await send(f"http://127.0.0.1:{receiver.port}/", networks=LOOPBACK)

        assert reply.status == status
        assert (len(receiver.calls), other.connections) == (1, 0)


async def test_an_answer_that_does_not_begin_is_waited_for_as_long_as_an_attempt_may_take():
    async def silent(_call, writer):
        await asyncio.sleep(30)

    async with receiving() as receiver:
        receiver.act = silent
        reply = await send(f"http://127.0.0.1:{receiver.port}/", networks=LOOPBACK, timeout_seconds=0.3)

        assert reply.error == "timed_out"
        assert reply.seconds < 3


async def test_a_head_that_drips_is_cut_off_at_the_same_time():
    async def drip(_call, writer):
        for byte in b"HTTP/1.1 200 OK\r\nX-Slow: " + b"a" * 1000:
            writer.write(bytes([byte]))
            await writer.drain()
            await asyncio.sleep(0.05)

    async with receiving() as receiver:
        receiver.act = drip
        reply = await send(f"http://127.0.0.1:{receiver.port}/", networks=LOOPBACK, timeout_seconds=0.5)

        assert reply.error == "timed_out"
        assert reply.seconds < 3


async def test_a_body_that_drips_is_not_waited_for_and_the_status_counts():
    async def drip(_call, writer):
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
        while True:
            writer.write(b".")
            await writer.drain()
            await asyncio.sleep(0.05)

    async with receiving() as receiver:
        receiver.act = drip
        reply = await send(f"http://127.0.0.1:{receiver.port}/", networks=LOOPBACK)

    assert reply.status == 200
    assert reply.seconds < 5


async def test_of_an_answer_of_a_gigabyte_little_is_heard():
    told = 0

    async def flood(_call, writer):
        nonlocal told
        writer.write(b"HTTP/1.1 500 No\r\nContent-Length: 1073741824\r\n\r\n")
        while True:
            writer.write(b"x" * 65536)
            await writer.drain()
            told += 65536

    async with receiving() as receiver:
        receiver.act = flood
        reply = await send(f"http://127.0.0.1:{receiver.port}/", networks=LOOPBACK)

    assert reply.status == 500
    assert told < 32 * 1024**2  # what the kernels on the way hold


async def test_a_head_without_end_is_an_error():
    async def endless(_call, writer):
        writer.write(b"HTTP/1.1 200 OK\r\n")
        while True:
            writer.write(b"X-More: " + b"a" * 4096 + b"\r\n")
            await writer.drain()

    async with receiving() as receiver:
        receiver.act = endless
        reply = await send(f"http://127.0.0.1:{receiver.port}/", networks=LOOPBACK)

    assert reply.error == "protocol_error"


@pytest.mark.parametrize("said", [b"SSH-2.0-OpenSSH_9.9\r\n\r\n", b"HTTP/1.1 two hundred\r\n\r\n", b"\0" * 100, b""])
async def test_what_is_no_http_is_an_error(said):
    async def speak(_call, writer):
        writer.write(said)
        await writer.drain()

    async with receiving() as receiver:
        receiver.act = speak
        reply = await send(f"http://127.0.0.1:{receiver.port}/", networks=LOOPBACK)

    assert reply.error == "protocol_error"


async def test_a_connection_that_is_refused_or_reset_is_an_error():
    async def reset(_call, writer):
        sock = writer.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        writer.transport.abort()

    async with receiving() as receiver:
        receiver.act = reset
        cut = await send(f"http://127.0.0.1:{receiver.port}/", networks=LOOPBACK)
    away = await send(f"http://127.0.0.1:{receiver.port}/", networks=LOOPBACK)

    assert (cut.error, away.error) == ("connection_failed", "connection_failed")


async def test_a_name_that_is_answered_slowly_is_waited_for_no_longer_than_an_attempt():
    async def slowly(_host, _port):
        await asyncio.sleep(30)

    reply = await send("https://slow.example/", resolve=slowly, timeout_seconds=0.2)

    assert reply.error == "timed_out"


async def test_a_name_that_nobody_knows_is_an_error():
    reply = await send("https://nobody.example/", resolve=Names(socket.gaierror(-2, "Name or service not known")))

    assert reply.error == "name_not_resolved"


@pytest.mark.parametrize(
    ("said", "seconds"),
    [("120", 120.0), ("0", 0.0), ("-5", None), ("soon", None), ("1e9", None), ("99999999999", None), ("", None)],
)
async def test_retry_after_is_heard_when_it_makes_sense(said, seconds):
    async with receiving() as receiver:
        receiver.act = answer(429, f"Retry-After: {said}")
        reply = await send(f"http://127.0.0.1:{receiver.port}/", networks=LOOPBACK)

    assert (reply.status, reply.retry_after) == (429, seconds)


async def test_retry_after_may_be_a_time():
    from datetime import timedelta

    until = format_datetime(SystemClock().now() + timedelta(seconds=90), usegmt=True)
    async with receiving() as receiver:
        receiver.act = answer(503, f"Retry-After: {until}")
        reply = await send(f"http://127.0.0.1:{receiver.port}/", networks=LOOPBACK)

    assert 85 < reply.retry_after < 91
