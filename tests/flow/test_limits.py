"""Limits as a caller meets them: by tier and endpoint, without a key, in the shadow, with Redis away."""

import pytest
from msgspec.structs import replace

from app.http.clients import proxies
from app.http.door import Door, Load
from app.knobs import Settings
from app.limit_knobs import RateLimit
from app.limiting import rules_of
from app.main import create_app
from app.usecases.places import keep_record
from domain.errors import BackendUnavailableError
from domain.limits import Limiter
from tests.fakes.world import a_job, a_key, services
from tests.flow.service import batch, running, serving, settings_for

STATUS, RESULTS, LIST = "/api/v1/batch/status/batch_1", "/api/v1/batch/results/batch_1", "/api/v1/batch"
LIMITS, BLOCKED = "/api/v3/rate-limit/status", "/api/v3/rate-limit/blocked-ips"
KEYS = (
    a_key("s"),
    a_key("twin"),
    a_key("stranger", tenant="other"),
    replace(a_key("rich", tenant="rich"), tier="enterprise"),
    a_key("operator", scopes=("submit", "read", "operate")),
)


def bearer(secret):
    return {"Authorization": f"Bearer {secret}"}


async def a_world(**knobs):
    world = services(keys=KEYS, rules=rules_of(RateLimit(**knobs)))
    job = a_job(job_id="batch_1")
    await keep_record(world, job)
    await world.jobs.create(job)
    return world


def an_app(*, trusted="", spared="", **load):
    app = create_app(Settings())
    load = {"at_once": 256, "reserve": 0.2, "tenant_at_once": 64, **load}
    app.state.door = Door(proxies(trusted), spared=proxies(spared), load=Load(**load))
    return app


async def codes(client, path, times, secret="s", **more):
    return [(await client.get(path, headers=bearer(secret) | more)).status_code for _ in range(times)]


@pytest.mark.parametrize(
    ("secret", "path", "limit"),
    [
        ("s", LIST, 60),
        ("rich", LIST, 300),
        ("s", STATUS, 180),
        ("s", RESULTS, 60),
        ("rich", "/status/none", 180),
    ],
)
async def test_each_tier_and_each_named_endpoint_has_its_number_a_minute(secret, path, limit):
    async with serving(await a_world()) as client:
        assert 429 not in await codes(client, path, limit, secret)
        assert await codes(client, path, 2, secret) == [429, 429]


async def test_a_refused_request_says_what_it_exceeded_and_when_to_come_again():
    world = await a_world()
    async with serving(world) as client:
        await codes(client, LIST, 60)
        response = await client.get(LIST, headers=bearer("s"))
        problem = response.json()

        assert response.status_code == 429
        assert problem["error"] == "rate_limit_exceeded"
        assert problem["message"] == "Rate limit of 60 requests per minute exceeded"
        assert problem["retry_after_seconds"] == 1
        assert response.headers["retry-after"] == "1"
        assert response.headers["ratelimit-policy"] == '"requests";q=60;w=60'
        assert response.headers["ratelimit"] == '"requests";r=0;t=60'

        world.clock.advance(1.0)
        assert await codes(client, LIST, 2) == [200, 429]


async def test_named_endpoints_do_not_draw_on_the_tiers_bucket_nor_one_tenant_on_anothers():
    async with serving(await a_world()) as client:
        assert 429 in await codes(client, LIST, 61)
        assert await codes(client, STATUS, 1) == [200]
        assert await codes(client, LIST, 1, "twin") == [429]  # another key of the same tenant
        assert await codes(client, LIST, 1, "stranger") == [200]


async def test_what_is_left_is_in_every_answer_errors_too():
    async with serving(await a_world()) as client:
        first = await client.get(STATUS, headers=bearer("s"))
        second = await client.get("/status/none", headers=bearer("s"))

    assert first.headers["ratelimit"] == '"status";r=179;t=1'
    assert (second.status_code, second.headers["ratelimit"]) == (404, '"status";r=178;t=1')


