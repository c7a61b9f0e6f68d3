"""Keeps the store in order, in the background of an interface: archives, expires, sweeps, recounts, backs up.

Each step may be killed anywhere and be run by several processes at once.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import structlog

from app.usecases.archive import archive_old, expire_old
from app.usecases.backup import back_up_if_due
from app.usecases.deliveries import expire_deliveries
from app.usecases.quota import recount
from app.usecases.services import Services
from domain.errors import RetryableError

_EVERY_SECONDS = 3600.0
_LONGEST_WRITE = timedelta(days=1)
_log = structlog.get_logger()


async def keep_in_order(services: Services) -> None:
    """Until cancelled."""
    while True:
        await put_in_order(services)
        await asyncio.sleep(_EVERY_SECONDS)


async def put_in_order(services: Services) -> None:
    """Once. A step that fails is logged and does not keep the others from their turn."""
    now, keeping = services.clock.now(), services.keeping
    await _step("parts", lambda: services.artifacts.sweep(now - _LONGEST_WRITE))
    if keeping.archive_days > 0:
        await _step("expired", lambda: expire_old(services, before=now - timedelta(days=keeping.archive_days)))
    await _step("archived", lambda: archive_old(services, before=now - timedelta(days=keeping.artifact_days)))
    log_begins = now - timedelta(days=services.webhooks.log_days)
    await _step("webhooks", lambda: expire_deliveries(services, before=log_begins))
    await _step("counted", lambda: recount(services))
    await _step("backed_up", lambda: back_up_if_due(services))


async def _step(name: str, act: Callable[[], Awaitable[int]]) -> None:
    try:
        if count := await act():
            _log.info("kept_in_order", step=name, count=count)
    except RetryableError as error:
        _log.warning("order_postponed", step=name, error=error.message)
    except Exception:  # noqa: BLE001 - the next step is another matter
        _log.exception("order_failed", step=name)
