"""Processes under test: started with a mark in their environment, found again by it, and waited for by condition."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import psutil

_MARK = "TEST_MARK"


def eventually(holds: Callable[[], object], what: str, within: float = 20.0) -> None:
    """Return as soon as it holds; fail with `what` when it does not within the seconds."""
    end = time.monotonic() + within
    while not holds():
        assert time.monotonic() < end, f"{what}: not within {within} s"
        time.sleep(0.02)


def surroundings() -> dict[str, str]:
    """The environment of the tests, without settings of the service that somebody may have left in it."""
    names = {name: value for name, value in os.environ.items() if not name.startswith("DECALOGO_")}
    return names | {"DECALOGO_MODEL_DIR": model} if (model := os.environ.get("DECALOGO_MODEL_DIR")) else names


class Started:
    """A program with everything that it started, as a terminal sees it: one session, output to a file."""

    def __init__(self, command: Sequence[str | Path], environ: Mapping[str, str], output: Path, cwd: Path) -> None:
        self.mark = uuid4().hex
        self._output = output
        with output.open("wb") as out:
            self._process = subprocess.Popen(
                [str(part) for part in command],
                env={**environ, _MARK: self.mark},
                cwd=cwd,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        """Of the program itself."""
        return self._process.pid

    def output(self) -> str:
        """What it has printed until now."""
        return self._output.read_text(errors="replace")

    def says(self, words: str) -> Callable[[], bool]:
        """Whether it has printed these words."""
        return lambda: words in self.output()

    def over(self) -> bool:
        """Whether it has ended."""
        return self._process.poll() is not None

    def wait(self, within: float) -> int:
        """Its exit status."""
        try:
            return self._process.wait(within)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"still runs after {within} s; it printed:\n{self.output()}") from None

    def ctrl_c(self) -> None:
        """What a terminal sends: SIGINT to the group in the foreground."""
        os.killpg(self.pid, signal.SIGINT)

    def send(self, number: signal.Signals) -> None:
        """A signal to the program alone."""
        os.kill(self.pid, number)

    def living(self) -> list[psutil.Process]:
        """It and all that it started, found by the mark, whoever their parent is by now."""
        return [p for p in psutil.process_iter() if _marked(p, self.mark)]

    def commands(self) -> list[str]:
        """The command lines of what lives."""
        return [" ".join(_command(p))[:200] for p in self.living()]

    def left(self, within: float = 2.0) -> list[str]:
        """The same, once what was told to end has had a moment for it."""
        end = time.monotonic() + within
        while self.living() and time.monotonic() < end:
            time.sleep(0.02)
        return self.commands()


def _marked(process: psutil.Process, mark: str) -> bool:
    try:
        return process.status() != psutil.STATUS_ZOMBIE and process.environ().get(_MARK) == mark
    except (psutil.Error, OSError):
        return False


def _command(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:
        return []


@contextmanager
def started(command: Sequence[str | Path], environ: Mapping[str, str], output: Path, cwd: Path) -> Iterator[Started]:
    """The program; whatever the test does, nothing of it survives the block."""
    program = Started(command, environ, output, cwd)
    try:
        yield program
    finally:
        for process in program.living():
            process.kill()
        program.wait(10)
