import asyncio

import msgspec
import pytest

from app.usecases.finish import finish
from app.usecases.places import DOCUMENT, RESULTS, SUMMARY, keep_record, place
from app.usecases.process import Processor
from app.usecases.recovery import recover_claims, recover_silent, recover_unfinished
from app.usecases.submit import wake
from domain.errors import BackendUnavailableError, EvaluationCrashedError, NoTextLayerError
from domain.job import DocumentState, JobState
from domain.options import Options
from domain.ports import Evaluator, Outcome, StageListener
from tests.fakes.artifacts import MemoryArtifactStore
from tests.fakes.world import MemoryFleet, ScriptedEvaluator, a_job, a_worker, an_outcome, services


async def a_world(*document_ids: str, **bounds):
    world = services(**bounds)
    job = a_job(*document_ids)
    for document in job.documents:
        world.artifacts.files[job.id, f"documents/{document.digest}"] = b"hola"
    await keep_record(world, job)
    await world.jobs.create(job)
    await wake(world, job)
    return world


def document(world, document_id="a"):
    return world.jobs.jobs["batch_1"].document(document_id)


async def test_a_document_is_evaluated_its_artifacts_kept_and_the_end_woken():
    world = await a_world("a")
    processor = Processor(world, ScriptedEvaluator(an_outcome()), "w1")

    await processor.process("batch_1", "a", 1, None)

    assert (document(world).state, document(world).score) == (DocumentState.COMPLETED, 7.5)
    names = {path.rsplit("/", 1)[1] for _, path in world.artifacts.files if path.startswith("results/a/")}
    assert names >= {"evaluation_results.json", "evidence_registry.json", "coverage_report.json", "document.json"}
    assert world.queue.finishes == ["batch_1"]
    assert processor.running == set()


async def test_the_end_waits_for_the_last_document():
    world = await a_world("a", "b")
    processor = Processor(world, ScriptedEvaluator(an_outcome()), "w1")

    await processor.process("batch_1", "a", 1, None)
    assert world.queue.finishes == []
    await processor.process("batch_1", "b", 1, None)

    assert world.queue.finishes == ["batch_1"]


async def test_the_same_message_twice_is_one_evaluation():
    world = await a_world("a")
    evaluator = ScriptedEvaluator(an_outcome())
    processor = Processor(world, evaluator, "w1")

    for _ in range(2):
        await processor.process("batch_1", "a", 1, None)

    assert len(evaluator.seen) == 1


async def test_the_documents_fault_ends_it_with_its_reason():
    world = await a_world("a")

    await Processor(world, ScriptedEvaluator(NoTextLayerError()), "w1").process("batch_1", "a", 1, None)

    assert document(world).state is DocumentState.FAILED
    assert document(world).error["code"] == "no_text_layer"


async def test_a_crash_is_tried_again_at_once():
    world = await a_world("a")
    evaluator = ScriptedEvaluator(EvaluationCrashedError(), an_outcome())

    await Processor(world, evaluator, "w1").process("batch_1", "a", 1, None)

    assert (document(world).state, document(world).attempts, document(world).crashes) == ("completed", 2, 1)


async def test_crashes_without_end_are_the_documents_end():
    world = await a_world("a", attempts=2)

    await Processor(world, ScriptedEvaluator(EvaluationCrashedError()), "w1").process("batch_1", "a", 1, None)

    assert (document(world).state, document(world).error["code"]) == ("failed", "evaluation_crashed")


@pytest.mark.parametrize("error", [asyncio.CancelledError(), BackendUnavailableError()])
async def test_a_stop_gives_the_document_back_without_counting_a_crash(error):
    world = await a_world("a")

    with pytest.raises(type(error)):
        await Processor(world, ScriptedEvaluator(error), "w1").process("batch_1", "a", 1, None)

    assert (document(world).state, document(world).crashes) == ("queued", 0)
    assert [m[1:] for m in world.queue.documents] == [("batch_1", "a", 2)]


async def test_a_full_disk_counts_as_a_crash_and_ends_the_document_at_last():
    world = await a_world("a", attempts=2)
    processor = Processor(world, ScriptedEvaluator(OSError("no space left")), "w1")

    for attempt in (1, 2):
        with pytest.raises(OSError, match="no space"):
            await processor.process("batch_1", "a", attempt, None)

    assert document(world).state is DocumentState.FAILED


async def test_an_attempt_that_was_overtaken_ends_nothing():
    world = await a_world("a")

    class Overtaken(ScriptedEvaluator):
        async def evaluate(self, data, name, options, *, on_stage=None):
            await world.jobs.release_document("batch_1", "a", attempt=1, crashed=True)
            await world.jobs.start_document("batch_1", "a", attempt=2, worker="w2", now=world.clock.now())
            return an_outcome()

    await Processor(world, Overtaken(an_outcome()), "w1").process("batch_1", "a", 1, None)

    assert (document(world).state, document(world).worker) == (DocumentState.PROCESSING, "w2")
    assert (await world.jobs.figures(world.clock.now())).documents_success == 0


async def test_what_a_dead_worker_held_goes_to_the_front_of_the_queue():
    world = await a_world("a", "b")
    await world.fleet.beat(a_worker("w2"), ttl_s=3)
    await world.jobs.start_document("batch_1", "b", attempt=1, worker="w1", now=world.clock.now())

    assert await recover_claims(world) == 1
    assert await recover_claims(world) == 0

    assert [m[1:] for m in world.queue.documents] == [("batch_1", "b", 2), ("batch_1", "a", 1)]
    assert document(world, "b").crashes == 1


