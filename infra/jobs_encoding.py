"""A job as the fields of a Redis hash, and back; its place among all jobs as a word that sorts."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec

from domain.job import ENDED, DocumentState, JobState
from domain.records import DocumentRecord, JobRecord

_TIMES = ("started_at", "ended_at")
_JOB = msgspec.json.Decoder(JobRecord)
_DOCUMENT = msgspec.json.Decoder(DocumentRecord)


def encode_job(job: JobRecord) -> Iterator[str | bytes | int]:
    """Field, value, field, value: what never changes once, and beside it each part that scripts change."""
    yield from ("job", msgspec.json.encode(_as_it_came(job)), "state", job.state.value, "revision", job.revision)
    yield from ("left", sum(d.state not in ENDED for d in job.documents))
    for name in _TIMES:
        if time := getattr(job, name):
            yield from (name, time.isoformat())
    if job.worker:
        yield from ("worker", job.worker)
    if job.error is not None:
        yield from ("error", msgspec.json.encode(job.error))
    for document in job.documents:
        yield from (f"state:{document.id}", document.state.value, f"attempts:{document.id}", document.attempts)
        if document.crashes:
            yield from (f"crashes:{document.id}", document.crashes)
        if document.state in ENDED:
            yield from (f"end:{document.id}", msgspec.json.encode(document))


def decode_job(fields: Mapping[bytes, bytes]) -> JobRecord:
    """The job as it stands."""
    text = {name.decode(): value for name, value in fields.items()}
    job = _JOB.decode(text["job"])
    changed: dict[str, Any] = {"state": JobState(text["state"].decode()), "revision": int(text.get("revision", b"0"))}
    changed |= {name: datetime.fromisoformat(text[name].decode()) for name in _TIMES if name in text}
    if "worker" in text:
        changed["worker"] = text["worker"].decode()
    if "error" in text:
        changed["error"] = msgspec.json.decode(text["error"])
    return msgspec.structs.replace(job, **changed, documents=tuple(_document(d, text) for d in job.documents))


def mark_of(job: JobRecord) -> str:
    """Sorts as the jobs were created."""
    return f"{time_mark(job.created_at)}|{job.id}"


def time_mark(time: datetime) -> str:
    """The beginning of the marks of jobs that were created at this time."""
    return f"{time.astimezone(UTC):%Y%m%dT%H%M%S.%f}"


def job_of(mark: str) -> str:
    """The id of the marked job."""
    return mark.split("|", 1)[1]


def _as_it_came(job: JobRecord) -> JobRecord:
    """Without anything that a retry must be able to take back."""
    documents = tuple(
        DocumentRecord(id=d.id, index=d.index, name=d.name, digest=d.digest, bytes=d.bytes, metadata=d.metadata)
        for d in job.documents
    )
    return msgspec.structs.replace(
        job, documents=documents, state=JobState.QUEUED, started_at=None, ended_at=None, worker=None, error=None
    )


def _document(document: DocumentRecord, text: Mapping[str, bytes]) -> DocumentRecord:
    if ended := text.get(f"end:{document.id}"):
        return _DOCUMENT.decode(ended)
    return msgspec.structs.replace(
        document,
        state=DocumentState(text[f"state:{document.id}"].decode()),
        attempts=int(text[f"attempts:{document.id}"]),
        crashes=int(text.get(f"crashes:{document.id}", b"0")),
        stage=_text(text, f"stage:{document.id}"),
        worker=_text(text, f"worker:{document.id}"),
    )


def _text(text: Mapping[str, bytes], name: str) -> str | None:
    value = text.get(name)
    return None if value is None else value.decode()
