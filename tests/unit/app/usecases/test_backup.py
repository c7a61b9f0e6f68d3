import gzip
from datetime import timedelta
from hashlib import sha256

import msgspec
import pytest

from app.usecases.backup import back_up, back_up_if_due, prune, verify
from app.usecases.backups import blob, known
from app.usecases.restore import restore
from app.usecases.services import Backups
from domain.errors import BackupNotFoundError, DamagedStoreError, RestoreConflictError
from tests.fakes.clock import START
from tests.fakes.objects import MemoryObjectStore
from tests.fakes.world import services

DAY = timedelta(days=1)
LARGE = b"%PDF" * 3_000_000


@pytest.fixture
async def source():
    store = MemoryObjectStore()
    await store.put_all({"batch_jobs/j/metadata.json": b"{}", "logs/batch_j.log": b"log", "slo/windows": b"w"})
    await store.put_digested("batch_jobs/j/documents", pieces(LARGE))
    return store


@pytest.fixture
def backups(source):
    return Backups(sources={"artifacts": source}, target=MemoryObjectStore(), sets=2)


async def pieces(data):
    yield data


async def restored(backups, **when):
    into = MemoryObjectStore()
    await restore(backups.target, {"artifacts": into}, **when)
    return into.objects


async def test_the_first_backup_is_full_and_brings_everything_back(backups, source):
    tally = await back_up(backups, START)

    assert tally.manifest.kind == "full"
    assert tally.copied_files == 4
    assert await restored(backups) == source.objects


async def test_an_incremental_one_copies_only_new_bytes_and_is_whole_in_itself(backups, source):
    await back_up(backups, START)
    await source.put("batch_jobs/j/metadata.json", b"[]")  # as long as before, and just as old to a listing
    await source.put("batch_jobs/k/copy", LARGE)
    await source.delete(["slo/windows"])

    tally = await back_up(backups, START + DAY)

    assert (tally.manifest.kind, tally.copied_bytes) == ("incremental", 2)
    assert await restored(backups) == source.objects


class Vouching(MemoryObjectStore):
    """A bucket: its listings vouch for contents, and reads cost money."""

    def __init__(self):
        super().__init__()
        self.read = []

    async def list(self, folder=""):
        async for stored in super().list(folder):
            digest = sha256(self.objects[stored.name]).hexdigest()
            yield msgspec.structs.replace(stored, version=digest)

    async def get(self, name, *, start=0, length=None):
        self.read.append(name)
        return await super().get(name, start=start, length=length)


async def test_what_its_source_vouches_for_is_not_read_again():
    source = Vouching()
    await source.put_all({"a": b"one", "b": b"two"})
    backups = Backups(sources={"artifacts": source}, target=MemoryObjectStore())
    await back_up(backups, START)
    source.read.clear()
    await source.put("b", b"owt")

    await back_up(backups, START + DAY)

    assert source.read == ["b"]
    assert await restored(backups) == source.objects


async def test_every_backup_can_be_had_by_its_date(backups, source):
    before = dict(source.objects)
    await back_up(backups, START)
    await source.put("slo/windows", b"other")
    await back_up(backups, START + DAY)

    assert await restored(backups, at=START + DAY / 2) == before
    assert await restored(backups, at=START + DAY) == source.objects
    with pytest.raises(BackupNotFoundError):
        await restored(backups, at=START - DAY)


async def test_after_a_week_it_is_full_again_with_bytes_of_its_own(backups):
    kinds = [(await back_up(backups, START + n * DAY)).manifest.kind for n in range(8)]

    assert kinds == ["full", *["incremental"] * 6, "full"]
    first, second = (backups.target.objects, {b.set for b in await known(backups.target)})
    assert len(second) == 2
    assert len([name for name in first if name.startswith("blobs/")]) == 8


async def test_the_oldest_sets_go_and_what_is_kept_stays_whole(backups, source):
    for n in range(4):
        await back_up(backups, START + n * 7 * DAY, "full")

    assert [b.created_at for b in await known(backups.target)] == [START + n * 7 * DAY for n in (2, 3)]
    assert len(backups.target.objects) == 2 * (4 + 1)
    assert await verify(backups.target) == []
    assert await restored(backups, at=START + 15 * DAY) == source.objects


class Breaking(MemoryObjectStore):
    """Breaks off after so many writes."""

    def __init__(self, writes):
        super().__init__()
        self._writes = writes

    async def put(self, name, data):
        self._writes -= 1
        if self._writes < 0:
            raise ConnectionError
        await super().put(name, data)


