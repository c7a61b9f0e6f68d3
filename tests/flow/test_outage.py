"""Redis away: callers are told so quickly, health stays up, and all goes on when it is back."""

import asyncio
import socket
import time

import pytest

from app import container
from app.container import build
from domain.keys import digest_of
from tests.fakes.world import a_key
from tests.flow.service import batch, serving, settings_for


@pytest.fixture
async def client(tmp_path):
    async with build(settings_for(tmp_path, f"unix://{tmp_path}/none.sock")) as services:
        await services.keys.add(a_key(digest_of("secret")))
        async with serving(services) as client:
            client.headers["Authorization"] = "Bearer secret"
            yield client


async def test_a_caller_is_told_within_seconds_and_then_at_once(client):
    start = time.monotonic()
    for _ in range(6):
        response = await client.post("/upload", json=batch("hola"))

        assert (response.status_code, response.json()["error"]) == (503, "backend_unavailable"), response.text
        assert int(response.headers["retry-after"]) >= 1
    assert time.monotonic() - start < 20

    start = time.monotonic()
    response = await client.get("/status/batch_1")

    assert response.status_code == 503
    assert time.monotonic() - start < 0.5


async def test_liveness_and_metrics_answer_and_readiness_says_no(client):
    assert (await client.get("/health")).status_code == 200
    assert (await client.get("/health")).json()["components"]["redis"]["status"] == "unhealthy"
    assert (await client.get("/health/ready")).status_code == 503
    assert (await client.get("/metrics")).status_code == 200


ASKED = [("GET", "/status/batch_1"), ("GET", "/api/v1/batch"), ("POST", "/upload"), ("DELETE", "/api/v1/batch/batch_1")]


@pytest.mark.parametrize(("method", "path"), ASKED)
async def test_a_redis_that_hangs_is_one_that_is_away(tmp_path, monkeypatch, method, path):
    """It takes connections and never answers, as a server that was stopped, or one behind a line that was cut."""
    monkeypatch.setattr(container, "_API_SECONDS", 0.3)
    with socket.socket(socket.AF_UNIX) as silent:
        silent.bind(str(tmp_path / "silent.sock"))
        silent.listen()
        async with build(settings_for(tmp_path, f"unix://{tmp_path}/silent.sock")) as services:
            await services.keys.add(a_key(digest_of("secret")))
            async with serving(services) as client, asyncio.timeout(10):
                body = {"json": batch("hola")} if method == "POST" else {}
                response = await client.request(method, path, headers={"Authorization": "Bearer secret"}, **body)

    assert (response.status_code, response.json()["error"]) == (503, "backend_unavailable")
