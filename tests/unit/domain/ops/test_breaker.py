from itertools import product

import pytest

from domain.ops.breaker import (
    MOVES,
    Breaker,
    BreakerEvent,
    BreakerRule,
    BreakerState,
    ask,
    failed,
    succeeded,
    wait_seconds,
)

RULE = BreakerRule(failures=5, successes=3, open_seconds=60)
CLOSED, OPEN, HALF_OPEN = BreakerState


def a_breaker(state=CLOSED, **changes) -> Breaker:
    return Breaker(rule=RULE, state=state, **changes)


def test_the_table_moves_in_a_ring_and_nowhere_else():
    moves = {pair: MOVES.get(pair) for pair in product(BreakerState, BreakerEvent)}

    assert {pair: to for pair, to in moves.items() if to} == {
        (CLOSED, BreakerEvent.TRIPPED): OPEN,
        (OPEN, BreakerEvent.COOLED): HALF_OPEN,
        (HALF_OPEN, BreakerEvent.TRIPPED): OPEN,
        (HALF_OPEN, BreakerEvent.RESTORED): CLOSED,
    }


def test_five_failures_in_a_row_open_it():
    breaker = a_breaker()
    for _ in range(4):
        breaker = failed(breaker, 10.0)
        assert breaker.state is CLOSED

    breaker = failed(breaker, 11.0)

    assert (breaker.state, breaker.since) == (OPEN, 11.0)
    assert ask(breaker, 12.0) == (breaker, False)
    assert wait_seconds(breaker, 12.0) == 59.0


def test_a_success_between_starts_the_count_again():
    breaker = a_breaker(failures=4)

    assert failed(succeeded(breaker, 1.0), 2.0).state is CLOSED


def test_after_its_time_it_lets_calls_pass_on_probation():
    breaker, allowed = ask(a_breaker(OPEN, since=0.0), 60.0)

    assert (breaker.state, allowed) == (HALF_OPEN, True)
    assert wait_seconds(breaker, 60.0) == 0.0


def test_three_successes_on_probation_close_it_with_a_clean_slate():
    breaker = a_breaker(HALF_OPEN)
    for _ in range(2):
        breaker = succeeded(breaker, 1.0)
        assert breaker.state is HALF_OPEN

    assert succeeded(breaker, 2.0) == a_breaker(CLOSED, since=2.0)


def test_one_failure_on_probation_opens_it_for_another_whole_time():
    breaker = failed(a_breaker(HALF_OPEN, successes=2), 100.0)

    assert (breaker.state, breaker.since) == (OPEN, 100.0)


@pytest.mark.parametrize("late", [failed, succeeded])
def test_a_late_answer_does_not_move_an_open_breaker(late):
    breaker = late(a_breaker(OPEN, since=5.0), 6.0)

    assert (breaker.state, breaker.since) == (OPEN, 5.0)
