import json

import msgspec
import pytest

from app.usecases.finish import finish, read_summary
from app.usecases.places import RESULTS, place
from app.usecases.results import results_json
from domain.job import DocumentState, JobState
from tests.fakes.clock import START
from tests.fakes.world import a_job, services


def ended(*seconds: float, state: JobState):
    job = a_job(*(f"d{n}" for n in range(len(seconds))), state=state, started_at=START, ended_at=START)
    documents = [
        msgspec.structs.replace(document, state=DocumentState.COMPLETED, seconds=took, score=5.0)
        for document, took in zip(job.documents, seconds, strict=True)
    ]
    return msgspec.structs.replace(job, documents=tuple(documents))


async def told(world, job, *, evidence: bool = True) -> dict:
    return json.loads(b"".join([part async for part in results_json(world, job, evidence=evidence, traces=False)]))


async def test_an_evidence_names_the_dimensions_that_its_elements_belong_to():
    world, job = services(), ended(1.0, state=JobState.COMPLETED)
    evidence = [
        {"text": "uno", "elements": ["D2-Q7.enlace", "D1-Q1.dato", "D2-Q8.x"]},
        {"text": "dos", "elements": []},
        {"text": "tres"},
    ]
    kept = {"evaluation": {"D1_DIAGNOSTICO_SUFICIENTE": {}, "D2_CAUSALIDAD": {}}, "evidence": evidence}
    await world.artifacts.write(job.id, place(job.documents[0], RESULTS), json.dumps(kept).encode())

    (result,) = (await told(world, job))["results"]
    assert [e["decalogo_alignment"] for e in result["evidence"]] == [
        ["D1_DIAGNOSTICO_SUFICIENTE", "D2_CAUSALIDAD"],
        [],
        [],
    ]
    assert [e["text"] for e in result["evidence"]] == ["uno", "dos", "tres"]

    (result,) = (await told(world, job, evidence=False))["results"]
    assert "evidence" not in result


@pytest.mark.parametrize(
    ("seconds", "p50", "p95"),
    [((1.0,), 1.0, 1.0), ((1.0, 2.0), 1.0, 2.0), (tuple(float(n) for n in range(1, 21)), 10.0, 19.0)],
)
async def test_a_quantile_is_the_smallest_value_that_covers_its_share(seconds, p50, p95):
    world, job = services(), ended(*seconds, state=JobState.PROCESSING)
    await world.jobs.create(job)

    assert await finish(world, job.id)

    summary = await read_summary(world, job.id)
    assert (summary.p50_processing_time_seconds, summary.p95_processing_time_seconds) == (p50, p95)
