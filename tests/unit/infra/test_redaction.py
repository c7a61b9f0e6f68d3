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
