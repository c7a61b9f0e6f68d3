"""What the service keeps of batches, documents, workers and keys."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal, TypeAlias

import msgspec

from domain.errors import EvaluationCrashedError, EvaluationMemoryError, EvaluationTimeoutError
from domain.idempotency import Idempotent
from domain.job import DocumentState, JobEvent, JobState, outcome
from domain.options import Options

Priority: TypeAlias = Literal["high", "normal", "low"]
Scope: TypeAlias = Literal["submit", "read", "operate"]
Tier: TypeAlias = Literal["default", "premium", "enterprise"]


_GIVEN_UP = frozenset({EvaluationCrashedError.code, EvaluationTimeoutError.code, EvaluationMemoryError.code})
"""Ends that say as much about the machine as about the document: somebody has to look, and may try again."""


class DocumentRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One document of a batch. `digest` names its bytes in the artifact store.

    `attempts` counts the times that it was taken up and fences them: only the newest attempt may end the document.
    `crashes` counts the attempts that died under it.
    """

    id: str
    index: int
    name: str
    digest: str
    bytes: int
    state: DocumentState = DocumentState.QUEUED
    attempts: int = 0
    crashes: int = 0
    stage: str | None = None
    worker: str | None = None
    error: Mapping[str, Any] | None = None
    """code, message and facts of the error that ended it."""
    score: float | None = None
    seconds: float | None = None
    evaluation_hash: str | None = None
    metadata: Mapping[str, Any] = {}

    @property
    def dead(self) -> bool:
        """Whether it was given up: every attempt at it died, or one took more time or memory than a document may."""
        return self.state is DocumentState.FAILED and (self.error or {}).get("code") in _GIVEN_UP


class JobRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A batch as it is kept: who sent it, under which release, with which options, and where each document stands."""

    id: str
    tenant: str
    state: JobState
    release: str
    options: Options
    priority: Priority = "normal"
    include_evidence: bool = True
    include_traces: bool = False
    webhook_url: str | None = None
    metadata: Mapping[str, Any] = {}
    created_at: datetime
    started_at: datetime | None = None
    ended_at: datetime | None = None
    traceparent: str | None = None
    idempotency: Idempotent | None = None
    """Of the upload that made it, where that carried a key."""
    worker: str | None = None
    error: Mapping[str, Any] | None = None
    revision: int = 0
    """How often the batch has ended, been cancelled or been retried: what was made of an older one is out of date."""
    preflight: Mapping[str, Any] | None = None
    """What was found of memory, disk, Redis and workers when it was taken in."""
    documents: tuple[DocumentRecord, ...]

    def document(self, document_id: str) -> DocumentRecord | None:
        """The document of that id."""
        return next((d for d in self.documents if d.id == document_id), None)

    @property
    def seconds(self) -> float:
        """From its start to its end; 0 without both, and where the clock was put back in between."""
        if self.started_at is None or self.ended_at is None:
            return 0.0
        return max(0.0, (self.ended_at - self.started_at).total_seconds())

    def event(self) -> JobEvent | None:
        """What the documents make of the batch once all have ended; None before."""
        return outcome({d.id: d.state for d in self.documents})


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """A document that a worker has taken up."""

    job_id: str
    document_id: str
    attempt: int
    worker: str


LATENCY_BUCKETS = (1.0, 5.0, 10.0, 15.0, 20.0, 25.0, 30.0, 40.0, 50.0, 60.0, 90.0, 120.0)
"""Upper bounds in seconds of batch_document_processing_latency_seconds."""


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """Work done since the store exists, and over the last minutes. `latency` has one count a bucket and one above."""

    documents_success: int = 0
    documents_error: int = 0
    latency: tuple[int, ...] = (0,) * (len(LATENCY_BUCKETS) + 1)
    latency_seconds: float = 0.0
    documents_last_5_minutes: int = 0
    documents_last_hour: int = 0
    jobs_completed_last_hour: int = 0
    jobs_failed_last_hour: int = 0


class WorkerFact(msgspec.Struct, frozen=True, kw_only=True):
    """A worker as it last said it is. `utilization` is the percentage of its places that were busy of late."""

    id: str
    host: str
    pid: int
    capacity: int
    busy: int
    utilization: float
    started_at: datetime


class Backend(msgspec.Struct, frozen=True, kw_only=True):
    """How the store of jobs answers: its round trip, and its memory (capacity 0 when it has no limit)."""

    seconds: float
    memory_bytes: int
    memory_capacity_bytes: int


class Work(msgspec.Struct, frozen=True, kw_only=True):
    """What is known about the work and the workers at one moment."""

    figures: Figures
    workers: tuple[WorkerFact, ...]
    queue_depth: int


class Key(msgspec.Struct, frozen=True, kw_only=True):
    """A bearer key as it is kept: never the secret, only its SHA-256."""

    id: str
    name: str
    tenant: str
    tier: Tier = "default"
    scopes: tuple[Scope, ...] = ("submit", "read")
    sha256: str
    created_at: datetime
    expires_at: datetime | None = None


class Space(msgspec.Struct, frozen=True, kw_only=True):
    """Bytes of the disk under the artifacts."""

    total: int
    free: int
