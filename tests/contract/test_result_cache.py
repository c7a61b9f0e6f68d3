"""What any result cache promises: what was put is found under its own key; past a bound the least used goes first."""

import asyncio
import os
from datetime import UTC, datetime, timedelta

import pytest

from domain.options import Options
from domain.result_cache import KeptResult, ResultCache, ResultKey
from infra.result_cache_fs import FileResultCache
from tests.fakes.results import MemoryResultCache

LIMIT = 10_000


@pytest.fixture(params=["memory", "files"])
def cache(request: pytest.FixtureRequest, tmp_path) -> ResultCache:
    return MemoryResultCache(LIMIT) if request.param == "memory" else FileResultCache(tmp_path / "new", limit=LIMIT)


def a_key(document: str = "d", release: str = "r", **options) -> ResultKey:
    return ResultKey(document=document, release=release, options=Options(**options))


def a_result(size: int = 10, score: float = 5.0) -> KeptResult:
    return KeptResult(
        evidence=b"e" * size,
        registry=(b"r1", b"r2"),
        results=(b"1", b"2"),
        coverage=b"{}",
        score=score,
        evaluation_hash="h" * 64,
    )


async def test_what_was_put_is_found_as_it_was(cache):
    assert await cache.get(a_key()) is None

    held = await cache.put(a_key(), a_result())

    assert await cache.get(a_key()) == a_result()
    assert (held.entries, held.evicted) == (1, 0)
    assert 0 < held.bytes <= LIMIT


@pytest.mark.parametrize("other", [a_key("x"), a_key(release="x"), a_key(enable_causal_analysis=False)])
async def test_another_document_release_or_option_is_another_entry(cache, other):
    await cache.put(a_key(), a_result())

    assert await cache.get(other) is None


async def test_options_that_are_said_and_options_that_are_meant_are_the_same(cache):
    await cache.put(a_key(), a_result())

    assert await cache.get(a_key(enable_causal_analysis=True))


async def test_a_second_put_takes_the_place_of_the_first(cache):
    await cache.put(a_key(), a_result(score=1.0))

    held = await cache.put(a_key(), a_result(score=2.0))

    assert (held.entries, (await cache.get(a_key())).score) == (1, 2.0)


async def test_past_the_bound_what_was_used_least_recently_goes(cache, age):
    for name in "abc":
        await cache.put(a_key(name), a_result(2800))
        age(cache)
    assert await cache.get(a_key("a"))
    age(cache)

    held = await cache.put(a_key("d"), a_result(2800))

    assert (held.entries, held.evicted) == (3, 1)
    assert held.bytes <= LIMIT
    assert [name for name in "abcd" if await cache.get(a_key(name))] == ["a", "c", "d"]


async def test_what_is_larger_than_the_bound_is_not_kept_and_drives_nothing_out(cache):
    await cache.put(a_key("a"), a_result())

    held = await cache.put(a_key("b"), a_result(LIMIT))

    assert (held.entries, held.evicted) == (1, 0)
    assert await cache.get(a_key("a"))
    assert await cache.get(a_key("b")) is None


async def test_many_at_once_find_whole_entries_or_none(cache):
    results = {str(n): a_result(2000 + n, score=n) for n in range(8)}

    async def use(name: str) -> list[KeptResult | None]:
        out = []
        for _ in range(10):
            await cache.put(a_key(name), results[name])
            out += await asyncio.gather(*(cache.get(a_key(other)) for other in results))
        return out

    found = [kept for out in await asyncio.gather(*map(use, results)) for kept in out]

    assert all(kept is None or kept == results[str(int(kept.score))] for kept in found)
    assert any(found)
    assert (await cache.put(a_key("0"), results["0"])).bytes <= LIMIT


@pytest.fixture
def age(tmp_path):
    """Makes every use until now a second older than it is: the clock of a file system is coarser than a test."""

    def older(_cache: ResultCache) -> None:
        for file in tmp_path.rglob("*"):
            if file.is_file():
                then = file.stat().st_mtime_ns - 1_000_000_000
                os.utime(file, ns=(then, then))

    return older


async def test_a_document_is_forgotten_under_every_release_and_option_and_alone(cache):
    for key in (a_key(), a_key(release="x"), a_key(enable_causal_analysis=False), a_key("other")):
        await cache.put(key, a_result())

    assert await cache.forget("d") == 3
    assert await cache.forget("d") == 0

    assert await cache.get(a_key()) is None
    assert await cache.get(a_key("other")) == a_result()


async def test_what_was_not_used_for_so_long_goes(cache):
    now, hour = datetime.now(UTC), timedelta(hours=1)
    await cache.put(a_key(), a_result())

    assert await cache.expire(now - hour) == 0
    assert await cache.get(a_key()) == a_result()
    assert await cache.expire(now + hour) == 1
    assert await cache.get(a_key()) is None
