"""Worker processes under supervision: started, noticed at once when they die, started again, ended in order."""

import asyncio
import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from socket import gethostname

import structlog

from app.usecases.recovery import recover_claims
from app.usecases.services import Services
from domain.errors import DecalogoError
from infra.leash import leashed

_WAIT_SECONDS = (0.0, 0.5, 2.0, 5.0)
"""Before a start after the first, second, third and later death in a row."""
_STEADY_SECONDS = 30.0
_END_SECONDS = 15.0
_log = structlog.get_logger()


class Workforce:
    """`count` workers of this machine. A death is told to the fleet, so that nobody waits for a silence."""

    def __init__(self, services: Services, environ: Mapping[str, str], config: Path | None, count: int) -> None:
        self._services = services
        self._environ = environ
        self._config = config
        self._count = count
        self._ending = False
        self._processes: set[asyncio.subprocess.Process] = set()

    async def run(self) -> None:
        """Keep them alive until cancelled; then end them, the slow ones by force."""
        try:
            await asyncio.gather(*(self._keep(place) for place in range(1, self._count + 1)))
        finally:
            await self._end()

    async def _keep(self, place: int) -> None:
        clock, failures = asyncio.get_running_loop().time, 0
        while True:
            worker_id = f"worker-{place}.{self._services.token()[:4]}@{gethostname()}"
            started = clock()
            process = await self._start(worker_id)
            code = await process.wait()
            self._processes.discard(process)
            _log.error("worker_died", worker=worker_id, exit_code=code)
            failures = 0 if clock() - started > _STEADY_SECONDS else failures + 1
            wait = _WAIT_SECONDS[min(failures, len(_WAIT_SECONDS)) - 1] if failures else 0.0
            await asyncio.gather(self._tell(worker_id), asyncio.sleep(wait))

    async def _tell(self, worker_id: str) -> None:
        with suppress(DecalogoError):
            await self._services.fleet.leave(worker_id)
            await recover_claims(self._services)

    async def _start(self, worker_id: str) -> asyncio.subprocess.Process:
        config = () if self._config is None else (str(self._config),)
        process = await asyncio.create_subprocess_exec(
            *leashed(os.getpid(), sys.executable, "-m", "app.worker", worker_id, *config),
            stdin=asyncio.subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C goes to the supervisor alone
            env=dict(self._environ),
        )
        self._processes.add(process)
        return process

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
