"""A webhook is thin, and names nobody."""

import msgspec
import pytest

from app.http.wire_webhooks import Notification
from domain.job import DocumentState, JobState
from domain.notification import notification
from domain.records import DocumentRecord
from tests.fakes.clock import START
from tests.fakes.world import a_job

DOCUMENT = {"name": "x.pdf", "digest": "0" * 64, "bytes": 4}
STATES = [DocumentState.COMPLETED, DocumentState.FAILED, DocumentState.CANCELLED, DocumentState.COMPLETED]


def a_batch(state=JobState.COMPLETED, documents=None):
    made = documents or [
        DocumentRecord(
            id=f"d{n}", index=n, state=s, evaluation_hash=f"{n:064x}" if s == "completed" else None, **DOCUMENT
        )
        for n, s in enumerate(STATES)
    ]
    about = {"requester_email": "ana@example.org", "requester_name": "Ana", "notes": "confidential"}
    return msgspec.structs.replace(a_job(state=state, ended_at=START, metadata=about), documents=tuple(made))


@pytest.mark.parametrize("state", [JobState.COMPLETED, JobState.FAILED, JobState.CANCELLED])
def test_it_says_what_became_of_the_batch_its_counts_its_hashes_and_where_to_ask(state):
    said = msgspec.json.decode(msgspec.json.encode(notification(a_batch(state), "/results")))

    assert (said["type"], said["timestamp"]) == (f"batch.{state}", "2026-11-22T09:00:00Z")
    assert said["data"] == {
        "job_id": "batch_1",
        "status": state.value,
        "counts": {"documents": 4, "completed": 2, "failed": 1, "cancelled": 1},
        "hashes": {"release": "r1", "evaluations": [f"{0:064x}", None, None, f"{3:064x}"]},
        "results_url": "/results",
    }


def test_it_has_the_shape_that_the_description_shows():
    body = msgspec.json.encode(notification(a_batch(), "/results"))

    assert msgspec.json.encode(msgspec.json.decode(body, type=Notification)) == body


def test_nothing_that_a_caller_wrote_about_himself_is_in_it():
    body = msgspec.json.encode(notification(a_batch(), "/results")).decode()

    assert not [word for word in ("ana", "Ana", "confidential", "x.pdf", "d0", "acme") if word in body]


def test_the_largest_batch_stays_under_twenty_kilobytes():
    many = [
        DocumentRecord(id="á" * 100, index=n, state=DocumentState.COMPLETED, evaluation_hash="f" * 64, **DOCUMENT)
        for n in range(100)
    ]

    assert len(msgspec.json.encode(notification(a_batch(documents=many), "https://h/" + "r" * 200))) < 20_000
