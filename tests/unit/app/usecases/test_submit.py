import msgspec
import pytest

from app.usecases.maintain import recover_unfinished
from app.usecases.submit import Draft, Order, admission, submit
from domain.errors import BackendUnavailableError
from domain.records import JobRecord
from tests.fakes.jobs import MemoryJobStore
from tests.fakes.queue import MemoryQueue
from tests.fakes.world import services

DRAFTS = [Draft(id=name, name=f"{name}.txt", digest="0" * 64, bytes=4) for name in "ab"]


class AwayAfter(MemoryQueue):
    """A queue that answers so many messages and is away then, until `away` is False."""

    def __init__(self, messages: int) -> None:
        super().__init__()
        self.messages = messages
        self.away = True

    async def enqueue_document(self, *args, **kwargs) -> bool:
        if self.away and len(self.documents) >= self.messages:
            raise BackendUnavailableError
        return await super().enqueue_document(*args, **kwargs)


class Deaf(MemoryJobStore):
    """A store that takes a job in, and whose answer is lost."""

    async def create(self, job: JobRecord) -> bool:
        await super().create(job)
        raise BackendUnavailableError


async def once(world) -> JobRecord:
    async with admission(world) as job_id:
        await world.artifacts.write(job_id, "documents/x", b"hola")
        return await submit(world, job_id, "acme", Order(), DRAFTS)


@pytest.mark.parametrize("messages", [0, 1])
async def test_a_batch_that_the_store_has_is_accepted_and_its_missing_messages_are_sent_by_the_sweep(messages):
    queue = AwayAfter(messages)
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
