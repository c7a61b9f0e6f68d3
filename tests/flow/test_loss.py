"""All is lost but a backup, and comes back: `decalogo jobs archive`, `backup` and `restore` on a real service."""

import asyncio
import shutil
import subprocess
import sys

import pytest

from tests.e2e.processes import surroundings
from tests.flow.service import batch, ended, running, settings_for, until


@pytest.fixture
def jobs(valkey_url):
    """Runs `decalogo jobs` with these words on a data folder; its exit code and what it printed."""

    async def ask(folder, *words: object, **variables: str) -> tuple[int, str]:
        command = [sys.executable, "-m", "app.cli", "jobs", *map(str, words), "--data-dir", str(folder)]
        environ = surroundings() | {"REDIS_URL": valkey_url} | variables
        done = await asyncio.to_thread(
            subprocess.run, command, env=environ, capture_output=True, text=True, check=False
        )
        return done.returncode, done.stdout + done.stderr

    return ask


def a_bucket(s3):
    variables = {
        "DECALOGO_STORE_ENDPOINT": s3.url,
        "DECALOGO_STORE_KEY_ID": "AKIATEST",
        "DECALOGO_STORE_SECRET": "a-secret-of-the-tests",
    }
    return f"s3://{s3.bucket()}/here", variables


@pytest.fixture(params=["folders", "buckets"])
def places(request, tmp_path):
    """Where backups go, and the variables of the service before and after the loss."""
    if request.param == "folders":
        return str(tmp_path / "backups"), {}, {}
    s3 = request.getfixturevalue("s3")
    (backups, access), (before, _), (after, _) = a_bucket(s3), a_bucket(s3), a_bucket(s3)
    return backups, access | {"DECALOGO_STORE_URL": before}, access | {"DECALOGO_STORE_URL": after}


@pytest.mark.timeout(120)
async def test_after_a_loss_of_everything_a_backup_brings_every_batch_back(tmp_path, redis, valkey_url, jobs, places):
    lost, new = tmp_path / "lost", tmp_path / "new"
    backups, before, after = places
    answers = {}
    async with running(settings_for(lost, valkey_url, **before)) as client:
        secret = (lost / "first_key").read_text()  # its owner has it; no backup does
        archived, plain = [
            (await client.post("/upload", json=batch(f"hola {n}", "REFUSE"))).json()["job_id"] for n in range(2)
        ]
        for job_id in (archived, plain):
            await ended(client, job_id)
            answers[job_id] = (await client.get(f"/results/{job_id}?include_traces=true")).content
        assert (await jobs(lost, "backup", "--to", backups, **before))[0] == 0
        assert (await jobs(lost, "archive", archived, **before))[0] == 0
        assert (await client.get(f"/results/{archived}?include_traces=true")).content == answers[archived]
        unfinished = (await client.post("/upload", json=batch("SLEEP 3", "hola"))).json()["job_id"]

        async def done():
            return (await client.get(f"/status/{unfinished}")).json()["documents_completed"]

        await until(done, lambda count: count == 1)
        code, said = await jobs(lost, "backup", "--to", backups, **before)
        assert (code, said.startswith("incremental backup")) == (0, True), said
        assert (await jobs(lost, "backup", "--verify", "--to", backups, **before)) == (0, "All backups are whole.\n")

    await redis.flushall()
    shutil.rmtree(lost)
    code, said = await jobs(lost, "restore", "--from", backups, "--to", new, **after)
    assert code == 0, said
    (new / "first_key").write_text(secret)

    async with running(settings_for(new, valkey_url, **after)) as client:

        async def listed():
            code, text = await jobs(new, "list", **after)
            assert code == 0
            return text

        text = await until(listed, lambda text: text.count("batch_") == 3)
        assert all(job_id in text for job_id in (archived, plain, unfinished))
        for job_id, answer in answers.items():
            response = await client.get(f"/results/{job_id}?include_traces=true")
            assert (response.status_code, response.content) == (200, answer)
        status = await ended(client, unfinished)
        assert (status["status"], status["documents_completed"]) == ("completed", 2)


async def test_what_cannot_be_restored_or_archived_is_said(tmp_path, jobs, redis):
    code, said = await jobs(tmp_path, "restore", "--from", tmp_path / "none", "--to", tmp_path / "new")
    assert (code, "backup_not_found" in said) == (1, True)
    code, said = await jobs(tmp_path, "backup")
    assert (code, "DECALOGO_BACKUP_URL" in said) == (1, True)
    code, said = await jobs(tmp_path, "backup", "--to", "ftp://somewhere")
    assert (code, "s3://bucket/prefix" in said) == (1, True)
    code, said = await jobs(tmp_path, "archive", "batch_20261122_nobody")
    assert (code, "illegal_move" in said) == (1, True)
    code, said = await jobs(tmp_path, "archive", "--older-than", "1")
    assert (code, said) == (0, "0 archived\n")
