"""`decalogo webhooks` on the store of a service that runs."""

import asyncio
import json
import subprocess
import sys

import pytest

from tests.e2e.processes import surroundings
from tests.fakes.receiver import answer, receiving
from tests.flow.service import batch, ended, running, settings_for, until

HOOKS = "/api/v1/webhooks"


@pytest.fixture
def webhooks(tmp_path, valkey_url):
    """Runs `decalogo webhooks` with these words; its exit code and what it printed."""

    async def ask(*words: str) -> tuple[int, str]:
        command = [sys.executable, "-m", "app.cli", "webhooks", *words, "--data-dir", str(tmp_path)]
        environ = surroundings() | {"REDIS_URL": valkey_url}
        done = await asyncio.to_thread(
            subprocess.run, command, env=environ, capture_output=True, text=True, check=False
        )
        return done.returncode, done.stdout + done.stderr

    return ask


async def test_an_operator_sees_webhooks_and_deliveries_and_delivers_once_more(redis, tmp_path, valkey_url, webhooks):
    settings = settings_for(
        tmp_path,
        valkey_url,
        DECALOGO_WEBHOOK_HTTP="true",
        DECALOGO_WEBHOOK_PORTS=",",
        DECALOGO_WEBHOOK_NETWORKS="127.0.0.0/8",
        DECALOGO_WEBHOOK_POLL_SECONDS="0.05",
        DECALOGO_WEBHOOK_RETRY_SECONDS="0.1",
    )
    async with receiving() as receiver, running(settings) as client:
        receiver.act = answer(500)
        url = f"http://127.0.0.1:{receiver.port}"
        hook = (await client.post(HOOKS, json={"url": f"{url}/hidden?token=hidden", "description": "uno"})).json()
        await ended(client, (await client.post("/upload", json=batch("hola"))).json()["job_id"])

        async def letters():
            return (await client.get(f"{HOOKS}/dead-letters")).json()["deliveries"]

        (dead,) = await until(letters, len)

        code, listed = await webhooks("list")
        assert code == 0
        assert hook["webhook_id"] in listed
        assert url in listed
        assert [word for word in ("hidden", "whsec_") if word in listed] == []
        code, text = await webhooks("deliveries", "default", hook["webhook_id"], "--json")
        assert (code, [d["state"] for d in json.loads(text)]) == (0, ["dead"])
        assert [word for word in ("hidden", "whsec_") if word in text] == []
        code, text = await webhooks("dead", "default")
        assert (code, dead["delivery_id"] in text) == (0, True)

        receiver.act = answer(204)
        code, text = await webhooks("redeliver", dead["delivery_id"])
        assert (code, "pending" in text) == (0, True)
        await until(letters, lambda found: not found)
        code, text = await webhooks("redeliver", "msg_nothing")
        assert code == 1
        assert "delivery_not_found" in text
    assert len(receiver.calls) == 3
