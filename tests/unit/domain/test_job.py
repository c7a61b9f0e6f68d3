from itertools import product

import pytest

from domain.errors import IllegalMoveError
from domain.job import FINAL, MOVES, DocumentState, JobEvent, JobState, move, outcome


@pytest.mark.parametrize(("state", "event"), list(product(JobState, JobEvent)))
def test_every_pair_of_state_and_event_either_moves_or_is_refused(state, event):
    if (state, event) in MOVES:
        assert move(state, event) == MOVES[state, event]
    else:
        with pytest.raises(IllegalMoveError):
            move(state, event)


def test_a_job_that_ended_moves_only_by_a_retry():
    assert {event for state, event in MOVES if state in FINAL} == {JobEvent.RETRIED}


def test_every_state_can_be_reached():
    assert {*MOVES.values(), JobState.QUEUED} == set(JobState)


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        ("completed completed", JobEvent.SUCCEEDED),
        ("completed failed", JobEvent.SUCCEEDED),
        ("failed failed", JobEvent.FAILED),
        ("failed cancelled", JobEvent.FAILED),
        ("completed processing", None),
        ("queued", None),
        ("", None),
    ],
)
def test_a_batch_succeeds_when_all_ended_and_one_succeeded(states, expected):
    documents = {str(i): DocumentState(s) for i, s in enumerate(states.split())}

    assert outcome(documents) == expected
