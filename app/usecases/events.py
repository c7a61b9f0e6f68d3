"""Follow a batch: what happens to it, as it happens."""

from collections.abc import AsyncGenerator, Sequence

from app.usecases.places import look_up
from app.usecases.services import Services
from domain.errors import RetryableError
from domain.job import FINAL, DocumentState
from domain.job_log import LAST_KINDS, Event
from domain.records import JobRecord

HEARTBEAT_SECONDS = 15.0
_BEFORE_ANY = "0-0"
_PAUSE_SECONDS = 1.0
_AT_ONCE = 500


async def follow(
    services: Services, job: JobRecord, last_id: str | None, *, heartbeat_seconds: float = HEARTBEAT_SECONDS
) -> AsyncGenerator[Event | None, None]:
    """The events after `last_id`, until the one that ends the batch; None is a heartbeat.

    Where what followed `last_id` is not known any more, or nothing was seen yet, a `snapshot` comes first. While Redis
    is away there are heartbeats only. It also ends when the batch is removed.
    """
    seen = None if last_id == _BEFORE_ANY else last_id
    async with services.events.watch(job.id) as bell:
        while True:
            wait, events = heartbeat_seconds, tuple[Event, ...]()
            try:
                events = tuple(await _news(services, job.id, seen))
                if not events and await look_up(services, job.id) is None:
                    return
            except RetryableError:
                wait = min(wait, _PAUSE_SECONDS)
            for event in events:
                seen = event.id
                yield event
            if events and _is_last(events[-1]):
                return
            if len(events) < _AT_ONCE and not await bell.rung(wait):
                yield None


async def _news(services: Services, job_id: str, seen: str | None) -> Sequence[Event]:
    if seen is not None:
        after = None if seen == _BEFORE_ANY else seen
        events = await services.events.since(job_id, after, limit=_AT_ONCE)
        if events is not None:
            return events
    newest = await services.events.newest(job_id) or _BEFORE_ANY
    job = await look_up(services, job_id)
    return () if job is None else (_snapshot(job, newest),)


def _snapshot(job: JobRecord, event_id: str) -> Event:
    """The batch as it stands; what the events up to `event_id` tell is in it."""
    states = [d.state for d in job.documents]
    documents = [
        {"document_id": d.id, "status": d.state, "attempts": d.attempts, "stage": d.stage} for d in job.documents
    ]
    return Event(
        id=event_id,
        kind="snapshot",
        data={
            "job_id": job.id,
            "status": job.state,
            "document_count": len(states),
            "documents_completed": states.count(DocumentState.COMPLETED),
            "documents_failed": states.count(DocumentState.FAILED),
            "documents": documents,
        },
    )


def _is_last(event: Event) -> bool:
    return event.kind in LAST_KINDS or (event.kind == "snapshot" and event.data["status"] in FINAL)
