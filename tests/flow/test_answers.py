"""What answers carry beside their bodies: tags, who may keep them, who may call from another origin."""

import pytest
import pytest_asyncio

from app.knobs import Http, Settings
from app.main import create_app
from tests.fakes.world import a_job, a_key, services
from tests.flow.service import batch, ended, running, serving, settings_for

KEY = {"Authorization": "Bearer s"}
ONE = "/api/v1/batch/batch_1"


@pytest_asyncio.fixture
async def world():
    return services(keys=(a_key("s"), a_key("op", scopes=("operate",))))


@pytest_asyncio.fixture
async def client(world):
    async with serving(world) as client:
        yield client


@pytest.mark.parametrize("path", [ONE, f"{ONE}/documents/a", "/status/batch_1", "/openapi.json"])
async def test_an_answer_that_the_caller_has_is_a_304_until_it_changes(client, world, path):
    await world.jobs.create(a_job("a", "b"))
    first = await client.get(path, headers=KEY)
    tag = first.headers["etag"]

    known = (tag, tag.removeprefix("W/"), f'"x", {tag}', "*")
    again = [await client.get(path, headers=KEY | {"If-None-Match": t}) for t in known]
    other = await client.get(path, headers=KEY | {"If-None-Match": '"x"'})

    assert first.headers["cache-control"] == "private, no-cache"
    assert [(a.status_code, a.content, a.headers["etag"]) for a in again] == [(304, b"", tag)] * 4
    assert (other.status_code, other.headers["etag"]) == (200, tag)


async def test_a_change_changes_the_tag(client, world):
    await world.jobs.create(a_job("a"))
    before = (await client.get(ONE, headers=KEY)).headers["etag"]
    await world.jobs.start_document("batch_1", "a", attempt=1, worker="w", now=world.clock.now())

    after = await client.get(ONE, headers=KEY | {"If-None-Match": before})

    assert (after.status_code, after.json()["status"]) == (200, "processing")


async def test_results_that_the_caller_has_are_not_read_again(tmp_path, redis, valkey_url):
    async with running(settings_for(tmp_path, valkey_url)) as client:
        job_id = (await client.post("/upload", json=batch("hola"))).json()["job_id"]
        await ended(client, job_id)
        url = f"/results/{job_id}"
        tag = (await client.get(url)).headers["etag"]
        for file in (tmp_path / "artifacts").rglob("evaluation_results.json*"):
            file.unlink()

        same = await client.get(url, headers={"If-None-Match": tag})
        lean = await client.get(f"{url}?include_evidence=false", headers={"If-None-Match": tag})
        head = await client.head(url)

        assert (same.status_code, same.content) == (304, b"")
        assert lean.status_code == 200
        assert (head.status_code, head.headers["etag"], head.content) == (200, tag, b"")


@pytest.mark.parametrize("path", [ONE, "/nowhere", "/api/v1/batch/batch_9"])
async def test_an_error_is_kept_by_nobody(client, path):
    response = await client.get(path)

    assert response.headers["cache-control"] == "no-store"


async def test_pages_of_other_origins_may_not_call_unless_a_setting_says_so(client):
    response = await client.get("/health", headers={"Origin": "https://evil.example"})

    assert not [name for name in response.headers if name.startswith("access-control")]


async def test_pages_of_the_origins_that_are_set_may_call(world):
    app = create_app(Settings(http=Http(cors_origins="https://a.example, https://b.example")))
    preflight = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "Idempotency-Key"}
    async with serving(world, app=app) as client:
        asked = await client.options("/upload", headers={"Origin": "https://b.example", **preflight})
        answered = await client.get(ONE, headers={"Origin": "https://a.example"})
        other = await client.get(ONE, headers={"Origin": "https://c.example"})

    assert (asked.status_code, asked.headers["access-control-allow-origin"]) == (204, "https://b.example")
    assert "idempotency-key" in asked.headers["access-control-allow-headers"]
    assert (answered.status_code, answered.headers["access-control-allow-origin"]) == (401, "https://a.example")
    assert "access-control-allow-origin" not in other.headers


@pytest.mark.parametrize(
    "asked",
    [
        {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"},
        {"Origin": "https://a.example", "Access-Control-Request-Method": "PUT"},
        {
            "Origin": "https://a.example",
            "Access-Control-Request-Method": "GET",
            "Access-Control-Request-Headers": "X-Y",
        },
    ],
)
async def test_a_preflight_that_is_refused_has_the_one_error_body(world, asked):
    app = create_app(Settings(http=Http(cors_origins="https://a.example")))
    async with serving(world, app=app) as client:
        response = await client.options("/upload", headers=asked)

    assert (response.status_code, response.headers["content-type"]) == (400, "application/problem+json")
    assert (response.json()["error"], response.json()["instance"]) == ("preflight_refused", "/upload")
    assert response.headers["content-length"] == str(len(response.content))


@pytest.mark.parametrize(
    ("path", "methods"),
    [(ONE, "DELETE, GET, HEAD, OPTIONS"), (f"{ONE}/cancel", "OPTIONS, POST"), ("/upload", "OPTIONS, POST")],
)
async def test_options_name_the_methods_of_a_path(client, path, methods):
    response = await client.options(path)

    assert (response.status_code, response.headers["allow"]) == (204, methods)
