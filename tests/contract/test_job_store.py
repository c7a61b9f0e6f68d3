"""What any store of jobs promises: every change is one step, and only the newest attempt may make it."""

import asyncio
from collections.abc import AsyncIterator

import msgspec
import pytest

from domain.job import DocumentState, JobEvent, JobState
from domain.job_store import JobStore
from domain.ops.breaker import BreakerRule
from domain.records import Claim
from infra.guard import Guard
from infra.jobs_redis import RedisJobStore
from infra.redis_client import is_unreachable
from infra.redis_line import RedisLine
from infra.telemetry.tracing_otel import OtelTracing
from tests.fakes.clock import START
from tests.fakes.jobs import MemoryJobStore
from tests.fakes.world import a_job


@pytest.fixture(params=["memory", "redis", "redis by the line"])
async def store(request: pytest.FixtureRequest, redis) -> AsyncIterator[JobStore]:
    if request.param == "memory":
        yield MemoryJobStore()
        return
    tracing = OtelTracing(service="test", version="0", environment="test")
    guard = Guard("redis", rule=BreakerRule(), its_fault=is_unreachable, tracing=tracing)
    line = RedisLine(redis)
    yield RedisJobStore(redis, guard, live_seconds=60, reads=line if "line" in request.param else None)
    line.close()


async def start(store: JobStore, document: str = "a", attempt: int = 1, worker: str = "w1"):
    return await store.start_document("batch_1", document, attempt=attempt, worker=worker, now=START)


async def end(store: JobStore, document: str, attempt: int = 1, state=DocumentState.COMPLETED, **changes):
    job = await store.get("batch_1")
    assert job
    ended = msgspec.structs.replace(job.document(document), state=state, attempts=attempt, **changes)
    return await store.end_document("batch_1", ended, now=START)


async def test_a_job_comes_back_as_it_was_kept(store):
    job = a_job("a", "b", priority="high", metadata={"municipality": "San José", "n": [1, 2]})

    assert await store.create(job)

    assert await store.get("batch_1") == job


async def test_a_second_job_of_the_same_id_changes_nothing(store):
    await store.create(a_job("a"))

    assert not await store.create(a_job("b"))

    assert [d.id for d in (await store.get("batch_1")).documents] == ["a"]


async def test_what_was_never_kept_is_none(store):
    assert await store.get("batch_1") is None
    assert await start(store) is None
    assert await store.finish("batch_1", JobEvent.SUCCEEDED, revision=0, now=START) is None


async def test_a_started_document_moves_its_batch(store):
    await store.create(a_job("a", "b"))

    job = await start(store)

    assert (job.state, job.started_at, job.worker) == (JobState.PROCESSING, START, "w1")
    assert [(d.state, d.attempts, d.worker) for d in job.documents] == [("processing", 1, "w1"), ("queued", 0, None)]
    assert await store.claims() == (Claim(job_id="batch_1", document_id="a", attempt=1, worker="w1"),)


@pytest.mark.parametrize("attempt", [0, 2, 7])
async def test_an_attempt_out_of_turn_is_refused(store, attempt):
    await store.create(a_job("a"))

    assert await start(store, attempt=attempt) is None


async def test_of_many_that_start_the_same_attempt_one_wins(store):
    await store.create(a_job("a"))

    got = await asyncio.gather(*(start(store, worker=f"w{i}") for i in range(8)))

    assert sum(job is not None for job in got) == 1


async def test_a_document_ends_once_and_is_counted_once(store):
    await store.create(a_job("a"))
    await start(store)

    first = await end(store, "a", score=8.5, seconds=18.2, evaluation_hash="h")
    second = await end(store, "a", state=DocumentState.FAILED)

    assert second is None
    assert first.event() is JobEvent.SUCCEEDED
    assert first.documents[0].score == 8.5
    figures = await store.figures(START)
    assert (figures.documents_success, figures.documents_error) == (1, 0)
    assert (sum(figures.latency), figures.latency[4], figures.latency_seconds) == (1, 1, 18.2)
    assert figures.documents_last_5_minutes == 1
    assert await store.claims() == ()


async def test_an_attempt_that_was_given_back_cannot_end_the_document(store):
    await store.create(a_job("a"))
    await start(store)
    assert await store.release_document("batch_1", "a", attempt=1, crashed=True)
    job = await start(store, attempt=2, worker="w2")

    assert await end(store, "a", attempt=1) is None

    assert job.documents[0].crashes == 1
    assert (await end(store, "a", attempt=2)).documents[0].attempts == 2


async def test_a_stop_is_no_crash(store):
    await store.create(a_job("a"))
    await start(store)

    await store.release_document("batch_1", "a", attempt=1, crashed=False)

    document = (await store.get("batch_1")).documents[0]
    assert (document.state, document.crashes, document.worker) == ("queued", 0, None)
    assert await store.claims() == ()


async def test_the_same_attempt_is_given_back_once(store):
    await store.create(a_job("a"))
    await start(store)

    got = await asyncio.gather(*(store.release_document("batch_1", "a", attempt=1, crashed=True) for _ in range(5)))

    assert sorted(got) == [False] * 4 + [True]


