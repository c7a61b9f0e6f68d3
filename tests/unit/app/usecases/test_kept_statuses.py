"""What is shown of a job is never older than the question, whoever changed it and whoever reads slowly."""

import asyncio

import msgspec
import pytest

from app.usecases.kept_statuses import KeptStatuses
from app.usecases.places import find_seen
from domain.errors import JobNotFoundError
from domain.job import DocumentState
from tests.fakes.clock import START
from tests.fakes.world import a_job, services


@pytest.fixture
def world():
    return services()


class Process:
    """One interface: its own cache over the store that all share. `gate` keeps its readers from keeping."""

    def __init__(self, world, **changes):
        self.world, self.reads = world, 0
        self.cache = KeptStatuses(world.jobs, **{"limit": 1024**2, "seconds": 30.0, **changes})
        self.read = asyncio.Event()
        self.gate = asyncio.Event()
        self.gate.set()
        self.estimate = 20

    async def status(self, tenant="acme"):
        async def find():
            self.reads += 1
            seen = await find_seen(self.world, "batch_1", tenant)
            self.read.set()
            await self.gate.wait()
            return seen

        return await self.cache.get(
            tenant, "batch_1", estimate=lambda left: self.estimate * left, find=find, write=shown
        )


def shown(job):
    return msgspec.json.encode([d.state for d in job.documents])


async def start(world, document="a"):
    await world.jobs.start_document("batch_1", document, attempt=1, worker="w", now=START)


async def test_a_status_is_written_once_while_nothing_changes(world):
    await world.jobs.create(a_job("a", "b"))
    process = Process(world)

    assert [await process.status() for _ in range(3)] == [b'["queued","queued"]'] * 3
    assert process.reads == 1
    assert (process.cache.tally.hits, process.cache.tally.misses) == (2, 1)


async def test_after_a_change_it_is_the_new_one_in_each_process(world):
    await world.jobs.create(a_job("a", "b"))
    processes = [Process(world), Process(world)]
    for process in processes:
        await process.status()

    await start(world)

    assert [await process.status() for process in processes] == [b'["processing","queued"]'] * 2


async def test_who_read_before_a_change_does_not_put_the_old_one_after_it(world):
    await world.jobs.create(a_job("a", "b"))
    process = Process(world)
    process.gate.clear()
    slow = asyncio.create_task(process.status())
    await process.read.wait()
    await start(world)
    process.gate.set()
    assert await slow == b'["queued","queued"]'  # what stood when he asked

    assert await process.status() == b'["processing","queued"]'


async def test_another_tenant_finds_nothing_where_the_owner_has_just_looked(world):
    await world.jobs.create(a_job("a"))
    process = Process(world)
    await process.status()

    with pytest.raises(JobNotFoundError):
        await process.status(tenant="other")


async def test_a_job_that_was_removed_is_not_shown(world):
    job = a_job("a")
    await world.jobs.create(job)
    process = Process(world)
    await process.status()

    await world.jobs.forget(job)

    with pytest.raises(JobNotFoundError):
        await process.status()


async def test_another_estimate_is_another_status(world):
    await world.jobs.create(a_job("a"))
    process = Process(world)
    await process.status()

    process.estimate = 30
    await process.status()

    assert process.reads == 2


async def test_a_status_is_kept_for_its_time(world):
    await world.jobs.create(a_job("a"))
    now = 0.0
    process = Process(world, now=lambda: now)
    await process.status()

    now = 26.0
    await process.status()
    early = process.reads
    now = 34.0
    await process.status()

    assert (early, process.reads) == (1, 2)


async def test_what_comes_from_the_files_is_not_kept(world):
    job = a_job("a")
    await world.artifacts.write(job.id, "metadata.json", msgspec.json.encode(job))
    process = Process(world)

    assert [await process.status() for _ in range(2)] == [b'["queued"]'] * 2
    assert process.reads == 2


async def test_readers_and_writers_in_any_order_never_see_an_older_state_than_the_last_write(world):
    names = [f"d{n}" for n in range(30)]
    await world.jobs.create(a_job(*names))
    processes, done = [Process(world), Process(world)], 0

    async def write():
        nonlocal done
        for name in names:
            await start(world, name)
            done += 1
            await asyncio.sleep(0)

    async def read(process):
        while done < len(names):
            least = done
            states = msgspec.json.decode(await process.status(), type=list[DocumentState])
            assert states.count(DocumentState.PROCESSING) >= least
            await asyncio.sleep(0)

    await asyncio.gather(write(), *(read(process) for process in processes for _ in range(3)))
    assert [msgspec.json.decode(await p.status()) for p in processes] == [["processing"] * 30] * 2
