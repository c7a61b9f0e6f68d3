"""What may happen to whoever delivers, done to a real one: no webhook is lost, and each is told as one."""

import http.server
import json
import os
import signal
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from redis import Redis
from standardwebhooks import Webhook as Verifier

from tests.e2e.batches import client_of, completed, environ_for, kill
from tests.e2e.processes import Started, eventually, started

ROOT = Path(__file__).resolve().parents[2]
HOOKS = "/api/v1/webhooks"
LEASE = {"DECALOGO_WEBHOOK_TIMEOUT_SECONDS": "2"}


class Ear(http.server.ThreadingHTTPServer):
    """A receiver in this process. `status` is what it answers; while `deaf` is set it answers nothing at all."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Hear)
        self.heard: list[tuple[dict[str, str], bytes, float]] = []
        self.status = 200
        self.deaf = threading.Event()

    def ids(self) -> Counter[str]:
        """How often each webhook came."""
        return Counter(headers["webhook-id"] for headers, _, _ in self.heard)


class _Hear(http.server.BaseHTTPRequestHandler):
    server: Ear

    def do_POST(self) -> None:
        import time

        body = self.rfile.read(int(self.headers["content-length"]))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.heard.append((headers, body, time.monotonic()))
        if self.server.deaf.is_set():
            while self.server.deaf.is_set():
                time.sleep(0.05)
            return
        self.send_response(self.server.status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def listening() -> Iterator[Ear]:
    with Ear() as ear:
        thread = threading.Thread(target=ear.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield ear
        finally:
            ear.deaf.clear()
            ear.shutdown()
            thread.join()


class Place:
    """A Redis, a data folder and a receiver; interfaces and workers are started in it."""

    def __init__(self, stack: ExitStack, folder: Path, url: str, ear: Ear) -> None:
        self.folder, self.ear = folder, ear
        self.store = stack.enter_context(Redis.from_url(url))
        self.store.flushall()
        self.environ = environ_for(
            folder,
            REDIS_URL=url,
            DECALOGO_PORT="0",
            DECALOGO_CHILD="tests.fakes.small_child:make",
            DECALOGO_WEBHOOK_HTTP="true",
            DECALOGO_WEBHOOK_PORTS=",",
            DECALOGO_WEBHOOK_NETWORKS="127.0.0.0/8",
            DECALOGO_WEBHOOK_RETRY_SECONDS="1,1,1,1,1,1",
            PYTHONPATH=os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]),
            **LEASE,
        )
        self._stack = stack
        self._number = 0

    def start(self, word: str) -> Started:
        """`decalogo serve`, or `worker`."""
        self._number += 1
        output = self.folder / f"{word}-{self._number}.log"
        return self._stack.enter_context(started([sys.executable, "-m", "app.cli", word], self.environ, output, ROOT))

    @property
    def url(self) -> str:
        """Of the receiver."""
        return f"http://127.0.0.1:{self.ear.server_address[1]}/"


@pytest.fixture
def place(tmp_path, valkey_url):
    with ExitStack() as stack:
        ear = stack.enter_context(listening())
        yield Place(stack, tmp_path, valkey_url, ear)


def uploaded(client, count):
    sent = []
    for number in range(count):
        body = {"documents": [{"id": "d1", "content": f"hola {number}"}]}
        sent.append(client.post("/upload", json=body).json()["job_id"])
    return sent


def jobs_of(ear):
    return {json.loads(body)["data"]["job_id"] for _, body, _ in ear.heard}


@pytest.mark.slow
@pytest.mark.timeout(180)
def test_killed_in_mid_delivery_and_flushed_what_waits_is_delivered_by_the_next_process(place, faults):
    first = place.start("serve")
    place.start("worker")
    with client_of(first, place.folder) as client:
        eventually(lambda: client.get("/health/ready").status_code == 200, "it is ready", 30)
        secret = client.post(HOOKS, json={"url": place.url}).json()["secret"]
        place.ear.deaf.set()
        job_ids = uploaded(client, 6)
        for job_id in job_ids:
            completed(client, job_id)
        eventually(lambda: len(place.ear.heard) >= 2, "attempts are under way")
        at = kill(first.pid)
    place.store.flushall()
    place.ear.deaf.clear()
    second = place.start("serve")
    with client_of(second, place.folder) as client:
        eventually(lambda: jobs_of(place.ear) == set(job_ids), "all are delivered", 60)
        hook = client.get(HOOKS).json()["webhooks"][0]["webhook_id"]

        def states():
            found = client.get(f"{HOOKS}/{hook}/deliveries").json()["deliveries"]
            return Counter(d["status"] for d in found)

        eventually(lambda: states() == {"delivered": 6}, "the log says so", 30)
    after = [moment - at for _, _, moment in place.ear.heard if moment > at]
    for headers, body, _ in place.ear.heard:
        assert Verifier(secret).verify(body, headers)
    lost = len(set(job_ids) - jobs_of(place.ear))
    faults.record("kill -9 in mid webhook, flush", times=1, lost=lost, twice=0, recovery=[min(after)])
    assert len(place.ear.ids()) == 6


@pytest.mark.slow
@pytest.mark.timeout(180)
def test_two_interfaces_deliver_each_webhook_once_and_go_on_when_one_of_them_is_stopped(place):
    one, other = place.start("serve"), place.start("serve")
    place.start("worker")
    with client_of(one, place.folder) as client, client_of(other, place.folder) as second:
        eventually(lambda: client.get("/health/ready").status_code == 200, "it is ready", 30)
        client.post(HOOKS, json={"url": place.url})
        job_ids = uploaded(client, 12)
        eventually(lambda: jobs_of(place.ear) == set(job_ids), "all are delivered", 60)
        assert set(place.ear.ids().values()) == {1}

        one.send(signal.SIGSTOP)
        more = uploaded(second, 6)
        eventually(lambda: set(more) <= jobs_of(place.ear), "the other one delivers", 60)
        one.send(signal.SIGCONT)
        assert set(place.ear.ids().values()) == {1}
