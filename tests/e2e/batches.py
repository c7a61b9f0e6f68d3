"""Batches of a service under test: sent, watched in the log of the slow child, and counted at their end."""

import os
import re
import signal
import time
from pathlib import Path
from typing import NamedTuple

import httpx
import psutil

from domain.canonical import digest_bytes
from tests.e2e.processes import Started, eventually, surroundings


class Evaluation(NamedTuple):
    """One begin of an evaluation, as its child wrote it down; `at` is the machine's monotonic clock."""

    document: str
    child: int
    worker: int
    at: float


def environ_for(folder: Path, **variables: str) -> dict[str, str]:
    """Of a service in `folder`/data with slow children."""
    fixed = {
        "RATE_LIMIT_ENABLED": "false",
        "DECALOGO_CHILD": "tests.fakes.slow_child:make",
        "DECALOGO_DATA_DIR": str(folder / "data"),
    }
    fixed["RATE_LIMIT_ENABLED"] = "false"  # what is not about limits asks as often as it likes
    return surroundings() | fixed | {"DECALOGO_CONCURRENCY": "2", "DECALOGO_LOG_FORMAT": "json", **variables}


def client_of(program: Started, folder: Path) -> httpx.Client:
    """A client with the first key."""
    key_file, address = folder / "data" / "first_key", re.compile(r"127\.0\.0\.1:\d+")
    eventually(lambda: address.search(program.output()) and key_file.exists(), "an address and a key", 40)
    (url, *_), key = address.findall(program.output()), key_file.read_text().strip()
    headers = {"Authorization": f"Bearer {key}"}
    return httpx.Client(base_url=f"http://{url}", headers=headers, trust_env=False, timeout=10)


def evaluations(folder: Path) -> list[Evaluation]:
    """Every begin until now."""
    log = folder / "started"
    if not log.exists():
        return []
    words = [line.split() for line in log.read_text().splitlines()]
    return [Evaluation(w[0], int(w[1]), int(w[2]), float(w[3])) for w in words if len(w) == 4]


def begun(folder: Path, document: str) -> list[Evaluation]:
    """Those of one document."""
    return [e for e in evaluations(folder) if e.document == document]


def workers(program: Started) -> list[psutil.Process]:
    """The workers that a supervisor started, with the one that stands by."""
    return [p for p in program.living() if "app.worker" in p.cmdline()]


def text_of(folder: Path, name: str, seconds: float) -> str:
    """What the slow child obeys."""
    return f"{folder} {seconds} {name}"


def submit(client: httpx.Client, folder: Path, *names: str, seconds: float = 1.5) -> str:
    """Send a batch with a document a name; its id."""
    documents = [{"id": name, "content": text_of(folder, name, seconds)} for name in names]
    response = client.post("/api/v1/batch/upload", json={"documents": documents})
    assert response.status_code == 202, response.text
    return response.json()["job_id"]


def status_of(client: httpx.Client, job_id: str) -> dict:
    """The status; `{"status": None}` while the service is away."""
    try:
        response = client.get(f"/api/v1/batch/status/{job_id}")
    except httpx.HTTPError:
        return {"status": None}
    assert response.status_code in (200, 503), response.text
    return response.json() if response.status_code == 200 else {"status": None}


def completed(client: httpx.Client, job_id: str, within: float = 60) -> dict:
    """The status, once the batch has completed."""
    eventually(lambda: status_of(client, job_id)["status"] == "completed", "the batch completes", within)
    return status_of(client, job_id)


def tally(client: httpx.Client, folder: Path, job_id: str, *names: str, seconds: float = 1.5) -> tuple[int, int]:
    """Documents of a batch that ended which were lost, and which were counted twice, by the metrics of a fresh service.

    Lost is also what has another hash than it has in a calm run: here that of its bytes.
    """
    answer = client.get(f"/api/v1/batch/results/{job_id}").json()
    hashes = answer["summary"]["evaluation_hashes"]
    whole = {name: digest_bytes(text_of(folder, name, seconds).encode()) for name in names}
    assert [r["document_id"] for r in answer["results"]] == list(names)
    lost = sum(hashes.get(name) != value for name, value in whole.items())
    line = 'documents_processed_total{status="success"} '
    counted = float(client.get("/metrics").text.split(line)[1].split()[0])
    return lost, max(0, round(counted) - len(names))


def kill(pid: int) -> float:
    """With -9; when that was."""
    os.kill(pid, signal.SIGKILL)
    return time.monotonic()
