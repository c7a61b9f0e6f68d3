"""The shapes of answers, as the sources write them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from domain.job import DocumentState, JobState
from domain.job_log import EventKind

When = Annotated[datetime, Meta(tz=True)]


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
    """A document that was given up: every attempt at it died, or one took more time or memory than a document may."""

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


class CacheClass(msgspec.Struct, frozen=True, kw_only=True):
    """What was kept of one kind of answer by the process that answers; the rate is null while nobody asked."""

    hits: int
    misses: int
    hit_rate_percentage: float | None
    entries: int
    bytes: int
    evictions: int
    ttl_seconds: float


class CacheShared(msgspec.Struct, frozen=True, kw_only=True):
    """What all processes share: batches with kept results, and their bytes."""

    entries: int
    bytes: int


class EvaluationCache(msgspec.Struct, frozen=True, kw_only=True):
    """Evaluations that workers kept for documents that come again."""

    hits: int
    misses: int
    entries: int
    bytes: int
    evictions: int


class CacheStats(msgspec.Struct, frozen=True, kw_only=True):
    """Hits, misses and errors since the process that answers began; null is what does not answer."""

    hit_rate_percentage: float | None
    cache_errors: int
    connected_to_redis: bool
    classes: Mapping[Literal["status", "results"], CacheClass]
    shared: CacheShared | None
    evaluations: EvaluationCache | None


class HealthOut(msgspec.Struct, frozen=True, kw_only=True):
    """The process answers, and what its parts were like when it last looked."""

    status: str
    version: str
    timestamp: When
    components: Mapping[str, Any]


class ReadyOut(msgspec.Struct, frozen=True, kw_only=True):
    """Whether batches can be taken in."""

    status: str
