"""Examples for the description of the interface: requests and answers as the sources show them, and each error."""

from collections.abc import Mapping
from typing import Any

import msgspec

from app.http.errors import STATUS, problem_body
from app.http.wire import Problem
from app.http.wire_in import WebhookChange, WebhookIn
from app.http.wire_limits import BlockIn
from domain import access_errors, errors
from domain.errors import DecalogoError

_JOB = "batch_20240115_abc123"
_TIMES = {"created_at": "2024-01-15T10:30:00Z", "started_at": "2024-01-15T10:31:00Z"}
_ENDED = {
    "job_id": _JOB,
    "status": "completed",
    "document_count": 15,
    "documents_completed": 14,
    "documents_failed": 1,
}
_URLS = {"status_url": f"/api/v1/batch/status/{_JOB}", "results_url": f"/api/v1/batch/results/{_JOB}"}
_ITEM = {
    **_ENDED,
    **_TIMES,
    **_URLS,
    "priority": "normal",
    "progress_percent": 100.0,
    "completed_at": "2024-01-15T10:36:00Z",
    "metadata": {"municipality": "La Paz", "department": "La Paz", "year": 2024, "period": "2024-2027"},
}
_DOCUMENT = {
    "document_id": "doc_001",
    "name": "pdm_2024.pdf",
    "status": "completed",
    "attempts": 1,
    "score": 8.5,
    "processing_time_seconds": 18.2,
}

_HASH = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
_WEBHOOK = {
    "webhook_id": "we_1a2b3c4d5e6f",
    "url": "https://example.com/webhook",
    "description": "Tablero de planeación",
    "events": ["batch.completed", "batch.failed", "batch.cancelled"],
    "status": "enabled",
    "reason": None,
    "created_at": "2024-01-15T10:00:00Z",
    "failing_since": None,
    "previous_secret_until": None,
}
_DELIVERY = {
    "delivery_id": f"msg_{_JOB}_4a1d5f0c9b2e7a63",
    "webhook_id": "we_1a2b3c4d5e6f",
    "job_id": _JOB,
    "type": "batch.completed",
    "url": None,
    "status": "pending",
    "created_at": "2024-01-15T10:36:00Z",
    "next_attempt_at": "2024-01-15T10:41:02Z",
    "attempts": [
        {"at": "2024-01-15T10:36:00Z", "outcome": "failed", "status_code": 503, "error": None, "seconds": 0.21}
    ],
}
BODIES: Mapping[type[msgspec.Struct], Mapping[str, Any]] = {
    WebhookIn: {"url": "https://example.com/webhook", "description": "Tablero de planeación"},
    WebhookChange: {"status": "paused"},
    BlockIn: {"address": "203.0.113.9", "seconds": 3600.0, "reason": "Credential stuffing"},
}

_BLOCKED = {
    "address": "203.0.113.9",
    "kind": "block",
    "level": 2,
    "blocked_at": "2024-01-15T10:30:00Z",
    "expires_at": "2024-01-15T10:31:00Z",
    "reason": "unknown_key",
    "by": "service",
}

UPLOAD_JSON: Mapping[str, Any] = {
    "documents": [
        {
            "id": "doc_001",
            "content": "Plan text content...",
            "metadata": {"title": "Plan Nacional de Desarrollo", "year": 2024, "sector": "Social"},
        }
    ],
    "options": {
        "priority": "normal",
        "include_evidence": True,
        "include_traces": False,
        "webhook_url": "https://example.com/webhook",
    },
}

_CACHED = {
    "hits": 1886,
    "misses": 114,
    "hit_rate_percentage": 94.3,
    "entries": 40,
    "bytes": 9000000,
    "evictions": 0,
}

