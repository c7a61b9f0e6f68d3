"""What any store of objects promises: each whole or not there, created once, streamed in bounded memory."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import psutil
import pytest

from domain.errors import BackendUnavailableError, DecalogoError
from domain.storage import UNBOUNDED, ObjectStore
from infra.clock_system import SystemClock
from infra.objects_fs import FileObjectStore
from tests.fakes.objects import MemoryObjectStore

ROOT = Path(__file__).parents[2]


@pytest.fixture(params=["memory", "files", "s3"])
def store(request: pytest.FixtureRequest, tmp_path) -> ObjectStore:
    if request.param == "memory":
        return MemoryObjectStore()
    if request.param == "files":
        return FileObjectStore(tmp_path)
    s3 = request.getfixturevalue("s3")
    return s3.store(s3.bucket())


async def pieces(count, size=1024 * 1024, then=None):
    for number in range(count):
        yield bytes([number % 256]) * size
    if then:
        raise then


async def names(store, folder=""):
    return [stored.name async for stored in store.list(folder)]


async def test_what_is_put_is_there_whole_and_the_last_one_counts(store):
    await store.put("a/b", b"one")
    await store.put_all({"a/b": b"two", "a/c": b""})

    assert (await store.get("a/b"), await store.get("a/c"), await store.get("a/d")) == (b"two", b"", None)
    assert b"".join([piece async for piece in store.stream("a/b")]) == b"two"
    with pytest.raises(FileNotFoundError):
        [piece async for piece in store.stream("a/d")]


async def test_a_part_of_an_object_can_be_had(store):
    await store.put("a", b"0123456789")

    assert await store.get("a", start=3, length=4) == b"3456"
    assert await store.get("a", start=8) == b"89"
    assert await store.get("b", start=3, length=4) is None


async def test_of_many_who_create_one_does(store):
    made = await asyncio.gather(*(store.create("a/b", str(n).encode()) for n in range(8)))

    assert sum(made) == 1
    assert await store.get("a/b") == str(made.index(True)).encode()


@pytest.mark.parametrize("count", [0, 1, 3, 20])
async def test_a_stream_of_any_length_is_kept_under_its_hash(store, count):
    whole = b"".join([piece async for piece in pieces(count)])

    kept = await store.put_digested("a/b", pieces(count), suffix=".bin")

    assert (kept.sha256, kept.size) == (sha256(whole).hexdigest(), len(whole))
    assert await names(store) == [f"a/b/{kept.sha256}.bin"]
    assert await store.get(f"a/b/{kept.sha256}.bin") == whole


@pytest.mark.parametrize("count", [0, 3, 20])
async def test_a_stream_that_breaks_off_leaves_nothing_and_says_why_itself(store, count):
    with pytest.raises(ConnectionResetError, match="gone"):
        await store.put_digested("a", pieces(count, then=ConnectionResetError("gone")))

    assert await names(store) == []
    assert await store.sweep(SystemClock().now() + timedelta(days=1)) == 0


async def test_a_listing_tells_what_lies_below_a_folder_in_order(store):
    for name in ("b/2", "b/1/x", "bb/1", "a"):
        await store.put(name, name.encode())

    assert await names(store) == sorted(["a", "b/1/x", "b/2", "bb/1"])
    assert await names(store, "b") == ["b/1/x", "b/2"]
    assert [stored.size async for stored in store.list("b")] == [5, 3]
    assert [word async for word in store.folders("b")] == ["1"]
    assert await names(store, "c") == []


async def test_names_that_are_odd_but_legal_come_back_as_they_were(store):
    for name in ("results/~0001/x", "a/.b", "a/b c", "a/ñ", "a/100%"):
        await store.put(name, b"")

    assert await names(store) == sorted(["results/~0001/x", "a/.b", "a/b c", "a/ñ", "a/100%"])


async def test_what_is_deleted_is_gone_and_twice_is_harmless(store):
    await store.put_all({"a/1": b"", "a/2/x": b"", "ab": b"", "c": b""})

    for _ in range(2):
        await store.delete(["c", "never"])
        await store.delete_folder("a")

    assert await names(store) == ["ab"]


@pytest.mark.parametrize("name", ["../x", "a/../../x", "a//b", "", "a/\0", "/etc/x"])
async def test_no_name_leaves_the_store(store, name):
    with pytest.raises(DecalogoError):
        await store.put(name, b"")


WRITER = """
import asyncio, sys
from pathlib import Path
from infra.objects_fs import FileObjectStore

