"""What happens to a batch, told as it happens: events, and the port that keeps the latest of them."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any, Literal, Protocol, TypeAlias

import msgspec

EventKind: TypeAlias = Literal[
    "snapshot",
    "batch_started",
    "document_started",
    "document_stage",
    "document_retried",
    "document_ended",
    "batch_ended",
    "batch_cancelled",
    "batch_retried",
]

LAST_KINDS = frozenset({"batch_ended", "batch_cancelled"})
"""After one of these nothing follows, unless the batch is retried."""


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that happened. Ids grow within a batch; `data` is JSON."""

    id: str
    kind: EventKind
    data: Mapping[str, Any] = {}


class Bell(Protocol):
    """Rings when something was told."""

    async def rung(self, seconds: float) -> bool:
        """Wait for it, so long at most; whether it rang since the last time."""
        ...


class EventLog(Protocol):
    """The latest events of each batch. They are written by the changes that they tell of, in the same step."""

    async def newest(self, job_id: str) -> str | None:
        """The id of the latest event; None when nothing has been told."""
        ...

    async def since(self, job_id: str, last_id: str | None, *, limit: int = 500) -> Sequence[Event] | None:
        """The events after `last_id`, oldest first; from the first one for None. None when `last_id` is forgotten."""
        ...

    def watch(self, job_id: str) -> AbstractAsyncContextManager[Bell]:
        """Rings for each event from now on; it may ring for nothing, and may miss one while a line is cut."""
        ...
