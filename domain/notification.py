"""What a webhook is told: that a batch ended, its counts and hashes, and where to ask. Nobody's name is in it."""

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from domain.job import DocumentState, JobState
from domain.records import JobRecord
from domain.webhook import EventType

_KINDS: dict[JobState, EventType] = {
    JobState.COMPLETED: "batch.completed",
    JobState.FAILED: "batch.failed",
    JobState.CANCELLED: "batch.cancelled",
}


class Counts(msgspec.Struct, frozen=True, kw_only=True):
    """How many documents the batch has, and how many of them came to each end."""

    documents: int
    completed: int
    failed: int
    cancelled: int


class Hashes(msgspec.Struct, frozen=True, kw_only=True):
    """The release, and the evaluation hash of each document in the order of the upload, null where it has none."""

    release: str
    evaluations: tuple[str | None, ...]


class NotificationData(msgspec.Struct, frozen=True, kw_only=True):
    """The batch that ended."""

    job_id: str
    status: JobState
    counts: Counts
    hashes: Hashes
    results_url: str


class Notification(msgspec.Struct, frozen=True, kw_only=True):
    """The body of a webhook."""

    type: EventType
    timestamp: Annotated[datetime, Meta(tz=True)]
    data: NotificationData


def kind_of(state: JobState) -> EventType:
    """The event of a batch that ended so."""
    return _KINDS[state]


def notification(job: JobRecord, results_url: str) -> Notification:
    """What is told of a batch that has ended."""
    states = [document.state for document in job.documents]
    assert job.ended_at
    return Notification(
        type=kind_of(job.state),
        timestamp=job.ended_at,
        data=NotificationData(
            job_id=job.id,
            status=job.state,
            counts=Counts(
                documents=len(states),
                completed=states.count(DocumentState.COMPLETED),
                failed=states.count(DocumentState.FAILED),
                cancelled=states.count(DocumentState.CANCELLED),
            ),
            hashes=Hashes(release=job.release, evaluations=tuple(d.evaluation_hash for d in job.documents)),
            results_url=results_url,
        ),
    )
