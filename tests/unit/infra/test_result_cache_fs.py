import asyncio
import os
import resource
from concurrent.futures import ThreadPoolExecutor

import msgspec
import pytest

from domain.options import Options
from domain.result_cache import KeptResult, ResultKey
from infra.result_cache_fs import FileResultCache

KEY = ResultKey(document="d", release="r", options=Options())
KEPT = KeptResult(
    evidence=b"e" * 500, registry=(b"r",), results=(b"1", b"2"), coverage=b"{}", score=5.0, evaluation_hash="h"
)


@pytest.fixture
def cache(tmp_path):
    return FileResultCache(tmp_path, limit=100_000)


def files(folder):
    return [p for p in folder.rglob("*") if p.is_file()]


def cut(data):
    return data[:-1]


def flipped(data):
    return data[:-20] + bytes([data[-20] ^ 1]) + data[-19:]


def of_another_version(data):
    return data.replace(b"result 1", b"result 0", 1)


def emptied(_data):
    return b""


@pytest.mark.parametrize("damage", [cut, flipped, of_another_version, emptied, lambda _: b"\0" * 5000])
async def test_a_damaged_entry_is_not_found_and_is_removed(cache, tmp_path, damage):
    await cache.put(KEY, KEPT)
    (file,) = files(tmp_path)
    file.write_bytes(damage(file.read_bytes()))

    assert await cache.get(KEY) is None
    assert files(tmp_path) == []


async def test_an_entry_under_another_ones_name_is_not_found(cache, tmp_path):
    other = msgspec.structs.replace(KEY, release="s")
    await cache.put(KEY, KEPT)
    (first,) = files(tmp_path)
    await cache.put(other, KEPT)
    (second,) = set(files(tmp_path)) - {first}
    second.write_bytes(first.read_bytes())

    assert await cache.get(other) is None
    assert await cache.get(KEY) == KEPT


async def test_an_entry_is_found_by_another_process(cache, tmp_path):
    await cache.put(KEY, KEPT)

    assert await FileResultCache(tmp_path, limit=1).get(KEY) == KEPT


async def test_an_entry_that_is_evicted_while_it_is_read_is_read_to_its_end(cache, tmp_path):
    await cache.put(KEY, KEPT)
    (file,) = files(tmp_path)
    whole = file.read_bytes()

    with file.open("rb") as opened:
        begin = opened.read(100)
        held = await FileResultCache(tmp_path, limit=1).put(KEY, KEPT)  # larger than its bound: only evicts

        assert (held.entries, held.evicted, files(tmp_path)) == (0, 1, [])
        assert begin + opened.read() == whole
    assert await cache.get(KEY) is None


async def test_what_a_dead_process_left_half_written_goes_when_room_is_needed(cache, tmp_path):
    part = tmp_path / ".part-left"
    part.write_bytes(b"x" * 99_900)
    os.utime(part, (1, 1))

    held = await cache.put(KEY, KEPT)

    assert (held.entries, held.evicted, part.exists()) == (1, 1, False)


async def test_a_disk_that_takes_nothing_keeps_nothing_and_says_no_error(cache, tmp_path):
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, before[1]))
    try:
        held = await cache.put(KEY, KEPT)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)

    assert (held.entries, files(tmp_path)) == (0, [])
    assert await cache.get(KEY) is None


async def test_a_folder_that_cannot_be_is_an_empty_cache(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    cache = FileResultCache(tmp_path / "file", limit=1000)

    assert (await cache.put(KEY, KEPT)).entries == 0
    assert await cache.get(KEY) is None


def test_caches_that_evict_each_others_entries_at_once_stay_within_the_bound(tmp_path):
    def use(number):
        cache, seen = FileResultCache(tmp_path, limit=3000), []
        for turn in range(30):
            key = msgspec.structs.replace(KEY, document=f"{number}-{turn % 3}")
            kept = msgspec.structs.replace(KEPT, score=float(number))
            asyncio.run(cache.put(key, kept))
            seen.append(asyncio.run(cache.get(key)))
        return all(found is None or found.score == number for found in seen)

    with ThreadPoolExecutor(6) as pool:
        assert all(pool.map(use, range(6)))

    assert 0 < sum(p.stat().st_size for p in files(tmp_path)) <= 3000