async def test_a_full_batch_is_never_refused_for_its_size_and_the_next_one_waits_until_it_is_paid():
    world = await a_world(documents=10)
    async with serving(world) as client:
        full = await client.post("/upload", json=batch(*(f"hola {n}" for n in range(30))), headers=bearer("s"))
        again = await client.post("/upload", json=batch("hola"), headers=bearer("s"))

        assert full.status_code == 202
        assert (again.status_code, again.json()["message"]) == (429, "Rate limit of 10 documents per minute exceeded")
        assert again.json()["retry_after_seconds"] == 126  # 21 of its 30 documents, six seconds each
        world.clock.advance(126)
        assert (await client.post("/upload", json=batch("hola"), headers=bearer("s"))).status_code == 202


async def test_ten_uploads_a_minute_and_the_eleventh_is_refused_before_its_body_is_read():
    async with serving(await a_world()) as client:
        for _ in range(10):
            assert (await client.post("/upload", json=batch("hola"), headers=bearer("s"))).status_code == 202
        refused = await client.post("/upload", content=b"{", headers=bearer("s") | {"Content-Type": "application/json"})

    assert (refused.status_code, refused.json()["details"]["limit"]) == (429, "submit")


async def test_without_a_key_an_address_has_a_hundred_a_minute_and_a_key_passes_still():
    async with serving(await a_world(strikes=1000)) as client:
        got = [(await client.get(LIST)).status_code for _ in range(102)]

        assert got == [401] * 100 + [429] * 2
        assert await codes(client, LIST, 1) == [200]


async def test_health_metrics_and_the_description_have_no_limit():
    async with serving(await a_world(anonymous=1)) as client:
        for path in ("/health", "/api/v1/health", "/health/ready", "/metrics", "/openapi.json"):
            assert {(await client.get(path)).status_code for _ in range(5)} <= {200, 503}
            assert "ratelimit" not in (await client.get(path)).headers


async def test_only_trusted_proxies_say_who_calls_and_a_v6_caller_is_all_of_its_network():
    def forwarded(address):
        return {"X-Forwarded-For": address}

    world = await a_world(anonymous=2, strikes=1000)
    async with serving(world, app=an_app()) as client:  # nobody is trusted: all of these are one
        got = [(await client.get(LIST, headers=forwarded(f"203.0.113.{n}"))).status_code for n in range(3)]
    assert got == [401, 401, 429]

    world = await a_world(anonymous=2, strikes=1000)
    async with serving(world, app=an_app(trusted="127.0.0.1, 10.0.0.0/8")) as client:
        for network in ("198.51.100.7", "2001:db8:1:2::{n}"):
            told = [forwarded(f"1.1.1.{n}, {network.format(n=n)}, 10.0.0.1") for n in range(3)]
            assert [(await client.get(LIST, headers=one)).status_code for one in told] == [401, 401, 429]
        assert (await client.get(LIST, headers=forwarded("2001:db8:1:3::1"))).status_code == 401


async def test_in_the_shadow_nothing_is_refused_and_what_would_be_is_counted():
    async with serving(await a_world(shadow=True)) as client:
        assert set(await codes(client, LIST, 70)) == {200}
        text = (await client.get("/metrics")).text

    assert 'rate_limit_decisions_total{limit="requests",outcome="shadowed",source="local"} 10.0' in text


async def test_switched_off_nothing_is_limited():
    async with serving(await a_world(enabled=False)) as client:
        assert set(await codes(client, LIST, 70)) == {200}
        assert (await client.get(LIMITS, headers=bearer("s"))).json()["mode"] == "off"


class AwayLimiter(Limiter):
    async def draw(self, subject, draws):
        raise BackendUnavailableError(backend="limits")

    async def forget(self, subject, names):
        raise BackendUnavailableError(backend="limits")


