import asyncio

from app.usecases.events import follow
from domain.errors import BackendUnavailableError
from domain.job import JobEvent
from tests.fakes.clock import START
from tests.fakes.events import MemoryEventLog
from tests.fakes.world import a_job, services

JOB = a_job("a")


async def kinds(world, last_id=None, **options) -> list[str | None]:
    return [event and event.kind async for event in follow(world, JOB, last_id, **options)]


async def ended(world) -> None:
    """The job lives from its begin to its end."""
    await world.jobs.start_document("batch_1", "a", attempt=1, worker="w", now=START)
    document = (await world.jobs.get("batch_1")).documents[0]
    from msgspec.structs import replace

    await world.jobs.end_document("batch_1", replace(document, state="completed"), now=START)
    await world.jobs.finish("batch_1", JobEvent.SUCCEEDED, revision=0, now=START)


async def test_whoever_comes_first_hears_where_the_batch_stands_and_then_everything():
    world = services()
    await world.jobs.create(JOB)
    listening = asyncio.create_task(kinds(world))
    await asyncio.sleep(0)

    await ended(world)

    assert await asyncio.wait_for(listening, 5) == [
        "snapshot",
        "batch_started",
        "document_started",
        "document_ended",
        "batch_ended",
    ]


async def test_whoever_comes_back_hears_what_was_missed_only():
    world = services()
    await world.jobs.create(JOB)
    await ended(world)

    assert await kinds(world, "2-0") == ["document_ended", "batch_ended"]


async def test_who_comes_too_late_or_with_an_id_that_nobody_gave_gets_the_end_as_a_snapshot():
    world = services()
    await world.jobs.create(JOB)
    await ended(world)

    for last_id in (None, "0-0", "nonsense", "77-1"):
        events = [event async for event in follow(world, JOB, last_id)]
        assert [(e.kind, e.data["status"], e.id) for e in events] == [("snapshot", "completed", "4-0")]


async def test_silence_is_filled_with_heartbeats_and_a_removed_batch_ends_it():
    world = services()
    await world.jobs.create(JOB)
    heard = []
    async for event in follow(world, JOB, None, heartbeat_seconds=0.01):
        heard.append(event and event.kind)
        if len(heard) == 3:
            await world.jobs.forget(JOB)

    assert heard == ["snapshot", None, None]


async def test_while_the_store_is_away_there_are_heartbeats_and_then_it_goes_on():
    world = services()
    await world.jobs.create(JOB)

    class Away(MemoryEventLog):
        left = 2

        async def newest(self, job_id):
            self.left -= 1
            if self.left >= 0:
                raise BackendUnavailableError
            return await super().newest(job_id)

    from msgspec.structs import replace

    stream = follow(replace(world, events=Away(world.jobs)), JOB, None, heartbeat_seconds=0.01)
    heard = [await anext(stream) for _ in range(3)]
    await stream.aclose()

    assert [event and event.kind for event in heard] == [None, None, "snapshot"]


async def test_a_store_that_forgot_the_events_gives_a_snapshot_in_mid_stream():
    world = services()
    await world.jobs.create(JOB)
    await world.jobs.start_document("batch_1", "a", attempt=1, worker="w", now=START)
    stream = follow(world, JOB, "1-0", heartbeat_seconds=0.01)
    assert (await anext(stream)).kind == "document_started"

    world.jobs.told.clear()

    heard = [event async for event in _until_snapshot(stream)]
    assert heard[-1].id == "0-0"


async def _until_snapshot(stream):
    async for event in stream:
        if event:
            yield event
            if event.kind == "snapshot":
                break
    await stream.aclose()
