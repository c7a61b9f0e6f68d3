"""Addresses that misbehave: a penalty, blocks that grow and end, operators' blocks, the audit log."""

import pytest
from structlog.testing import capture_logs

from domain.sanctions import GRADES, MEMORY_SECONDS, graded
from infra.sanctions_redis import RedisSanctions
from tests.fakes.sanctions import MemorySanctions
from tests.flow.service import serving
from tests.flow.test_limits import BLOCKED, LIST, STATUS, a_world, an_app, bearer, codes

ME = "127.0.0.1"


async def guess(client, times):
    return [(await client.get(LIST, headers=bearer(f"wrong {n}"))).status_code for n in range(times)]


async def test_guessing_keys_brings_a_penalty_then_blocks_that_grow_and_end():
    world = await a_world(strikes=5, anonymous=1000)
    async with serving(world) as client:
        with capture_logs() as logs:
            assert await guess(client, 6) == [401] * 6
            assert (await client.get(LIST)).headers["ratelimit"].startswith('"address";r=990;')  # it costs four now
            assert await guess(client, 6) == [401] * 6

            refused = await client.get(LIST)
            assert (refused.status_code, refused.json()["error"]) == (429, "address_blocked")
            assert refused.headers["retry-after"] == "60"
            world.clock.advance(60)
            assert await guess(client, 7) == [401] * 6 + [429]
            assert (await client.get(LIST)).headers["retry-after"] == "600"
            world.clock.advance(600)
            assert (await client.get(LIST)).status_code == 401

    audit = [(log["event"], log["level"], log["reason"]) for log in logs if log["event"].startswith("address_")]
    assert audit == [
        ("address_penalised", 1, "unknown_key"),
        ("address_blocked", 2, "unknown_key"),
        ("address_blocked", 3, "unknown_key"),
    ]


async def test_behind_a_blocked_address_a_valid_key_still_opens():
    async with serving(await a_world(strikes=1)) as client:
        await guess(client, 10)

        assert (await client.get(LIST)).json()["error"] == "address_blocked"
        assert await codes(client, LIST, 1) == [200]


async def test_paths_that_are_none_are_suspicious_unless_a_key_asks():
    world = await a_world(strikes=3)
    async with serving(world) as client:
        for n in range(10):
            await client.get(f"/wp-admin/{n}", headers=bearer("s"))
        assert world.suspicion.all() == ()
        for n in range(4):
            assert (await client.get(f"/wp-admin/{n}")).status_code == 404

    (sanction,) = world.suspicion.all()
    assert (sanction.address, sanction.kind, sanction.reason) == (ME, "penalty", "unknown_path")


async def test_spared_addresses_are_neither_limited_nor_blocked():
    world = await a_world(strikes=1, anonymous=1)
    async with serving(world, app=an_app(spared="127.0.0.0/8")) as client:
        assert await guess(client, 30) == [401] * 30
        await world.suspicion.block(ME, seconds=60, reason="x", by="key_operator")
        assert await codes(client, LIST, 1) == [200]


async def test_an_operator_blocks_lists_and_lifts():
    world = await a_world()
    operator = bearer("operator")
    async with serving(world) as client:
        with capture_logs() as logs:
            made = await client.post(BLOCKED, json={"address": ME, "seconds": 120, "reason": "abuse"}, headers=operator)
            assert (made.status_code, made.json()["address"], made.json()["by"]) == (201, ME, "key_operator")

            assert (await codes(client, LIST, 1), await codes(client, STATUS, 1, "stranger")) == ([429], [429])
            assert (await client.get("/health")).status_code == 200
            listed = (await client.get(BLOCKED, headers=operator)).json()
            assert (listed["count"], listed["blocked_ips"][0]["reason"]) == (1, "abuse")

            assert (await client.delete(f"{BLOCKED}?address={ME}", headers=operator)).status_code == 204
            assert await codes(client, LIST, 1) == [200]
            again = await client.delete(f"{BLOCKED}?address={ME}", headers=operator)
            assert (again.status_code, again.json()["error"]) == (404, "address_not_blocked")

    assert [log["event"] for log in logs if "address" in log["event"]] == ["address_blocked", "address_unblocked"]


async def test_a_block_of_a_v6_address_is_one_of_its_network():
    world = await a_world()
    async with serving(world, app=an_app(trusted=ME)) as client:
        made = await client.post(BLOCKED, json={"address": "2001:db8::5"}, headers=bearer("operator"))
        assert made.json()["address"] == "2001:db8::/64"

        got = [(await codes(client, LIST, 1, **{"X-Forwarded-For": f"2001:db8{n}::9"}))[0] for n in ("", ":1")]
        assert got == [429, 200]


@pytest.mark.parametrize(
    "body",
    [
        {"address": "nobody"},
        {"address": ""},
        {},
        {"address": ME, "seconds": 0},
        {"address": ME, "seconds": 1e12},
        {"ip": ME},
    ],
)
async def test_a_block_that_cannot_be_is_a_400(body):
    async with serving(await a_world()) as client:
        assert (await client.post(BLOCKED, json=body, headers=bearer("operator"))).status_code == 400
        assert (await client.delete(f"{BLOCKED}?address=nobody", headers=bearer("operator"))).status_code == 400
        assert (await client.post(BLOCKED, json={"address": ME}, headers=bearer("s"))).status_code == 403


def test_who_gave_no_offence_for_a_day_begins_anew():
    first = graded(None, ME, "x", 0.0)
    second = graded(first, ME, "x", first.ends)
    late = graded(second, ME, "x", second.ends + MEMORY_SECONDS)
    worst = second
    for _ in range(10):
        worst = graded(worst, ME, "x", worst.ends)

    assert [s.level for s in (first, second, late)] == [1, 2, 1]
    assert (first.kind, second.kind) == ("penalty", "block")
    assert worst.ends - worst.begins == GRADES[-1].seconds


@pytest.fixture(params=["memory", "redis"])
def sanctions(request):
    return MemorySanctions() if request.param == "memory" else RedisSanctions(request.getfixturevalue("redis"))


async def test_sanctions_hold_until_they_end_or_are_lifted(sanctions):
    await sanctions.change(ME, lambda last: graded(last, ME, "x", 100.0))

    assert sanctions.of(ME, 399.0).level == 1
    assert sanctions.of(ME, 400.0) is None
    assert (await sanctions.change(ME, lambda last: graded(last, ME, "x", 500.0))).level == 2
    assert [s.address for s in sanctions.all(501.0)] == [ME]
    await sanctions.change(ME, lambda _: None)
    assert sanctions.all(501.0) == ()


async def test_what_one_process_blocks_another_knows_after_its_next_look(redis):
    one, other = RedisSanctions(redis), RedisSanctions(redis)
    await one.change(ME, lambda last: graded(last, ME, "x", 100.0))

    assert other.of(ME, 101.0) is None
    await other.refresh(101.0)
    assert other.of(ME, 101.0).level == 1
    await other.change(ME, lambda last: graded(last, ME, "x", 101.0))
    await one.refresh(102.0)
    assert one.of(ME, 102.0).level == 2

    await one.change("1.1.1.1", lambda last: graded(last, "1.1.1.1", "x", 102.0 + 2 * MEMORY_SECONDS))
    await other.refresh(102.0 + 2 * MEMORY_SECONDS)
    assert await redis.hkeys("decalogo:{sanctions}") == [b"1.1.1.1"]  # what nobody remembers is gone