async def test_without_redis_each_route_has_its_policy_and_none_is_a_500():
    world = await a_world(away_results="refuse", strikes=3)
    world.limits._shared = AwayLimiter()
    async with serving(world) as client:
        assert (await codes(client, LIST, 61))[-1] == 429  # buckets of this process
        assert set(await codes(client, STATUS, 200)) == {200}  # not limited
        assert await codes(client, RESULTS, 1) == [503]
        assert {(await client.get(LIST)).status_code for _ in range(110)} == {401, 429}
        told = (await client.get(LIMITS, headers=bearer("stranger"))).json()

    assert (told["store"], told["mode"]) == ("local", "enforced")


async def test_without_a_redis_from_the_start_a_process_counts_for_itself(tmp_path):
    few = {"RATE_LIMIT_ENABLED": "true", "DECALOGO_RATE_ENTERPRISE": "20"}
    async with running(settings_for(tmp_path, f"unix://{tmp_path}/none.sock", **few), workers=0) as client:
        got = [(await client.get(LIMITS)).status_code for _ in range(30)]

    assert got[:20] == [200] * 20
    assert 429 in got[20:]
    assert set(got) == {200, 429}


async def test_the_limits_are_those_of_all_processes(tmp_path, redis, valkey_url):
    settings = settings_for(tmp_path, valkey_url, RATE_LIMIT_ENABLED="true", DECALOGO_RATE_ENTERPRISE="20")
    async with running(settings, workers=0) as one, running(settings, workers=0) as other:
        got = [(await client.get(LIST)).status_code for _ in range(12) for client in (one, other)]

        assert got.count(200) == 20
        assert (await one.get(STATUS)).headers["ratelimit"] == '"status";r=179;t=1'
        assert (await other.get(STATUS)).headers["ratelimit"].startswith('"status";r=178;')


async def test_when_the_process_is_full_status_reads_have_a_reserve_and_others_a_503():
    world = await a_world()
    app = an_app(at_once=10, reserve=0.2)
    async with serving(world, app=app) as client:
        held = [{} for _ in range(9)]
        for state in held[:8]:
            app.state.door.load.enter(state, reserved=False)

        refused = await client.get(LIST, headers=bearer("s"))
        assert (refused.status_code, refused.json()["error"], refused.headers["retry-after"]) == (
            503,
            "overloaded",
            "1",
        )
        assert (await client.get(STATUS, headers=bearer("s"))).status_code == 200
        assert (await client.get("/health")).status_code == 200

        for state in held[:8]:
            app.state.door.load.leave(state)
        assert await codes(client, LIST, 20) == [200] * 20
        assert app.state.door.load.running == 0


async def test_a_tenant_that_is_at_work_on_too_much_is_refused_and_gets_its_places_back():
    world = await a_world()
    app = an_app(tenant_at_once=2)
    async with serving(world, app=app) as client:
        load, held = app.state.door.load, [{}, {}]
        for state in held:
            load.enter(state, reserved=False)
            load.charge(state, "acme")

        refused = await client.get(LIST, headers=bearer("s"))
        assert (refused.status_code, refused.json()["error"]) == (429, "too_many_at_once")
        assert await codes(client, LIST, 1, "stranger") == [200]
        load.leave(held[0])
        load.leave(held[0])
        assert await codes(client, LIST, 3) == [200] * 3
    assert load.running == 1


async def test_a_caller_sees_its_own_limits_and_an_operator_anybodys():
    async with serving(await a_world()) as client:
        await codes(client, STATUS, 3)
        mine = (await client.get(LIMITS, headers=bearer("s"))).json()
        foreign = await client.get(f"{LIMITS}?user_id=other", headers=bearer("s"))
        shown = (await client.get(f"{LIMITS}?user_id=acme&tier=default", headers=bearer("operator"))).json()

    levels = {level["name"]: (level["limit"], level["remaining"]) for level in mine["limits"]}
    assert levels == {
        "submit": (10, 10),
        "documents": (100, 100),
        "status": (180, 177),
        "results": (60, 60),
        "requests": (60, 59),
    }
    assert (mine["tenant"], mine["tier"], mine["mode"]) == ("acme", "default", "enforced")
    assert foreign.status_code == 403
    assert {level["name"]: level["remaining"] for level in shown["limits"]}["requests"] == 57
