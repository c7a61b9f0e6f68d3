"""What `decalogo up` does: Valkey, the interface and the workers under one roof, ended in order."""

import argparse
import asyncio
import fcntl
import socket
import sys
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from pathlib import Path

import msgspec

from app.commands.serving import (
    EXIT_PORT_TAKEN,
    FIRST_KEY,
    environment,
    listen,
    run_until_signal,
)
from app.knobs import Settings
from app.settings import load
from domain.errors import SettingsError
from infra.valkey_embedded import embedded_valkey


class _Launch(msgspec.Struct, frozen=True, kw_only=True):
    environ: Mapping[str, str]
    config: Path | None
    start: float


def supervise(arguments: argparse.Namespace) -> int:
    """Until Ctrl-C."""
    start = time.monotonic()
    environ = environment(arguments, host="DECALOGO_HOST", port="DECALOGO_PORT", workers="DECALOGO_WORKERS")
    settings = load(environ, arguments.config)
    if settings.worker.count < 0:
        raise SettingsError(f"{settings.worker.count} is no number of workers.")
    listener = listen(settings.http.host, settings.http.port)
    if listener is None:
        return EXIT_PORT_TAKEN
    launch = _Launch(environ=environ, config=arguments.config, start=start)
    stop = asyncio.Event()
    with listener:
        return run_until_signal(_up(settings, launch, listener, stop), stop)


async def _up(
    settings: Settings,
    launch: _Launch,
    listener: socket.socket,
    stop: asyncio.Event,
) -> int:
    async with AsyncExitStack() as stack:
        url = await stack.enter_async_context(_redis(settings))
        settings = msgspec.structs.replace(settings, redis=msgspec.structs.replace(settings.redis, url=url))
        # Imported while nothing waits for them: they take most of the start, and Valkey is already up.
        from app.container import build  # noqa: PLC0415
        from app.main import create_app, serve  # noqa: PLC0415
        from app.usecases.services import Services  # noqa: PLC0415
        from app.workforce import Workforce  # noqa: PLC0415

        new = not (settings.data_dir / FIRST_KEY).exists()
        services = await stack.enter_async_context(build(settings))
        force = Workforce(
            services,
            {**launch.environ, "REDIS_URL": url},
            launch.config,
            settings.worker.count,
            standby=settings.worker.standby,
        )
        workers = asyncio.create_task(force.run())

        @asynccontextmanager
        async def opened(_: Settings) -> AsyncIterator[Services]:
            yield services

        try:
            app = create_app(settings, opener=opened)
            await serve(app, listener, stop, on_ready=lambda: _say_ready(settings, listener, launch.start, new=new))
        finally:
            workers.cancel()
            await asyncio.gather(workers, return_exceptions=True)
    return 0


@asynccontextmanager
async def _redis(settings: Settings) -> AsyncIterator[str]:
    """The Redis of the settings, or our own on the data folder, which then belongs to this process alone."""
    if settings.redis.url:
        yield settings.redis.url
        return
    note = settings.data_dir / "valkey.url"
    with _alone(settings.data_dir):
        async with embedded_valkey(settings.data_dir / "valkey") as url:
            note.write_text(url)
            try:
                yield url
            finally:
                note.unlink(missing_ok=True)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Raises SettingsError when another process has the folder, or it cannot be written.

    The lock goes with the process, however it ends.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        file = (folder / "up.lock").open("w")
    except OSError as error:
        raise SettingsError(f"{folder} cannot be written: {error.strerror}. Choose another with --data-dir.") from error
    with file as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise SettingsError(f"Another `decalogo up` runs on {folder}. Choose another with --data-dir.") from error
        yield


def _say_ready(settings: Settings, listener: socket.socket, start: float, *, new: bool) -> None:
    host, port = listener.getsockname()[:2]
    shown = f"[{host}]" if ":" in host else host
    scheme = "https" if settings.http.tls_certificate else "http"
    sys.stdout.write(
        f"DECALOGO is ready after {time.monotonic() - start:.1f} s: {scheme}://{shown}:{port}"
        f" (first key in {settings.data_dir / FIRST_KEY})\n"
    )
    if new and sys.stdout.isatty():  # to a person, once, and to no log
        sys.stdout.write(f"Your key, which is shown this once: {(settings.data_dir / FIRST_KEY).read_text()}")
    sys.stdout.flush()
