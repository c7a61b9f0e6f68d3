"""`decalogo watch` beside a running service: it hears what happens, and does not ask again and again."""

import asyncio

import pytest

from app.commands.changes import changes
from app.commands.client import Client
from tests.flow.service import batch, running, settings_for


@pytest.mark.parametrize(("streams", "asks_most"), [("500", 2), ("0", 20)], ids=["heard", "asked"])
async def test_a_batch_is_followed_to_its_end(tmp_path, redis, valkey_url, streams, asks_most):
    async with running(settings_for(tmp_path, valkey_url, DECALOGO_EVENT_STREAMS=streams)) as http:
        body = batch("SLEEP 0.6", "SLEEP 1.2", "REFUSE")
        job_id = (await http.post("/api/v1/batch/upload", json=body)).json()["job_id"]
        with Client(str(http.base_url), http.headers["authorization"].removeprefix("Bearer ")) as client:
            seen = await asyncio.to_thread(lambda: list(changes(client, job_id)))
        metrics = (await http.get("/metrics")).text

    assert (seen[-1].status, [d.status for d in seen[-1].documents]) == ("completed", ["completed"] * 2 + ["failed"])
    assert {d.status for status in seen for d in status.documents} >= {"processing", "completed"}
    assert 2 <= asked(metrics) <= asks_most
    assert streams == "0" or "embedding_generation" in {d.stage for status in seen for d in status.documents}


def asked(metrics: str) -> int:
    """How often the status was asked for, by the service's own count."""
    lines = [line for line in metrics.splitlines() if 'route="/api/v1/batch/status/{job_id}"' in line]
    return sum(int(float(line.rpartition(" ")[2])) for line in lines if "_count{" in line)
