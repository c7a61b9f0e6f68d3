"""What comes back from the files, what is stopped because it runs for nothing, and what is cleaned away."""

import asyncio

import pytest
from msgspec.structs import replace

from app.usecases.cancel import cancel
from app.usecases.finish import finish, read_summary
from app.usecases.places import find_record, keep_record, read_record
from app.usecases.process import Processor
from app.usecases.recovery import recover_forgotten, refill, remove_abandoned, write_unwritten
from app.usecases.remove import remove
from app.usecases.retry import retry_failed
from app.usecases.submit import Draft, Order, submit, wake
from domain.errors import BackendUnavailableError, EvaluationCrashedError, JobNotFoundError, NoTextLayerError
from domain.job import JobState
from tests.fakes.world import ScriptedEvaluator, a_job, an_outcome, services

OLD, YESTERDAY, TODAY = "batch_20261120_000000000001", "batch_20261121_000000000002", "batch_20261122_000000000003"


async def test_files_of_an_upload_that_broke_off_with_its_process_go_after_a_day():
    world = services()
    for job_id in (OLD, YESTERDAY, TODAY, "not_a_batch"):
        await world.artifacts.write(job_id, "documents/.part-x", b"half")

    assert await remove_abandoned(world) == 1

    assert {job_id for job_id, _ in world.artifacts.files} == {YESTERDAY, TODAY, "not_a_batch"}


async def test_files_of_a_job_stay_however_old_it_is():
    world = services()
    await keep_record(world, a_job(job_id=OLD))
    kept = "batch_20261119_000000000004"
    await world.artifacts.write(kept, "documents/x", b"hola")
    await world.jobs.create(a_job(job_id=kept))

    assert await remove_abandoned(world) == 0


async def a_world(*document_ids: str, job_id: str = "batch_1"):
    world = services(attempts=1)
    job = a_job(*document_ids, job_id=job_id)
    for document in job.documents:
        world.artifacts.files[job.id, f"documents/{document.digest}"] = b"hola"
    await keep_record(world, job)
    await world.jobs.create(job)
    await wake(world, job)
    return world


async def run(world, document_id: str, answer: object, attempt: int = 1) -> None:
    await Processor(world, ScriptedEvaluator(answer), "w1").process("batch_1", document_id, attempt, None)


def flush(world) -> None:
    """All that the store held is gone, and that it was whole as well."""
    for kept in (world.jobs.jobs, world.jobs.told, world.jobs.known, world.jobs.dead):
        kept.clear()
    world.queue.documents.clear()
    world.queue.finishes.clear()
    world.index.owner = None


async def test_a_store_that_was_emptied_is_filled_once_with_what_had_ended():
    world = await a_world("a", "b")
    await refill(world)
    await run(world, "a", an_outcome())
    flush(world)

    assert await refill(world) == 1
    assert await refill(world) == 0

    assert [d.state for d in world.jobs.jobs["batch_1"].documents] == ["completed", "queued"]
    assert [m[1:] for m in world.queue.documents] == [("batch_1", "b", 1)]
    await run(world, "b", an_outcome())
    assert await finish(world, "batch_1")


async def test_what_has_ended_comes_back_into_the_index_and_the_dead_letters_only():
    world = await a_world("a")
    await run(world, "a", EvaluationCrashedError())
    await finish(world, "batch_1")
    flush(world)

    await refill(world)

    assert [entry.job_id for entry in await world.index.page("acme", limit=9)] == ["batch_1"]
    assert await world.index.dead(9) == (("batch_1", "a"),)
    assert world.jobs.jobs == {}


async def test_a_batch_that_only_had_to_be_closed_is_closed_after_a_flush():
    world = await a_world("a")
    await run(world, "a", an_outcome())
    flush(world)

    await refill(world)

    assert world.queue.finishes == ["batch_1"]
    assert await finish(world, "batch_1")


async def test_a_flush_after_a_retry_does_not_bring_the_old_failure_back():
    world = await a_world("good", "bad")
    await run(world, "good", an_outcome())
    await run(world, "bad", NoTextLayerError())
    await finish(world, "batch_1")
    await retry_failed(world, world.jobs.jobs["batch_1"])
    flush(world)

    await refill(world)

    job = world.jobs.jobs["batch_1"]
    assert [(d.state, d.attempts) for d in job.documents] == [("completed", 1), ("queued", 1)]
    assert (job.state, job.revision) == (JobState.PROCESSING, 2)
    assert [m[1:] for m in world.queue.documents] == [("batch_1", "bad", 2)]


