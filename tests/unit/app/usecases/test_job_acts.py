"""Cancel, retry and remove as a caller sees them."""

import msgspec
import pytest

from app.usecases.cancel import cancel
from app.usecases.dead_letters import dead_letters
from app.usecases.finish import finish, read_summary
from app.usecases.places import find_record, keep_record, read_record
from app.usecases.process import Processor
from app.usecases.remove import remove
from app.usecases.retry import retry_failed
from app.usecases.submit import wake
from domain.errors import EvaluationCrashedError, IllegalMoveError, JobNotFoundError, QueueFullError
from domain.job import JobState
from domain.records import JobRecord
from tests.fakes.world import ScriptedEvaluator, a_job, an_outcome, services


async def a_world(*document_ids: str, **bounds):
    world = services(**bounds)
    job = a_job(*document_ids)
    for document in job.documents:
        world.artifacts.files[job.id, f"documents/{document.digest}"] = b"hola"
    await keep_record(world, job)
    await world.jobs.create(job)
    await wake(world, job)
    return world


async def run(world, document_id: str, *answers: object, attempt: int = 1) -> None:
    await Processor(world, ScriptedEvaluator(*answers), "w1").process("batch_1", document_id, attempt, None)


async def held(world) -> JobRecord:
    return await find_record(world, "batch_1", "acme")


async def a_failed_world():
    world = await a_world("good", "bad", attempts=1)
    await run(world, "good", an_outcome())
    await run(world, "bad", EvaluationCrashedError())
    await finish(world, "batch_1")
    return world


async def test_a_cancelled_batch_keeps_what_is_done_and_its_files_say_so():
    world = await a_world("a", "b")
    await run(world, "a", an_outcome())

    job = await cancel(world, await held(world))

    assert [d.state for d in job.documents] == ["completed", "cancelled"]
    assert await read_record(world, "batch_1") == job == await held(world)
    assert (await read_summary(world, "batch_1")).average_score == 7.5
    assert await world.queue.depth() == 1  # the message of the document that is done: here nobody took it
    assert await world.jobs.unwritten() == ()
    assert not await finish(world, "batch_1")


async def test_what_has_ended_is_not_cancelled():
    world = await a_failed_world()

    with pytest.raises(IllegalMoveError):
        await cancel(world, await held(world))


async def test_only_what_failed_is_queued_again_and_the_batch_ends_anew():
    world = await a_failed_world()
    assert [letter.document_id for letter in await dead_letters(world)] == ["bad"]

    job = await retry_failed(world, await held(world))

    assert (job.state, [d.state for d in job.documents]) == (JobState.QUEUED, ["completed", "queued"])
    assert (await read_record(world, "batch_1")).state is JobState.QUEUED
    assert ("batch_1", "bad", 2) in [m[1:] for m in world.queue.documents]
    assert await dead_letters(world) == ()
    await run(world, "bad", an_outcome(), attempt=2)
    assert await finish(world, "batch_1")
    assert [d.state for d in (await read_record(world, "batch_1")).documents] == ["completed", "completed"]


async def test_a_batch_that_runs_or_succeeded_is_not_retried():
    world = await a_world("a")
    with pytest.raises(IllegalMoveError):
        await retry_failed(world, await held(world))
    await run(world, "a", an_outcome())
    await finish(world, "batch_1")
    with pytest.raises(IllegalMoveError):
        await retry_failed(world, await held(world))


async def test_a_retry_waits_for_room_in_the_queue():
    world = await a_failed_world()
    await world.queue.enqueue_documents("batch_2", dict.fromkeys("abc", 1), priority="normal")
    full = msgspec.structs.replace(world, bounds=msgspec.structs.replace(world.bounds, queue_capacity=3))

    with pytest.raises(QueueFullError):
        await retry_failed(full, await held(world))

    assert (await held(world)).state is JobState.COMPLETED


async def test_a_batch_that_left_the_working_copy_is_retried_from_its_record():
    world = await a_failed_world()
    world.jobs.jobs.clear()

    job = await retry_failed(world, await held(world))

    assert [(d.state, d.attempts) for d in job.documents] == [("completed", 1), ("queued", 1)]


async def test_of_a_removed_batch_nothing_is_left_even_when_it_is_removed_twice_in_mid_work():
    world = await a_world("a", "b")
    await run(world, "a", an_outcome())
    job = await held(world)

    for _ in range(2):
        await remove(world, job)

    assert world.artifacts.files == {}
    assert world.jobs.jobs == {}
    assert [m for m in world.queue.documents if m[2] == "b"] == []
    with pytest.raises(JobNotFoundError):
        await held(world)


async def test_dead_letters_are_named_with_their_reason_and_each_tenant_sees_its_own():
    world = await a_failed_world()

    (letter,) = await dead_letters(world, "acme")

    assert (letter.job_id, letter.document_id, letter.name, letter.crashes) == ("batch_1", "bad", "bad.txt", 1)
    assert "died" in letter.reason
    assert await dead_letters(world, "other") == ()


async def test_a_removed_batch_leaves_no_kept_evaluation_of_its_documents():
    from domain.result_cache import KeptResult, ResultKey

    world = await a_world("a")
    job = await held(world)
    kept = KeptResult(
        evidence=b"", registry=(b"", b""), results=(b"", b""), coverage=b"{}", score=1.0, evaluation_hash="h"
    )
    mine = ResultKey(document=job.documents[0].digest, release="r1 child", options=job.options)
    other = msgspec.structs.replace(mine, document="1" * 64)
    for key in (mine, other):
        await world.results.put(key, kept)

    await remove(world, job)

    assert await world.results.get(mine) is None
    assert await world.results.get(other) == kept
