"""How long a batch is said to take: from what was measured, and never less than one document takes."""

import pytest

from app.usecases.observe import expected_seconds
from domain.records import Figures, Work
from tests.fakes.world import a_worker


def latency(**counts: int) -> tuple[int, ...]:
    """Documents by the index of their bucket: `b0` took at most a second, `b1` at most five, `b9` at most sixty."""
    return tuple(counts.get(f"b{n}", 0) for n in range(13))


def work(figures=None, *, workers: int = 1, depth: int = 0) -> Work:
    found = tuple(a_worker(f"w{n}") for n in range(workers))  # two places each
    return Work(figures=figures or Figures(), workers=found, queue_depth=depth)


@pytest.mark.parametrize(
    ("documents", "workers", "seconds"),
    [(1, 1, 20), (2, 1, 20), (3, 1, 40), (15, 1, 160), (15, 4, 40), (1, 0, 20)],
)
def test_before_anything_was_measured_a_document_takes_twenty_seconds(documents, workers, seconds):
    assert expected_seconds(work(workers=workers), documents, new=True) == seconds


def test_without_a_look_at_the_work_there_is_an_estimate():
    assert expected_seconds(None, 3, new=True) == 60


def test_what_waits_is_ahead_of_a_new_batch_and_contains_an_old_one():
    assert expected_seconds(work(depth=10), 2, new=True) == 120
    assert expected_seconds(work(depth=10), 2) == 100
    assert expected_seconds(work(depth=1), 4) == 40


def test_an_idle_service_that_has_measured_says_what_one_document_took():
    assert expected_seconds(work(Figures(latency=latency(b9=4), latency_seconds=220.0)), 1, new=True) == 55


def test_many_that_were_repeated_or_tiny_do_not_promise_a_plan_in_no_time():
    figures = Figures(latency=latency(b0=10_000, b9=2), latency_seconds=5_110.0)

    assert expected_seconds(work(figures), 1, new=True) == 55


def test_where_all_are_tiny_so_is_the_estimate():
    figures = Figures(latency=latency(b0=1000), latency_seconds=20.0)

    assert expected_seconds(work(figures), 100, new=True) == 1
