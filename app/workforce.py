"""Worker processes under supervision: started, noticed at once when they die, started again, ended in order."""

import asyncio
import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from socket import gethostname
from typing import NamedTuple

import structlog

from app.usecases.recovery import recover_claims
from app.usecases.services import Services
from domain.errors import DecalogoError
from infra.leash import leashed

_WAIT_SECONDS = (0.0, 0.5, 2.0, 5.0)
"""Before a start after the first, second, third and later death in a row."""
_STEADY_SECONDS = 30.0
_END_SECONDS = 15.0
_CALM_SECONDS = 3.0
"""Before one is started that stands by, so that it is not in the way of those that work."""
_log = structlog.get_logger()


class _Worker(NamedTuple):
    id: str
    process: asyncio.subprocess.Process

    def call(self) -> None:
        """Tell one that stands by to begin."""
        assert self.process.stdin
        self.process.stdin.write(b"\n")


class Workforce:
    """`count` workers of this machine, and `standby` that has loaded and waits for a death.

    A death is told to the fleet, so that nobody waits for a silence.
    """

    def __init__(
        self, services: Services, environ: Mapping[str, str], config: Path | None, count: int, *, standby: bool = False
    ) -> None:
        self._services = services
        self._environ = environ
        self._config = config
        self._count = count
        self._wants_standby = standby and count > 0
        self._standby: _Worker | None = None
        self._vacant = asyncio.Event()
        self._vacant.set()
        self._processes: set[asyncio.subprocess.Process] = set()

    async def run(self) -> None:
        """Keep them alive until cancelled; then end them, the slow ones by force."""
        try:
            places = [self._keep(place) for place in range(1, self._count + 1)]
            await asyncio.gather(*places, *([self._keep_standby()] if self._wants_standby else []))
        finally:
            await self._end()

    async def _keep(self, place: int) -> None:
        clock, failures = asyncio.get_running_loop().time, 0
        worker = await self._start(place)
        while True:
            started = clock()
            code = await worker.process.wait()
            self._processes.discard(worker.process)
            _log.error("worker_died", worker=worker.id, exit_code=code)
            failures = 0 if clock() - started > _STEADY_SECONDS else failures + 1
            wait = _WAIT_SECONDS[min(failures, len(_WAIT_SECONDS)) - 1] if failures else 0.0
            worker, _ = await asyncio.gather(self._replace(place, wait), self._tell(worker.id))

    async def _replace(self, place: int, wait: float) -> _Worker:
        """The one that stands by, at once; where there is none, a new one after a while."""
        worker, self._standby = self._standby, None
        self._vacant.set()
        if worker is not None and worker.process.returncode is None:
            with suppress(ConnectionError):
                worker.call()
                return worker
        await asyncio.sleep(wait)
        return await self._start(place)

    async def _keep_standby(self) -> None:
        """Have one after a while of calm, and again when it was called. One that dies is not missed until then."""
        while True:
            await self._vacant.wait()
            self._vacant.clear()
            await asyncio.sleep(_CALM_SECONDS)
            self._standby = await self._start(self._count + 1, standby=True)

    async def _tell(self, worker_id: str) -> None:
        with suppress(DecalogoError):
            await self._services.fleet.leave(worker_id)
            await recover_claims(self._services)

    async def _start(self, place: int, *, standby: bool = False) -> _Worker:
        worker_id = f"worker-{place}.{self._services.token()[:4]}@{gethostname()}"
        config = () if self._config is None else (str(self._config),)
        flags = ("--standby",) if standby else ()
        process = await asyncio.create_subprocess_exec(
            *leashed(os.getpid(), sys.executable, "-m", "app.worker", *flags, worker_id, *config),
            stdin=asyncio.subprocess.PIPE if standby else asyncio.subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C goes to the supervisor alone
            env=dict(self._environ),
        )
        self._processes.add(process)
        return _Worker(worker_id, process)

    async def _end(self) -> None:
        await asyncio.gather(*(_end(process) for process in self._processes))


async def _end(process: asyncio.subprocess.Process) -> None:
    with suppress(ProcessLookupError):
        process.terminate()
    try:
        await asyncio.wait_for(process.wait(), _END_SECONDS)
    except TimeoutError:
        process.kill()
        await process.wait()