async def test_what_a_living_worker_runs_is_left_alone_and_what_it_lost_is_not():
    world = await a_world("a", "b")
    await world.fleet.beat(a_worker("w1"), ttl_s=3)
    for name in ("a", "b"):
        await world.jobs.start_document("batch_1", name, attempt=1, worker="w1", now=world.clock.now())

    assert await recover_claims(world) == 0
    assert await recover_claims(world, me="w1", running={("batch_1", "a")}) == 1

    assert (document(world, "a").state, document(world, "b").state) == ("processing", "queued")
    assert document(world, "b").crashes == 0


async def test_after_a_time_in_which_nobody_could_say_that_he_lives_nobody_is_taken_for_dead():
    seconds = iter([0.0, 10.0, 10.9, 11.8, 12.7, 13.6])
    world = msgspec.structs.replace(await a_world("a", silence_seconds=3.0), fleet=MemoryFleet(seconds.__next__))
    await world.jobs.start_document("batch_1", "a", attempt=1, worker="w1", now=world.clock.now())

    assert [await recover_silent(world) for _ in range(5)] == [0, 0, 0, 0, 1]


class FullAtFirst(MemoryArtifactStore):
    """A disk that is full when the first result is written."""

    full = True

    async def write(self, job_id: str, path: str, data: bytes) -> None:
        if self.full and path.endswith(RESULTS):
            self.full = False
            raise BackendUnavailableError
        await super().write(job_id, path, data)


async def test_an_outcome_that_finds_the_disk_full_is_written_again_not_evaluated_again():
    world, evaluator = await a_world("a"), ScriptedEvaluator(an_outcome())
    store = FullAtFirst()
    store.files = world.artifacts.files

    await Processor(msgspec.structs.replace(world, artifacts=store), evaluator, "w1").process("batch_1", "a", 1, None)

    assert (document(world).state, document(world).attempts) == (DocumentState.COMPLETED, 1)
    assert evaluator.seen == ["a.txt"]


class Gated(Evaluator):
    """Each call waits for its own gate, in the order of the calls."""

    def __init__(self, calls: int) -> None:
        self.began = [asyncio.Event() for _ in range(calls)]
        self.gates = [asyncio.Event() for _ in range(calls)]
        self._calls = iter(range(calls))

    async def evaluate(
        self, data: bytes, name: str, options: Options, *, on_stage: StageListener | None = None
    ) -> Outcome:
        number = next(self._calls)
        self.began[number].set()
        await self.gates[number].wait()
        return an_outcome()

    async def close(self) -> None:
        pass


async def test_a_worker_that_was_thought_dead_and_was_not_ends_the_attempt_that_it_takes_up_again():
    world, evaluator = await a_world("a"), Gated(2)
    processor = Processor(world, evaluator, "w1")
    first = asyncio.create_task(processor.process("batch_1", "a", 1, None))
    await evaluator.began[0].wait()
    assert await recover_claims(world) == 1  # it has been silent for too long

    await world.fleet.beat(a_worker("w1"), ttl_s=3)
    second = asyncio.create_task(processor.process("batch_1", "a", 2, None))
    await evaluator.began[1].wait()
    evaluator.gates[0].set()
    await first
    assert await recover_claims(world, me="w1", running=processor.running) == 0

    evaluator.gates[1].set()
    await second
    assert (document(world).state, document(world).attempts) == (DocumentState.COMPLETED, 2)
    assert processor.running == set()


async def test_a_document_that_kills_its_worker_every_time_fails_alone():
    world = await a_world("a", "b", attempts=3)
    for attempt in (1, 2, 3):
        await world.jobs.start_document("batch_1", "a", attempt=attempt, worker=f"w{attempt}", now=world.clock.now())
        await recover_claims(world)

    assert (document(world).state, document(world).error["code"]) == ("failed", "evaluation_crashed")
    assert document(world, "b").state is DocumentState.QUEUED


async def test_messages_that_were_lost_are_sent_again_and_only_those():
    world = await a_world("a", "b")
    world.queue.documents.pop()

    assert await recover_unfinished(world) == 1
    assert await recover_unfinished(world) == 0


async def test_a_batch_whose_end_nobody_woke_is_ended():
    world = await a_world("a")
    await Processor(world, ScriptedEvaluator(an_outcome()), "w1").process("batch_1", "a", 1, None)
    world.queue.finishes.clear()

    await recover_unfinished(world)

    assert world.queue.finishes == ["batch_1"]


async def test_a_finished_batch_has_its_summary_before_its_state():
    world = await a_world("a", "b")
    evaluator = ScriptedEvaluator(an_outcome(8.0), NoTextLayerError())
    for name in ("a", "b"):
        await Processor(world, evaluator, "w1").process("batch_1", name, 1, None)

    assert await finish(world, "batch_1")
    assert not await finish(world, "batch_1")

    summary = msgspec.json.decode(world.artifacts.files["batch_1", SUMMARY])
    assert summary["average_score"] == 8.0
    assert summary["total_evidence_extracted"] == 1
    assert summary["error_rate_percent"] == 50.0
    assert summary["questions_answered"] == {"a": 3}
    assert world.jobs.jobs["batch_1"].state is JobState.COMPLETED


@pytest.mark.parametrize(
    ("document_id", "folder"),
    [("doc_001", "doc_001"), ("a.b-c", "a.b-c"), ("../x", "~0000"), (".", "~0000"), ("a/b", "~0000"), ("ñ", "~0000")],
)
def test_an_id_that_is_no_plain_name_has_its_index_as_folder(document_id, folder):
    (only,) = a_job(document_id).documents

    assert place(only, RESULTS) == f"results/{folder}/evaluation_results.json"
    assert place(only, DOCUMENT).startswith(f"results/{folder}/")
