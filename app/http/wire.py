"""The shapes of requests and answers, as the sources write them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from domain.job import DocumentState, JobState
from domain.job_log import EventKind
from domain.options import Options
from domain.records import Priority

# \Z, because $ also stands before a last line break.
DocumentId = Annotated[str, Meta(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f\x7f-\x9f]+\Z")]
FileName = Annotated[str, Meta(min_length=1, max_length=255, pattern=r"^[^\x00-\x1f\x7f-\x9f]+\Z")]
Text = Annotated[str, Meta(max_length=300, pattern=r"^[^\x00-\x1f\x7f-\x9f]*\Z")]
Lines = Annotated[str, Meta(max_length=10_000, pattern=r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]*\Z")]
When = Annotated[datetime, Meta(tz=True)]
Moment = Annotated[str, Meta(pattern=r"^\d{4}-", max_length=40, extra_json_schema={"format": "date-time"})]
"""A time in a query, where a plain number would be taken for seconds."""
Url = Annotated[str, Meta(max_length=2048)]


class DocumentIn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A document as JSON text."""

    id: DocumentId
    content: Annotated[str, Meta(extra_json_schema={"minLength": 1, "pattern": r"\S"})]
    metadata: Mapping[str, Any] = {}


class OptionsIn(Options, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What to do with a batch: its delivery, and one switch a detector."""

    priority: Priority = "normal"
    include_evidence: bool = True
    include_traces: bool = False
    webhook_url: Url | None = None


class PlanIn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whose plans these are, and who asks."""

    municipality: Text | None = None
    department: Text | None = None
    year: Annotated[int, Meta(ge=1900, le=2200)] | None = None
    period: Text | None = None
    requester_name: Text | None = None
    requester_email: Text | None = None
    notes: Lines | None = None


class UploadIn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A batch as JSON."""

    documents: Annotated[tuple[DocumentIn, ...], Meta(extra_json_schema={"minItems": 1, "maxItems": 100})]
    options: OptionsIn = OptionsIn()
    metadata: PlanIn = PlanIn()


class ResultsIn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How results are asked for; what is left out is as the upload said."""

    format: Annotated[str, Meta(extra_json_schema={"enum": ["json"]})] = "json"
    include_evidence: bool | UnsetType = UNSET
    include_traces: bool | UnsetType = UNSET


class ListIn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which batches are asked for."""

    limit: Annotated[int, Meta(ge=1, le=100)] = 20
    cursor: Annotated[str, Meta(max_length=500)] | UnsetType = UNSET
    status: tuple[JobState, ...] = ()
    priority: Priority | UnsetType = UNSET
    created_from: Moment | UnsetType = UNSET
    created_to: Moment | UnsetType = UNSET
    municipality: Text | UnsetType = UNSET
    department: Text | UnsetType = UNSET
    year: Annotated[int, Meta(ge=1900, le=2200)] | UnsetType = UNSET
    period: Text | UnsetType = UNSET


class LettersIn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How many dead letters are asked for."""

    limit: Annotated[int, Meta(ge=1, le=1000)] = 100


class EventsIn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """From where events are asked for."""

    last_event_id: Annotated[str, Meta(max_length=100)] | UnsetType = UNSET


class Accepted(msgspec.Struct, frozen=True, kw_only=True):
    """A batch was taken in. `submission_time` is `created_at` under the name of the older interface."""

    job_id: str
    status: JobState
    document_count: int
    estimated_completion_seconds: int
    created_at: When
    submission_time: When
    status_url: str
    results_url: str


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """Progress under the names of the older interface."""

    current_step: str | None
    completed_steps: int
    total_steps: int
    progress_percentage: float


class DocumentStatus(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where one document stands."""

    document_id: str
    name: str
    status: DocumentState
    attempts: int = 0
    stage: str | None = None
    score: float | None = None
    processing_time_seconds: float | None = None
    error: Mapping[str, Any] | None = None


class Status(msgspec.Struct, frozen=True, kw_only=True):
    """Where a batch stands; a member that does not belong to its state is absent."""

    job_id: str
    status: JobState
    document_count: int
    documents_completed: int
    documents_failed: int
    progress_percent: float
    progress: Progress
    created_at: When
    started_at: When | None
    completed_at: When | UnsetType | None = UNSET
    failed_at: When | UnsetType = UNSET
    estimated_completion_seconds: int | UnsetType = UNSET
    total_processing_seconds: float | UnsetType = UNSET
    current_worker: str | UnsetType = UNSET
    results_url: str | UnsetType = UNSET
    error: str | UnsetType = UNSET
    error_message: str | None = None
    error_details: Mapping[str, Any] | UnsetType = UNSET
    documents: tuple[DocumentStatus, ...]


class NotReady(msgspec.Struct, frozen=True, kw_only=True):
    """Results were asked for before the batch ended."""

    error: str = "job_not_ready"
    message: str
    status: JobState
    progress_percent: float
    estimated_completion_seconds: int


class DocumentDetail(DocumentStatus, frozen=True, kw_only=True, omit_defaults=True):
    """One document with all that is known about it, but its results."""

    job_id: str
    bytes: int
    sha256: str
    crashes: int = 0
    worker: str | None = None
    evaluation_hash: str | None = None
    metadata: Mapping[str, Any] = {}


class BatchItem(msgspec.Struct, frozen=True, kw_only=True):
    """A batch in a list."""

    job_id: str
    status: JobState
    priority: str
    document_count: int
    documents_completed: int
    documents_failed: int
    progress_percent: float
    created_at: When
    started_at: When | None
    completed_at: When | None
    metadata: Mapping[str, Any]
    status_url: str
    results_url: str


class BatchPage(msgspec.Struct, frozen=True, kw_only=True):
    """Batches, newest first; `next_cursor` leads to older ones, and is null where there are none."""

    batches: tuple[BatchItem, ...]
    next_cursor: str | None


class DeadLetterOut(msgspec.Struct, frozen=True, kw_only=True):
    """A document that was given up because every attempt at it died."""

    job_id: str
    document_id: str
    name: str
    sha256: str
    attempts: int
    crashes: int
    reason: str
    error: Mapping[str, Any]


class DeadLetters(msgspec.Struct, frozen=True, kw_only=True):
    """Dead letters, the latest first."""

    dead_letters: tuple[DeadLetterOut, ...]


class Problem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Every error: problem+json (RFC 9457), with the members of the batch interface beside it.

    `error` and `message` are `type` and `detail` under the names of that interface.
    """

    type: str
    title: str
    status: int
    detail: str
    instance: str
    error: str
    message: str
    details: Mapping[str, Any] = {}
    retry_after_seconds: float | UnsetType = UNSET
    queue_size: int | UnsetType = UNSET
    queue_capacity: int | UnsetType = UNSET


class ServerSentEvent(msgspec.Struct, frozen=True, kw_only=True):
    """One event of a stream, as its reader gets it. `data` is JSON."""

    id: str
    event: EventKind
    data: Annotated[str, Meta(extra_json_schema={"contentMediaType": "application/json"})]


class DocumentResult(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What was found in one document, or why nothing was. It has more members than these (docs of the release)."""

    document_id: str
    name: str
    status: DocumentState
    score: float | None = None
    evaluation: Mapping[str, Any] = {}
    evidence: tuple[Mapping[str, Any], ...] = ()
    contradictions: tuple[Mapping[str, Any], ...] = ()
    traces: tuple[Mapping[str, Any], ...] = ()
    processing_time_seconds: float | None = None
    error: str | None = None
    error_details: Mapping[str, Any] = {}


class Results(msgspec.Struct, frozen=True, kw_only=True):
    """What a batch found."""

    job_id: str
    status: JobState
    document_count: int
    documents_completed: int
    documents_failed: int
    created_at: When
    completed_at: When | None
    release: str
    summary: Mapping[str, Any] | None
    results: tuple[DocumentResult, ...]


class HealthOut(msgspec.Struct, frozen=True, kw_only=True):
    """The process answers, and what its parts were like when it last looked."""

    status: str
    version: str
    timestamp: When
    components: Mapping[str, Any]


class ReadyOut(msgspec.Struct, frozen=True, kw_only=True):
    """Whether batches can be taken in."""

    status: str


class Notification(msgspec.Struct, frozen=True, kw_only=True):
    """What a webhook is told: that a batch ended, and where to ask."""

    type: Literal["batch.completed", "batch.failed", "batch.cancelled"]
    timestamp: When
    data: BatchItem
