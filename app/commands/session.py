"""What `decalogo run` does with its service: submit, follow, show, and say where everything is."""

import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console

from app.commands.client import Client, read_key
from app.commands.following import follow, report
from app.commands.service import Place, ended, last_words
from app.commands.serving import FIRST_KEY
from domain.errors import BackendUnavailableError

_WORKER_SECONDS = 30.0


def evaluate(
    process: "subprocess.Popen[bytes]", place: Place, files: Sequence[Path], console: Console, *, stays: bool
) -> int:
    """How many of the files were evaluated, after showing all of it. Raises BackendUnavailableError, RefusedError."""
    with _explained(process, place), Client(place.url, read_key(place.data / FIRST_KEY)) as client:
        job = client.submit(files).job_id
        follow(client, job, console, while_waiting=_demand_workers(client, place))
        evaluated = report(client.results(job), console)
    _say_where(place, job, console, stays=stays)
    return evaluated


@contextmanager
def _explained(process: "subprocess.Popen[bytes]", place: Place) -> Iterator[None]:
    """When the service is gone, say why rather than that."""
    try:
        yield
    except BackendUnavailableError as error:
        if process.poll() is None:
            raise
        raise ended(process, place) from error


def _demand_workers(client: Client, place: Place) -> Callable[[float], None]:
    """Raise BackendUnavailableError when documents wait and no worker has come up in its time."""

    def look(seconds: float) -> None:
        if seconds > _WORKER_SECONDS and not client.workers():
            raise BackendUnavailableError(f"No worker came up. The log: {place.log}\n{last_words(place.log)}")

    return look


def _say_where(place: Place, job: str, console: Console, *, stays: bool) -> None:
    key = place.data / FIRST_KEY
    lines = {
        "Full results": str(place.data / "artifacts/batch_jobs" / job / "results"),
        "Key": f"{key} (only you can read it)",
        "Log": str(place.log),
    }
    if stays:
        url = f"{place.url}/api/v1/batch/results/{job}"
        lines["Over HTTP"] = f'curl -H "Authorization: Bearer $(cat {key})" {url}'
    for name, value in lines.items():
        console.print(f"[grey62]{name:<14}[/]{value}", soft_wrap=True)
    console.print()
