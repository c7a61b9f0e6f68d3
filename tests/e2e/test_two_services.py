"""Two interfaces, one Redis, one folder, one worker: whichever is asked, the answer is the same."""

import socket
import sys
import time
from contextlib import ExitStack
from pathlib import Path

import pytest
from redis import Redis

from tests.e2e.batches import client_of, completed, environ_for, kill
from tests.e2e.processes import eventually, started

ROOT = Path(__file__).resolve().parents[2]
URL = "/api/v1/batch"


@pytest.fixture
def store(valkey_url):
    """A client of the server that they share."""
    with Redis.from_url(valkey_url) as client:
        yield client


@pytest.fixture
def services(tmp_path, valkey_url, store):
    """Two interfaces beside a worker."""
    store.flushall()
    environ = environ_for(
        tmp_path,
        REDIS_URL=valkey_url,
        DECALOGO_PORT="0",
        DECALOGO_CHILD="tests.fakes.small_child:make",
        DECALOGO_IDEMPOTENCY_LEASE_SECONDS="2",
    )
    with ExitStack() as stack:
        program = [sys.executable, "-m", "app.cli"]
        one, other = [
            stack.enter_context(started([*program, "serve"], environ, tmp_path / f"{name}.log", ROOT))
            for name in ("one", "other")
        ]
        stack.enter_context(started([*program, "worker"], environ, tmp_path / "worker.log", ROOT))
        yield one, other


@pytest.fixture
def both(services, tmp_path):
    """Clients of the two interfaces."""
    with ExitStack() as stack:
        yield tuple(stack.enter_context(client_of(service, tmp_path)) for service in services)


def batch(*texts: str) -> dict:
    return {"documents": [{"id": f"d{n}", "content": text} for n, text in enumerate(texts, 1)]}


@pytest.mark.timeout(120)
def test_what_is_sent_to_one_is_answered_by_the_other(both):
    one, other = both
    eventually(lambda: one.get("/health/ready").status_code == 200, "one is ready")
    job_id = one.post("/upload", json=batch("hola", "SLEEP 0.5")).json()["job_id"]

    with other.stream("GET", f"{URL}/{job_id}/events") as stream:
        told = [line.removeprefix("event: ") for line in stream.iter_lines() if line.startswith("event: ")]
    completed(other, job_id)

    assert (told[0], told[-1]) == ("snapshot", "batch_ended")
    for path in (f"/status/{job_id}", f"/results/{job_id}", f"{URL}/{job_id}/documents/d1", URL):
        mine, theirs = one.get(path), other.get(path)
        assert (mine.content, mine.headers.get("etag")) == (theirs.content, theirs.headers.get("etag"))
    tag = one.get(f"/results/{job_id}").headers["etag"]
    assert other.get(f"/results/{job_id}", headers={"If-None-Match": tag}).status_code == 304


@pytest.mark.timeout(120)
def test_what_is_sent_to_one_is_stopped_and_removed_at_the_other(both):
    one, other = both
    key = {"Idempotency-Key": "k1"}
    sent = one.post("/upload", json=batch("SLEEP 30", "hola"), headers=key)
    job_id = sent.json()["job_id"]

    again = other.post("/upload", json=batch("SLEEP 30", "hola"), headers=key)
    assert (again.json(), again.headers["idempotent-replayed"]) == (sent.json(), "true")
    assert other.post("/upload", json=batch("otra"), headers=key).status_code == 422

    with one.stream("GET", f"{URL}/{job_id}/events") as stream:
        assert other.post(f"{URL}/{job_id}/cancel").json()["status"] == "cancelled"
        told = [line for line in stream.iter_lines() if line.startswith("event: ")]
    assert told[-1] in ("event: batch_cancelled", "event: snapshot")
    assert one.get(f"/status/{job_id}").json()["status"] == "cancelled"

    assert one.delete(f"{URL}/{job_id}").status_code == 204
    assert other.get(f"/status/{job_id}").status_code == 404


@pytest.mark.timeout(120)
def test_an_interface_that_dies_in_mid_upload_leaves_its_key_to_the_other_after_a_while(services, both, store):
    one, other = both
    body, key = batch("hola"), {"Idempotency-Key": "k2"}
    head = (
        f"POST /upload HTTP/1.1\r\nHost: x\r\nAuthorization: {one.headers['authorization']}\r\nIdempotency-Key: k2\r\n"
        'Content-Type: application/json\r\nContent-Length: 999\r\n\r\n{"documents": ['
    )
    with socket.create_connection((one.base_url.host, one.base_url.port)) as line:
        line.sendall(head.encode())
        eventually(lambda: store.keys("decalogo:idempotency:*:lease"), "the key is held")
        time.sleep(3)  # longer than the lease, which a process that lives prolongs
        assert other.post("/upload", json=body, headers=key).status_code == 409

        kill(services[0].pid)

        assert other.post("/upload", json=body, headers=key).status_code == 409
        eventually(lambda: other.post("/upload", json=body, headers=key).status_code == 202, "the key is free")
    assert other.post("/upload", json=body, headers=key).headers["idempotent-replayed"] == "true"
    assert len(other.get(URL).json()["batches"]) == 1
