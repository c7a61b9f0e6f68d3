"""The worker process: takes documents off the queue, says that it lives, puts right what it lost."""

import asyncio
import os
import signal
import sys
from collections.abc import Awaitable
from contextlib import suppress
from pathlib import Path
from socket import gethostname

import structlog
import uvloop

from app.container import WorkerParts, build_worker
from app.knobs import Settings
from app.settings import load
from app.usecases.maintain import keep_going
from domain.errors import DecalogoError, RetryableError
from domain.records import WorkerFact

EXIT_CANNOT_WORK = 4
_SMOOTHING_SECONDS = 60.0
_LEAVE_SECONDS = 2.0
_log = structlog.get_logger()


async def work(
    settings: Settings, worker_id: str, stop: asyncio.Event, *, called: Awaitable[object] | None = None
) -> None:
    """Work until `stop`. What runs then may take the grace time, and is handed back after that.

    With `called` it loads everything, and begins when that is done. Raises what keeps the first child from loading,
    before any document is taken up.
    """
    async with build_worker(settings, worker_id) as parts:
        if called is not None and not await _first(called, stop):
            return
        pulse = _Pulse(settings, parts)
        await pulse.beat()
        _log.info("worker_started", worker=worker_id, places=parts.places)
        running = asyncio.create_task(parts.queues.run())
        others = [
            asyncio.create_task(pulse.run()),
            asyncio.create_task(keep_going(parts.services, hands=parts.processor)),
        ]
        stopping = asyncio.create_task(stop.wait())
        try:
            await asyncio.wait([running, stopping], return_when=asyncio.FIRST_COMPLETED)
            if not running.done():
                await parts.queues.drain(settings.worker.grace_seconds)
                running.cancel()
            with suppress(asyncio.CancelledError):
                await running
        finally:
            for task in (*others, stopping):
                task.cancel()
            await asyncio.gather(*others, stopping, return_exceptions=True)
            with suppress(DecalogoError, TimeoutError):
                async with asyncio.timeout(_LEAVE_SECONDS):
                    await parts.services.fleet.leave(worker_id)
    _log.info("worker_ended", worker=worker_id)


async def _first(called: Awaitable[object], stop: asyncio.Event) -> bool:
    """Whether the call came before the stop."""
    calling, stopping = asyncio.ensure_future(called), asyncio.create_task(stop.wait())
    await asyncio.wait([calling, stopping], return_when=asyncio.FIRST_COMPLETED)
    for task in (calling, stopping):
        task.cancel()
    await asyncio.gather(calling, stopping, return_exceptions=True)
    return not stop.is_set()


class _Pulse:
    """Says again and again that this worker lives, and how busy it has been."""

    def __init__(self, settings: Settings, parts: WorkerParts) -> None:
        self._every = settings.worker.heartbeat_seconds
        self._ttl = settings.worker.heartbeat_ttl_seconds
        self._parts = parts
        self._utilization = 0.0
        self._started_at = parts.services.clock.now()

    async def beat(self) -> None:
        """Once."""
        busy = min(len(self._parts.processor.running), self._parts.places)
        weight = self._every / (self._every + _SMOOTHING_SECONDS)
        self._utilization += weight * (100 * busy / self._parts.places - self._utilization)
        fact = WorkerFact(
            id=self._parts.id,
            host=gethostname(),
            pid=os.getpid(),
            capacity=self._parts.places,
            busy=busy,
            utilization=self._utilization,
            started_at=self._started_at,
        )
        await self._parts.services.fleet.beat(fact, ttl_s=self._ttl)

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            await asyncio.sleep(self._every)
            with suppress(RetryableError):
                await self.beat()


def run_worker(settings: Settings, worker_id: str, *, standby: bool = False) -> int:
    """Work in this process until SIGTERM or SIGINT; the exit code. With `standby`, from a line on stdin on."""

    async def main() -> None:
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stop.set)
        await work(settings, worker_id, stop, called=_line_on_stdin() if standby else None)

    try:
        uvloop.run(main())
    except DecalogoError as error:
        sys.stderr.write(f"decalogo worker: {error.message}\n")
        return EXIT_CANNOT_WORK
    except OSError:
        _log.exception("worker_failed", worker=worker_id)
        return 1
    return 0


async def _line_on_stdin() -> bytes:
    reader, loop = asyncio.StreamReader(), asyncio.get_running_loop()
    transport, _ = await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    try:
        return await reader.readline()
    finally:
        transport.close()


def main(arguments: list[str]) -> int:
    """`python -m app.worker [--standby] ID [CONFIG]`: how `decalogo up` starts its workers."""
    standby = arguments[0] == "--standby"
    name, *rest = arguments[standby:]
    settings = load(os.environ, Path(rest[0]) if rest else None)  # noqa: TID251 - an entry point reads it once
    return run_worker(settings, name, standby=standby)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
