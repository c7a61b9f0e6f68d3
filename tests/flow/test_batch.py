"""From an upload to its results, through the whole service."""

import asyncio
import json
from datetime import timedelta
from hashlib import sha256

import pytest

from tests.flow.service import batch, ended, running, settings_for, until


@pytest.fixture
async def client(tmp_path, redis, valkey_url):
    async with running(settings_for(tmp_path, valkey_url)) as client:
        yield client


async def test_a_json_batch_is_taken_in_evaluated_and_told(client, tmp_path):
    response = await client.post("/api/v1/batch/upload", json=batch("El plan reduce la pobreza", "REFUSE this one"))

    assert response.status_code == 202
    accepted = response.json()
    assert accepted["status"] == "queued"
    assert accepted["document_count"] == 2
    assert accepted["status_url"] == f"/api/v1/batch/status/{accepted['job_id']}"

    status = await ended(client, accepted["job_id"])
    assert status["status"] == "completed"
    assert (status["documents_completed"], status["documents_failed"]) == (1, 1)
    assert status["progress_percent"] == 100.0
    assert status["total_processing_seconds"] >= 0
    assert status["results_url"] == accepted["results_url"]

    results = (await client.get(accepted["results_url"])).json()
    good, bad = results["results"]
    assert good["status"] == "completed"
    assert good["evaluation"]["D1_DIAGNOSTICO_SUFICIENTE"]["score"] == good["score"]
    assert good["evidence"][0]["text"] == "El plan reduce la pobreza"
    assert bad["status"] == "failed"
    assert bad["error_details"]["exception"] == "no_text_layer"
    assert results["summary"]["average_score"] == good["score"]
    assert results["summary"]["total_evidence_extracted"] == 1

    job = tmp_path / "artifacts" / "batch_jobs" / accepted["job_id"]
    assert {p.name for p in (job / "results" / "d1").iterdir()} >= {
        "evaluation_results.json",
        "evidence_registry.json",
        "coverage_report.json",
    }
    assert json.loads((job / "metadata.json").read_text())["state"] == "completed"
    assert (job / "summary.json").is_file()


async def test_files_are_a_batch_too_and_the_short_paths_are_the_same(client):
    files = [("files", ("uno.pdf", b"%PDF-1.7 nothing real", "application/pdf")), ("files", ("dos.txt", b"hola"))]
    fields = {"municipality": "San Jacinto", "year": "2024", "period": "2024-2027", "enable_causal_analysis": "True"}

    response = await client.post("/upload", files=files, data={**fields, "enable_contradiction_detection": "false"})

    assert response.status_code == 202, response.text
    job_id = response.json()["job_id"]
    assert response.json()["submission_time"] == response.json()["created_at"]
    await ended(client, job_id)
    status = (await client.get(f"/status/{job_id}")).json()
    assert status["progress"] == {
        "current_step": None,
        "completed_steps": 2,
        "total_steps": 2,
        "progress_percentage": 100.0,
    }
    results = (await client.get(f"/results/{job_id}", params={"format": "json"})).json()["results"]
    assert [r["name"] for r in results] == ["uno.pdf", "dos.txt"]
    assert results[0]["options"] == ["contradiction"]


async def test_a_file_that_arrives_in_many_pieces_is_kept_as_it_was(client, tmp_path):
    data = b"%PDF-1.7 " + bytes(range(256)) * 8192

    response = await client.post("/upload", files=[("files", ("plan.pdf", data))])

    job_id = response.json()["job_id"]
    (kept,) = (tmp_path / "artifacts" / "batch_jobs" / job_id / "documents").iterdir()
    assert kept.name == sha256(data).hexdigest()
    assert kept.read_bytes() == data
    await ended(client, job_id)


@pytest.mark.parametrize(("authorization", "status"), [("Bearer wrong", b"401"), (None, b"413")])
async def test_a_body_is_refused_before_it_has_come(client, authorization, status):
    """Without a key nothing of it is read; with one, what cannot fit is not waited for."""
    reader, writer = await asyncio.open_connection(client.base_url.host, client.base_url.port)
    head = (
        "POST /upload HTTP/1.1\r\nHost: test\r\nContent-Type: multipart/form-data; boundary=b\r\n"
        f"Authorization: {authorization or client.headers['Authorization']}\r\nContent-Length: 99000000000\r\n\r\n"
    )
    writer.write(head.encode() + b"--b\r\n")
    await writer.drain()

    answer = await asyncio.wait_for(reader.readline(), 10)

    writer.close()
    await writer.wait_closed()
    assert answer.split()[1] == status


async def test_evidence_can_be_left_out_and_traces_asked_for(client):
    job_id = (await client.post("/upload", json=batch("hola"))).json()["job_id"]
    await ended(client, job_id)

    url = f"/api/v1/batch/results/{job_id}"
    lean = (await client.get(url, params={"include_evidence": "false", "include_traces": "true"})).json()["results"][0]

    assert "evidence" not in lean
    assert lean["traces"][0]["flow"] == "document_ingestion"


async def test_results_of_a_batch_that_still_runs_are_202(client):
    job_id = (await client.post("/upload", json=batch("SLEEP 1.5"))).json()["job_id"]

    response = await client.get(f"/results/{job_id}")

    assert response.status_code == 202
    assert response.json()["error"] == "job_not_ready"
    assert response.json()["status"] in ("queued", "processing")
    await ended(client, job_id)


