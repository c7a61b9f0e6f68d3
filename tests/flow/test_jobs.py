"""Batches that are there: listed, looked into, cancelled, retried, removed, by whom they belong to."""

import json
from datetime import timedelta
from urllib.parse import quote

import pytest
import pytest_asyncio

from tests.fakes.clock import START
from tests.fakes.world import a_job, a_key, services
from tests.flow.service import batch, ended, running, serving, settings_for, until

KEY = {"Authorization": "Bearer s"}
URL = "/api/v1/batch"


@pytest_asyncio.fixture
async def world():
    keys = (
        a_key("s"),
        a_key("reader", scopes=("read",)),
        a_key("other", tenant="other"),
        a_key("op", scopes=("operate",)),
    )
    return services(keys=keys)


@pytest_asyncio.fixture
async def client(world):
    async with serving(world) as client:
        yield client


@pytest.fixture
async def running_client(tmp_path, redis, valkey_url):
    async with running(settings_for(tmp_path, valkey_url, DECALOGO_EVENT_STREAMS="2")) as client:
        yield client


async def some(world, *changes):
    for number, change in enumerate(changes):
        fields = {"created_at": START + timedelta(minutes=number), **change}
        await world.jobs.create(a_job("a", job_id=f"batch_{number}", **fields))


async def ids(client, query: str = "") -> list[str]:
    response = await client.get(f"{URL}?{query}", headers=KEY)
    assert response.status_code == 200, response.text
    return [b["job_id"] for b in response.json()["batches"]]


async def test_the_list_is_newest_first_page_by_page(client, world):
    await some(world, {}, {}, {}, {"tenant": "other"}, {})

    first = (await client.get(f"{URL}?limit=3", headers=KEY)).json()
    second = (await client.get(f"{URL}?limit=3&cursor={first['next_cursor']}", headers=KEY)).json()

    assert [b["job_id"] for b in first["batches"]] == ["batch_4", "batch_2", "batch_1"]
    assert [b["job_id"] for b in second["batches"]] == ["batch_0"]
    assert second["next_cursor"] is None
    assert first["batches"][0]["status_url"] == "/api/v1/batch/status/batch_4"


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("status=completed", ["batch_1"]),
        ("status=completed&status=queued", ["batch_2", "batch_1", "batch_0"]),
        ("status=failed", []),
        ("priority=high", ["batch_2"]),
        ("municipality=san%20jacinto&year=2024", ["batch_0"]),
        ("municipality=El%20Carmen", []),
        (f"created_from={quote((START + timedelta(minutes=1)).isoformat())}", ["batch_2", "batch_1"]),
        (f"created_to={quote(START.isoformat())}", ["batch_0"]),
    ],
)
async def test_the_list_is_narrowed_by_what_is_asked(client, world, query, found):
    about = {"municipality": "San Jacinto", "year": 2024}
    await some(world, {"metadata": about}, {"state": "completed", "ended_at": START}, {"priority": "high"})

    assert await ids(client, query) == found


@pytest.mark.parametrize("name", ["a", "una/dos", "una//dos/", "ñandú 1%2F", "a?b#c"])
async def test_a_document_is_found_by_its_id_whatever_is_in_it(client, world, name):
    await world.jobs.create(a_job("z", name))

    response = await client.get(f"{URL}/batch_1/documents/{quote(name, safe='')}", headers=KEY)

    assert (response.status_code, response.json().get("document_id")) == (200, name)


async def test_a_document_says_why_it_failed(running_client):
    job_id = (await running_client.post("/upload", json=batch("hola", "REFUSE"))).json()["job_id"]
    await ended(running_client, job_id)

    good, bad = [(await running_client.get(f"{URL}/{job_id}/documents/d{n}")).json() for n in (1, 2)]

    assert (good["status"], good["attempts"], good["bytes"]) == ("completed", 1, 4)
    assert (bad["status"], bad["error"]["code"]) == ("failed", "no_text_layer")
    assert good["score"] is not None
    assert len(good["evaluation_hash"]) == 64


async def test_the_document_that_is_none_is_a_404(client, world):
    await world.jobs.create(a_job("a"))

    response = await client.get(f"{URL}/batch_1/documents/b", headers=KEY)

    assert (response.status_code, response.json()["error"]) == (404, "document_not_found")


async def test_metadata_of_documents_comes_with_files_by_name_or_by_id(running_client):
    files = [("files", ("uno.txt", b"hola")), ("files", ("dos.txt", b"adios"))]
    told = {"uno.txt": {"sector": "Social"}, "doc_002": {"title": "Dos", "n": [1]}}

    response = await running_client.post("/upload", files=files, data={"documents_metadata": json.dumps(told)})

    job_id = response.json()["job_id"]
    kept = [(await running_client.get(f"{URL}/{job_id}/documents/doc_00{n}")).json()["metadata"] for n in (1, 2)]
    assert kept == [{"sector": "Social"}, {"title": "Dos", "n": [1]}]


@pytest.mark.parametrize(
    "field", ["", "[]", '{"x.txt": {}}', '{"a.txt": 1}', "[" * 5000, json.dumps({"a.txt": {"a": "x" * 70_000}})]
)
async def test_metadata_of_documents_that_does_not_fit_is_a_400(client, world, field):
    files = [("files", ("a.txt", b"hola"))]

    response = await client.post("/upload", files=files, data={"documents_metadata": field}, headers=KEY)

    assert (response.status_code, response.json()["error"]) == (400, "validation_error"), response.text
    assert world.artifacts.files == {}


