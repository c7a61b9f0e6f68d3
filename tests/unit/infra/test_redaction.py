import pytest

from infra.telemetry.redaction import redacted


@pytest.mark.parametrize(
    ("event", "clean"),
    [
        ({"authorization": "Bearer x"}, {"authorization": "[redacted]"}),
        (
            {"headers": {"Authorization": "Basic y", "accept": "*"}},
            {"headers": {"Authorization": "[redacted]", "accept": "*"}},
        ),
        ({"event": "sent Bearer abc.def to it"}, {"event": "sent Bearer [redacted] to it"}),
        ({"requester_email": "ana@example.com"}, {"requester_email": "[redacted]"}),
        ({"note": "ask ana.perez@alcaldia.gov.co"}, {"note": "ask [email]"}),
        ({"url": "redis://user:pw@host:1/0"}, {"url": "redis://user:[redacted]@host:1/0"}),
        ({"items": ["ana@example.com", 3]}, {"items": ["[email]", 3]}),
        ({"redis_password": None, "tokens": 0, "n": 1}, {"redis_password": None, "tokens": 0, "n": 1}),
    ],
)
def test_secrets_and_addresses_do_not_reach_the_log(event, clean):
    assert redacted(None, "info", event) == clean


@pytest.mark.parametrize("text", ["GET /status/{} HTTP/1.1", "{}", "No job found: {}."])
@pytest.mark.parametrize(
    "secret", ["dk_vod9fMliTD9J5bT12YNul7fllDzTtmRYUqC41Oat7zw", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2La"]
)
def test_our_own_secrets_are_taken_out_wherever_a_caller_put_them(text, secret):
    assert secret[8:] not in redacted(None, "", {"event": text.format(secret)})["event"]
