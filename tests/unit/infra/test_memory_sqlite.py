"""The memory in a SQLite file: bounded, shared, and never worth an error."""

import sqlite3

import pytest

from infra.memory_sqlite import SqliteMemory
from tests.fakes.clock import FakeClock


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def memory(tmp_path, clock):
    made = SqliteMemory(tmp_path / "cache/impressions.sqlite", space=b"release 1 ", limit_bytes=400_000, clock=clock)
    yield made
    made.close()


def some(first, count=10, size=5_000):
    return {f"key {first + i}".encode(): f"value {first + i} ".encode() * (size // 8) for i in range(count)}


def test_what_was_kept_is_remembered_by_another_process_too(memory, tmp_path, clock):
    memory.keep(some(0))
    other = SqliteMemory(tmp_path / "cache/impressions.sqlite", space=b"release 1 ", limit_bytes=400_000, clock=clock)

    assert other.recall([b"key 3", b"key 99", b"key 3"]) == {b"key 3": some(0)[b"key 3"]}


def test_what_was_kept_for_another_release_is_not_recalled(memory, tmp_path, clock):
    memory.keep(some(0))
    file = tmp_path / "cache/impressions.sqlite"
    other = SqliteMemory(file, space=b"release 2 ", limit_bytes=400_000, clock=clock)
    other.keep({b"key 3": b"another"})

    assert other.recall([b"key 2", b"key 3"]) == {b"key 3": b"another"}
    assert memory.recall([b"key 3"]) == {b"key 3": some(0)[b"key 3"]}


def test_more_keys_than_one_query_takes_are_found(memory):
    kept = some(0, count=1_200, size=8)
    memory.keep(kept)

    assert memory.recall(list(kept)) == kept


def test_it_stays_within_its_bounds_and_what_was_not_used_for_longest_goes_first(memory, clock, tmp_path):
    memory.keep(some(0))
    for batch in range(1, 12):
        clock.advance(2 * 3600)
        memory.recall(list(some(0)))
        memory.keep(some(100 * batch))

    assert memory.recall(list(some(0))) == some(0)
    assert memory.recall(list(some(100))) == {}
    assert memory.recall(list(some(1_100))) == some(1_100)
    memory.close()
    assert (tmp_path / "cache/impressions.sqlite").stat().st_size < 2 * 400_000


def test_what_is_larger_than_all_bounds_is_not_kept(memory):
    memory.keep(some(0, count=1, size=2_000_000))

    assert memory.recall([b"key 0"]) == {}


def test_a_damaged_file_is_begun_anew(memory, tmp_path):
    file = tmp_path / "cache/impressions.sqlite"
    memory.keep(some(0))
    memory.close()
    file.write_bytes(b"rubbish " * 10_000)

    assert memory.recall([b"key 1"]) == {}
    memory.keep(some(0))
    assert memory.recall([b"key 1"]) == {b"key 1": some(0)[b"key 1"]}


def test_a_value_that_was_altered_is_not_believed(memory, tmp_path):
    memory.keep(some(0))
    memory.close()
    with sqlite3.connect(tmp_path / "cache/impressions.sqlite") as other:
        other.execute("UPDATE impression SET value = CAST('other words' AS BLOB) WHERE key = ?", [b"release 1 key 1"])
    other.close()

    assert memory.recall([b"key 1", b"key 2"]) == {b"key 2": some(0)[b"key 2"]}


@pytest.mark.parametrize("place", ["a file/impressions.sqlite", "a folder"])
def test_where_nothing_can_be_written_nothing_is_remembered(tmp_path, clock, place):
    (tmp_path / "a file").write_text("no folder")
    (tmp_path / "a folder").mkdir()
    memory = SqliteMemory(tmp_path / place, space=b"", limit_bytes=1_000, clock=clock)
    memory.keep(some(0))

    assert memory.recall([b"key 1"]) == {}