async def test_a_retry_at_once_keeps_the_document_and_moves_the_fence(store):
    await store.create(a_job("a"))
    await start(store)

    assert await store.retry_document("batch_1", "a", attempt=1)
    assert not await store.retry_document("batch_1", "a", attempt=1)

    assert await store.claims() == (Claim(job_id="batch_1", document_id="a", attempt=2, worker="w1"),)
    assert (await end(store, "a", attempt=2)).documents[0].state == "completed"


async def test_the_stage_shows_only_while_the_document_runs(store):
    await store.create(a_job("a"))
    await store.set_stage("batch_1", "a", "too_early")
    await start(store)
    await store.set_stage("batch_1", "a", "embedding_generation")

    assert (await store.get("batch_1")).documents[0].stage == "embedding_generation"


async def test_a_batch_closes_for_one_caller(store):
    await store.create(a_job("a"))
    await start(store)
    await end(store, "a", state=DocumentState.FAILED, error={"code": "no_text_layer"})

    got = await asyncio.gather(
        *(store.finish("batch_1", JobEvent.FAILED, revision=0, now=START, error={"code": "x"}) for _ in range(4))
    )

    assert [(job.state, job.error) for job in got if job] == [(JobState.FAILED, {"code": "x"})]
    figures = await store.figures(START)
    assert (figures.jobs_failed_last_hour, figures.documents_error) == (1, 1)


async def test_only_jobs_that_have_not_ended_are_unfinished(store):
    await store.create(a_job("a"))
    await store.create(a_job("a", job_id="batch_2"))
    await start(store)
    await end(store, "a")
    await store.finish("batch_1", JobEvent.SUCCEEDED, revision=0, now=START)

    assert [job.id async for job in store.unfinished()] == ["batch_2"]


async def test_a_restored_job_knows_which_documents_had_ended(store):
    job = a_job("a", "b", state=JobState.PROCESSING)
    ended = msgspec.structs.replace(job.documents[0], state=DocumentState.COMPLETED, attempts=1, score=3.0)
    restored = msgspec.structs.replace(job, documents=(ended, job.documents[1]))

    await store.create(restored)

    assert await store.get("batch_1") == restored
    assert await start(store, "a", attempt=2) is None


async def test_a_cancel_stops_what_has_not_ended_and_keeps_what_has(store):
    await store.create(a_job("done", "running", "waiting"))
    for name in ("done", "running"):
        await start(store, name)
    await end(store, "done", score=7.0)

    job = await store.cancel(await store.get("batch_1"), now=START)

    assert (job.state, job.ended_at, job.revision) == (JobState.CANCELLED, START, 1)
    assert [d.state for d in job.documents] == ["completed", "cancelled", "cancelled"]
    assert await store.claims() == ()
    assert [j.id async for j in store.unfinished()] == []
    assert await end(store, "running") is None
    assert await start(store, "waiting") is None
    assert (await store.figures(START)).documents_success == 1


async def test_what_has_ended_cannot_be_cancelled_nor_a_batch_that_only_has_to_be_closed(store):
    await store.create(a_job("a"))
    await start(store)
    await end(store, "a")
    job = await store.get("batch_1")

    assert await store.cancel(job, now=START) is None
    assert await store.finish("batch_1", JobEvent.SUCCEEDED, revision=0, now=START)
    assert await store.cancel(job, now=START) is None


async def test_a_batch_is_not_closed_before_its_documents_nor_by_what_was_made_of_an_older_revision(store):
    await store.create(a_job("a"))
    await start(store)
    assert await store.finish("batch_1", JobEvent.FAILED, revision=0, now=START) is None
    await end(store, "a", state=DocumentState.FAILED)
    await store.finish("batch_1", JobEvent.FAILED, revision=0, now=START)
    await store.retry(await store.get("batch_1"))
    await start(store, attempt=2)
    await end(store, "a", attempt=2)

    assert await store.finish("batch_1", JobEvent.FAILED, revision=0, now=START) is None
    assert (await store.finish("batch_1", JobEvent.SUCCEEDED, revision=2, now=START)).state is JobState.COMPLETED


async def test_a_retry_queues_what_failed_or_was_cancelled_with_attempts_that_go_on(store):
    await store.create(a_job("good", "bad", "late"))
    for name in ("good", "bad"):
        await start(store, name)
    await store.retry_document("batch_1", "bad", attempt=1)
    await end(store, "good", score=1.0)
    await end(store, "bad", attempt=2, state=DocumentState.FAILED, crashes=1, error={"code": "evaluation_crashed"})
    await store.cancel(await store.get("batch_1"), now=START)

    job = await store.retry(await store.get("batch_1"))

    assert (job.state, job.started_at, job.ended_at, job.error, job.worker) == (JobState.QUEUED, None, None, None, None)
    assert [(d.state, d.attempts, d.crashes, d.error) for d in job.documents] == [
        ("completed", 1, 0, None),
        ("queued", 2, 0, None),
        ("queued", 0, 0, None),
    ]
    assert [j.id async for j in store.unfinished()] == ["batch_1"]
    assert await store.retry(job) is None
    assert await start(store, "bad", attempt=3)
    assert (await end(store, "bad", attempt=3)).documents[1].state == "completed"