async def test_a_json_batch_may_say_whose_plans_these_are(client, world):
    body = batch("hola") | {"metadata": {"municipality": "San Jacinto", "year": 2024}}

    assert (await client.post("/upload", json=body, headers=KEY)).status_code == 202

    assert await ids(client, "municipality=San+Jacinto&year=2024") == list(world.jobs.jobs)


async def test_a_cancelled_batch_keeps_what_was_done_and_can_be_retried(running_client):
    texts = ("hola", "SLEEP 2", "SLEEP 2.1", "adios")
    job_id = (await running_client.post("/upload", json=batch(*texts))).json()["job_id"]

    async def done() -> int:
        return (await running_client.get(f"{URL}/{job_id}")).json()["documents_completed"]

    await until(done, lambda n: n >= 1)
    cancelled = await running_client.post(f"{URL}/{job_id}/cancel")
    again = await running_client.post(f"{URL}/{job_id}/cancel")
    results = (await running_client.get(f"/results/{job_id}")).json()

    assert (cancelled.status_code, cancelled.json()["status"]) == (200, "cancelled")
    assert (again.status_code, again.json()["error"]) == (409, "illegal_move")
    states = {r["document_id"]: r["status"] for r in results["results"]}
    assert (states["d1"], states["d3"]) == ("completed", "cancelled")

    retried = await running_client.post(f"{URL}/{job_id}/retry")
    assert (retried.status_code, retried.json()["status"]) == (202, "queued")
    assert (await running_client.post(f"{URL}/{job_id}/retry")).status_code == 409
    assert (await ended(running_client, job_id))["documents_completed"] == 4
    assert (await running_client.post(f"{URL}/{job_id}/retry")).json()["error"] == "illegal_move"


async def test_a_deleted_batch_leaves_nothing_and_frees_its_key(running_client, tmp_path):
    headers = {"Idempotency-Key": "k1"}
    job_id = (await running_client.post("/upload", json=batch("hola"), headers=headers)).json()["job_id"]
    await ended(running_client, job_id)

    deleted = await running_client.delete(f"{URL}/{job_id}")

    assert (deleted.status_code, deleted.content) == (204, b"")
    answers = [await running_client.get(f"{URL}/{job_id}{rest}") for rest in ("", "/events", "/documents/d1")]
    assert {a.status_code for a in [*answers, await running_client.delete(f"{URL}/{job_id}")]} == {404}
    assert [p for p in (tmp_path / "artifacts" / "batch_jobs").rglob("*") if p.is_file()] == []
    assert (await running_client.get(URL)).json()["batches"] == []
    anew = await running_client.post("/upload", json=batch("otra"), headers=headers)
    assert (anew.status_code, "idempotent-replayed" in anew.headers) == (202, False)


async def test_dead_letters_name_what_was_given_up_to_who_may_operate(tmp_path, redis, valkey_url):
    limits = {"DECALOGO_HARD_SECONDS": "9", "DECALOGO_SOFT_SECONDS": "4", "DECALOGO_MEMORY_BYTES": "300000000"}
    async with running(settings_for(tmp_path, valkey_url, **limits)) as client:
        texts = ("DIE", "hola", "SPIN 20", "REFUSE", "GROW 400000000")
        job_id = (await client.post("/upload", json=batch(*texts))).json()["job_id"]
        await ended(client, job_id, seconds=40)

        letters = (await client.get(f"{URL}/dead-letters")).json()["dead_letters"]

    found = {letter["document_id"]: (letter["error"]["code"], letter["attempts"]) for letter in letters}
    assert found == {"d1": ("evaluation_crashed", 3), "d3": ("evaluation_timeout", 1), "d5": ("evaluation_memory", 1)}
    assert {letter["job_id"] for letter in letters} == {job_id}
    assert all(letter["reason"] and "tenant" not in letter for letter in letters)


PATHS = [
    ("GET", URL, "read"),
    ("GET", f"{URL}/batch_1", "read"),
    ("GET", f"{URL}/batch_1/events", "read"),
    ("GET", f"{URL}/batch_1/documents/a", "read"),
    ("POST", f"{URL}/batch_1/cancel", "submit"),
    ("POST", f"{URL}/batch_1/retry", "submit"),
    ("DELETE", f"{URL}/batch_1", "submit"),
    ("GET", f"{URL}/dead-letters", "operate"),
]


@pytest.mark.parametrize(("method", "path", "scope"), PATHS)
async def test_each_route_asks_for_its_scope_and_hides_what_belongs_to_others(client, world, *, method, path, scope):
    await world.jobs.create(a_job("a"))
    lacking = "op" if scope != "operate" else "s"

    answers = {
        who: await client.request(method, path, headers={"Authorization": f"Bearer {who}"})
        for who in ("nobody", lacking, "other")
    }

    assert answers["nobody"].status_code == 401
    assert (answers[lacking].status_code, answers[lacking].json()["details"]) == (403, {"scope": scope})
    assert answers["other"].status_code == {URL: 200, f"{URL}/dead-letters": 403}.get(path, 404)
    assert "batch_1" not in answers["other"].text or answers["other"].status_code == 404
    assert world.jobs.jobs["batch_1"].state == "queued"


async def test_a_body_that_nobody_asked_for_changes_nothing(client, world):
    await world.jobs.create(a_job("a"))

    response = await client.post(f"{URL}/batch_1/cancel", content=b"\xff" * 100_000, headers=KEY)

    assert response.status_code == 200


async def test_a_retry_of_what_runs_is_a_409(client, world):
    await world.jobs.create(a_job("a"))

    response = await client.post(f"{URL}/batch_1/retry", headers=KEY)

    assert (response.status_code, response.json()["error"]) == (409, "illegal_move")
