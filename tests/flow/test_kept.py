"""Answers that are kept, over two real interfaces on one Redis: never old, made once, gone with their batch."""

import asyncio
import gzip
import os
import sys
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from infra import redis_keys as keys
from tests.fakes.world import a_key, services
from tests.flow.service import batch, ended, running, serving, settings_for, until

ROOT = Path(__file__).resolve().parents[2]
KEY = {"Authorization": "Bearer s"}


@pytest.fixture
async def two(tmp_path, redis, valkey_url):
    """Clients of two interfaces over the same data, with one worker behind them."""
    settings = settings_for(tmp_path, valkey_url)
    async with AsyncExitStack() as stack:
        yield [await stack.enter_async_context(running(settings, workers=workers)) for workers in (1, 0)]


async def stats(client):
    return (await client.get("/api/v3/cache/stats")).json()


async def uploaded(client, *texts, **options):
    return (await client.post("/upload", json=batch(*texts, **options))).json()["job_id"]


async def test_a_change_through_one_interface_is_seen_through_the_other_at_once(two):
    one, other = two
    job_id = await uploaded(one, "SLEEP 30", "SLEEP 30")

    async def processing():
        return (await one.get(f"/status/{job_id}")).json()

    await until(processing, lambda s: s["status"] == "processing")
    for client in (one, other, one, other):
        assert (await client.get(f"/status/{job_id}")).json()["status"] == "processing"

    for turn in range(3):
        assert (await one.post(f"/api/v1/batch/{job_id}/cancel")).status_code == 200
        assert (await other.get(f"/status/{job_id}")).json()["status"] == "cancelled", turn
        assert (await one.get(f"/status/{job_id}")).json()["status"] == "cancelled", turn
        assert (await other.post(f"/api/v1/batch/{job_id}/retry")).status_code == 202
        assert (await one.get(f"/status/{job_id}")).json()["status"] != "cancelled", turn
        assert (await other.get(f"/status/{job_id}")).json()["status"] != "cancelled", turn
    await one.post(f"/api/v1/batch/{job_id}/cancel")


async def test_a_status_that_stands_is_answered_from_what_is_kept(two):
    one, _ = two
    job_id = await uploaded(one, "hola")
    await ended(one, job_id)
    before = (await stats(one))["classes"]["status"]

    texts = {(await one.get(f"/status/{job_id}")).text for _ in range(20)}

    after = (await stats(one))["classes"]["status"]
    assert len(texts) == 1
    assert after["hits"] - before["hits"] >= 18
    assert after["ttl_seconds"] == 30


async def test_results_are_made_once_for_both_interfaces(two):
    one, other = two
    job_id = await uploaded(one, "hola", "adios")
    await ended(one, job_id)

    answers = await asyncio.gather(*(client.get(f"/results/{job_id}") for client in two for _ in range(10)))

    made = [(await stats(client))["classes"]["results"] for client in two]
    assert len({a.text for a in answers}) == 1
    assert len(answers[0].json()["results"]) == 2
    assert sum(m["misses"] for m in made) == 1
    assert sum(m["hits"] for m in made) == 19
    assert (await stats(other))["shared"]["entries"] == 1


async def test_results_after_a_retry_are_the_new_ones(two):
    one, other = two
    job_id = await uploaded(one, "hola", "SLEEP 30")
    await until(lambda: one.get(f"/api/v1/batch/{job_id}/documents/d1"), lambda r: r.json()["status"] == "completed")
    await one.post(f"/api/v1/batch/{job_id}/cancel")
    first = [(await client.get(f"/results/{job_id}")).json() for client in two]

    await other.post(f"/api/v1/batch/{job_id}/retry")
    await one.post(f"/api/v1/batch/{job_id}/cancel")
    again = [(await client.get(f"/results/{job_id}")).json() for client in two]

    assert first[0] == first[1]
    assert again[0] == again[1]
    assert again[0]["completed_at"] > first[0]["completed_at"]


async def test_a_batch_that_is_removed_leaves_nothing_in_redis(two, redis):
    one, other = two
    job_id = await uploaded(one, "hola")
    await ended(one, job_id)
    assert (await one.get(f"/results/{job_id}")).status_code == 200
    assert await redis.exists(keys.answers(job_id))

    await other.delete(f"/api/v1/batch/{job_id}")

    assert not await redis.exists(keys.answers(job_id))
    assert {
        (await client.get(f"/{what}/{job_id}")).status_code for client in two for what in ("status", "results")
    } == {404}


