"""The log of a batch: what happened to it, a line of JSON each, kept beside its files when it has ended."""

from datetime import UTC, datetime

import msgspec
import structlog

from app.usecases.services import Services
from domain.errors import DecalogoError
from domain.job_log import Event
from domain.storage import LOG

_MOST_LINES = 5000
_log = structlog.get_logger()


class _Line(msgspec.Struct):
    id: str


async def keep_log(services: Services, job_id: str) -> None:
    """Add what is new to the log of a batch. A log that cannot be written keeps no batch from its end."""
    try:
        events = await services.events.since(job_id, None, limit=_MOST_LINES) or ()
        before = await services.artifacts.read(job_id, LOG) or b""
        known = {msgspec.json.decode(line, type=_Line).id for line in before.splitlines()}
        lines = [*before.splitlines(), *(_line(event) for event in events if event.id not in known)]
        await services.artifacts.write(job_id, LOG, b"\n".join([*lines[-_MOST_LINES:], b""]))
    except (DecalogoError, msgspec.DecodeError) as error:
        _log.warning("log_not_kept", job_id=job_id, error=str(error))


def _line(event: Event) -> bytes:
    at = datetime.fromtimestamp(int(event.id.partition("-")[0]) / 1000, UTC)
    return msgspec.json.encode({"id": event.id, "at": at, "event": event.kind, **event.data})
