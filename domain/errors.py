"""What can go wrong, in words: one class an error, its stable `code`, and the docstring as its message.

Three kinds matter to whoever handles them: the caller's fault (do not retry), try again later, and our own defect.
"""

import inspect
from typing import TypeAlias

Facts: TypeAlias = dict[str, str | int | float | bool | None]


class DecalogoError(Exception):
    """Something went wrong."""

    code = "internal_error"

    def __init__(self, message: str | None = None, **facts: str | float | bool | None) -> None:
        self.message = message or inspect.cleandoc(self.__doc__ or "").split("\n\n")[0]
        self.facts: Facts = facts
        super().__init__(self.message)

    def __reduce__(self) -> tuple[object, ...]:
        """Travel between processes with the facts."""
        return _rebuild, (type(self), self.message, self.facts)


def _rebuild(kind: type[DecalogoError], message: str, facts: Facts) -> DecalogoError:
    return kind(message, **facts)


class CallerError(DecalogoError):
    """The request cannot be served as it stands."""

    code = "bad_request"


class RetryableError(DecalogoError):
    """The service cannot do this now; trying again may help."""

    code = "try_again"


class DefectError(DecalogoError):
    """The service broke a promise of its own."""

    code = "defect"


# --- documents ------------------------------------------------------------------------------------------------------


class DocumentError(CallerError):
    """The document cannot be evaluated."""

    code = "document_error"


class EmptyDocumentError(DocumentError):
    """The document is empty."""

    code = "empty_document"


class UnsupportedTypeError(DocumentError):
    """The document is neither a PDF nor plain text."""

    code = "unsupported_type"


class DamagedPdfError(DocumentError):
    """The PDF is damaged and no page of it can be read."""

    code = "damaged_pdf"


class PasswordRequiredError(DocumentError):
    """The PDF asks for a password."""

    code = "password_required"


class NoTextLayerError(DocumentError):
    """The PDF has pictures of pages but no text; recognise its text first and send it again."""

    code = "no_text_layer"


class PageBombError(DocumentError):
    """A page of the PDF unfolds into more content than any real page has."""

    code = "page_bomb"


class DocumentTooLargeError(DocumentError):
    """The document is larger than the limit."""

    code = "document_too_large"


class TooManyPagesError(DocumentError):
    """The document has more pages than the limit."""

    code = "too_many_pages"


class UndecodableTextError(DocumentError):
    """The text is in no encoding that we read (UTF-8, cp1252)."""

    code = "undecodable_text"


class EvaluationTimeoutError(DocumentError):
    """The evaluation of the document did not end within its time."""

    code = "evaluation_timeout"


class EvaluationMemoryError(DocumentError):
    """The evaluation of the document needed more memory than it may use."""

    code = "evaluation_memory"


class EvaluationCrashedError(RetryableError):
    """The process that evaluated the document died."""

    code = "evaluation_crashed"


# --- requests and jobs ----------------------------------------------------------------------------------------------


class ValidationFailedError(CallerError):
    """The request does not have the shape or the values that it needs."""

    code = "validation_error"


class UploadStalledError(CallerError):
    """Nothing of the request arrived for too long."""

    code = "request_timeout"


class UnauthorizedError(CallerError):
    """Invalid or missing authentication token"""

    code = "unauthorized"


class ForbiddenError(CallerError):
    """The key does not carry the scope that this needs."""

    code = "forbidden"


class JobNotFoundError(CallerError):
    """No job found."""

    code = "job_not_found"


class DocumentNotFoundError(CallerError):
    """The batch has no document of this id."""

    code = "document_not_found"


class WebhookNotFoundError(CallerError):
    """The tenant has no webhook of this id."""

    code = "webhook_not_found"


class DeliveryNotFoundError(CallerError):
    """The webhook has no delivery of this id."""

    code = "delivery_not_found"


class IllegalMoveError(CallerError):
    """The job is in a state that does not allow this."""

    code = "illegal_move"


class IdempotencyInFlightError(CallerError):
    """A request with this Idempotency-Key is being served; wait for its answer."""

    code = "idempotency_key_in_flight"


class IdempotencyMismatchError(CallerError):
    """This Idempotency-Key was used for another upload."""

    code = "idempotency_key_reused"


class TooManyStreamsError(RetryableError):
    """As many event streams are open as this process serves."""

    code = "too_many_streams"


class RateLimitedError(CallerError):
    """The rate limit was exceeded."""

    code = "rate_limit_exceeded"


class QueueFullError(RetryableError):
    """Queue capacity exceeded, please retry later"""

    code = "service_unavailable"


class QuotaExceededError(CallerError):
    """The tenant keeps as much as it may; delete batches to make room."""

    code = "quota_exceeded"


class StorageFullError(RetryableError):
    """There is too little room left to take in a batch."""

    code = "storage_full"


class BackendUnavailableError(RetryableError):
    """A service that this one needs does not answer."""

    code = "backend_unavailable"


# --- the service itself ---------------------------------------------------------------------------------------------


class SettingsError(CallerError):
    """A setting is unknown or has a value that it cannot have."""

    code = "settings_error"


class BackupNotFoundError(CallerError):
    """There is no whole backup of that time."""

    code = "backup_not_found"


class RestoreConflictError(CallerError):
    """What is to be restored would overwrite something else."""

    code = "restore_conflict"


class DamagedStoreError(DefectError):
    """Bytes that were kept are not what they were."""

    code = "damaged_store"


class ModelUnavailableError(DefectError):
    """The embedding model is absent, incomplete or not the one that its manifest names."""

    code = "model_unavailable"


class ReleaseMismatchError(DefectError):
    """What is installed is not what the release manifest froze."""

    code = "release_mismatch"


class ContractViolationError(DefectError):
    """An evaluation does not keep its own contract."""

    code = "contract_violation"


class PlanOrderError(DefectError):
    """The stages of the pipeline do not fit together."""

    code = "plan_order"