async def test_there_is_nothing_to_retry_where_all_succeeded(store):
    await store.create(a_job("a"))
    await start(store)
    await end(store, "a")
    job = await store.finish("batch_1", JobEvent.SUCCEEDED, revision=0, now=START)

    assert await store.retry(job) is None


async def test_a_job_that_ended_comes_back_from_its_record_and_can_be_retried(store):
    job = a_job("a", state=JobState.FAILED, ended_at=START, error={"code": "x"}, revision=1, worker="w1")
    failed = msgspec.structs.replace(
        job.documents[0], state=DocumentState.FAILED, attempts=3, crashes=3, error={"code": "evaluation_crashed"}
    )
    ended = msgspec.structs.replace(job, documents=(failed,))

    assert await store.create(ended)

    assert await store.get("batch_1") == ended
    assert [j.id async for j in store.unfinished()] == []
    (document,) = (await store.retry(ended)).documents
    assert (document.attempts, document.error) == (3, None)


async def test_of_a_cancel_and_the_end_of_the_last_document_exactly_one_wins(store):
    won = set()
    for number in range(40):
        job = a_job("a", job_id=f"batch_{number}")
        await store.create(job)
        await store.start_document(job.id, "a", attempt=1, worker="w", now=START)
        done = msgspec.structs.replace(job.documents[0], state=DocumentState.COMPLETED, attempts=1)
        both = [store.cancel(job, now=START), store.end_document(job.id, done, now=START)]
        if number % 2:
            both.reverse()

        got = [answer.documents[0].state for answer in await asyncio.gather(*both) if answer]

        assert got == [(await store.get(job.id)).documents[0].state]
        won.add(got[0])
    assert (await store.figures(START)).documents_success == sum(
        [(await store.get(f"batch_{n}")).documents[0].state == "completed" for n in range(40)]
    )
    assert won == {"completed", "cancelled"}


async def test_what_was_cancelled_or_retried_is_unwritten_until_its_own_revision_is_written(store):
    await store.create(a_job("a"))
    cancelled = await store.cancel(a_job("a"), now=START)
    retried = await store.retry(cancelled)

    await store.written("batch_1", cancelled.revision)
    assert await store.unwritten() == ("batch_1",)
    await store.written("batch_1", retried.revision)
    assert await store.unwritten() == ()


async def test_what_ended_is_unwritten_too_until_its_end_has_been_told(store):
    await store.create(a_job("a"))
    document = (await start(store)).documents[0]
    await store.end_document("batch_1", msgspec.structs.replace(document, state=DocumentState.COMPLETED), now=START)
    assert await store.unwritten() == ()

    closed = await store.finish("batch_1", JobEvent.SUCCEEDED, revision=0, now=START)

    assert await store.unwritten() == ("batch_1",)
    await store.written("batch_1", closed.revision)
    assert await store.unwritten() == ()


async def test_of_a_forgotten_job_nothing_stays(store):
    job = a_job("a")
    await store.create(job)
    await start(store)

    for _ in range(2):
        await store.forget(job)

    assert await store.get("batch_1") is None
    assert await store.claims() == ()
    assert await store.missing(["batch_1"]) == ("batch_1",)
    assert await store.removed("batch_1")


async def test_a_forgotten_job_does_not_come_back_with_who_read_it_before(store):
    job = a_job("a")
    await store.create(job)
    await store.forget(job)

    assert not await store.create(job)

    assert (await store.get("batch_1"), [j.id async for j in store.unfinished()]) == (None, [])


async def test_it_answers(store):
    assert (await store.ping()).seconds < 5


async def test_each_change_of_a_job_is_another_version_than_any_before(store):
    seen = []

    async def note():
        version = await store.version("batch_1")
        assert version == (await store.seen("batch_1")).version
        seen.append(version)

    job = a_job("a", "b")
    assert (await store.version("batch_1"), await store.seen("batch_1")) == (None, None)
    await store.create(job)
    await note()
    assert await start(store)
    await note()
    await store.set_stage("batch_1", "a", "reading")
    await note()
    assert await store.retry_document("batch_1", "a", attempt=1)
    await note()
    assert await store.release_document("batch_1", "a", attempt=2, crashed=False)
    await note()
    assert await start(store, attempt=3)
    await note()
    assert await end(store, "a", attempt=3)
    await note()
    assert await start(store, "b")
    await note()
    assert await store.cancel(await store.get("batch_1"), now=START)
    await note()
    assert await store.retry(await store.get("batch_1"))
    await note()
    assert await start(store, "b", attempt=2)
    await note()
    assert await end(store, "b", attempt=2)
    await note()
    assert await store.finish("batch_1", JobEvent.SUCCEEDED, revision=2, now=START)
    await note()
    await store.forget(job)
    assert (await store.version("batch_1"), await store.seen("batch_1")) == (None, None)

    assert None not in seen
    assert len(set(seen)) == len(seen) == 13
