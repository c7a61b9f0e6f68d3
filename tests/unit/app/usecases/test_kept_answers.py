import asyncio

import pytest

from app.usecases.kept_answers import KeptAnswers, lifetime
from domain.answer_cache import AnswerName
from domain.errors import BackendUnavailableError
from tests.fakes.answers import MemorySharedAnswers

NAME = AnswerName(job_id="batch_1", made_of="a")


class Maker:
    """Makes the same answer each time, after `go` is set, and counts."""

    def __init__(self, answer: bytes | None = b"answer") -> None:
        self.answer = answer
        self.count = 0
        self.began = asyncio.Event()
        self.go = asyncio.Event()
        self.go.set()

    async def __call__(self) -> bytes | None:
        self.count += 1
        self.began.set()
        await self.go.wait()
        return self.answer


@pytest.fixture
def shared():
    return MemorySharedAnswers()


def a_cache(shared, **changes):
    return KeptAnswers(shared, **{"limit": 1024**2, "seconds": 3600.0, **changes})


async def test_an_answer_is_made_once(shared):
    cache, make = a_cache(shared), Maker()

    assert [await cache.get(NAME, make) for _ in range(3)] == [b"answer"] * 3

    assert make.count == 1
    assert (cache.tally.hits, cache.tally.misses) == (2, 1)


async def test_a_hundred_who_ask_at_once_have_it_made_once(shared):
    cache, make = a_cache(shared), Maker()
    make.go.clear()
    asking = [asyncio.create_task(cache.get(NAME, make)) for _ in range(100)]
    await make.began.wait()
    make.go.set()

    assert await asyncio.gather(*asking) == [b"answer"] * 100
    assert make.count == 1
    assert (cache.tally.hits, cache.tally.misses) == (99, 1)


async def test_two_processes_that_ask_at_once_have_it_made_once(shared):
    caches, make = [a_cache(shared), a_cache(shared)], Maker()
    make.go.clear()
    asking = [asyncio.create_task(cache.get(NAME, make)) for cache in caches]
    await make.began.wait()
    make.go.set()

    assert await asyncio.gather(*asking) == [b"answer"] * 2
    assert make.count == 1


async def test_what_one_process_made_another_finds(shared):
    make = Maker()
    await a_cache(shared).get(NAME, make)

    assert await a_cache(shared).get(NAME, make) == b"answer"
    assert make.count == 1


async def test_the_one_who_asked_first_may_go_away(shared):
    cache, make = a_cache(shared), Maker()
    make.go.clear()
    first, second = (asyncio.create_task(cache.get(NAME, make)) for _ in range(2))
    await make.began.wait()
    first.cancel()
    await asyncio.wait([first])
    make.go.set()

    assert await second == b"answer"
    assert make.count == 1


async def test_what_fails_is_told_to_all_who_wait_and_is_not_kept(shared):
    cache, fails = a_cache(shared), 0

    async def failing():
        nonlocal fails
        fails += 1
        await asyncio.sleep(0)
        raise BackendUnavailableError("no", backend="artifacts")

    told = await asyncio.gather(*(cache.get(NAME, failing) for _ in range(3)), return_exceptions=True)

    assert [type(error) for error in told] == [BackendUnavailableError] * 3
    assert fails == 1
    assert await cache.get(NAME, Maker()) == b"answer"


async def test_under_another_name_it_is_made_anew(shared):
    cache = a_cache(shared)
    await cache.get(NAME, Maker(b"before"))

    assert await cache.get(AnswerName(job_id="batch_1", made_of="b"), Maker(b"after")) == b"after"


async def test_what_is_too_large_is_known_to_be_so(shared):
    make = Maker(b"")

    assert [await cache.get(NAME, make) for cache in (a_cache(shared), a_cache(shared))] == [None, None]
    assert make.count == 1


async def test_what_may_not_be_kept_now_is_asked_for_again(shared):
    cache, make = a_cache(shared), Maker(None)

    assert [await cache.get(NAME, make) for _ in range(2)] == [None, None]
    assert make.count == 2


async def test_when_what_is_shared_is_away_each_process_goes_on_alone(shared):
    cache, make = a_cache(shared), Maker()
    shared.away = True

    assert [await cache.get(NAME, make) for _ in range(3)] == [b"answer"] * 3

    assert make.count == 1
    assert cache.tally.errors > 0
    assert await cache.shared_figures() is None


async def test_an_answer_ends_with_its_time(shared):
    now = 0.0
    cache, make = a_cache(shared, seconds=100.0, now=lambda: now), Maker()
    await cache.get(NAME, make)
    shared.held.clear()

    now = 89.0
    await cache.get(NAME, make)
    early = make.count
    now = 111.0
    await cache.get(NAME, make)

    assert (early, make.count) == (1, 2)


async def test_a_job_that_is_removed_leaves_nothing(shared):
    cache, make = a_cache(shared), Maker()
    await cache.get(NAME, make)

    await cache.forget("batch_1")

    assert (shared.held, len(cache.recent)) == ({}, 0)


def test_times_differ_by_a_tenth_at_most():
    drawn = {lifetime(100.0) for _ in range(1000)}

    assert min(drawn) >= 90
    assert max(drawn) <= 110
    assert max(drawn) - min(drawn) > 10