ANSWERS: Mapping[str, Any] = {
    "accepted": {
        "job_id": _JOB,
        "status": "queued",
        "document_count": 15,
        "estimated_completion_seconds": 300,
        "created_at": "2024-01-15T10:30:00Z",
        "submission_time": "2024-01-15T10:30:00Z",
        **_URLS,
    },
    "page": {"batches": [_ITEM], "next_cursor": None},
    "status": {
        "job_id": _JOB,
        "status": "processing",
        "document_count": 15,
        "documents_completed": 8,
        "documents_failed": 1,
        "progress_percent": 53.3,
        "progress": {
            "current_step": "embedding_generation",
            "completed_steps": 9,
            "total_steps": 15,
            "progress_percentage": 53.3,
        },
        **_TIMES,
        "completed_at": None,
        "estimated_completion_seconds": 120,
        "current_worker": "worker-2@host-01",
        "error_message": None,
        "documents": [_DOCUMENT],
    },
    "results": {
        **_ENDED,
        "created_at": "2024-01-15T10:30:00Z",
        "completed_at": "2024-01-15T10:36:00Z",
        "release": "r1",
        "summary": {
            "average_score": 7.8,
            "median_score": 8.0,
            "total_evidence_extracted": 142,
            "total_contradictions": 3,
            "average_processing_time_seconds": 20.5,
        },
        "results": [
            {
                "document_id": "doc_001",
                "name": "pdm_2024.pdf",
                "status": "completed",
                "score": 8.5,
                "evaluation": {
                    "D1_DIAGNOSTICO_SUFICIENTE": {"score": 9.0, "evidence_count": 5, "confidence": 0.92},
                },
                "evidence": [
                    {
                        "type": "causal_relationship",
                        "text": "La reducción de la pobreza se logrará mediante...",
                        "confidence": 0.95,
                        "decalogo_alignment": ["D2_CAUSALIDAD_FUNDAMENTADA"],
                    }
                ],
                "contradictions": [],
                "processing_time_seconds": 18.2,
            },
            {
                "document_id": "doc_002",
                "name": "escaneado.pdf",
                "status": "failed",
                "error": "Unable to extract text from document",
                "error_details": {
                    "exception": "no_text_layer",
                    "message": "Unable to extract text from document",
                },
            },
        ],
    },
    "not_ready": {
        "error": "job_not_ready",
        "message": "Job is still processing",
        "status": "processing",
        "progress_percent": 65.0,
        "estimated_completion_seconds": 90,
    },
    "document": {
        **_DOCUMENT,
        "job_id": _JOB,
        "bytes": 1048576,
        "sha256": _HASH,
        "metadata": {"title": "Plan Nacional de Desarrollo", "year": 2024, "sector": "Social"},
    },
    "webhook": _WEBHOOK,
    "webhook_secret": {**_WEBHOOK, "secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwdvXtxYxYxYx="},
    "webhooks": {"webhooks": [_WEBHOOK]},
    "delivery": _DELIVERY,
    "deliveries": {"deliveries": [_DELIVERY], "next_cursor": None},
    "dead_deliveries": {"deliveries": [{**_DELIVERY, "status": "dead", "next_attempt_at": None}]},
    "cache_stats": {
        "hit_rate_percentage": 94.3,
        "cache_errors": 2,
        "connected_to_redis": True,
        "classes": {
            "status": {**_CACHED, "ttl_seconds": 30.0},
            "results": {**_CACHED, "ttl_seconds": 3600.0},
        },
        "shared": {"entries": 40, "bytes": 18000000},
        "evaluations": {"hits": 12, "misses": 300, "entries": 300, "bytes": 240000000, "evictions": 0},
    },
    "rate_limits": {
        "tenant": "alcaldia",
        "tier": "default",
        "mode": "enforced",
        "store": "shared",
        "requests_in_flight": 3,
        "limits": [
            {"name": "status", "limit": 180, "window_seconds": 60.0, "remaining": 171, "reset_seconds": 2.9},
            {"name": "documents", "limit": 100, "window_seconds": 60.0, "remaining": 85, "reset_seconds": 9.0},
        ],
    },
    "blocked_ip": _BLOCKED,
    "blocked_ips": {"blocked_ips": [_BLOCKED], "count": 1},
    "event": {"id": "1705314660000-0", "event": "document_started", "data": '{"document_id":"doc_001","attempt":1}'},
}


def notification(kind: str) -> Mapping[str, Any]:
    """What a webhook is told when a batch came to this end."""
    ends = {"completed": (14, 1, 0), "failed": (0, 15, 0), "cancelled": (8, 1, 6)}[kind]
    counts = dict(zip(("completed", "failed", "cancelled"), ends, strict=True))
    hashes = [_HASH] * ends[0] + [None] * (15 - ends[0])
    return {
        "type": f"batch.{kind}",
        "timestamp": "2024-01-15T10:36:00Z",
        "data": {
            "job_id": _JOB,
            "status": kind,
            "counts": {"documents": 15, **counts},
            "hashes": {"release": "r1", "evaluations": hashes},
            "results_url": f"https://pdm.example.org{_URLS['results_url']}",
        },
    }


_TOLD: tuple[DecalogoError, ...] = (
    errors.ValidationFailedError("Document count exceeds maximum of 100", received=150, maximum=100),
    errors.EmptyDocumentError(),
    errors.UnauthorizedError(),
    errors.ForbiddenError("The key key_1a2b3c4d does not carry the scope submit.", scope="submit"),
    errors.QuotaExceededError(),
    errors.JobNotFoundError("No job found with ID: batch_20240115_xyz789", job_id="batch_20240115_xyz789"),
    errors.DocumentNotFoundError(),
    errors.WebhookNotFoundError("No webhook found with ID: we_000000000000", webhook_id="we_000000000000"),
    errors.DeliveryNotFoundError(),
    errors.UploadStalledError(),
    errors.IllegalMoveError("The batch has ended; nothing of it can be cancelled."),
    errors.IdempotencyInFlightError(retry_after_seconds=1),
    errors.DocumentTooLargeError("plan.pdf is larger than 52428800 bytes.", name="plan.pdf", maximum=52428800),
    errors.UnsupportedTypeError(),
    errors.IdempotencyMismatchError(),
    errors.RateLimitedError("Rate limit of 100 requests per minute exceeded", retry_after_seconds=45),
    access_errors.AddressBlockedError(retry_after_seconds=60),
    access_errors.TooManyAtOnceError(maximum=64, retry_after_seconds=1),
    access_errors.OverloadedError(maximum=256, retry_after_seconds=1),
    errors.QueueFullError(queue_size=10000, queue_capacity=10000, retry_after_seconds=30),
    errors.StorageFullError(retry_after_seconds=30),
    errors.BackendUnavailableError("redis does not answer.", backend="redis", retry_after_seconds=1),
    errors.ServiceTimeoutError(retry_after_seconds=1),
    errors.TooManyStreamsError(maximum=500, retry_after_seconds=5),
)


def problems(status: int) -> Mapping[str, Problem]:
    """Errors of this status, by their code."""
    return {
        error.code: problem_body(status, error.code, error.message, instance="/api/v1/batch", details=error.facts)
        for error in _TOLD
        if STATUS[type(error)] == status
    }
