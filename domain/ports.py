"""What the service needs from the world, in its own words. Adapters in infra and fakes in tests subclass these."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, Protocol, TypeAlias

import msgspec
import numpy as np
from numpy.typing import NDArray

from domain.document import Source
from domain.job import DocumentState, JobState
from domain.options import Options

Progress: TypeAlias = Callable[[int, int], None]


class Reader(Protocol):
    """Reads the bytes of a file into pages of words or text. Raises a DocumentError that says why it cannot."""

    def read(self, data: bytes) -> Source:
        """Every page in order; pages that could not be read are there with their problem."""
        ...


class Embedder(Protocol):
    """Turns passages into unit vectors; the same text gives the same bytes in any company and order."""

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        ...

    def embed(
        self, texts: Sequence[str], *, kind: Literal["query", "passage"], on_progress: Progress | None = None
    ) -> NDArray[np.float32]:
        """One row a text, L2 norm 1; shape (n, dimension)."""
        ...


class Clock(Protocol):
    """The time, as an argument rather than a call."""

    def now(self) -> datetime:
        """The current time with its zone (UTC)."""
        ...


class DocumentRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One document of a batch. `digest` names its bytes in the artifact store."""

    id: str
    index: int
    name: str
    digest: str
    bytes: int
    state: DocumentState = DocumentState.QUEUED
    attempts: int = 0
    stage: str | None = None
    error: Mapping[str, Any] | None = None
    """code, message and facts of the error that ended it."""
    score: float | None = None
    seconds: float | None = None
    evaluation_hash: str | None = None
    metadata: Mapping[str, Any] = {}


class JobRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A batch as it is kept: who sent it, under which release, with which options, and where each document stands."""

    id: str
    tenant: str
    state: JobState
    release: str
    options: Options
    priority: Literal["high", "normal", "low"] = "normal"
    include_evidence: bool = True
    include_traces: bool = False
    webhook_url: str | None = None
    metadata: Mapping[str, Any] = {}
    created_at: datetime
    started_at: datetime | None = None
    ended_at: datetime | None = None
    traceparent: str | None = None
    worker: str | None = None
    error: Mapping[str, Any] | None = None
    documents: tuple[DocumentRecord, ...]


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What evaluating one document left: the three artifacts as JSON bytes, and the facts that the job keeps."""

    results: bytes
    registry: bytes
    coverage: bytes
    score: float
    evaluation_hash: str
    seconds: float
    stages: tuple["StageFact", ...]
    peak_rss_bytes: int


class StageFact(msgspec.Struct, frozen=True, kw_only=True):
    """One stage as it ran: wall clock bounds in nanoseconds since the epoch, for spans and metrics."""

    flow: str
    component: str
    start_ns: int
    end_ns: int
    error: str | None = None


class Evaluator(Protocol):
    """Evaluates one document in a supervised child with a deadline and a memory limit."""

    async def evaluate(
        self, data: bytes, name: str, options: Options, *, on_stage: Callable[[str], None] | None = None
    ) -> Outcome:
        """The outcome. Raises a DocumentError for the document's fault, EvaluationCrashedError when the child died."""
        ...

    async def close(self) -> None:
        """End the children."""
        ...


class JobStore(Protocol):
    """The working copy of jobs; each change is one atomic step."""

    async def create(self, job: JobRecord) -> None:
        """Keep a new job."""
        ...

    async def get(self, job_id: str) -> JobRecord | None:
        """The job, or None."""
        ...

    async def start_document(self, job_id: str, document_id: str, *, worker: str, now: datetime) -> JobRecord | None:
        """Mark a document as processing and count the attempt; None when it has ended already or its job is gone."""
        ...

    async def set_stage(self, job_id: str, document_id: str, stage: str) -> None:
        """Note the stage that a document is in; losing it harms nobody."""
        ...

    async def end_document(self, job_id: str, document: DocumentRecord) -> JobRecord | None:
        """Record how a document ended, once: a second end changes nothing. Returns the job as it stands."""
        ...

    async def finish(self, job_id: str, state: JobState, *, now: datetime) -> bool:
        """Close the job; True for exactly one caller."""
        ...

    def unfinished(self) -> AsyncIterator[JobRecord]:
        """Jobs that have not ended, for the sweep after a start."""
        ...

    async def ping(self) -> float:
        """Round trip in seconds. Raises BackendUnavailableError."""
        ...


class Queue(Protocol):
    """Wakes workers; carries ids, never payloads."""

    async def enqueue_document(self, job_id: str, document_id: str, *, priority: str, traceparent: str | None) -> None:
        """One message for one document; a second one for the same document while the first waits is the same message."""
        ...

    async def enqueue_finish(self, job_id: str, *, traceparent: str | None) -> None:
        """One message that ends a batch."""
        ...

    async def depth(self) -> int:
        """Messages that wait."""
        ...


class ArtifactStore(Protocol):
    """Durable files: uploaded bytes by their digest, and what each job left, under `batch_jobs/<job_id>/`.

    Reads undo the compression that writes applied (gzip above 1 MB).
    """

    async def put_upload(self, job_id: str, name: str, chunks: AsyncIterator[bytes]) -> tuple[str, int]:
        """Stream an upload to disk; its SHA-256 and size."""
        ...

    async def get_upload(self, job_id: str, digest: str) -> bytes:
        """The uploaded bytes."""
        ...

    async def write(self, job_id: str, path: str, data: bytes) -> None:
        """Write a file of a job whole or not at all (`results/<document>/evaluation_results.json`)."""
        ...

    async def read(self, job_id: str, path: str) -> bytes | None:
        """A file of a job, or None."""
        ...

    def jobs(self) -> AsyncIterator[str]:
        """Ids of the jobs that have artifacts."""
        ...