async def test_results_come_compressed_to_who_takes_that_and_are_the_same(two):
    one, other = two
    job_id = await uploaded(one, "hola " * 3000)
    await ended(one, job_id)
    plain = await one.get(f"/results/{job_id}", headers={"Accept-Encoding": "identity"})

    packed = [await c.get(f"/results/{job_id}", headers={"Accept-Encoding": "gzip"}) for c in (one, other, one)]

    assert "content-encoding" not in plain.headers
    assert {p.headers["content-encoding"] for p in packed} == {"gzip"}
    assert {p.content for p in packed} == {plain.content}
    assert {p.headers["etag"] for p in packed} == {plain.headers["etag"]}
    assert plain.headers["vary"] == "Accept-Encoding"


async def test_results_that_are_too_large_are_streamed_each_time(tmp_path, redis, valkey_url):
    settings = settings_for(tmp_path, valkey_url, DECALOGO_LARGEST_ANSWER_BYTES="1000")
    async with running(settings) as client:
        job_id = await uploaded(client, "hola", "adios")
        await ended(client, job_id)

        for coding in ("identity", "gzip"):
            async with client.stream("GET", f"/results/{job_id}", headers={"Accept-Encoding": coding}) as response:
                assert response.headers["transfer-encoding"] == "chunked"
                raw = b"".join([piece async for piece in response.aiter_raw()])
            text = gzip.decompress(raw) if coding == "gzip" else raw
            assert text.count(b'"document_id"') == 2

        assert (await stats(client))["classes"]["results"]["bytes"] < 1000


async def test_with_the_shared_cache_away_results_are_answered_from_this_process(tmp_path, redis, valkey_url):
    settings = settings_for(tmp_path, valkey_url, DECALOGO_CACHE_REDIS_URL="redis://127.0.0.1:1")
    async with running(settings) as client:
        job_id = await uploaded(client, "hola")
        await ended(client, job_id)

        answers = [await client.get(f"/results/{job_id}") for _ in range(5)]
        told = await stats(client)

    assert {a.status_code for a in answers} == {200}
    assert len({a.text for a in answers}) == 1
    assert (told["connected_to_redis"], told["shared"]) == (False, None)
    assert told["cache_errors"] > 0
    assert (told["classes"]["results"]["hits"], told["classes"]["results"]["misses"]) == (4, 1)


async def test_a_cancelled_batch_whose_summary_is_not_written_yet_is_not_kept(tmp_path, redis, valkey_url):
    async with running(settings_for(tmp_path, valkey_url)) as client:
        job_id = await uploaded(client, "hola")
        await ended(client, job_id)
        record = tmp_path / "artifacts" / "batch_jobs" / job_id / "metadata.json"
        record.write_bytes(record.read_bytes().replace(b'"revision": 1', b'"revision": 0'))

        await client.get(f"/results/{job_id}")
        await client.get(f"/results/{job_id}")

        told = await stats(client)
    assert (told["classes"]["results"]["misses"], told["classes"]["results"]["entries"]) == (2, 0)


async def test_the_figures_are_for_operators():
    world = services(keys=(a_key(scopes=("read", "submit")),))
    async with serving(world) as client:
        refused = await client.get("/api/v3/cache/stats", headers=KEY)
        unknown = await client.get("/api/v3/cache/stats")

    assert (refused.status_code, unknown.status_code) == (403, 401)


async def test_the_figures_of_a_process_that_nobody_asked_have_no_rate():
    async with serving(services(keys=(a_key(scopes=("operate",)),))) as client:
        told = (await client.get("/api/v3/cache/stats", headers=KEY)).json()

    assert told["hit_rate_percentage"] is None
    assert told["classes"]["results"]["ttl_seconds"] == 3600
    assert told["connected_to_redis"] is True


async def test_the_script_warms_results_for_every_interface(two):
    one, other = two
    jobs = [await uploaded(one, f"hola {n}") for n in range(3)]
    for job_id in jobs:
        await ended(one, job_id)
    environ = {**os.environ, "DECALOGO_URL": str(one.base_url), "DECALOGO_KEY": one.headers["authorization"][7:]}

    process = await asyncio.create_subprocess_exec(
        sys.executable, str(ROOT / "scripts/warm_cache"), env=environ, stdout=asyncio.subprocess.PIPE
    )
    said, _ = await process.communicate()
    for job_id in jobs:
        await other.get(f"/results/{job_id}")

    assert process.returncode == 0
    assert said.startswith(b"3 batches are warm")
    told = (await stats(other))["classes"]["results"]
    assert (told["hits"], told["misses"]) == (3, 0)


async def test_the_script_says_so_when_nobody_answers():
    environ = {**os.environ, "DECALOGO_URL": "http://127.0.0.1:1", "DECALOGO_KEY": "x"}

    process = await asyncio.create_subprocess_exec(
        sys.executable, str(ROOT / "scripts/warm_cache"), env=environ, stderr=asyncio.subprocess.PIPE
    )
    _, said = await process.communicate()

    assert process.returncode == 1
    assert b"127.0.0.1:1" in said
