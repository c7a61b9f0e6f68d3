from datetime import timedelta

import pytest

from app.usecases.listing import Query, list_jobs
from app.usecases.places import keep_record
from domain.errors import ValidationFailedError
from domain.job import JobState
from tests.fakes.clock import START
from tests.fakes.world import a_job, services


async def a_world(count: int = 7):
    world = services()
    for number in range(count):
        job = a_job(
            "a",
            job_id=f"batch_{number}",
            created_at=START + timedelta(seconds=number),
            state=JobState.COMPLETED if number % 2 else JobState.QUEUED,
            priority="high" if number == 3 else "normal",
            metadata={"municipality": "San José" if number < 3 else "Tunja", "year": 2024},
        )
        await keep_record(world, job)
        await world.jobs.create(job)
    return world


async def every_page(world, **query) -> list[list[str]]:
    pages, cursor = [], None
    while True:
        page = await list_jobs(world, Query(**{"tenant": "acme", "cursor": cursor, **query}))
        pages.append([job.id for job in page.jobs])
        cursor = page.next_cursor
        if cursor is None:
            return pages


async def test_the_pages_together_are_all_jobs_newest_first_each_once():
    assert await every_page(await a_world(), limit=3) == [
        ["batch_6", "batch_5", "batch_4"],
        ["batch_3", "batch_2", "batch_1"],
        ["batch_0"],
    ]


@pytest.mark.parametrize("limit", [6, 7, 8])
async def test_a_page_that_is_just_full_has_no_empty_one_behind_it(limit):
    pages = await every_page(await a_world(), limit=limit)

    assert [len(page) for page in pages] == {6: [6, 1], 7: [7], 8: [7]}[limit]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"states": (JobState.COMPLETED,)}, ["batch_5", "batch_3", "batch_1"]),
        ({"priority": "high"}, ["batch_3"]),
        ({"metadata": {"municipality": "san josé", "year": "2024"}}, ["batch_2", "batch_1", "batch_0"]),
        ({"metadata": {"department": "Boyacá"}}, []),
        ({"created_from": START + timedelta(seconds=5)}, ["batch_6", "batch_5"]),
        ({"tenant": "other"}, []),
        ({"tenant": None, "created_to": START}, ["batch_0"]),
    ],
)
@pytest.mark.parametrize("limit", [2, 50])
async def test_filters_hold_across_pages(query, found, limit):
    pages = await every_page(await a_world(), limit=limit, **query)

    assert [job_id for page in pages for job_id in page] == found


async def test_a_job_that_left_the_working_copy_is_read_from_its_record():
    world = await a_world(2)
    world.jobs.jobs.clear()

    assert await every_page(world) == [["batch_1", "batch_0"]]


@pytest.mark.parametrize("cursor", ["", "hola", "%%%", "ñ", "AAAA"])
async def test_a_cursor_that_nobody_gave_is_refused(cursor):
    world = await a_world(2)

    with pytest.raises(ValidationFailedError):
        await list_jobs(world, Query(tenant="acme", cursor=cursor))


@pytest.mark.parametrize("limit", [0, 101, -1])
async def test_a_limit_is_one_to_a_hundred(limit):
    with pytest.raises(ValidationFailedError):
        await list_jobs(services(), Query(tenant="acme", limit=limit))
