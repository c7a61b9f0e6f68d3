"""Where a batch stands, each time that this changes: from its events, and where those are refused by asking."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from typing import Any

from msgspec.structs import replace

from app.commands.client import Client, RefusedError, Status, Told
from domain.errors import BackendUnavailableError
from domain.job import DocumentState

_AGAIN_SECONDS = 0.25
_ASK_SECONDS = 1.0
"""A service that has no stream to spare should not be asked four times a second by everyone who waits."""

_BECOMES = {
    "document_started": DocumentState.PROCESSING,
    "document_stage": DocumentState.PROCESSING,
    "document_retried": DocumentState.QUEUED,
    "batch_cancelled": DocumentState.CANCELLED,
    "batch_retried": DocumentState.QUEUED,
}


def changes(client: Client, job_id: str, *, sleep: Callable[[float], None] = time.sleep) -> Iterator[Status]:
    """The status now, after each change, and now and then without one; last of all that of the batch that has ended.

    A stream that breaks off is taken up where it broke. Raises RefusedError, and BackendUnavailableError once nobody
    answers any more.
    """
    last_id, streams = None, True
    while True:
        status = client.status(job_id)
        yield status
        if status.ended:
            return
        try:
            with suppress(BackendUnavailableError):  # it broke off; the next question tells whether anybody answers
                for told in client.events(job_id, last_id) if streams else ():
                    if told is not None:
                        last_id, status = told.id, after(status, told)
                    yield status
        except RefusedError:
            streams = False
        sleep(_AGAIN_SECONDS if streams else _ASK_SECONDS)


def after(status: Status, told: Told) -> Status:
    """The status once this has happened, as far as its documents go."""
    changed = _changed(told.kind, told.data)
    return replace(status, documents=tuple(replace(d, **changed.get(d.document_id, {})) for d in status.documents))


def _changed(kind: str, data: Mapping[str, Any]) -> Mapping[str, Mapping[str, Any]]:
    """Document -> what has changed about it. Of what a newer service tells beside this, nothing."""
    if kind == "snapshot":
        return {d["document_id"]: {"status": d["status"], "stage": d["stage"]} for d in data["documents"]}
    status = data["status"] if kind == "document_ended" else _BECOMES.get(kind)
    if status is None:
        return {}
    stands = {"status": status, "stage": data.get("stage")}
    return {document_id: stands for document_id in data.get("documents") or [data["document_id"]]}  # noqa: C420 - and RUF024 wants it so
