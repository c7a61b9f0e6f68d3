"""One evaluating child, seen from the worker: started, spoken to, watched, ended."""

import asyncio
import os
import signal
import socket
import sys
from asyncio import StreamReader, StreamWriter
from contextlib import suppress

import psutil

from domain.errors import EvaluationCrashedError
from infra.child_wire import LENGTH, Failed, FromChild, Start, ToChild, decode_from_child, error_of, frame
from infra.leash import leashed
from infra.threads import surroundings


class Child:
    """A process that has loaded and waits for documents. Every method raises EvaluationCrashedError when it is dead."""

    def __init__(self, process: asyncio.subprocess.Process, reader: StreamReader, writer: StreamWriter) -> None:
        self._process = process
        self._seen = psutil.Process(process.pid)
        self._reader = reader
        self._writer = writer
        self.evaluated = 0

    @classmethod
    async def start(cls, factory: str, argument: bytes) -> "Child":
        """A child that has loaded. Raises what its factory raised, or EvaluationCrashedError."""
        ours, theirs = socket.socketpair()
        with theirs:
            process = await asyncio.create_subprocess_exec(
                *leashed(os.getpid(), sys.executable, "-m", "infra.child_loop", str(theirs.fileno())),
                pass_fds=(theirs.fileno(),),
                stdin=asyncio.subprocess.DEVNULL,
                env=surroundings(),
                start_new_session=True,
            )
        reader, writer = await asyncio.open_connection(sock=ours)
        child = cls(process, reader, writer)
        try:
            await child.say(Start(factory, argument, tuple(sys.path)))
            answer = await child.hear()
        except BaseException:
            await child.end()
            raise
        if isinstance(answer, Failed):
            await child.end()
            raise error_of(answer)
        return child

    @property
    def alive(self) -> bool:
        """Whether it has not ended."""
        return self._process.returncode is None

    async def say(self, message: ToChild) -> None:
        """Send a message."""
        try:
            self._writer.write(frame(message))
            await self._writer.drain()
        except OSError as error:
            raise await self._dead() from error

    async def hear(self) -> FromChild:
        """The next message."""
        try:
            (length,) = LENGTH.unpack(await self._reader.readexactly(LENGTH.size))
            return decode_from_child(await self._reader.readexactly(length))
        except (OSError, asyncio.IncompleteReadError) as error:
            raise await self._dead() from error

    def rss_bytes(self) -> int:
        """The memory that it has now; 0 when it is dead."""
        try:
            return int(self._seen.memory_info().rss)
        except psutil.Error:
            return 0

    def kill(self) -> None:
        """End it at once. Not by Process.kill, which may take the exit code away from the loop that waits for it."""
        if self.alive:
            with suppress(ProcessLookupError):
                os.kill(self._process.pid, signal.SIGKILL)

    async def end(self) -> None:
        """End it. It keeps nothing, so there is nothing to wait for."""
        self._writer.close()
        self.kill()
        await self._process.wait()
        with suppress(OSError):
            await self._writer.wait_closed()

    async def _dead(self) -> EvaluationCrashedError:
        self.kill()
        code = await self._process.wait()
        return EvaluationCrashedError(f"The process that evaluated the document died (exit {code}).", exit_code=code)