async def test_a_batch_in_which_nothing_succeeds_has_failed(client):
    job_id = (await client.post("/upload", json=batch("REFUSE", "BREAK"))).json()["job_id"]

    status = await ended(client, job_id)

    assert status["status"] == "failed"
    assert status["error"]
    assert status["error_details"]["last_document"] == "d2"
    assert "failed_at" in status
    assert "completed_at" not in status
    assert (await client.get(f"/results/{job_id}")).status_code == 200


async def test_a_child_that_dies_costs_one_try_of_one_document(client, tmp_path):
    job_id = (await client.post("/upload", json=batch(f"DIE_ONCE {tmp_path / 'mark'}", "hola"))).json()["job_id"]

    status = await ended(client, job_id)

    assert [(d["status"], d["attempts"]) for d in status["documents"]] == [("completed", 2), ("completed", 1)]


async def test_a_document_that_always_kills_its_child_fails_alone(client):
    job_id = (await client.post("/upload", json=batch("DIE", "hola"))).json()["job_id"]

    status = await ended(client, job_id, seconds=40)

    assert [d["status"] for d in status["documents"]] == ["failed", "completed"]
    assert status["documents"][0]["error"]["code"] == "evaluation_crashed"
    assert status["documents"][0]["attempts"] == 3


async def test_the_figures_reach_metrics_and_health(client):
    job_ids = [(await client.post("/upload", json=batch("hola", "REFUSE"))).json()["job_id"] for _ in range(2)]
    await asyncio.gather(*(ended(client, job_id) for job_id in job_ids))

    text = (await client.get("/metrics", headers={"Accept": "application/openmetrics-text"})).text

    assert 'documents_processed_total{status="success"} 2.0' in text
    assert 'documents_processed_total{status="error"} 2.0' in text
    assert "batch_throughput_per_hour 48.0" in text
    assert 'worker_utilization{worker_id="w0@test"}' in text
    assert 'queue_depth{queue_name="pdm_evaluation_queue"} 0.0' in text
    assert 'batch_document_processing_latency_seconds_bucket{le="+Inf"} 4.0' in text
    assert 'route="/api/v1/batch/status/{job_id}"' in text
    assert (await client.get("/health")).status_code == 200


async def test_a_key_that_is_made_rotated_and_revoked_while_the_service_runs_is_seen_within_a_second_or_so(
    client, tmp_path
):
    from app.keyring import open_keys
    from app.usecases.keys import Wish, create_key, revoke_key, rotate_key
    from infra.clock_system import SystemClock

    job_id = (await client.post("/upload", json=batch("hola"))).json()["job_id"]
    keys, clock = open_keys(settings_for(tmp_path, "")), SystemClock()
    old, first = await create_key(clock, keys, Wish(name="other", tenant="other", scopes="read"))

    async def seen(secret):
        answer = await client.get(f"/api/v1/batch/status/{job_id}", headers={"Authorization": f"Bearer {secret}"})
        return answer.status_code, answer.json()["error"]

    foreign, unknown = (404, "job_not_found"), (401, "unauthorized")
    await until(lambda: seen(first), lambda said: said == foreign, 3)
    refused = await client.post("/upload", json=batch("hola"), headers={"Authorization": f"Bearer {first}"})
    assert (refused.status_code, refused.json()["error"]) == (403, "forbidden")

    new, second = await rotate_key(clock, keys, old.id, grace=timedelta(hours=1))
    await until(lambda: seen(second), lambda said: said == foreign, 3)
    assert await seen(first) == foreign  # for an hour yet

    await revoke_key(clock, keys, old.id)
    await until(lambda: seen(first), lambda said: said == unknown, 3)
    assert await seen(second) == foreign

    async def used():
        await keys.refresh()
        return {kept.key.id for kept in keys.all() if kept.used_at}

    await until(used, lambda ids: {old.id, new.id} <= ids, 3)
    await ended(client, job_id)


async def test_a_caller_who_goes_away_in_mid_upload_is_no_defect_and_leaves_nothing(client, tmp_path):
    head = f"POST /upload HTTP/1.1\r\nHost: x\r\nAuthorization: {client.headers['authorization']}\r\n"
    bodies = {
        "application/json": '{"documents": [',
        "multipart/form-data; boundary=b": '--b\r\nContent-Disposition: form-data; name="f"; filename="a"\r\n\r\nhola',
    }
    for kind, body in bodies.items():
        _, writer = await asyncio.open_connection(client.base_url.host, client.base_url.port)
        writer.write(f"{head}Content-Type: {kind}\r\nContent-Length: 999\r\n\r\n{body}".encode())
        await writer.drain()
        writer.close()

    async def requests() -> dict[str, float]:
        lines = (await client.get("/metrics")).text.splitlines()
        return {line.split()[0]: float(line.split()[1]) for line in lines if line.startswith("http_requests_total")}

    counted = 'http_requests_total{method="POST",route="/upload",status="400"}'
    seen = await until(requests, lambda found: found.get(counted) == 2.0)

    assert [name for name in seen if 'status="500"' in name] == []
    assert [p for p in (tmp_path / "artifacts/batch_jobs").rglob("*") if p.is_file()] == []
