"""An upload that is sent again: the first answer, without a second batch."""

import asyncio
import json

import httpx
import msgspec
import pytest
import pytest_asyncio
from redis.asyncio import Redis

from app.usecases.places import METADATA, read_record
from domain.errors import BackendUnavailableError
from tests.fakes.world import a_key, services
from tests.flow.service import batch, ended, running, serving, settings_for

KEY = {"Authorization": "Bearer s", "Idempotency-Key": "k1"}
URL = "/api/v1/batch/upload"
FILES = [("files", ("uno.txt", b"hola")), ("files", ("dos.txt", b"adios"))]


@pytest_asyncio.fixture
async def world():
    return services(keys=(a_key("s"), a_key("t", tenant="other")), queue_capacity=5)


@pytest_asyncio.fixture
async def client(world):
    async with serving(world) as client:
        yield client


def kept_jobs(world):
    return {job for job, _ in world.artifacts.files}


@pytest.mark.parametrize("sent", [{"json": batch("hola", "adios")}, {"files": FILES, "data": {"year": "2024"}}])
async def test_the_same_upload_has_the_same_answer_and_makes_no_second_batch(client, world, sent):
    first = await client.post(URL, headers=KEY, **sent)
    second = await client.post(URL, headers=KEY, **sent)

    assert (first.status_code, second.status_code) == (202, 202), second.text
    assert second.content == first.content
    assert "idempotent-replayed" not in first.headers
    assert second.headers["idempotent-replayed"] == "true"
    assert list(world.jobs.jobs) == [first.json()["job_id"]]
    assert kept_jobs(world) == {first.json()["job_id"]}


OTHERS = [
    {"json": batch("hola", "adiós")},
    {"json": batch("hola")},
    {"json": batch("adios", "hola")},
    {"json": batch("hola", "adios", enable_causal_analysis=False)},
    {"json": batch("hola", "adios", priority="high")},
    {"json": {"documents": [{**d, "metadata": {"a": 1}} for d in batch("hola", "adios")["documents"]]}},
]


@pytest.mark.parametrize("other", OTHERS)
async def test_another_upload_under_the_key_is_a_422_and_leaves_nothing(client, world, other):
    first = (await client.post(URL, headers=KEY, json=batch("hola", "adios"))).json()

    response = await client.post(URL, headers=KEY, **other)

    assert (response.status_code, response.json()["error"]) == (422, "idempotency_key_reused")
    assert kept_jobs(world) == {first["job_id"]}


async def test_the_order_of_members_and_fields_does_not_make_another_upload(client):
    content = b'{"documents":[{"id":"a","content":"x","metadata":{"m":1,"n":2}}],"options":{"priority":"low"}}'
    turned = b'{"options":{"priority":"low"},"documents":[{"metadata":{"n":2,"m":1},"content":"x","id":"a"}]}'
    headers = KEY | {"Content-Type": "application/json"}

    first, second = [await client.post(URL, headers=headers, content=body) for body in (content, turned)]

    assert second.json() == first.json()


async def test_each_tenant_has_keys_of_its_own(client, world):
    answers = [
        await client.post(URL, headers=KEY | {"Authorization": f"Bearer {who}"}, json=batch("hola")) for who in "st"
    ]

    assert [a.status_code for a in answers] == [202, 202]
    assert len(world.jobs.jobs) == 2


async def test_an_upload_that_failed_leaves_its_key_free(client):
    refused = await client.post(URL, headers=KEY, json=batch(""))
    taken = await client.post(URL, headers=KEY, json=batch("hola"))

    assert (refused.status_code, taken.status_code) == (400, 202)
    assert "idempotent-replayed" not in taken.headers


async def test_an_upload_that_the_store_refused_leaves_its_key_free(client, world):
    create, world.jobs.create = world.jobs.create, _unavailable
    refused = await client.post(URL, headers=KEY, json=batch("hola"))
    world.jobs.create = create

    taken = await client.post(URL, headers=KEY, json=batch("hola"))

    assert (refused.status_code, taken.status_code) == (503, 202)


async def _unavailable(_job):
    raise BackendUnavailableError


async def test_the_first_answer_comes_again_when_the_queue_is_full(client, world):
    first = await client.post(URL, headers=KEY, json=batch("hola"))
    for n in range(5):
        await world.queue.enqueue_documents("j", {str(n): 1}, priority="normal")

    second = await client.post(URL, headers=KEY, json=batch("hola"))

    assert (second.status_code, second.content) == (202, first.content)


async def test_while_the_first_is_in_flight_the_second_is_a_409(client, world):
    arriving, arrived = asyncio.Event(), asyncio.Event()

    async def slowly():
        yield b'{"documents": [{"id": "a", '
        arriving.set()
        await arrived.wait()
        yield b'"content": "hola"}]}'

    headers = KEY | {"Content-Type": "application/json"}
    # The transport without a socket hands a body over as it comes, so that the first request really waits.
    first = asyncio.create_task(client.post(URL, headers=headers, content=slowly()))
    await arriving.wait()
    second = await client.post(URL, headers=headers, content=b"{}")
    arrived.set()

    assert (second.status_code, second.json()["error"]) == (409, "idempotency_key_in_flight")
    assert second.headers["retry-after"] == "1"
    assert (await first).status_code == 202


