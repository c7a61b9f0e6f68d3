"""A job as the fields of a Redis hash, and back."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import msgspec

from domain.job import DocumentState, JobState
from domain.records import DocumentRecord, JobRecord

_TIMES = ("started_at", "ended_at")
_JOB = msgspec.json.Decoder(JobRecord)
_DOCUMENT = msgspec.json.Decoder(DocumentRecord)
_ENDED = {DocumentState.COMPLETED, DocumentState.FAILED, DocumentState.CANCELLED}


def encode_job(job: JobRecord) -> Iterator[str | bytes | int]:
    """Field, value, field, value: the whole job once, and beside it each part that scripts change."""
    yield from ("job", msgspec.json.encode(job), "state", job.state.value)
    yield from ("left", sum(d.state not in _ENDED for d in job.documents))
    if job.started_at:
        yield from ("started_at", job.started_at.isoformat())
    for document in job.documents:
        yield from (f"state:{document.id}", document.state.value, f"attempts:{document.id}", document.attempts)
        if document.crashes:
            yield from (f"crashes:{document.id}", document.crashes)
        if document.state in _ENDED:
            yield from (f"end:{document.id}", msgspec.json.encode(document))


def decode_job(fields: Mapping[bytes, bytes]) -> JobRecord:
    """The job as it stands."""
    text = {name.decode(): value for name, value in fields.items()}
    job = _JOB.decode(text["job"])
    changed: dict[str, Any] = {"state": JobState(text["state"].decode())}
    changed |= {name: datetime.fromisoformat(text[name].decode()) for name in _TIMES if name in text}
    if "worker" in text:
        changed["worker"] = text["worker"].decode()
    if "error" in text:
        changed["error"] = msgspec.json.decode(text["error"])
    return msgspec.structs.replace(job, **changed, documents=tuple(_document(d, text) for d in job.documents))


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
