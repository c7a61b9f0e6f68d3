"""A job's record as answers."""

import msgspec
from msgspec import UNSET

from app.http.wire import (
    Accepted,
    BatchItem,
    DeadLetterOut,
    DocumentDetail,
    DocumentStatus,
    NotReady,
    Progress,
    Status,
)
from app.usecases.observe import expected_seconds
from domain.job import FINAL, DocumentState, JobState
from domain.job_index import DeadLetter
from domain.records import DocumentRecord, JobRecord, Work


def accepted(job: JobRecord, expected: int) -> Accepted:
    """The answer to an upload: to each that was the same, whatever has become of the batch since."""
    return Accepted(
        job_id=job.id,
        status=JobState.QUEUED,
        document_count=len(job.documents),
        estimated_completion_seconds=expected,
        created_at=job.created_at,
        submission_time=job.created_at,
        status_url=_status_url(job),
        results_url=_results_url(job),
    )


def status_of(job: JobRecord, work: Work | None) -> Status:
    """The answer to a question for the status; members belong to the state as in the interface's examples."""
    final, failed = job.state in FINAL, job.state is JobState.FAILED
    ended = job.ended_at
    error = dict(job.error or {})
    message = error.pop("message", "No document could be evaluated") if failed else None
    return Status(
        job_id=job.id,
        status=job.state,
        document_count=len(job.documents),
        documents_completed=_count(job, DocumentState.COMPLETED),
        documents_failed=_count(job, DocumentState.FAILED),
        progress_percent=progress_percent(job),
        progress=Progress(
            current_step=_current_step(job),
            completed_steps=sum(d.state in _ENDED for d in job.documents),
            total_steps=len(job.documents),
            progress_percentage=progress_percent(job),
        ),
        created_at=job.created_at,
        started_at=job.started_at,
        completed_at=UNSET if failed else ended,
        failed_at=ended if failed and ended else UNSET,
        estimated_completion_seconds=UNSET if final else expected_seconds(work, _remaining(job)),
        total_processing_seconds=round(job.seconds, 3) if final else UNSET,
        current_worker=job.worker if job.state is JobState.PROCESSING and job.worker else UNSET,
        results_url=_results_url(job) if final else UNSET,
        error=message or UNSET,
        error_message=message,
        error_details={"exception": error.pop("code", None), **error} if failed else UNSET,
        documents=tuple(_document(d) for d in job.documents),
    )


def item_of(job: JobRecord) -> BatchItem:
    """A batch in a list."""
    return BatchItem(
        job_id=job.id,
        status=job.state,
        priority=job.priority,
        document_count=len(job.documents),
        documents_completed=_count(job, DocumentState.COMPLETED),
        documents_failed=_count(job, DocumentState.FAILED),
        progress_percent=progress_percent(job),
        created_at=job.created_at,
        started_at=job.started_at,
        completed_at=job.ended_at,
        metadata=job.metadata,
        status_url=_status_url(job),
        results_url=_results_url(job),
    )


def detail_of(job: JobRecord, document: DocumentRecord) -> DocumentDetail:
    """All about one document."""
    return DocumentDetail(
        **msgspec.structs.asdict(_document(document)),
        job_id=job.id,
        bytes=document.bytes,
        sha256=document.digest,
        crashes=document.crashes,
        worker=document.worker,
        evaluation_hash=document.evaluation_hash,
        metadata=document.metadata,
    )


def letter_of(letter: DeadLetter) -> DeadLetterOut:
    """A document that was given up, without its tenant."""
    return DeadLetterOut(
        job_id=letter.job_id,
        document_id=letter.document_id,
        name=letter.name,
        sha256=letter.digest,
        attempts=letter.attempts,
        crashes=letter.crashes,
        reason=letter.reason,
        error=letter.error,
    )


def not_ready(job: JobRecord, work: Work | None) -> NotReady:
    """The answer to a question for results that are not there yet."""
    return NotReady(
        message=f"Job is still {'queued' if job.state is JobState.QUEUED else 'processing'}",
        status=job.state,
        progress_percent=progress_percent(job),
        estimated_completion_seconds=expected_seconds(work, _remaining(job)),
    )


def progress_percent(job: JobRecord) -> float:
    """The share of documents that succeeded, as the interface's examples have it; 100 once the batch completed."""
    if job.state is JobState.COMPLETED:
        return 100.0
    return round(100 * _count(job, DocumentState.COMPLETED) / len(job.documents), 1)


_ENDED = {DocumentState.COMPLETED, DocumentState.FAILED, DocumentState.CANCELLED}


def _count(job: JobRecord, state: DocumentState) -> int:
    return sum(d.state is state for d in job.documents)


def _remaining(job: JobRecord) -> int:
    return sum(d.state not in _ENDED for d in job.documents)


def _current_step(job: JobRecord) -> str | None:
    return next((d.stage for d in job.documents if d.state is DocumentState.PROCESSING and d.stage), None)


def _document(document: DocumentRecord) -> DocumentStatus:
    return DocumentStatus(
        document_id=document.id,
        name=document.name,
        status=document.state,
        attempts=document.attempts,
        stage=document.stage,
        score=document.score,
        processing_time_seconds=document.seconds,
        error=document.error,
    )


def _results_url(job: JobRecord) -> str:
    return f"/api/v1/batch/results/{job.id}"


def _status_url(job: JobRecord) -> str:
    return f"/api/v1/batch/status/{job.id}"
