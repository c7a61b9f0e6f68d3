"""The services that are measured side by side: ours as it is installed, ours under another server, and the twin."""

import json
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple

from environment import twin_python
from load import ask, get, post
from processes import DECALOGO, Program, free_port, program


class Contender(NamedTuple):
    """An interface that answers, with its worker."""

    name: str
    api: Program
    worker: Program | None
    port: int


class Field(NamedTuple):
    """Where they all run: one Valkey, one folder, one key."""

    place: Path
    url: str
    secret: str

    def environ(self, child: str) -> dict[str, str]:
        """What ours are told."""
        return {
            "REDIS_URL": self.url,
            "DECALOGO_DATA_DIR": str(self.place / "data"),
            "DECALOGO_CHILD": child,
            "DECALOGO_LOG_FORMAT": "json",
        }


@contextmanager
def ours(field: Field, *, child: str, name: str = "ours", worker: bool = True, **environ: str) -> Iterator[Contender]:
    """`decalogo serve` and `decalogo worker`, as they are installed."""
    field.place.mkdir(parents=True, exist_ok=True)
    told, port = {**field.environ(child), **environ}, free_port()
    with ExitStack() as stack:
        log = field.place / f"{name}.log"
        api = stack.enter_context(program([*DECALOGO, "serve", "--port", str(port)], told, log))
        api.await_words("DECALOGO listens")
        beside = None
        if worker:
            beside = stack.enter_context(program([*DECALOGO, "worker"], told, field.place / f"{name}.worker.log"))
            beside.await_that(lambda: _workers(port) > 0, "a worker takes documents")
        yield Contender(name, api, beside, port)


@contextmanager
def ours_on_granian(field: Field, *, child: str) -> Iterator[Contender]:
    """The same application under granian: one process, its own loop in Rust threads, uvloop for Python."""
    port = free_port()
    command = ("-m", "granian", "--interface", "asgi", "--factory", "--loop", "uvloop", "--workers", "1")
    options = ("--no-ws", "--host", "127.0.0.1", "--port", str(port), "granian_app:make")
    log = field.place / "granian.log"
    with program([twin_python(), *command, *options], field.environ(child), log) as api:
        api.await_that(lambda: "Started worker" in log.read_text(), "granian", 60)
        yield Contender("ours on granian", api, None, port)


@contextmanager
def twin(field: Field, *, child: str, observed: bool, worker: bool) -> Iterator[Contender]:
    """FastAPI under uvicorn with uvloop and httptools, and a Celery worker with the Redis broker."""
    name, port = "twin, observed" if observed else "twin", free_port()
    (field.place / "twin").mkdir(parents=True, exist_ok=True)
    environ = {
        "TWIN_REDIS": field.url,
        "TWIN_BROKER": field.url.replace("unix://", "redis+socket://"),
        "TWIN_DATA": str(field.place / "twin"),
        "TWIN_KEYS": str(field.place / "data" / "keys.json"),
        "TWIN_CHILD": child,
        "TWIN_OBSERVED": str(int(observed)),
    }
    python = twin_python()
    server = (python, "-m", "uvicorn", "twin.api:app", "--loop", "uvloop", "--http", "httptools", "--no-access-log")
    with ExitStack() as stack:
        api = stack.enter_context(program([*server, "--port", str(port)], environ, field.place / f"{name}.log"))
        api.await_words("Application startup complete")
        beside = None
        if worker:
            celery = (
                python,
                "-m",
                "celery",
                "-A",
                "twin.tasks",
                "worker",
                "-c",
                "2",
                "-l",
                "WARNING",
                "--without-mingle",
            )
            beside = stack.enter_context(program([*celery, "--without-gossip"], environ, field.place / "celery.log"))
        yield Contender(name, api, beside, port)


def _workers(port: int) -> int:
    """How many workers live, as the interface last saw; a quiet one does not say so itself."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=30) as answer:
        return int(json.load(answer)["components"].get("workers", {}).get("total_workers", 0))


async def submitted(contender: Contender, secret: str, documents: list[dict[str, str]]) -> tuple[str, float]:
    """The id of a batch that was taken in, and the seconds that this took."""
    request = post("/upload", secret, {"documents": documents})
    begin = time.perf_counter()
    status, body = await ask(contender.port, request)
    seconds = time.perf_counter() - begin
    assert status == 202, (contender.name, status, body)
    return json.loads(body)["job_id"], seconds


async def status_of(contender: Contender, secret: str, job: str) -> str:
    """Where the batch stands."""
    _, body = await ask(contender.port, get(f"/status/{job}", secret))
    return str(json.loads(body)["status"])
