"""Servers under measurement: started in folders of their own, waited for by condition, ended with all they started."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parents[2]
BENCH = Path(__file__).resolve().parent
DECALOGO = (sys.executable, "-m", "app.cli")


class Program:
    """A program with everything that it started."""

    def __init__(self, command: Sequence[str | Path], environ: Mapping[str, str], log: Path) -> None:
        self.log = log
        self.started = time.perf_counter()
        with log.open("wb") as out:
            self._process = subprocess.Popen(
                [str(part) for part in command],
                env={**surroundings(), **environ},
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._seen = psutil.Process(self._process.pid)

    def says(self, words: str) -> bool:
        """Whether it has printed these words."""
        return words in self.log.read_text(errors="replace")

    def await_words(self, words: str, within: float = 60.0) -> float:
        """Wait until it has printed these words; the seconds since its start."""
        self.await_that(lambda: self.says(words), words, within)
        return time.perf_counter() - self.started

    def await_that(self, holds: Callable[[], bool], what: str, within: float = 60.0) -> None:
        """Wait until this holds. Exits with the program's last words when it ends or that takes too long."""
        while not holds():
            if self._process.poll() is not None or time.perf_counter() - self.started > within:
                sys.exit(f"{what}: not reached.\n{self.log.read_text(errors='replace')[-2000:]}")
            time.sleep(0.01)

    def cpu_seconds(self, *, whole: bool = False) -> float:
        """Processor seconds that it has used; with its children when `whole`."""
        processes = [self._seen, *(self._seen.children(recursive=True) if whole else ())]
        return sum(sum(p.cpu_times()[:2]) for p in processes)

    def rss_mb(self) -> float:
        """Its memory without its children's, in MB."""
        return self._seen.memory_info().rss / 1e6

    def child(self, words: str) -> psutil.Process:
        """The process below it whose command line has these words."""
        return next(p for p in self._seen.children(recursive=True) if words in " ".join(p.cmdline()))

    def kill(self) -> None:
        """End it with -9."""
        self._process.kill()
        self._process.wait()

    def end(self) -> None:
        """End it and what it started."""
        below = self._seen.children(recursive=True) if self._process.poll() is None else []
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(15)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        for process in below:
            if process.is_running():
                process.kill()


@contextmanager
def program(command: Sequence[str | Path], environ: Mapping[str, str], log: Path) -> Iterator[Program]:
    """A program that ends with the block."""
    running = Program(command, environ, log)
    try:
        yield running
    finally:
        running.end()


@contextmanager
def folder() -> Iterator[Path]:
    """A folder that goes with the block, on the disk of the project: what it costs to sync is part of the figures."""
    place = ROOT / ".var" / "bench"
    place.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(dir=place))
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


def free_port() -> int:
    """A port that nobody has now."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def surroundings() -> dict[str, str]:
    """The environment without settings that somebody may have left in it, and with this checkout's code first."""
    names = {name: value for name, value in os.environ.items() if not name.startswith("DECALOGO_")}
    model = os.environ.get("DECALOGO_MODEL_DIR", str(ROOT / ".var" / "model"))
    path = os.pathsep.join((str(ROOT), str(BENCH)))
    names["RATE_LIMIT_ENABLED"] = "false"  # who measures asks as often as he can
    return {**names, "DECALOGO_MODEL_DIR": model, "PYTHONPATH": path, "OPENBLAS_NUM_THREADS": "1"}
