from app.usecases.maintain import remove_abandoned
from app.usecases.places import keep_record
from tests.fakes.world import a_job, services

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
