"""No room for a batch: the tenant's quota is used, or the store is nearly full. Said before the body is read."""

import asyncio

import pytest
from msgspec.structs import replace

from app.container import build
from app.usecases.places import keep_record
from domain.records import Space
from domain.storage import UNBOUNDED
from tests.fakes.world import MemoryKeys, a_job, a_key, services
from tests.flow.service import batch, ended, running, serving, settings_for

URL = "/api/v1/batch/upload"
KEY = {"Authorization": "Bearer s"}


async def unread():
    """A body that nobody may ask for."""
    raise AssertionError
    yield b""


async def test_a_used_up_quota_is_a_403_with_its_figures_before_anything_is_read():
    world = services(keys=(a_key("s"), a_key("o", tenant="other")), tenant_bytes=100)
    await world.usage.add("acme", 100)
    async with serving(world) as client:
        refused = await client.post(URL, content=unread(), headers=KEY | {"Content-Type": "application/json"})
        other = await client.post(URL, json=batch("hola"), headers={"Authorization": "Bearer o"})

    assert (refused.status_code, refused.json()["error"]) == (403, "quota_exceeded")
    assert refused.json()["details"] == {"used_bytes": 100, "quota_bytes": 100}
    assert other.status_code == 202


async def test_a_batch_that_does_not_fit_into_the_rest_leaves_nothing():
    world = services(keys=(a_key("s"),), tenant_bytes=100)
    async with serving(world) as client:
        refused = await client.post(URL, json=batch("x" * 60, "y" * 60), headers=KEY)
        fits = await client.post(URL, json=batch("x" * 60), headers=KEY)

    assert (refused.status_code, refused.json()["details"]["received"]) == (403, 120)
    assert fits.status_code == 202
    assert {job_id for job_id, _ in world.artifacts.files} == {fits.json()["job_id"]}


async def test_a_store_that_is_nearly_full_is_a_503_that_says_when_to_come_again_and_what_is_there_is_told():
    world = services(keys=(a_key("s"),), free_bytes=51)
    await keep_record(world, a_job())
    async with serving(world) as client:
        refused = await client.post(URL, content=unread(), headers=KEY | {"Content-Type": "application/json"})
        known = await client.get("/api/v1/batch/status/batch_1", headers=KEY)

    assert (refused.status_code, refused.json()["error"]) == (503, "storage_full")
    assert refused.headers["retry-after"] == "60"
    assert known.status_code == 200


@pytest.mark.parametrize(("space", "shown"), [(Space(total=4, free=1), 75.0), (UNBOUNDED, None)])
async def test_health_shows_how_full_a_disk_is_and_nothing_of_a_bucket_without_end(space, shown):
    world = services()

    async def told():
        return space

    world.artifacts.space = told
    async with serving(world) as client:
        storage = (await client.get("/health")).json()["components"]["storage"]

    assert storage["status"] == "healthy"
    assert storage.get("disk_usage_percent") == shown


async def test_while_no_batch_is_taken_in_what_was_taken_in_goes_on(tmp_path, redis, valkey_url):
    settings = settings_for(tmp_path, valkey_url)
    async with running(settings) as client:
        job_id = (await client.post("/upload", json=batch("SLEEP 1", "hola"))).json()["job_id"]
        full = settings_for(tmp_path, valkey_url, DECALOGO_FREE_BYTES=str(2**61))
        async with running(full, workers=0) as other:
            refused = await other.post("/upload", json=batch("hola"))
        status = await ended(client, job_id)

    assert (refused.status_code, refused.json()["error"]) == (503, "storage_full")
    assert (status["status"], status["documents_completed"]) == ("completed", 2)


async def test_a_bucket_that_is_away_is_a_503_and_the_service_lives(tmp_path, redis, valkey_url):
    away = {"DECALOGO_STORE_URL": "s3://bucket/x", "DECALOGO_STORE_ENDPOINT": "http://127.0.0.1:9"}
    access = {"DECALOGO_STORE_KEY_ID": "k", "DECALOGO_STORE_SECRET": "s"}
    async with (
        build(settings_for(tmp_path, valkey_url, **away, **access)) as services,
        serving(replace(services, keys=MemoryKeys(a_key("s")))) as client,
    ):
        client.headers.update(KEY)
        texts = await client.post("/upload", json=batch("hola"))
        files = await client.post("/upload", files=[("files", ("a.txt", b"hola"))])
        health = await client.get("/health/ready")

    for refused in (texts, files):
        assert (refused.status_code, refused.json()["error"]) == (503, "backend_unavailable")
        assert "retry-after" in refused.headers
    assert health.status_code == 200


async def test_while_the_keys_were_never_read_nobody_is_told_that_hers_is_wrong(tmp_path, redis, valkey_url):
    away = {"DECALOGO_STORE_URL": "s3://bucket/x", "DECALOGO_STORE_ENDPOINT": "http://127.0.0.1:9"}
    access = {"DECALOGO_STORE_KEY_ID": "k", "DECALOGO_STORE_SECRET": "s"}
    (tmp_path / "first_key").write_text("dk_of_before\n")
    async with running(settings_for(tmp_path, valkey_url, **away, **access)) as client:
        refused = await client.get("/api/v1/batch")

    assert (refused.status_code, refused.json()["error"]) == (503, "backend_unavailable")
    assert "retry-after" in refused.headers


async def test_the_quota_of_a_service_holds_for_all_who_send_at_once(tmp_path, redis, valkey_url):
    async with running(settings_for(tmp_path, valkey_url, DECALOGO_TENANT_BYTES="50")) as client:
        answers = await asyncio.gather(*(client.post("/upload", json=batch("x" * 20)) for _ in range(6)))
        for answer in answers:
            if answer.status_code == 202:
                await ended(client, answer.json()["job_id"])

    assert sorted(answer.status_code for answer in answers) == [202, 202, 403, 403, 403, 403]
