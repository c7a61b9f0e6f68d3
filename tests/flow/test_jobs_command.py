"""`decalogo jobs` on the store of a service that runs."""

import asyncio
import json
import subprocess
import sys

import pytest

from tests.e2e.processes import surroundings
from tests.flow.service import batch, ended, running, settings_for, until


@pytest.fixture
async def client(tmp_path, redis, valkey_url):
    async with running(settings_for(tmp_path, valkey_url)) as client:
        yield client


@pytest.fixture
def jobs(tmp_path, valkey_url):
    """Runs `decalogo jobs` with these words; its exit code and what it printed."""

    async def ask(*words: str) -> tuple[int, str]:
        command = [sys.executable, "-m", "app.cli", "jobs", *words, "--data-dir", str(tmp_path)]
        environ = surroundings() | {"REDIS_URL": valkey_url}
        done = await asyncio.to_thread(
            subprocess.run, command, env=environ, capture_output=True, text=True, check=False
        )
        return done.returncode, done.stdout + done.stderr

    return ask


async def test_an_operator_lists_shows_cancels_and_retries(client, jobs):
    job_id = (await client.post("/upload", json=batch("hola", "SLEEP 8"))).json()["job_id"]

    async def one_done() -> int:
        return (await client.get(f"/status/{job_id}")).json()["documents_completed"]

    await until(one_done, lambda count: count == 1)

    code, text = await jobs("cancel", job_id, "--json")
    assert (code, json.loads(text)["state"]) == (0, "cancelled")
    code, text = await jobs("list", "--json")
    assert (code, [job["id"] for job in json.loads(text)["jobs"]]) == (0, [job_id])
    code, text = await jobs("cancel", job_id)
    assert code == 1
    assert "illegal_move" in text
    code, text = await jobs("list", "--state", "cancelled", "--tenant", "default")
    assert code == 0
    assert f"{job_id}  default  cancelled" in text
    code, _ = await jobs("retry", job_id)
    assert code == 0
    assert (await ended(client, job_id))["status"] == "completed"
    code, text = await jobs("show", job_id)
    assert code == 0
    assert "d2.txt" in text or "d2" in text
    assert text.count("completed") == 3


async def test_what_was_given_up_is_named_with_its_reason(client, jobs):
    job_id = (await client.post("/upload", json=batch("DIE", "hola"))).json()["job_id"]
    await ended(client, job_id, 40)

    code, text = await jobs("dead", "--json")

    assert code == 0
    (letter,) = json.loads(text)
    assert (letter["job_id"], letter["document_id"], letter["attempts"]) == (job_id, "d1", 3)
    assert "died" in letter["reason"]


async def test_a_sweep_says_what_it_put_right(client, jobs, redis):
    job_id = (await client.post("/upload", json=batch("hola"))).json()["job_id"]
    await ended(client, job_id)

    code, text = await jobs("sweep", "--json")

    assert code == 0
    assert set(json.loads(text).values()) <= {0, 1}


async def test_what_cannot_be_is_an_error_with_its_code(jobs, client):
    code, text = await jobs("show", "batch_nothing")
    assert (code, "job_not_found" in text) == (1, True)
    code, text = await jobs("list", "--state", "sleeping")
    assert (code, "validation_error" in text) == (1, True)
