from datetime import timedelta

import msgspec
import pytest

from app.http.statuses import status_of
from app.usecases.finish import finish, read_summary
from app.usecases.steps import LOG, keep_log
from app.usecases.submit import Draft, Order, submit
from app.usecases.validation import validate_batch_post_execution, validate_batch_pre_execution
from domain.errors import BackendUnavailableError
from domain.job import DocumentState, JobEvent, JobState
from domain.ops.backoff import backoff_seconds
from tests.fakes.clock import START
from tests.fakes.world import MemoryFleet, a_job, a_worker, services


async def test_a_batch_is_taken_in_with_the_facts_of_that_moment():
    world = services()
    await world.fleet.beat(a_worker(), ttl_s=2)
    job = await submit(world, "batch_1", "acme", Order(), [Draft(id="a", name="a", digest="0" * 64, bytes=1)])

    facts = job.preflight

    assert facts["memory"] == {"found": 64 * 1024**3, "needed": 8 * 1024**3, "holds": True}
    assert (facts["workers"]["found"], facts["redis"]["holds"]) == (1, True)
    assert facts["disk"] == {"found": 50, "needed": 10 * 1024**3, "holds": False}
    assert facts["passed"] is False
    assert (await world.jobs.get("batch_1")).preflight == facts


async def test_what_cannot_be_asked_does_not_hold():
    class Away(MemoryFleet):
        async def workers(self):
            raise BackendUnavailableError

    facts = await validate_batch_pre_execution(msgspec.structs.replace(services(), fleet=Away()))

    assert (facts["redis"]["holds"], facts["workers"]["found"]) == (False, None)


def ended(*documents: dict):
    job = a_job(*(str(n) for n in range(len(documents))), started_at=START, ended_at=START)
    made = tuple(msgspec.structs.replace(d, **changes) for d, changes in zip(job.documents, documents, strict=True))
    return msgspec.structs.replace(job, documents=made)


GOOD = {"state": DocumentState.COMPLETED, "evaluation_hash": "h", "seconds": 2.0}


@pytest.mark.parametrize(
    ("documents", "answered", "passed", "consistent"),
    [
        ([GOOD, GOOD], {"0": 300, "1": 300}, True, True),
        ([GOOD], {"0": 299}, False, True),
        ([GOOD, {**GOOD, "evaluation_hash": "other"}], {"0": 300, "1": 300}, False, False),
        ([GOOD, {**GOOD, "evaluation_hash": "other", "digest": "1" * 64}], {"0": 300, "1": 300}, True, True),
        ([{**GOOD, "evaluation_hash": None}], {"0": 300}, False, False),
        ([GOOD, {"state": DocumentState.FAILED}], {"0": 300}, False, True),
        ([{"state": DocumentState.FAILED}], {}, False, True),
    ],
)
def test_a_batch_went_well_when_all_is_answered_and_equal_documents_have_equal_hashes(
    documents, answered, passed, consistent
):
    found = validate_batch_post_execution(ended(*documents), answered)

    assert (found.passed, found.hashes_consistent) == (passed, consistent)


def test_times_are_told_by_their_mean_and_quantiles():
    found = validate_batch_post_execution(ended(*({**GOOD, "seconds": float(n)} for n in range(1, 21))), {})

    assert (found.mean_seconds, found.p50_seconds, found.p95_seconds) == (10.5, 10.0, 19.0)
    assert (found.error_rate_percent, found.throughput_documents_per_hour) == (0.0, None)
    assert found.coverage["0"] == "0/300"


def test_where_the_clock_was_put_back_a_batch_took_no_time():
    back = START - timedelta(hours=1)
    job = msgspec.structs.replace(ended(GOOD), state=JobState.COMPLETED, started_at=START, ended_at=back)

    assert validate_batch_post_execution(job, {}).throughput_documents_per_hour is None
    assert status_of(job, None).total_processing_seconds == 0.0


async def a_world_that_ended():
    world = services()
    await world.jobs.create(a_job("a"))
    await world.jobs.start_document("batch_1", "a", attempt=1, worker="w", now=START)
    document = (await world.jobs.get("batch_1")).documents[0]
    await world.jobs.end_document("batch_1", msgspec.structs.replace(document, **GOOD), now=START)
    assert await finish(world, "batch_1")
    return world


async def test_the_summary_says_what_the_validation_found():
    world = await a_world_that_ended()

    assert (await read_summary(world, "batch_1")).validation.coverage == {"a": "0/300"}


async def test_a_summary_that_was_written_before_is_read():
    world = await a_world_that_ended()
    place = ("batch_1", "summary.json")
    old = msgspec.json.decode(world.artifacts.files[place])
    del old["validation"]
    world.artifacts.files[place] = msgspec.json.encode(old)

    assert (await read_summary(world, "batch_1")).validation is None


def lines(world) -> list[dict]:
    return [msgspec.json.decode(line) for line in world.artifacts.files["batch_1", LOG].splitlines()]


async def test_the_log_of_a_batch_has_its_steps_once_each():
    world = await a_world_that_ended()
    await keep_log(world, "batch_1")

    steps = [line["event"] for line in lines(world)]

    assert steps == ["batch_started", "document_started", "document_ended", "batch_ended"]
    assert lines(world)[2]["document_id"] == "a"
    assert all(line["at"].endswith("Z") for line in lines(world))


async def test_the_log_goes_on_where_the_events_were_lost():
    world = await a_world_that_ended()
    told = world.jobs.told["batch_1"]
    world.jobs.told["batch_1"] = [msgspec.structs.replace(told[0], id="900-0", kind="batch_retried")]

    await keep_log(world, "batch_1")

    assert [line["event"] for line in lines(world)][-2:] == ["batch_ended", "batch_retried"]


def test_every_wait_is_longer_than_the_one_before_and_spread():
    for failures in range(3):
        shortest, longest = backoff_seconds(failures, 0.0), backoff_seconds(failures, 0.999)
        assert longest < backoff_seconds(failures + 1, 0.0)
        assert longest / shortest == pytest.approx(3, rel=0.01)
    assert backoff_seconds(50, 0.999) < 60
    assert backoff_seconds(0, 0.999) < 0.2


async def test_the_manager_moves_a_batch_by_the_names_of_the_interface():
    from app.usecases.lifecycle import BatchJobManager
    from tests.fakes.world import an_outcome

    world = services()
    manager = BatchJobManager(world)
    await world.jobs.create(a_job("a"))
    assert await manager.get_queue_depth() == 0

    job = await manager.transition_to_processing("batch_1", "a", attempt=1, worker="w")
    assert job.state is JobState.PROCESSING
    await manager.update_progress("batch_1", "a", "embedding_generation")
    assert (await world.jobs.get("batch_1")).documents[0].stage == "embedding_generation"
    await manager.store_artifacts("batch_1", job.documents[0], an_outcome())
    assert ("batch_1", "results/a/evaluation_results.json") in world.artifacts.files

    closing = msgspec.structs.replace(job, revision=1, ended_at=START)
    assert not await manager.transition_to_failed(closing, {"code": "x"})
    failed = msgspec.structs.replace(job.documents[0], state=DocumentState.FAILED, error={"code": "x"})
    await world.jobs.end_document("batch_1", failed, now=START)
    assert await manager.transition_to_failed(closing, {"code": "x"})
    assert not await manager.transition_to_completed(closing)
    assert (await world.jobs.get("batch_1")).event() is JobEvent.FAILED
