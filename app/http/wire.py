"""The shapes of requests and answers, as the sources write them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from domain.options import Options
from domain.records import Priority

# \Z, because $ also stands before a last line break.
DocumentId = Annotated[str, Meta(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f\x7f-\x9f]+\Z")]
FileName = Annotated[str, Meta(min_length=1, max_length=255, pattern=r"^[^\x00-\x1f\x7f-\x9f]+\Z")]
Text = Annotated[str, Meta(max_length=300, pattern=r"^[^\x00-\x1f\x7f-\x9f]*\Z")]
Lines = Annotated[str, Meta(max_length=10_000, pattern=r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]*\Z")]
Url = Annotated[str, Meta(max_length=2048)]


class DocumentIn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A document as JSON text."""

    id: DocumentId
    content: str
    metadata: Mapping[str, Any] = {}


class OptionsIn(Options, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What to do with a batch: its delivery, and one switch a detector."""

    priority: Priority = "normal"
    include_evidence: bool = True
    include_traces: bool = False
    webhook_url: Url | None = None


class UploadIn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A batch as JSON."""

    documents: tuple[DocumentIn, ...]
    options: OptionsIn = OptionsIn()


class FormIn(OptionsIn, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The fields beside the files of a multipart batch."""

    municipality: Text | None = None
    department: Text | None = None
    year: Annotated[int, Meta(ge=1900, le=2200)] | None = None
    period: Text | None = None
    requester_name: Text | None = None
    requester_email: Text | None = None
    notes: Lines | None = None


class Accepted(msgspec.Struct, frozen=True, kw_only=True):
    """A batch was taken in. `submission_time` is `created_at` under the name of the older interface."""

    job_id: str
    status: str
    document_count: int
    estimated_completion_seconds: int
    created_at: datetime
    submission_time: datetime
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
    status: str
    attempts: int = 0
    stage: str | None = None
    score: float | None = None
    processing_time_seconds: float | None = None
    error: Mapping[str, Any] | None = None


class Status(msgspec.Struct, frozen=True, kw_only=True):
    """Where a batch stands; a member that does not belong to its state is absent."""

    job_id: str
    status: str
    document_count: int
    documents_completed: int
    documents_failed: int
    progress_percent: float
    progress: Progress
    created_at: datetime
    started_at: datetime | None
    completed_at: datetime | msgspec.UnsetType | None = msgspec.UNSET
    failed_at: datetime | msgspec.UnsetType = msgspec.UNSET
    estimated_completion_seconds: int | msgspec.UnsetType = msgspec.UNSET
    total_processing_seconds: float | msgspec.UnsetType = msgspec.UNSET
    current_worker: str | msgspec.UnsetType = msgspec.UNSET
    results_url: str | msgspec.UnsetType = msgspec.UNSET
    error: str | msgspec.UnsetType = msgspec.UNSET
    error_message: str | None = None
    error_details: Mapping[str, Any] | msgspec.UnsetType = msgspec.UNSET
    documents: tuple[DocumentStatus, ...]


class NotReady(msgspec.Struct, frozen=True, kw_only=True):
    """Results were asked for before the batch ended."""

    error: str = "job_not_ready"
    message: str
    status: str
    progress_percent: float
    estimated_completion_seconds: int
