"""The shapes of requests, as the sources write them."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from domain.job import JobState
from domain.options import Options
from domain.records import Priority
from domain.webhook import EVENT_TYPES, EventType

# \Z, because $ also stands before a last line break.
DocumentId = Annotated[str, Meta(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f\x7f-\x9f]+\Z")]
FileName = Annotated[str, Meta(min_length=1, max_length=255, pattern=r"^[^\x00-\x1f\x7f-\x9f]+\Z")]
Text = Annotated[str, Meta(max_length=300, pattern=r"^[^\x00-\x1f\x7f-\x9f]*\Z")]
Lines = Annotated[str, Meta(max_length=10_000, pattern=r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]*\Z")]
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


class WebhookIn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A new webhook."""

    url: Url
    description: Text = ""
    events: Annotated[tuple[EventType, ...], Meta(min_length=1, max_length=3)] = EVENT_TYPES


class WebhookChange(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is to be another one; what is left out stays."""

    status: Literal["enabled", "paused"] | UnsetType = UNSET
    url: Url | UnsetType = UNSET
    description: Text | UnsetType = UNSET
    events: Annotated[tuple[EventType, ...], Meta(min_length=1, max_length=3)] | UnsetType = UNSET


class DeliveriesIn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which deliveries are asked for."""

    limit: Annotated[int, Meta(ge=1, le=100)] = 20
    cursor: Annotated[str, Meta(max_length=200)] | UnsetType = UNSET
