from datetime import timedelta

import pytest

from domain.errors import IllegalMoveError
from domain.webhook import SigningSecret, Webhook, WebhookState, disabled, moved, removed, rotated
from tests.fakes.clock import START

DAY = timedelta(days=1)
HOOK = Webhook(id="we_1", tenant="acme", url="https://a", secrets=(SigningSecret(value="one"),), created_at=START)


def test_for_the_time_of_a_rotation_two_secrets_sign_and_never_three():
    once = rotated(HOOK, "two", now=START, overlap=DAY)
    twice = rotated(once, "three", now=START, overlap=DAY)

    assert HOOK.signing(START) == ("one",)
    assert once.signing(START) == ("two", "one")
    assert once.signing(START + DAY) == ("two",)
    assert twice.signing(START) == ("three", "two")


def test_a_secret_does_not_show_itself():
    shown = repr(rotated(HOOK, "whsec_two", now=START, overlap=DAY))

    assert "SigningSecret" in shown
    assert "whsec_two" not in shown


STATES = [WebhookState.ENABLED, WebhookState.PAUSED, WebhookState.DISABLED]


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("to", [WebhookState.ENABLED, WebhookState.PAUSED])
def test_its_owner_moves_it_between_enabled_and_paused(state, to):
    webhook = disabled(HOOK, "gone") if state is WebhookState.DISABLED else moved(HOOK, state)
    if (state, to) == (WebhookState.DISABLED, WebhookState.PAUSED):
        with pytest.raises(IllegalMoveError):
            moved(webhook, to)
        return

    after = moved(webhook, to)

    assert (after.state, after.reason, after.failing_since) == (to, None, None)


def test_what_is_paused_wants_to_know_later_and_what_is_disabled_does_not():
    assert moved(HOOK, WebhookState.PAUSED).wants("batch.failed")
    assert not disabled(HOOK, "gone").wants("batch.failed")
    assert not removed(HOOK).wants("batch.failed")


def test_of_a_webhook_that_was_removed_no_secret_and_no_url_stays():
    gone = removed(HOOK)

    assert (gone.state, gone.url, gone.secrets) == (WebhookState.REMOVED, None, ())
