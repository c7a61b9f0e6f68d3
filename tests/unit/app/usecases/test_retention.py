import asyncio
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from app.usecases.archive import archive_old, archive_one, expire_old
from app.usecases.places import keep_record, read_record
from app.usecases.retention import put_in_order
from app.usecases.services import Keeping
from domain.errors import BackendUnavailableError
from domain.job import JobState
from domain.options import Options
from domain.result_cache import KeptResult, ResultKey
from infra.artifacts_objects import ObjectArtifactStore
from infra.objects_fs import FileObjectStore
from tests.fakes.clock import START
from tests.fakes.objects import MemoryObjectStore
from tests.fakes.world import a_job, services

DAY = timedelta(days=1)
ROOT = Path(__file__).parents[4]


async def ended(world, job_id, days_ago, state=JobState.COMPLETED):
    at = START - days_ago * DAY
    job = a_job(job_id=f"batch_{at:%Y%m%d}_{job_id}", state=state, created_at=at, ended_at=at)
    await keep_record(world, job)
    return job.id


async def lists(world):
    return [j async for j in world.artifacts.jobs()], [j async for j in world.artifacts.archived()]


async def test_what_ended_90_days_ago_is_archived_and_what_ended_two_years_ago_is_gone():
    world = services()
    young, old, ancient = [await ended(world, "x", days) for days in (89, 91, 731)]

    await put_in_order(world)

    assert await lists(world) == ([young], [old])
    assert (await read_record(world, old)).id == old
    assert await read_record(world, ancient) is None


@pytest.mark.parametrize(("days", "left"), [(30, 0), (0, 1)])
async def test_an_evaluation_that_nobody_asks_for_again_is_not_kept_for_ever(days, left):
    world = msgspec.structs.replace(services(), keeping=Keeping(results_days=days))
    key = ResultKey(document="d", release="r", options=Options())
    await world.results.put(
        key, KeptResult(evidence=b"", registry=(), results=(), coverage=b"", score=1.0, evaluation_hash="")
    )
    world.results.used[key] = START - 31 * DAY

    await put_in_order(world)

    assert len(world.results.entries) == left


async def test_what_is_archived_expires_too():
    world = services()
    old = await ended(world, "x", 100)
    await put_in_order(world)
    assert await lists(world) == ([], [old])

    world.clock.advance(631 * 86400)
    await put_in_order(world)

    assert await lists(world) == ([], [])


async def test_a_job_that_has_not_ended_stays_however_old_it_is_even_if_only_the_working_copy_knows():
    world = services()
    running = await ended(world, "a", 800, JobState.PROCESSING)
    retried = await ended(world, "b", 800)
    await world.jobs.create(a_job(job_id=retried, state=JobState.QUEUED))

    await put_in_order(world)

    assert sorted((await lists(world))[0]) == sorted([running, retried])
    assert not await archive_one(world, running)


async def test_a_record_that_cannot_be_read_keeps_no_other_job_from_its_turn():
    world = services()
    broken, old = await ended(world, "a", 100), await ended(world, "b", 100)
    await world.artifacts.write(broken, "metadata.json", b"{")

    assert await archive_old(world, before=START) == 1

    assert await lists(world) == ([broken], [old])


class Dying(MemoryObjectStore):
    """Its process dies at the n-th change; those before have happened."""

    def __init__(self, objects, changes):
        super().__init__()
        self.objects = objects
        self._left = changes

    async def put(self, name, data):
        self._live()
        await super().put(name, data)

    async def create(self, name, data):
        self._live()
        return await super().create(name, data)

    async def delete(self, names):
        for name in names:
            self._live()
            await super().delete([name])

    async def delete_folder(self, folder):
        await self.delete([s.name async for s in self.list(folder)])

    def _live(self):
        self._left -= 1
        if self._left < 0:
            raise SystemExit


FILES = {"metadata.json": b"", "summary.json": b"{}", "batch.log": b"log", "results/a/document.json": b"[1]"}


def a_world_on(objects):
    return msgspec.structs.replace(services(), artifacts=ObjectArtifactStore(objects))


async def contents(store, job_id):
    return {path: await store.read(job_id, path) for path in FILES}


@pytest.mark.parametrize("changes", range(12))
async def test_an_archiving_that_dies_at_any_change_loses_nothing_and_is_done_again(changes):
    objects = MemoryObjectStore()
    world = a_world_on(objects)
    job_id = await ended(world, "x", 100)
    for path, data in FILES.items():
        if data:
            await world.artifacts.write(job_id, path, data)
    before = await contents(world.artifacts, job_id)
    dying = Dying(objects.objects, changes)

    try:
        await ObjectArtifactStore(dying).archive(job_id)
        died = False
    except SystemExit:
        died = True
    objects.objects = dying.objects

    assert died == (changes < 7)
    assert await contents(world.artifacts, job_id) == before
    await archive_old(world, before=START)
    assert await contents(world.artifacts, job_id) == before
    assert await lists(world) == ([], [job_id])
    assert len(objects.objects) == 2


