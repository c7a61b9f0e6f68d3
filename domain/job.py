"""The life of a batch and of each document in it: states and moves as tables."""

from collections.abc import Mapping
from enum import StrEnum

from domain.errors import IllegalMoveError


class JobState(StrEnum):
    """Where a batch stands."""

    QUEUED = "queued"
    PROCESSING = "processing"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"


class JobEvent(StrEnum):
    """What happens to a batch."""

    STARTED = "started"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"
    RETRIED = "retried"


class DocumentState(StrEnum):
    """Where one document of a batch stands."""

    QUEUED = "queued"
    PROCESSING = "processing"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"


MOVES: Mapping[tuple[JobState, JobEvent], JobState] = {
    (JobState.QUEUED, JobEvent.STARTED): JobState.PROCESSING,
    (JobState.QUEUED, JobEvent.FAILED): JobState.FAILED,
    (JobState.QUEUED, JobEvent.CANCELLED): JobState.CANCELLED,
    (JobState.PROCESSING, JobEvent.STARTED): JobState.PROCESSING,
    (JobState.PROCESSING, JobEvent.SUCCEEDED): JobState.COMPLETED,
    (JobState.PROCESSING, JobEvent.FAILED): JobState.FAILED,
    (JobState.PROCESSING, JobEvent.CANCELLED): JobState.CANCELLED,
    (JobState.COMPLETED, JobEvent.RETRIED): JobState.QUEUED,
    (JobState.FAILED, JobEvent.RETRIED): JobState.QUEUED,
    (JobState.CANCELLED, JobEvent.RETRIED): JobState.QUEUED,
}

FINAL = frozenset({JobState.COMPLETED, JobState.FAILED, JobState.CANCELLED})
ENDED = frozenset({DocumentState.COMPLETED, DocumentState.FAILED, DocumentState.CANCELLED})
RETRIABLE = frozenset({DocumentState.FAILED, DocumentState.CANCELLED})
"""Documents that a retry of their batch queues again."""


def move(state: JobState, event: JobEvent) -> JobState:
    """The state after an event. Raises IllegalMoveError when the table has no such move."""
    try:
        return MOVES[state, event]
    except KeyError:
        raise IllegalMoveError(f"A job that is {state} cannot be {event}.", state=state, event=event) from None


def outcome(states: Mapping[str, DocumentState]) -> JobEvent | None:
    """What the documents' states make of their batch once all have ended; None while one has not.

    A batch succeeds when every document ended and at least one succeeded.
    """
    if not states or not ENDED.issuperset(states.values()):
        return None
    return JobEvent.SUCCEEDED if DocumentState.COMPLETED in states.values() else JobEvent.FAILED