async def test_an_emptied_store_learns_the_keys_from_the_files(client, world):
    first = await client.post(URL, headers=KEY, json=batch("hola"))
    world.idempotency.empty()
    world.jobs.jobs.clear()

    second = await client.post(URL, headers=KEY, json=batch("hola"))
    other = await client.post(URL, headers=KEY, json=batch("adios"))

    assert (second.status_code, second.content) == (202, first.content)
    assert other.status_code == 422


async def test_a_store_that_is_emptied_while_a_batch_is_taken_in_leaves_one_batch_under_the_key(client, world):
    """The second upload fills the store from the files in the moment before the record of the first is among them."""
    write, second = world.artifacts.write, []

    async def interrupted(job_id, path, data):
        if path == METADATA and not second:
            second.append(None)
            world.idempotency.empty()
            second[0] = await client.post(URL, headers=KEY, json=batch("hola"))
        await write(job_id, path, data)

    world.artifacts.write = interrupted
    first = await client.post(URL, headers=KEY, json=batch("hola"))
    again = await client.post(URL, headers=KEY, json=batch("hola"))

    assert (second[0].status_code, first.status_code, again.status_code) == (202, 409, 202)
    assert again.content == second[0].content
    assert list(world.jobs.jobs) == [again.json()["job_id"]]
    assert kept_jobs(world) == {again.json()["job_id"]}
    assert {job for _, job, *_ in world.queue.documents} == {again.json()["job_id"]}


async def test_a_key_is_not_learned_again_after_its_time(client, world):
    first = (await client.post(URL, headers=KEY, json=batch("hola"))).json()
    world.idempotency.empty()
    world.clock.advance(world.idempotency.keep_seconds + 1)

    second = await client.post(URL, headers=KEY, json=batch("hola"))

    assert second.status_code == 202
    assert second.json()["job_id"] != first["job_id"]


@pytest.mark.parametrize("known", [False, True])
async def test_a_process_that_died_before_it_accepted_leaves_its_key_to_the_next(client, world, *, known):
    """It had claimed the name, its lease has lapsed, and there is no batch but what the store was told in vain."""
    job = (await client.post(URL, headers=KEY, json=batch("hola"))).json()["job_id"]
    record = await read_record(world, job)
    await world.artifacts.delete(job)
    if not known:
        world.jobs.jobs.clear()

    taken = await client.post(URL, headers=KEY, json=batch("otra cosa"))

    assert record.idempotency.name in world.idempotency.jobs
    assert (taken.status_code, "idempotent-replayed" in taken.headers) == (202, False)


async def test_a_process_that_died_after_it_accepted_leaves_its_answer(client, world):
    """The record is kept, the name was never settled, and its lease has lapsed."""
    first = await client.post(URL, headers=KEY, json=batch("hola"))
    world.idempotency.leases.clear()

    second = await client.post(URL, headers=KEY, json=batch("hola"))

    assert second.content == first.content


@pytest.mark.parametrize("key", ["", "a b", "x" * 256, "ñ".encode(), b"a\tb"])
async def test_a_key_that_is_none_is_a_400(client, world, key):
    response = await client.post(URL, headers=KEY | {"Idempotency-Key": key}, json=batch("hola"))

    assert (response.status_code, response.json()["error"]) == (400, "validation_error")
    assert world.artifacts.files == {}


async def test_two_keys_are_a_400(client):
    headers = httpx.Headers([("Authorization", "Bearer s"), ("Idempotency-Key", "a"), ("Idempotency-Key", "b")])

    assert (await client.post(URL, headers=headers, json=batch("hola"))).status_code == 400


async def test_many_at_once_on_a_real_store_make_one_batch_and_a_flush_loses_no_key(tmp_path, redis: Redis, valkey_url):
    async with running(settings_for(tmp_path, valkey_url)) as client:
        headers = {"Idempotency-Key": "k1"}
        answers = await asyncio.gather(*(client.post(URL, headers=headers, json=batch("hola")) for _ in range(12)))

        codes = {a.status_code for a in answers}
        jobs = {a.json()["job_id"] for a in answers if a.status_code == 202}
        assert codes <= {202, 409}
        (job_id,) = jobs
        await ended(client, job_id)
        await redis.flushall()

        again = await client.post(URL, headers=headers, json=batch("hola"))

        assert (again.status_code, again.json()["job_id"]) == (202, job_id)
        kept = json.loads((tmp_path / "artifacts" / "batch_jobs" / job_id / "metadata.json").read_text())
        assert msgspec.json.encode(kept["idempotency"])
        files = [p for p in (tmp_path / "artifacts" / "batch_jobs").rglob("*") if p.is_file()]
        assert {p.relative_to(tmp_path / "artifacts" / "batch_jobs").parts[0] for p in files} == {job_id}
