"""Where a delivery stands follows from its log, whoever wrote what at once."""

from datetime import timedelta

import pytest

from domain.delivery import Delivery, DeliveryState, Entry, asked_again, delivery_id, job_of, standing
from tests.fakes.clock import START

LEASE = timedelta(seconds=30)
ONE = Delivery(
    id=delivery_id("batch_1", 1, "we_1"),
    job_id="batch_1",
    tenant="acme",
    webhook_id="we_1",
    type="batch.completed",
    created_at=START,
    body="{}",
)


def at(seconds):
    return START + timedelta(seconds=seconds)


def entry(number, kind, seconds=0, next_in=None):
    next_at = None if next_in is None else at(next_in)
    return Entry(number=number, kind=kind, at=at(seconds), next_at=next_at)


def told(*entries):
    stands = standing(ONE, entries, lease=LEASE)
    return stands.state.value, stands.failures, stands.next_number, (stands.next_at - START).total_seconds()


@pytest.mark.parametrize(
    ("entries", "stands"),
    [
        ([], ("pending", 0, 1, 0)),
        ([entry(1, "begun", 2)], ("pending", 0, 2, 32)),
        ([entry(1, "begun", 2), entry(1, "failed", 3, 8)], ("pending", 1, 2, 8)),
        ([entry(1, "begun"), entry(1, "failed", 1, 6), entry(2, "begun", 6)], ("pending", 1, 3, 36)),
        ([entry(1, "begun"), entry(1, "delivered", 1)], ("delivered", 0, 2, 30)),
        ([entry(1, "begun"), entry(1, "dead", 1)], ("dead", 0, 2, 30)),
        ([entry(1, "dead", 1)], ("dead", 0, 2, 0)),
        ([entry(1, "dead", 1), entry(2, "asked", 9)], ("pending", 0, 2, 9)),
        ([entry(1, "begun"), entry(1, "delivered", 1), entry(2, "asked", 9)], ("pending", 0, 2, 9)),
        ([entry(1, "begun", 5), entry(2, "asked", 6), entry(1, "failed", 7, 99)], ("pending", 0, 2, 6)),
        ([entry(2, "asked", 6), entry(2, "begun", 7), entry(2, "failed", 8, 13)], ("pending", 1, 3, 13)),
    ],
)
def test_it_stands_where_its_log_says(entries, stands):
    assert told(*entries) == stands
    assert told(*reversed(entries)) == stands


def test_an_attempt_that_was_cut_off_counts_as_no_failure():
    assert told(entry(1, "begun"), entry(2, "begun", 30), entry(2, "failed", 31, 36)) == ("pending", 1, 3, 36)


def test_an_end_that_comes_late_is_an_end():
    late = [entry(1, "begun"), entry(2, "begun", 30), entry(2, "failed", 31, 36), entry(1, "delivered", 40)]

    assert told(*late)[0] == "delivered"


def test_whoever_asks_again_has_the_whole_schedule_before_him():
    log = [entry(1, "begun"), entry(1, "failed", 1, 6), entry(2, "begun", 6), entry(2, "dead", 7)]

    again = [*log, asked_again(log, at(50))]

    assert standing(ONE, again, lease=LEASE).state is DeliveryState.PENDING
    assert told(*again) == ("pending", 0, 3, 50)


def test_the_id_of_a_delivery_names_its_batch_and_is_the_same_each_time():
    assert job_of(ONE.id) == "batch_1"
    assert ONE.id == delivery_id("batch_1", 1, "we_1")
    assert len({ONE.id, delivery_id("batch_1", 2, "we_1"), delivery_id("batch_1", 1, "we_2")}) == 3
    assert "." not in ONE.id
    assert job_of("batch_1") == ""


def test_urls_of_uploads_are_spared_host_by_host():
    from msgspec.structs import replace

    a, b, c = (replace(ONE, url=url).receiver for url in ("https://a/1", "https://a/2", "https://b/1"))

    assert a == b != c
    assert replace(ONE, tenant="other").receiver != ONE.receiver
