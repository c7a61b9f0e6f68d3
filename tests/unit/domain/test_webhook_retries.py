import pytest

from domain.webhook_retries import SCHEDULE, Reply, RetryRule, judged

RULE = RetryRule()


def test_the_schedule_is_ten_attempts_over_75_hours():
    assert len(SCHEDULE) == 9
    assert 75 <= sum(SCHEDULE) / 3600 < 76


@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
def test_only_2xx_is_a_success(status):
    assert judged(Reply(status=status), 3, RULE, 0.5).kind == "delivered"


@pytest.mark.parametrize("status", [100, 199, 300, 301, 302, 307, 308, 400, 404, 429, 500, 503])
def test_whatever_else_is_said_is_a_failure_that_is_tried_again(status):
    verdict = judged(Reply(status=status), 0, RULE, 0.5)

    assert (verdict.kind, verdict.wait, verdict.gone) == ("failed", 5.0, False)


@pytest.mark.parametrize("error", ["timed_out", "address_refused", "tls_failed"])
def test_what_says_nothing_is_a_failure(error):
    assert judged(Reply(error=error), 0, RULE, 0.5).kind == "failed"


def test_gone_is_the_end():
    verdict = judged(Reply(status=410), 0, RULE, 0.5)

    assert (verdict.kind, verdict.wait, verdict.gone) == ("dead", None, True)


def test_each_failure_waits_as_the_schedule_says_a_tenth_more_or_less():
    for failures, delay in enumerate(SCHEDULE):
        least, most = (judged(Reply(status=500), failures, RULE, chance).wait for chance in (0.0, 0.999999))
        assert least == pytest.approx(0.9 * delay)
        assert most == pytest.approx(1.1 * delay)


def test_after_the_last_attempt_it_is_dead():
    verdict = judged(Reply(status=500), len(SCHEDULE), RULE, 0.5)

    assert (verdict.kind, verdict.wait, verdict.gone) == ("dead", None, False)


@pytest.mark.parametrize(
    ("asked", "failures", "wait"), [(60.0, 0, 60.0), (60.0, 1, 300.0), (10.0**9, 0, 86400.0), (0.0, 0, 5.0)]
)
def test_a_receiver_may_ask_for_a_longer_wait_up_to_a_day(asked, failures, wait):
    verdict = judged(Reply(status=429, retry_after=asked), failures, RULE, 0.5)

    assert verdict.wait == wait
    assert verdict.hold == (min(asked, 86400.0) or None)
