"""No route tells a tenant that another tenant's job exists."""

import pytest

from app.http.operations import OPERATIONS
from app.usecases.places import keep_record
from domain.job import JobState
from tests.fakes.world import a_job, a_key, services
from tests.flow.service import serving

OURS, THEIRS = {"Authorization": "Bearer s"}, {"Authorization": "Bearer stranger"}
ALL = ("submit", "read", "operate")
OF_A_JOB = [(o.method, path) for o in OPERATIONS for path in o.paths if "{job_id}" in path]


async def a_world(state=JobState.QUEUED):
    world = services(keys=(a_key("s", scopes=ALL), a_key("stranger", tenant="other", scopes=ALL)))
    job = a_job("a", job_id="batch_1", state=state)
    await keep_record(world, job)
    await world.jobs.create(job)
    return world


@pytest.mark.parametrize(("method", "path"), OF_A_JOB)
async def test_another_tenants_job_is_a_404_as_one_that_never_was(method, path):
    async with serving(await a_world()) as client:
        answers = [
            await client.request(method, path.format(job_id=job_id, document_id="a"), headers=THEIRS)
            for job_id in ("batch_1", "batch_2")
        ]
        told = [a.text.replace("batch_2", "batch_1") for a in answers]

        assert [a.status_code for a in answers] == [404, 404]
        assert told[0] == told[1]
        assert (await client.get("/status/batch_1", headers=OURS)).json()["status"] == "queued"  # and nothing was done


async def test_lists_have_the_callers_own_alone():
    world = await a_world(JobState.COMPLETED)
    async with serving(world) as client:
        for path in ("/api/v1/batch", "/api/v1/batch/dead-letters", "/api/v1/webhooks/dead-letters"):
            assert "batch_1" not in (await client.get(path, headers=THEIRS)).text
        assert "batch_1" in (await client.get("/api/v1/batch", headers=OURS)).text
