"""Cancel, retry and a flush, through the whole service with real children and a real Valkey."""

import asyncio
import time

import pytest
from msgspec.structs import replace

from app.container import build
from app.usecases.cancel import cancel
from app.usecases.events import follow
from app.usecases.listing import Query, list_jobs
from app.usecases.places import look_up
from app.usecases.remove import remove
from app.usecases.retry import retry_failed
from infra import redis_keys as keys
from tests.flow.service import batch, ended, running, settings_for, until


@pytest.fixture
async def service(tmp_path, redis, valkey_url):
    settings = settings_for(tmp_path, valkey_url)
    async with running(settings) as client, build(settings) as services:
        yield client, services


async def upload(client, *contents: str, **options) -> str:
    response = await client.post("/upload", json=batch(*contents, **options))
    assert response.status_code == 202, response.text
    return response.json()["job_id"]


async def stands(services, job_id: str, *states: str):
    """The job, once its documents are in these states."""
    return await until(lambda: look_up(services, job_id), lambda job: [d.state for d in job.documents] == [*states])


async def test_a_cancel_frees_the_places_of_what_runs_within_a_second(service):
    client, services = service
    job_id = await upload(client, "hola", "SLEEP 50", "SLEEP 50", "waits")
    job = await stands(services, job_id, "completed", "processing", "processing", "queued")

    await cancel(services, job)
    asked = time.monotonic()
    after = await upload(client, "one more")
    assert (await ended(client, after, 10))["status"] == "completed"
    took = time.monotonic() - asked

    status = await ended(client, job_id)
    assert status["status"] == "cancelled"
    assert [d["status"] for d in status["documents"]] == ["completed", "cancelled", "cancelled", "cancelled"]
    assert took < 5, took  # the stop, a new child and the document
    assert await services.queue.depth() == 0


async def test_a_cancelled_batch_that_is_retried_does_the_rest(service):
    client, services = service
    job_id = await upload(client, "hola", "SLEEP 3", "SLEEP 2")
    job = await stands(services, job_id, "completed", "processing", "processing")

    await retry_failed(services, await cancel(services, job))

    status = await ended(client, job_id)
    assert (status["status"], status["documents_completed"]) == ("completed", 3)
    assert [d["attempts"] for d in status["documents"]] == [1, 2, 2]


async def test_a_batch_that_is_removed_while_it_runs_leaves_nothing(service, redis, tmp_path):
    client, services = service
    job_id = await upload(client, "hola", "SLEEP 50")
    job = await stands(services, job_id, "completed", "processing")

    await remove(services, job)

    assert (await client.get(f"/status/{job_id}")).status_code == 404

    async def files() -> bool:
        return (tmp_path / "artifacts" / "batch_jobs" / job_id).exists()

    await until(files, lambda there: not there)  # who wrote for it just then cleans up after itself
    left = await until(
        lambda: redis.keys("*"),
        lambda names: {n for n in names if job_id.encode() in n} <= {keys.removed(job_id).encode()},
    )
    assert keys.job(job_id).encode() not in left
    assert await redis.zcard(keys.JOBS) == 0


async def test_everything_flushed_in_mid_work_is_put_back_and_nothing_is_done_twice(service, redis):
    client, services = service
    done = await upload(client, "first")
    await ended(client, done)
    job_id = await upload(client, "hola", "SLEEP 2", "SLEEP 2.1", "later")
    await stands(services, job_id, "completed", "processing", "processing", "queued")

    await redis.flushall()

    async def again():
        job = await services.jobs.get(job_id)
        return job and job.state == "completed"

    await until(again, bool)
    job = await look_up(services, job_id)
    assert [(d.state, d.attempts) for d in job.documents] == [("completed", 1)] * 4
    page = await list_jobs(services, Query(tenant="default"))
    assert [j.id for j in page.jobs] == [job_id, done]
    assert (await services.jobs.figures(services.clock.now())).documents_success == 3


async def test_whoever_follows_hears_everything_once_and_in_order(service):
    client, services = service
    job_id = await upload(client, "hola", "SLEEP 1")
    job = await look_up(services, job_id)

    heard = [event async for event in follow(services, job, None) if event]

    kinds = [event.kind for event in heard]
    assert (kinds[0], kinds[-1]) == ("snapshot", "batch_ended")
    ids = [tuple(map(int, event.id.split("-"))) for event in heard]
    assert ids == sorted(set(ids))
    assert await services.events.since(job_id, heard[3].id) == heard[4:]


async def test_a_message_that_waits_since_before_the_clock_went_back_is_taken_up(tmp_path, redis, valkey_url):
    """What was sent when the clock showed a later time is due at once, whatever its priority."""
    from datetime import timedelta

    from infra.guard import Guard

    settings = settings_for(tmp_path, valkey_url)

    class Ahead:
        def __init__(self, clock) -> None:
            self._clock = clock

        def now(self):
            return self._clock.now() + timedelta(hours=20)

    async with running(settings) as client, build(settings) as services:
        ahead = type(services.queue)(services.queue._client, services.queue._guard, Ahead(services.clock))
        assert isinstance(services.queue._guard, Guard)
        from app.usecases.submit import Draft, Order, admission, submit

        later = replace(services, queue=ahead, clock=Ahead(services.clock))
        async with admission(later, "default") as job_id:
            (digest,) = await services.artifacts.put_uploads(job_id, [b"hola"])
            draft = Draft(id="a", name="a.txt", digest=digest, bytes=4)
            await submit(later, job_id, "default", Order(priority="low"), [draft])

        assert (await ended(client, job_id, 10))["status"] == "completed"


async def test_of_a_cancel_and_the_end_of_a_batch_one_wins_and_all_who_are_asked_agree(service):
    client, services = service
    job_ids = [await upload(client, f"SLEEP 0.0{n % 10} {n}") for n in range(30)]
    from domain.errors import IllegalMoveError

    async def attempt(job_id: str, wait: float) -> bool:
        await asyncio.sleep(wait)
        try:
            await cancel(services, await look_up(services, job_id))
        except IllegalMoveError:
            return False
        return True

    won = await asyncio.gather(*(attempt(job_id, 0.05 * n) for n, job_id in enumerate(job_ids)))

    from app.usecases.places import read_record

    for job_id, cancelled in zip(job_ids, won, strict=True):
        status = await ended(client, job_id)
        assert status["status"] == ("cancelled" if cancelled else "completed")
        assert [d["status"] for d in status["documents"]] == [status["status"]]
        record = await until(lambda i=job_id: read_record(services, i), lambda r, s=status: r.state == s["status"], 5)
        assert record.documents[0].state == status["status"]
    figures = await services.jobs.figures(services.clock.now())
    assert figures.documents_success == won.count(False)
