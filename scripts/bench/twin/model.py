"""The shapes of the twin's requests and answers: those of the service, as pydantic models."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel


class DocumentIn(BaseModel):
    """A document as JSON text."""

    id: str
    content: str
    metadata: dict[str, Any] = {}


class UploadIn(BaseModel):
    """A batch as JSON."""

    documents: list[DocumentIn]


class Accepted(BaseModel):
    """A batch was taken in."""

    job_id: str
    status: str
    document_count: int
    estimated_completion_seconds: int
    created_at: datetime
    submission_time: datetime
    status_url: str
    results_url: str


class Progress(BaseModel):
    """Progress under the names of the older interface."""

    current_step: str | None
    completed_steps: int
    total_steps: int
    progress_percentage: float


class DocumentStatus(BaseModel):
    """Where one document stands."""

    document_id: str
    name: str
    status: str
    attempts: int = 0
    stage: str | None = None
    score: float | None = None
    processing_time_seconds: float | None = None
    error: dict[str, Any] | None = None


class Status(BaseModel):
    """Where a batch stands."""

    job_id: str
    status: str
    document_count: int
    documents_completed: int
    documents_failed: int
    progress_percent: float
    progress: Progress
    created_at: datetime
    started_at: datetime | None
    completed_at: datetime | None = None
    total_processing_seconds: float | None = None
    results_url: str | None = None
    error_message: str | None = None
    documents: list[DocumentStatus]
