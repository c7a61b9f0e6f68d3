"""What reads over one shared connection promise: each caller its own answer, and those of the client when it is cut."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from redis.asyncio import Redis
from redis.exceptions import ResponseError

from infra.redis_client import pool
from infra.redis_line import RedisLine


@pytest.fixture
async def line(redis) -> AsyncIterator[RedisLine]:
    opened = RedisLine(redis)
    yield opened
    opened.close()


async def test_callers_at_one_time_get_each_their_own_answer(line, redis):
    for number in range(50):
        await redis.hset(f"h{number}", mapping={"n": number, "text": "x" * number * 1000})

    answers = await asyncio.gather(*(line.hgetall(f"h{number}") for number in range(50)))

    assert [int(answer[b"n"]) for answer in answers] == list(range(50))
    assert [len(answer[b"text"]) for answer in answers] == [number * 1000 for number in range(50)]


async def test_a_hash_that_is_not_there_has_no_fields(line):
    assert await line.hgetall("nothing") == {}


async def test_a_caller_that_goes_away_takes_no_answer_from_another(line, redis):
    await redis.hset("a", "name", "a")
    await redis.hset("b", "name", "b")
    await line.hgetall("a")

    gone = asyncio.ensure_future(line.hgetall("a"))
    await asyncio.sleep(0)
    gone.cancel()

    assert await line.hgetall("b") == {b"name": b"b"}


async def test_a_line_that_was_cut_is_opened_again(line, redis):
    await redis.hset("a", "name", "a")
    await line.hgetall("a")
    await redis.client_kill_filter(_type="normal", skipme=True)

    answers = await asyncio.gather(*(line.hgetall("a") for _ in range(5)))

    assert answers == [{b"name": b"a"}] * 5


async def test_what_the_server_refuses_is_told_as_the_client_tells_it(line, redis):
    await redis.set("text", "no hash")

    with pytest.raises(ResponseError, match="WRONGTYPE"):
        await line.hgetall("text")


async def test_it_is_whom_the_url_names_in_the_database_that_the_url_names(valkey_url, redis, line):
    await redis.acl_setuser("ana", enabled=True, passwords=["+secret"], categories=["+@all"], keys=["*"])
    connections = pool(f"{valkey_url}?db=2&username=ana&password=secret", password=None, size=2, patience=1)
    client = Redis(connection_pool=connections)
    await client.hset("a", "name", "there")
    other = RedisLine(client)

    try:
        assert await other.hgetall("a") == {b"name": b"there"}
        assert await line.hgetall("a") == {}
    finally:
        other.close()
        await connections.aclose()
        await redis.acl_deluser("ana")
