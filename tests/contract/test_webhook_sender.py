"""What any way out promises: what leaves is signed, and verified by the library of Standard Webhooks."""

import pytest
from standardwebhooks import Webhook as Verifier
from standardwebhooks import WebhookVerificationError

from domain.addresses import networks_of
from domain.webhook_ports import Message
from domain.webhook_retries import Reply
from infra.clock_system import SystemClock
from infra.webhooks_httpcore import HttpcoreSender
from tests.fakes.receiver import receiving
from tests.fakes.webhooks import ScriptedSender, a_secret


@pytest.fixture(params=["scripted", "httpcore"])
async def way(request: pytest.FixtureRequest):
    """A sender, the URL of a receiver, and what it got, as (body, headers)."""
    if request.param == "scripted":
        sender = ScriptedSender()
        yield sender, "https://example.com/", lambda: [(m.body.encode(), head) for m, head in sender.sent]
        return
    async with receiving() as receiver:
        sender = HttpcoreSender(networks=networks_of("127.0.0.0/8"))
        yield sender, f"http://127.0.0.1:{receiver.port}/", lambda: [(c.body, c.headers) for c in receiver.calls]
        await sender.close()


def message(url, *secrets, body='{"á":"ñ"}', at=None):
    return Message(id="msg_1", url=url, body=body, secrets=secrets, at=at or SystemClock().now())


async def test_what_arrives_is_verified_by_the_library(way):
    sender, url, got = way
    secret = a_secret()

    reply = await sender.send(message(url, secret))

    ((body, headers),) = got()
    assert (reply.status, reply.error) == (204, None)
    assert Verifier(secret).verify(body, headers) == {"á": "ñ"}
    with pytest.raises(WebhookVerificationError):
        Verifier(a_secret()).verify(body, headers)
    with pytest.raises(WebhookVerificationError):
        Verifier(secret).verify(body + b" ", headers)


async def test_with_two_secrets_each_of_them_verifies(way):
    sender, url, got = way
    new, old = a_secret(), a_secret()

    await sender.send(message(url, new, old))

    ((body, headers),) = got()
    assert [bool(Verifier(secret).verify(body, headers)) for secret in (new, old)] == [True, True]


async def test_a_time_of_another_zone_is_signed_as_the_moment_that_it_is(way):
    from datetime import timedelta, timezone

    sender, url, got = way
    secret, bogota = a_secret(), timezone(timedelta(hours=-5))

    await sender.send(message(url, secret, at=SystemClock().now().astimezone(bogota)))

    ((body, headers),) = got()
    assert Verifier(secret).verify(body, headers)


async def test_nothing_leaves_without_a_signature(way):
    sender, url, got = way
    reply = Reply(status=204)
    try:
        reply = await sender.send(message(url))
    except ValueError:
        reply = Reply(error="failed")

    assert reply.error == "failed"
    assert got() == []
