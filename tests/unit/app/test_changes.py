"""Where a batch stands, from its events: folded, taken up where they broke off, asked for where they are refused."""

import pytest

from app.commands.changes import after, changes
from app.commands.client import Client, DocumentStatus, RefusedError, Status, Told
from domain.errors import BackendUnavailableError

QUEUED = Status(
    job_id="b",
    status="queued",
    document_count=2,
    documents_completed=0,
    documents_failed=0,
    documents=tuple(DocumentStatus(document_id=i, name=f"{i}.pdf", status="queued") for i in "ab"),
)
ENDED = Status(job_id="b", status="completed", document_count=2, documents_completed=2, documents_failed=0)
SNAPSHOT = {"documents": [{"document_id": "b", "status": "processing", "stage": "s", "attempts": 1}], "status": "x"}


@pytest.mark.parametrize(
    ("kind", "data", "states"),
    [
        ("snapshot", SNAPSHOT, [("queued", None), ("processing", "s")]),
        ("document_started", {"document_id": "a"}, [("processing", None), ("queued", None)]),
        ("document_stage", {"document_id": "a", "stage": "s"}, [("processing", "s"), ("queued", None)]),
        ("document_ended", {"document_id": "b", "status": "failed"}, [("queued", None), ("failed", None)]),
        ("batch_cancelled", {"documents": ["a"]}, [("cancelled", None), ("queued", None)]),
        ("document_of_tomorrow", {"document_id": "a"}, [("queued", None), ("queued", None)]),
    ],
)
def test_what_happened_changes_the_documents_that_it_is_about(kind, data, states):
    told = Told(id="1-0", kind=kind, data=data)

    assert [(d.status, d.stage) for d in after(QUEUED, told).documents] == states


def test_what_is_tried_again_waits_again():
    started = after(QUEUED, Told(id="1-0", kind="document_stage", data={"document_id": "a", "stage": "s"}))

    for kind, data in (("document_retried", {"document_id": "a"}), ("batch_retried", {"documents": ["a"]})):
        assert after(started, Told(id="2-0", kind=kind, data=data)).documents == QUEUED.documents


class Scripted(Client):
    """Answers with the statuses and streams that it was given; what is an error is raised."""

    def __init__(self, statuses: list[Status], streams: list[list[Told | Exception]]) -> None:
        self.statuses, self.streams = statuses, streams
        self.asked: list[str | None] = []

    def status(self, job_id):
        return self.statuses.pop(0)

    def events(self, job_id, last_id=None):
        self.asked.append(last_id)
        for told in self.streams.pop(0):
            if isinstance(told, Exception):
                raise told
            yield told


def test_a_stream_that_breaks_off_is_taken_up_where_it_broke():
    begun, ended = [Told(id=f"{n}-0", kind="document_started", data={"document_id": "a"}) for n in (1, 2)]
    client = Scripted([QUEUED, QUEUED, ENDED], [[begun, BackendUnavailableError()], [None, ended]])

    seen = list(changes(client, "b", sleep=lambda _: None))

    assert client.asked == [None, "1-0"]
    assert [s.documents[0].status for s in seen[:-1]] == ["queued", "processing", "queued", "queued", "processing"]
    assert seen[-1] is ENDED


def test_where_the_stream_is_refused_the_status_is_asked_for_and_no_stream_any_more():
    client, waits = Scripted([QUEUED, QUEUED, ENDED], [[RefusedError("too_many_streams", "No.")]]), []

    assert list(changes(client, "b", sleep=waits.append)) == [QUEUED, QUEUED, ENDED]
    assert (client.asked, len(waits)) == ([None], 2)