async def test_a_flush_in_the_middle_of_the_filling_is_seen_and_it_begins_again():
    world = await a_world("a")
    flush(world)

    class Flushed(type(world.artifacts)):
        async def jobs(self):
            yield "batch_1"
            flush(world)

    flushed = Flushed()
    flushed.files = world.artifacts.files
    await refill(replace(world, artifacts=flushed))
    assert world.jobs.jobs == {}

    assert await refill(world) == 1


async def test_a_record_whose_writer_died_before_the_store_had_the_job_becomes_a_job():
    world = services()
    await keep_record(world, a_job("a", job_id=TODAY))

    assert await recover_forgotten(world) == 1
    assert await recover_forgotten(world) == 0

    assert [job.id async for job in world.jobs.unfinished()] == [TODAY]


async def test_a_cancel_that_did_not_reach_the_files_is_written_by_the_sweep():
    world = await a_world("a")
    job = world.jobs.jobs["batch_1"]
    await world.jobs.cancel(job, now=world.clock.now())

    assert await write_unwritten(world) == 1
    assert await write_unwritten(world) == 0

    assert (await read_record(world, "batch_1")).state is JobState.CANCELLED
    assert (await read_summary(world, "batch_1")).error_rate_percent == 100.0


async def test_what_nobody_holds_any_more_needs_no_record():
    world = await a_world("a")
    job = world.jobs.jobs["batch_1"]
    await world.jobs.cancel(job, now=world.clock.now())
    world.jobs.jobs.clear()
    await world.artifacts.delete("batch_1")

    await write_unwritten(world)

    assert await write_unwritten(world) == 0


class Held(ScriptedEvaluator):
    """An evaluation that goes on until it is let go or stopped."""

    def __init__(self) -> None:
        super().__init__(an_outcome())
        self.begun, self.let_go, self.stopped = asyncio.Event(), asyncio.Event(), False

    async def evaluate(self, data, name, options, *, on_stage=None):
        self.begun.set()
        try:
            await self.let_go.wait()
        except asyncio.CancelledError:
            self.stopped = True
            raise
        return await super().evaluate(data, name, options)


@pytest.fixture
async def busy():
    """A world, a processor with a document in its hands, its evaluation, and the task that ends with it."""
    world = await a_world("a")
    evaluator = Held()
    processor = Processor(world, evaluator, "w1")
    task = asyncio.create_task(processor.process("batch_1", "a", 1, None))
    await evaluator.begun.wait()
    return world, processor, evaluator, task


async def test_what_is_held_goes_on(busy):
    world, processor, evaluator, task = busy

    assert await processor.stop_superseded() == 0
    evaluator.let_go.set()
    await task

    assert world.jobs.jobs["batch_1"].documents[0].state == "completed"


async def test_a_cancelled_evaluation_is_stopped_and_its_place_is_free(busy):
    world, processor, evaluator, task = busy
    await cancel(world, world.jobs.jobs["batch_1"])

    assert await processor.stop_superseded() == 1
    await task

    assert evaluator.stopped
    assert processor.running == set()
    assert world.jobs.jobs["batch_1"].documents[0].state == "cancelled"
    assert world.queue.documents == []


async def test_what_another_worker_holds_by_now_is_stopped(busy):
    world, processor, evaluator, task = busy
    await world.jobs.release_document("batch_1", "a", attempt=1, crashed=True)
    await world.jobs.start_document("batch_1", "a", attempt=2, worker="w2", now=world.clock.now())

    assert await processor.stop_superseded() == 1
    await task

    assert evaluator.stopped
    assert (await world.jobs.claims())[0].worker == "w2"


async def test_a_flush_costs_no_evaluation_that_runs(busy):
    world, processor, evaluator, task = busy
    flush(world)
    assert await processor.stop_superseded() == 0
    await refill(world)

    assert await processor.stop_superseded() == 0
    assert [(c.document_id, c.attempt, c.worker) for c in await world.jobs.claims()] == [("a", 1, "w1")]
    evaluator.let_go.set()
    await task

    assert not evaluator.stopped
    assert world.jobs.jobs["batch_1"].documents[0].state == "completed"


async def test_a_message_that_a_flush_sent_again_does_not_begin_what_runs_here_anew(busy):
    world, processor, evaluator, task = busy
    flush(world)
    await refill(world)
    evaluator.begun.clear()

    await processor.process("batch_1", "a", 1, None)

    assert not evaluator.begun.is_set()
    assert [(c.document_id, c.attempt, c.worker) for c in await world.jobs.claims()] == [("a", 1, "w1")]
    evaluator.let_go.set()
    await task
    assert world.jobs.jobs["batch_1"].documents[0].state == "completed"