@pytest.mark.parametrize("writes", range(5))
async def test_a_backup_that_breaks_off_is_none_and_its_remains_go(source, writes):
    target = Breaking(writes)
    backups = Backups(sources={"artifacts": source}, target=target)

    with pytest.raises(ConnectionError):
        await back_up(backups, START)

    assert await known(target) == []
    with pytest.raises(BackupNotFoundError):
        await restored(backups)
    target._writes = 100
    assert (await back_up(backups, START + DAY)).manifest.kind == "full"
    assert await restored(backups) == source.objects
    await prune(backups, START + 9 * DAY)
    assert len(target.objects) == 5
    assert await restored(backups) == source.objects


async def test_an_incremental_one_that_breaks_off_leaves_the_one_before_it(source):
    target = Breaking(100)
    backups = Backups(sources={"artifacts": source}, target=target)
    before = dict(source.objects)
    await back_up(backups, START)
    await source.put("slo/windows", b"other")
    target._writes = 1  # for the bytes, not for the manifest

    with pytest.raises(ConnectionError):
        await back_up(backups, START + DAY)

    assert await restored(backups) == before


@pytest.mark.parametrize("damage", [lambda data: data[:-1], lambda data: b"x" + data[1:], None])
@pytest.mark.parametrize("content", [b"w", LARGE])
async def test_damaged_and_missing_bytes_are_found_and_never_restored(backups, content, damage):
    tally = await back_up(backups, START)
    (file,) = [f for f in tally.manifest.files if f.size == len(content) and f.size != 3]
    place = blob(tally.manifest.set, file.sha256)
    data = backups.target.objects.pop(place)
    if damage:
        backups.target.objects[place] = damage(data)
    into = MemoryObjectStore()

    assert await verify(backups.target) == [place]
    with pytest.raises(DamagedStoreError):
        await restore(backups.target, {"artifacts": into})

    assert file.name not in into.objects


async def test_a_damaged_manifest_is_said(backups):
    tally = await back_up(backups, START)
    backups.target.objects[tally.manifest.place] = gzip.compress(b"{}")

    with pytest.raises(DamagedStoreError):
        await verify(backups.target)


async def test_a_restore_can_be_done_again_and_overwrites_nothing_else(backups, source):
    await back_up(backups, START)
    into = MemoryObjectStore()
    await restore(backups.target, {"artifacts": into})
    await restore(backups.target, {"artifacts": into})
    assert into.objects == source.objects
    into.objects["slo/windows"] = b"mine"

    with pytest.raises(RestoreConflictError, match="slo/windows"):
        await restore(backups.target, {"artifacts": into})

    assert into.objects["slo/windows"] == b"mine"


class Moving(MemoryObjectStore):
    """Whatever is read first, the job then ends, and is archived once its listing has been told."""

    def __init__(self):
        super().__init__()
        self.listings = 0

    async def list(self, folder=""):
        self.listings += 1
        names = sorted(self.objects)
        if self.listings == 2:
            await self.put_all({"batch_jobs/j/results/a/x": b"r", "batch_jobs/j/summary.json": b"s"})
            names = sorted(self.objects)
        async for stored in super().list(folder):
            if stored.name in names:
                yield stored
        if self.listings == 2:
            await self.put_all({"archive/j/index-0001.json": b"i", "archive/j/0.tar.xz": b"t"})
            await self.delete_folder("batch_jobs/j")


async def test_a_job_that_moves_while_it_is_backed_up_is_in_the_backup_whole():
    source = Moving()
    await source.put("batch_jobs/j/metadata.json", b"{}")
    backups = Backups(sources={"artifacts": source}, target=MemoryObjectStore())

    await back_up(backups, START)

    files = await restored(backups)
    assert "batch_jobs/j/summary.json" not in files
    assert {"archive/j/index-0001.json", "archive/j/0.tar.xz"} <= files.keys()


async def test_by_schedule_one_is_made_a_day_by_whoever_comes_first(backups, source):
    world, other = (with_backups(backups) for _ in range(2))

    assert await back_up_if_due(world) == 1
    assert [await back_up_if_due(w) for w in (world, other)] == [0, 0]
    for w in (world, other):
        w.clock.advance(86400)
    assert [await back_up_if_due(w) for w in (other, world)] == [1, 0]

    assert [b.kind for b in await known(backups.target)] == ["full", "incremental"]
    assert await back_up_if_due(services()) == 0


async def test_when_the_one_who_makes_it_dies_another_does_hours_later(source):
    target = Breaking(2)
    world = with_backups(Backups(sources={"artifacts": source}, target=target))
    with pytest.raises(ConnectionError):
        await back_up_if_due(world)
    target._writes = 100

    assert await back_up_if_due(world) == 0
    world.clock.advance(6 * 3600)

    assert await back_up_if_due(world) == 1


def with_backups(backups):
    world = services()
    return msgspec.structs.replace(world, backups=backups)
