"""The service as its operator starts it, with a worker killed in mid-document."""

import os
import signal
import sys
import time
from contextlib import ExitStack
from pathlib import Path

import psutil
import pytest

from tests.e2e.batches import client_of, completed, evaluations, submit, workers
from tests.e2e.processes import eventually, started, surroundings

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def service(tmp_path):
    """`decalogo up` on a free port with a slow child."""
    environ = surroundings() | {
        "DECALOGO_CHILD": "tests.fakes.slow_child:make",
        "DECALOGO_CONCURRENCY": "2",
        "DECALOGO_DATA_DIR": str(tmp_path / "data"),
        "DECALOGO_PORT": "0",
        "DECALOGO_LOG_FORMAT": "json",
    }
    with started([sys.executable, "-m", "app.cli", "up"], environ, tmp_path / "up.log", ROOT) as program:
        eventually(program.says("DECALOGO is ready"), "ready", 40)
        yield program


@pytest.mark.timeout(120)
def test_a_worker_killed_in_mid_document_costs_the_batch_nothing(service, tmp_path):
    with client_of(service, tmp_path) as client:
        job_id = submit(client, tmp_path, "a", "b", "c")
        eventually(lambda: len(evaluations(tmp_path)) >= 2, "two documents are in evaluation", 40)
        worker = psutil.Process(evaluations(tmp_path)[0].worker)
        children = worker.children(recursive=True)

        killed_at = time.monotonic()
        worker.send_signal(signal.SIGKILL)
        before = len(evaluations(tmp_path))
        eventually(lambda: not any(c.is_running() and c.status() != "zombie" for c in children), "children die too")
        eventually(lambda: len(evaluations(tmp_path)) > before, "a document is taken up again", 40)
        recovered_after = time.monotonic() - killed_at

        status = completed(client, job_id)
        assert (status["documents_completed"], status["documents_failed"]) == (3, 0)
        attempts = {d["document_id"]: d["attempts"] for d in status["documents"]}
        assert sorted(attempts.values()) == [1, 2, 2]
        metrics = client.get("/metrics").text
        assert 'documents_processed_total{status="success"} 3.0' in metrics
        assert 'queue_depth{queue_name="pdm_evaluation_queue"} 0.0' in metrics
        results = client.get(f"/api/v1/batch/results/{job_id}").json()
        assert [r["document_id"] for r in results["results"]] == ["a", "b", "c"]
    sys.stdout.write(f"recovered after {recovered_after:.2f} s\n")


@pytest.mark.timeout(120)
def test_without_a_supervisor_the_other_worker_takes_over_when_the_silence_is_noticed(tmp_path):
    environ = surroundings() | {
        "DECALOGO_CHILD": "tests.fakes.slow_child:make",
        "DECALOGO_CONCURRENCY": "2",
        "DECALOGO_DATA_DIR": str(tmp_path / "data"),
    }
    command = [sys.executable, "-m", "app.cli"]
    with ExitStack() as stack:
        up = [*command, "up", "--workers", "0", "--port", "0"]
        service = stack.enter_context(started(up, environ, tmp_path / "up.log", ROOT))
        eventually(service.says("DECALOGO is ready"), "ready", 40)
        one, two = (
            stack.enter_context(started([*command, "worker", "--name", n], environ, tmp_path / n, ROOT)) for n in "xy"
        )
        for worker in (one, two):
            eventually(worker.says("worker_started"), "a worker runs", 40)
        with client_of(service, tmp_path) as client:
            job_id = submit(client, tmp_path, "a", "b", "c", "d", "e", "f")
            eventually(lambda: len(evaluations(tmp_path)) >= 4, "four documents are in evaluation", 40)
            taken = {line[0] for line in evaluations(tmp_path) if int(line[2]) == one.pid}

            os.kill(one.pid, signal.SIGKILL)
            killed_at = time.monotonic()

            def again() -> bool:
                return taken <= {line[0] for line in evaluations(tmp_path) if int(line[2]) == two.pid}

            eventually(again, "the other worker takes up what the dead one had", 40)
            sys.stdout.write(f"taken over after {time.monotonic() - killed_at:.2f} s\n")
            status = completed(client, job_id)
    assert (status["documents_completed"], status["documents_failed"]) == (6, 0)


@pytest.mark.timeout(120)
def test_valkey_killed_in_mid_document_costs_the_batch_nothing(service, tmp_path):
    with client_of(service, tmp_path) as client:
        job_id = submit(client, tmp_path, "a", "b", "c")
        eventually(lambda: len(evaluations(tmp_path)) >= 2, "two documents are in evaluation", 40)
        (valkey,) = (p for p in service.living() if "valkey-server" in p.name())

        valkey.send_signal(signal.SIGKILL)

        status = completed(client, job_id)
        assert (status["documents_completed"], status["documents_failed"]) == (3, 0)
        assert 'documents_processed_total{status="success"} 3.0' in client.get("/metrics").text


@pytest.mark.timeout(120)
def test_ctrl_c_ends_everything_and_the_next_start_goes_on_where_it_stopped(service, tmp_path):
    with client_of(service, tmp_path) as client:
        job_id = submit(client, tmp_path, "a", "b", "c")
        eventually(lambda: len(evaluations(tmp_path)) >= 2, "two documents are in evaluation", 40)

    asked = time.monotonic()
    service.ctrl_c()
    assert service.wait(20) == 0, service.output()
    sys.stdout.write(f"ended after {time.monotonic() - asked:.2f} s\n")
    eventually(lambda: service.commands() == [], "nothing is left")

    environ = surroundings() | {
        "DECALOGO_CHILD": "tests.fakes.slow_child:make",
        "DECALOGO_DATA_DIR": str(tmp_path / "data"),
        "DECALOGO_PORT": "0",
    }
    with started([sys.executable, "-m", "app.cli", "up"], environ, tmp_path / "again.log", ROOT) as again:
        eventually(again.says("DECALOGO is ready"), "ready", 40)
        with client_of(again, tmp_path) as client:
            status = completed(client, job_id)
    assert (status["documents_completed"], status["documents_failed"]) == (3, 0)


@pytest.mark.timeout(120)
def test_a_supervisor_killed_with_9_takes_everything_with_it(service):
    eventually(lambda: workers(service), "a worker runs", 40)

    os.kill(service.pid, signal.SIGKILL)

    eventually(lambda: service.commands() == [], "nothing is left")


def test_a_taken_port_is_said_at_once(tmp_path):
    import socket

    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        environ = surroundings() | {"DECALOGO_DATA_DIR": str(tmp_path), "DECALOGO_PORT": str(port)}
        with started([sys.executable, "-m", "app.cli", "up"], environ, tmp_path / "log", ROOT) as program:
            assert program.wait(20) == 3
            assert f"cannot listen on 127.0.0.1:{port}" in program.output()