async def test_a_late_attempt_at_a_batch_that_was_removed_leaves_no_files(busy):
    world, _, evaluator, task = busy
    await remove(world, world.jobs.jobs["batch_1"])

    evaluator.let_go.set()
    await task

    assert world.artifacts.files == {}


async def test_what_is_written_at_the_moment_of_the_removal_is_written_first_and_goes_then(busy):
    world, processor, evaluator, task = busy
    job, write, writing, written = world.jobs.jobs["batch_1"], world.artifacts.write, asyncio.Event(), asyncio.Event()

    async def in_a_thread(*arguments):
        """Which goes on whether somebody waits for it or not."""
        writing.set()
        await asyncio.shield(asyncio.create_task(slowly(*arguments)))

    async def slowly(*arguments):
        await written.wait()
        await write(*arguments)

    world.artifacts.write = in_a_thread
    evaluator.let_go.set()
    await writing.wait()
    await world.jobs.cancel(job, now=world.clock.now())
    assert await processor.stop_superseded() == 0

    await remove(world, job)
    written.set()
    await task

    assert world.artifacts.files == {}


async def test_what_is_written_between_the_files_and_the_store_goes_too():
    world = await a_world("a")

    class Written(type(world.jobs)):
        async def forget(self, job):
            await world.artifacts.write(job.id, "results/a/evaluation_results.json", b"{}")
            await super().forget(job)

    world.jobs.__class__ = Written
    await remove(world, world.jobs.jobs["batch_1"])

    assert world.artifacts.files == {}


async def test_the_end_of_a_batch_that_was_removed_meanwhile_leaves_no_files():
    world = await a_world("a")
    await run(world, "a", an_outcome())
    job = world.jobs.jobs["batch_1"]

    class Removed(type(world.jobs)):
        async def finish(self, *args, **kwargs):
            await remove(world, job)
            return await super().finish(*args, **kwargs)

    late = Removed()
    late.__dict__.update(world.jobs.__dict__)

    assert not await finish(replace(world, jobs=late), "batch_1")

    assert world.artifacts.files == {}


async def test_a_stop_of_the_worker_is_told_from_that_of_a_document(busy):
    world, _, _, task = busy

    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    assert (world.jobs.jobs["batch_1"].documents[0].state, len(world.queue.documents)) == ("queued", 1)


async def test_a_batch_that_could_not_be_taken_in_leaves_nothing_that_could_bring_it_back():
    world = services()

    class Deaf(type(world.jobs)):
        async def create(self, job):
            await super().create(job)
            raise BackendUnavailableError

    deaf = replace(world, jobs=Deaf())
    with pytest.raises(BackendUnavailableError):
        await submit(deaf, TODAY, "acme", Order(), [Draft(id="a", name="a", digest="0" * 64, bytes=1)])

    assert await recover_forgotten(deaf) == 0
    assert deaf.jobs.jobs == {}


@pytest.mark.parametrize("state", [JobState.PROCESSING, JobState.COMPLETED])
async def test_a_batch_that_is_removed_while_a_sweep_restores_it_does_not_come_back(state):
    world = services()
    job = a_job("a", job_id=TODAY, state=state)
    await keep_record(world, job)

    class Removed(type(world.jobs)):
        """Somebody removes the batch just after the sweep asked whether it was removed."""

        async def removed(self, job_id):
            before = await super().removed(job_id)
            if not before:
                await remove(world, job)
            return before

    world.jobs.__class__ = Removed
    assert await recover_forgotten(world) == 0

    assert (world.jobs.jobs, world.jobs.known) == ({}, {})
    with pytest.raises(JobNotFoundError):
        await find_record(world, TODAY, "acme")


@pytest.mark.parametrize("path", ["metadata.json", "results/a/evaluation_results.json"])
async def test_what_a_death_left_of_a_removed_batch_is_not_shown_and_goes(path):
    """It was being written while the batch was removed, and its writer died before he cleaned up."""
    world = await a_world("a", job_id=TODAY)
    job = world.jobs.jobs[TODAY]
    await remove(world, job)
    await keep_record(world, job)
    world.artifacts.files = {(TODAY, path): world.artifacts.files[TODAY, "metadata.json"]}

    with pytest.raises(JobNotFoundError):
        await find_record(world, TODAY, "acme")
    assert await recover_forgotten(world) == 0

    assert world.artifacts.files == {}