class Meanwhile(MemoryObjectStore):
    """Something else happens before the n-th call."""

    def __init__(self, objects, calls, act):
        super().__init__()
        self.objects, self.calls, self._act = objects, calls, act

    async def get(self, name, *, start=0, length=None):
        await self._count()
        return await super().get(name, start=start, length=length)

    async def put(self, name, data):
        await self._count()
        await super().put(name, data)

    async def create(self, name, data):
        await self._count()
        return await super().create(name, data)

    async def list(self, folder=""):
        await self._count()
        async for stored in super().list(folder):
            yield stored

    async def delete(self, names):
        await self._count()
        await super().delete(names)

    async def delete_folder(self, folder):
        await self._count()
        await super().delete_folder(folder)

    async def _count(self):
        self.calls -= 1
        if self.calls == 0:
            await self._act()


@pytest.mark.parametrize("calls", range(1, 17))
async def test_two_who_archive_a_job_at_once_lose_nothing(calls):
    objects = MemoryObjectStore()
    world = a_world_on(objects)
    job_id = await ended(world, "x", 100)
    await world.artifacts.write(job_id, "summary.json", b"{}")
    before = await contents(world.artifacts, job_id)
    slow = Meanwhile(objects.objects, calls, lambda: ObjectArtifactStore(slow).archive(job_id))

    await ObjectArtifactStore(slow).archive(job_id)

    objects.objects = slow.objects
    assert await contents(world.artifacts, job_id) == before
    assert [job async for job in world.artifacts.archived()] == [job_id]


@pytest.mark.parametrize("again", [False, True])
@pytest.mark.parametrize("calls", range(1, 17))
async def test_what_is_written_and_archived_by_another_meanwhile_counts(calls, again):
    objects = MemoryObjectStore()
    world = a_world_on(objects)
    job_id = await ended(world, "x", 100)
    if again:
        await world.artifacts.archive(job_id)
    await world.artifacts.write(job_id, "summary.json", b"before")

    async def rewrite_and_archive():
        other = ObjectArtifactStore(slow)
        await other.write(job_id, "summary.json", b"after!")
        await other.archive(job_id)

    slow = Meanwhile(objects.objects, calls, rewrite_and_archive)

    await ObjectArtifactStore(slow).archive(job_id)

    assert await ObjectArtifactStore(slow).read(job_id, "summary.json") == b"after!"


@pytest.mark.parametrize("calls", range(1, 17))
async def test_a_job_that_is_removed_while_it_is_archived_does_not_come_back(calls):
    objects = MemoryObjectStore()
    world = a_world_on(objects)
    job_id = await ended(world, "x", 100)
    await world.artifacts.write(job_id, "summary.json", b"{}")
    slow = Meanwhile(objects.objects, calls, lambda: ObjectArtifactStore(slow).delete(job_id))

    await ObjectArtifactStore(slow).archive(job_id)

    assert slow.calls <= 0
    assert [name for name in slow.objects if not name.startswith("removed/")] == []


ARCHIVER = """
import asyncio, sys
from pathlib import Path
from infra.artifacts_objects import ObjectArtifactStore
from infra.objects_fs import FileObjectStore
from infra.objects_fs import FileObjectStore

async def main():
    store = ObjectArtifactStore(FileObjectStore(Path(sys.argv[1])))
    print("archives", flush=True)
    async for job_id in store.jobs():
        await store.archive(job_id)

asyncio.run(main())
"""


def archive_and_kill_after(folder, seconds):
    with subprocess.Popen([sys.executable, "-c", ARCHIVER, str(folder)], cwd=ROOT, stdout=subprocess.PIPE) as archiver:
        archiver.stdout.readline()
        time.sleep(seconds)  # the moment is what is varied here
        archiver.kill()


async def test_archivers_killed_at_any_moment_lose_no_file(tmp_path):
    store = ObjectArtifactStore(FileObjectStore(tmp_path))
    files = {f"results/{n}/evaluation_results.json": bytes([n]) * 300_000 for n in range(8)} | {"metadata.json": b"{}"}
    job_ids = [f"batch_{n}" for n in range(12)]
    for job_id in job_ids:
        for path, data in files.items():
            await store.write(job_id, path, data)

    for number in range(8):
        await asyncio.to_thread(archive_and_kill_after, tmp_path, 0.015 * number)
        for job_id in job_ids:
            assert {path: await store.read(job_id, path) for path in files} == files

    for job_id in [job_id async for job_id in store.jobs()]:
        await store.archive(job_id)
    assert [job_id async for job_id in store.jobs()] == []
    for job_id in job_ids:
        assert {path: await store.read(job_id, path) for path in files} == files


async def test_a_step_that_fails_keeps_no_other_from_its_turn():
    class Away(type(services().artifacts)):
        async def sweep(self, before):
            raise BackendUnavailableError

    world = services()
    away = Away()
    world = msgspec.structs.replace(world, artifacts=away)
    old = await ended(world, "x", 100)

    await put_in_order(world)

    assert await lists(world) == ([], [old])


async def test_expiry_tells_how_many():
    world = services()
    for name in ("a", "b"):
        await ended(world, name, 800)

    assert await expire_old(world, before=START - 730 * DAY) == 2
    assert await expire_old(world, before=START - 730 * DAY) == 0
