"""Keys, secrets and requesters' addresses are nowhere but where they belong, after batches that went well and badly."""

import pytest
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from tests.fakes.world import a_key, services
from tests.flow.service import batch, ended, running, serving, settings_for

EMAIL = "ana.perez@alcaldia.example"
WRONG = "dk_thisIsTheSecretOfSomebodyElse0123456789"
MINE = "dk_theKeyOfThisTest0123456789"
CALLBACK = "https://receiver.example/webhook"


@pytest.mark.timeout(120)
async def test_after_batches_with_failures_no_output_has_a_key_or_a_requester(tmp_path, redis, valkey_url, capfd):
    variables = {"LOG_LEVEL": "DEBUG", "DECALOGO_LOG_FORMAT": "json", "RATE_LIMIT_ENABLED": "true"}
    variables |= {"DECALOGO_RATE_SUBMIT": "4", "DECALOGO_RATE_STATUS": "100000", "DECALOGO_RATE_ENTERPRISE": "100000"}
    answers: list[str] = []
    async with running(settings_for(tmp_path, valkey_url, **variables)) as client:
        secret = (tmp_path / "first_key").read_text().strip()

        async def say(method: str, path: str, **more) -> None:
            response = await client.request(method, path, **more)
            answers.append(f"{response.headers}{response.text}")

        body = batch("hola", "REFUSE", "DIE", webhook_url=CALLBACK) | {"metadata": {"requester_email": EMAIL}}
        job_id = (await client.post("/upload", json=body)).json()["job_id"]
        await ended(client, job_id, 60)
        for _ in range(25):  # past the penalty
            await say("GET", f"/status/{job_id}", headers={"Authorization": f"Bearer {WRONG}"})
        for path in ("/status/", "/nowhere/"):  # only the log is asked: the answer says to the caller what he wrote
            assert (await client.get(f"{path}{secret}")).status_code == 404
        await say("POST", "/upload", json={"documents": [], "metadata": {"requester_email": EMAIL}})
        broken = f'{{"metadata": {{"requester_email": "{EMAIL}"'
        for _ in range(4):  # until the limit refuses it
            await say("POST", "/upload", content=broken, headers={"Content-Type": "application/json"})
        await say("POST", f"/api/v1/batch/{job_id}/cancel")
        v3 = ("/api/v3/rate-limit/status", "/api/v3/rate-limit/blocked-ips")
        for path in (f"/status/{job_id}", *v3, "/openapi.json", "/health", "/api/v1/batch/dead-letters"):
            await say("GET", path)
        await say("GET", "/metrics", headers={"Accept": "application/openmetrics-text"})

    captured = capfd.readouterr()
    told = {"logs": captured.out + captured.err, "answers": "".join(answers)}
    told["job logs"] = "".join(file.read_text() for file in (tmp_path / "artifacts/logs").glob("*.log"))
    told["keys"] = "".join(file.read_text() for file in (tmp_path / "artifacts/keys").glob("*.json"))
    assert '"event":"request_served"' in told["logs"]
    assert "address_penalised" in told["logs"]
    assert "rate_limit_exceeded" in told["answers"]
    assert {where: what for where, text in told.items() for what in (secret, WRONG, EMAIL) if what in text} == {}
    assert all(told.values())


async def test_no_span_has_a_key_or_a_requester():
    exporter = InMemorySpanExporter()
    world = services(exporter=exporter, keys=(a_key(MINE),))
    async with serving(world) as client:
        for secret in (MINE, WRONG):
            headers = {"Authorization": f"Bearer {secret}"}
            body = batch("hola") | {"metadata": {"requester_email": EMAIL}}
            await client.post("/upload", json=body, headers=headers)
            await client.get(f"/status/{secret}", headers=headers)

    spans = "".join(span.to_json() for span in exporter.get_finished_spans())
    assert "POST /upload" in spans
    assert [what for what in ("dk_", EMAIL) if what in spans] == []