async def main():
    store, round = FileObjectStore(Path(sys.argv[1])), 0
    async def chunks(letter):
        for _ in range(20):
            yield letter * 50_000
    print("writes", flush=True)
    while True:
        letter = b"abcdefghij"[round % 10 : round % 10 + 1]
        await store.put_all({f"a/{n}": letter * 4_000_000 for n in range(2)})
        await store.create(f"c/{letter.decode()}", letter * 100_000)
        await store.put_digested("b", chunks(letter))
        await store.delete_folder("d")
        await store.put("d/x/y", letter * 100_000)
        round += 1

asyncio.run(main())
"""


def kill_a_writer_after(folder, seconds):
    with subprocess.Popen([sys.executable, "-c", WRITER, str(folder)], cwd=ROOT, stdout=subprocess.PIPE) as writer:
        writer.stdout.readline()
        time.sleep(seconds)  # the moment is what is varied here
        os.kill(writer.pid, signal.SIGKILL)


async def test_a_writer_killed_at_any_moment_leaves_every_file_whole_and_what_it_left_is_swept(tmp_path):
    for number in range(15):
        await asyncio.to_thread(kill_a_writer_after, tmp_path, 0.05 + 0.01 * number)

    store = FileObjectStore(tmp_path)
    found = [(name, await store.get(name)) for name in await names(store)]
    assert {name[0] for name, _ in found} == set("abcd")
    assert [name for name, data in found if len(set(data)) != 1] == []
    assert [name for name, data in found if name[0] in "cd" and len(data) != 100_000] == []
    assert [name for name, data in found if name[0] == "a" and len(data) != 4_000_000] == []
    assert [name for name, data in found if name[0] == "b" and sha256(data).hexdigest() != name[2:]] == []
    left = len(list(tmp_path.rglob(".parts/*")))
    assert await store.sweep(SystemClock().now() - timedelta(hours=1)) == 0
    assert await store.sweep(SystemClock().now() + timedelta(hours=1)) == left
    assert left > 0
    assert list(tmp_path.rglob(".parts/*")) == []


async def test_a_long_stream_to_a_bucket_takes_no_more_memory_than_a_short_one(s3):
    store = s3.store(s3.bucket())
    await store.put_digested("a", pieces(20))
    before = psutil.Process().memory_info().rss

    kept = await store.put_digested("a", pieces(100))

    grown = psutil.Process().memory_info().rss - before
    assert kept.size == 100 * 1024 * 1024
    assert grown < 50 * 1024 * 1024


async def test_pieces_of_an_upload_that_died_are_swept_from_a_bucket(s3):
    bucket = s3.bucket()
    s3.client.put_object(Bucket=bucket, Key="some/prefix/.parts/dead", Body=b"half")
    store = s3.store(bucket)

    assert await names(store) == []
    assert await store.sweep(SystemClock().now() - timedelta(hours=1)) == 0
    assert await store.sweep(SystemClock().now() + timedelta(hours=1)) == 1

    assert "Contents" not in s3.client.list_objects_v2(Bucket=bucket)


async def test_two_prefixes_of_a_bucket_do_not_meet(s3):
    bucket = s3.bucket()
    one, other = s3.store(bucket, "one"), s3.store(bucket, "other")
    await one.put("a", b"one")

    await other.delete(["a"])

    assert await one.get("a") == b"one"
    assert await names(other) == []
    assert await one.space() == UNBOUNDED


async def test_a_bucket_that_does_not_know_the_key_says_so(s3):
    store = s3.store(s3.bucket())
    with s3.strict(), pytest.raises(BackendUnavailableError, match=r"403|PermissionDenied|Unauthenticated") as refused:
        await store.put("a", b"")

    assert "AKIATEST" not in f"{refused.value.message} {refused.value.facts}"
    await store.put("a", b"")


async def test_a_bucket_that_is_not_there_or_does_not_answer_is_said_without_the_credentials(s3):
    with pytest.raises(BackendUnavailableError, match="no such bucket"):
        await s3.store("nobody-made-this").get("a")
    with pytest.raises(BackendUnavailableError, match="no such bucket"):
        await s3.store("nobody-made-this").put("a", b"")
    away = type(s3)("http://127.0.0.1:9").store("bucket")

    with pytest.raises(BackendUnavailableError) as refused:
        await away.put("a", b"")

    said = f"{refused.value.message} {refused.value.facts} {refused.value.__cause__} {away!r}"
    assert "a-secret-of-the-tests" not in said
    assert "AKIATEST" not in said
