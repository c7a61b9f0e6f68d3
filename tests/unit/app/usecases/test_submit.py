import msgspec
import pytest

from app.usecases.recovery import recover_unfinished
from app.usecases.submit import Draft, Order, admission, submit
from domain.errors import BackendUnavailableError
from domain.records import JobRecord
from tests.fakes.jobs import MemoryJobStore
from tests.fakes.queue import MemoryQueue
from tests.fakes.world import services

DRAFTS = [Draft(id=name, name=f"{name}.txt", digest="0" * 64, bytes=4) for name in "ab"]


class Away(MemoryQueue):
    """A queue that does not answer until `away` is False; it may have taken the messages all the same."""

    def __init__(self, *, takes: bool) -> None:
        super().__init__()
        self.takes = takes
        self.away = True

    async def enqueue_documents(self, *args, **kwargs) -> int:
        sent = await super().enqueue_documents(*args, **kwargs) if self.takes or not self.away else 0
        if self.away:
            raise BackendUnavailableError
        return sent


class Deaf(MemoryJobStore):
    """A store that takes a job in, and whose answer is lost."""

    async def create(self, job: JobRecord) -> bool:
        await super().create(job)
        raise BackendUnavailableError


async def once(world) -> JobRecord:
    async with admission(world, "acme") as job_id:
        await world.artifacts.write(job_id, "documents/x", b"hola")
        return await submit(world, job_id, "acme", Order(), DRAFTS)


@pytest.mark.parametrize("takes", [False, True])
async def test_a_batch_that_the_store_has_is_accepted_and_its_missing_messages_are_sent_by_the_sweep(takes):
    queue = Away(takes=takes)
    world = msgspec.structs.replace(services(), queue=queue)

    job = await once(world)
    assert await world.artifacts.read(job.id, "documents/x") == b"hola"

    queue.away = False
    await recover_unfinished(world)
    assert sorted(document for _, _, document, _ in queue.documents) == ["a", "b"]


async def test_a_batch_whose_taking_in_was_not_answered_leaves_no_job_without_files():
    world = msgspec.structs.replace(services(), jobs=Deaf())

    with pytest.raises(BackendUnavailableError):
        await once(world)

    assert world.jobs.jobs == {}
    assert world.artifacts.files == {}
