"""Every operation of the interface as data: what it takes, what it answers, with which errors."""

from collections.abc import Mapping

from app.http.limit_operations import LIMIT_OPERATIONS
from app.http.operation import JSON, KEYED, OF_ONE, Answer, Operation
from app.http.webhook_operations import WEBHOOK_OPERATIONS
from app.http.wire import (
    Accepted,
    BatchPage,
    CacheStats,
    DeadLetters,
    DocumentDetail,
    HealthOut,
    NotReady,
    ReadyOut,
    Results,
    ServerSentEvent,
    Status,
)
from app.http.wire_in import EventsIn, LettersIn, ListIn, ResultsIn

_CACHED = ("ETag", "Cache-Control")
_SAME = Answer(says="Nothing has changed since the answer with the tag that was sent.", headers=_CACHED)
_ONE = "/api/v1/batch/{job_id}"

OPERATIONS: tuple[Operation, ...] = (
    Operation(
        id="upload",
        method="POST",
        paths=("/api/v1/batch/upload", "/upload"),
        summary="Take a batch of 1 to 100 documents in, as JSON texts or as files",
        scope="submit",
        upload=True,
        headers=("Idempotency-Key",),
        answers={
            202: Answer(
                says="The batch is queued.",
                shape=Accepted,
                headers=("Idempotent-Replayed",),
                example="accepted",
                links=True,
            )
        },
        errors=(400, 401, 403, 408, 409, 413, 415, 422, 429, 503),
    ),
    Operation(
        id="list",
        method="GET",
        paths=("/api/v1/batch",),
        summary="The batches of the caller, newest first",
        scope="read",
        query=ListIn,
        answers={200: Answer(says="A page of them.", shape=BatchPage, headers=("Cache-Control",), example="page")},
        errors=KEYED,
    ),
    Operation(
        id="status",
        method="GET",
        paths=(_ONE, "/api/v1/batch/status/{job_id}", "/status/{job_id}"),
        summary="Where a batch stands",
        scope="read",
        headers=("If-None-Match",),
        answers={200: Answer(says="So it stands.", shape=Status, headers=_CACHED, example="status"), 304: _SAME},
        errors=OF_ONE,
    ),
    Operation(
        id="results",
        method="GET",
        paths=("/api/v1/batch/results/{job_id}", "/results/{job_id}"),
        summary="What a batch found",
        scope="read",
        query=ResultsIn,
        headers=("If-None-Match",),
        answers={
            200: Answer(says="The results.", shape=Results, headers=_CACHED, example="results"),
            202: Answer(says="The batch has not ended.", shape=NotReady, example="not_ready"),
            304: _SAME,
        },
        errors=OF_ONE,
    ),
    Operation(
        id="events",
        method="GET",
        paths=(f"{_ONE}/events",),
        summary="What happens to a batch, as it happens, until it ends",
        scope="read",
        query=EventsIn,
        headers=("Last-Event-ID",),
        answers={
            200: Answer(
                says="Server-sent events, each with id, event and data; comments between them are heartbeats.",
                shape=ServerSentEvent,
                media="text/event-stream",
                example="event",
            ),
            204: Answer(says="The batch has ended, and its last event was seen."),
        },
        errors=OF_ONE,
    ),
    Operation(
        id="document",
        method="GET",
        paths=(f"{_ONE}/documents/{{document_id}}",),
        summary="Where one document stands: its stage, its attempts, and why it failed",
        scope="read",
        headers=("If-None-Match",),
        answers={
            200: Answer(says="So it stands.", shape=DocumentDetail, headers=_CACHED, example="document"),
            304: _SAME,
        },
        errors=OF_ONE,
    ),
    Operation(
        id="cancel",
        method="POST",
        paths=(f"{_ONE}/cancel",),
        summary="Stop a batch: documents that ended stay, all others are cancelled",
        scope="submit",
        answers={200: Answer(says="The batch is cancelled.", shape=Status)},
        errors=(400, 401, 403, 404, 409, 429, 503),
    ),
    Operation(
        id="retry",
        method="POST",
        paths=(f"{_ONE}/retry",),
        summary="Queue the documents of an ended batch that failed or were cancelled once more",
        scope="submit",
        answers={202: Answer(says="They are queued.", shape=Status)},
        errors=(400, 401, 403, 404, 409, 429, 503),
    ),
    Operation(
        id="delete",
        method="DELETE",
        paths=(_ONE,),
        summary="Remove a batch and everything that it left; one that runs is stopped",
        scope="submit",
        answers={204: Answer(says="It is gone.")},
        errors=OF_ONE,
    ),
    Operation(
        id="dead_letters",
        method="GET",
        paths=("/api/v1/batch/dead-letters",),
        summary="Documents that were given up: they died, or took more time or memory than one may",
        scope="operate",
        query=LettersIn,
        answers={200: Answer(says="The latest first.", shape=DeadLetters, headers=("Cache-Control",))},
        errors=KEYED,
    ),
    *WEBHOOK_OPERATIONS,
    Operation(
        id="cache_stats",
        method="GET",
        paths=("/api/v3/cache/stats",),
        summary="How often answers were kept ready, and what is kept",
        scope="operate",
        answers={200: Answer(says="So often.", shape=CacheStats, headers=("Cache-Control",), example="cache_stats")},
        errors=KEYED,
    ),
    *LIMIT_OPERATIONS,
    Operation(
        id="health",
        method="GET",
        paths=("/api/v1/health", "/health"),
        summary="The process answers, and what its parts were like when it last looked",
        scope=None,
        answers={200: Answer(says="It is alive.", shape=HealthOut)},
        errors=(400,),
    ),
    Operation(
        id="ready",
        method="GET",
        paths=("/health/ready",),
        summary="Whether batches can be taken in",
        scope=None,
        answers={
            200: Answer(says="They can.", shape=ReadyOut),
            503: Answer(says="They cannot now.", shape=ReadyOut),
        },
        errors=(400,),
    ),
    Operation(
        id="metrics",
        method="GET",
        paths=("/metrics",),
        summary="Metrics for a scraper; OpenMetrics for one that asks for it",
        scope=None,
        answers={200: Answer(says="The metrics.", media="text/plain")},
        errors=(400,),
    ),
    Operation(
        id="openapi",
        method="GET",
        paths=("/openapi.json",),
        summary="This document",
        scope=None,
        headers=("If-None-Match",),
        answers={200: Answer(says="It.", media=JSON, headers=_CACHED), 304: _SAME},
        errors=(400,),
    ),
)


def _allowed() -> Mapping[str, tuple[str, ...]]:
    methods: dict[str, set[str]] = {}
    for operation in OPERATIONS:
        for path in operation.paths:
            also = {"HEAD"} if operation.method == "GET" else set()
            methods.setdefault(path, {"OPTIONS"}).update({operation.method, *also})
    return {path: tuple(sorted(found)) for path, found in methods.items()}


ALLOWED = _allowed()
"""Path -> methods that it has."""
