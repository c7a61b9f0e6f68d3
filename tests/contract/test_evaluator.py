"""What the evaluator promises whatever a child does: an outcome, a reason or a crash, and no child left behind."""

import asyncio
import os
import signal

import psutil
import pytest
import pytest_asyncio

from domain.errors import (
    BackendUnavailableError,
    DefectError,
    EvaluationCrashedError,
    EvaluationMemoryError,
    EvaluationTimeoutError,
    NoTextLayerError,
)
from domain.ops.breaker import BreakerRule
from domain.options import Options
from domain.ports import StageFact
from infra.children import Bounds, ChildEvaluator
from infra.guard import Guard
from infra.telemetry.tracing_otel import OtelTracing
from tests.fakes.small_child import FLOWS


def an_evaluator(*, size: int = 1, argument: bytes = b"", failures: int = 5, **bounds) -> ChildEvaluator:
    tracing = OtelTracing(service="test", version="0", environment="test")
    guard = Guard("children", rule=BreakerRule(failures=failures), its_fault=lambda _: True, tracing=tracing)
    return ChildEvaluator(
        "tests.fakes.small_child:make", argument, size=size, bounds=Bounds(**bounds), guard=guard, tracing=tracing
    )


@pytest_asyncio.fixture
async def make():
    made = []

    def of(**arguments) -> ChildEvaluator:
        made.append(an_evaluator(**arguments))
        return made[-1]

    yield of
    for evaluator in made:
        await evaluator.close()
    assert children() == []


def children() -> list[psutil.Process]:
    return [p for p in psutil.Process().children(recursive=True) if "infra.child_loop" in p.cmdline()]


async def evaluate(evaluator: ChildEvaluator, text: str, **more):
    return await evaluator.evaluate(text.encode(), "a.txt", Options(), **more)


async def test_the_same_bytes_give_the_same_outcome_and_its_stages_are_heard(make):
    heard = []
    evaluator = make()

    first = await evaluate(evaluator, "hola", on_stage=heard.append)
    second = await evaluate(evaluator, "hola")

    assert (first.results, first.evaluation_hash) == (second.results, second.evaluation_hash)
    assert [e for e in heard if isinstance(e, str)] == list(FLOWS)
    assert [e.flow for e in heard if isinstance(e, StageFact)] == list(FLOWS)


async def test_a_document_that_is_refused_leaves_the_child_at_work(make):
    evaluator = make()
    await evaluator.warm()
    before = children()

    with pytest.raises(NoTextLayerError):
        await evaluate(evaluator, "REFUSE")
    with pytest.raises(DefectError, match="ZeroDivisionError: a defect"):
        await evaluate(evaluator, "BREAK")
    await evaluate(evaluator, "hola")

    assert children() == before


async def test_a_child_that_dies_is_a_crash_and_the_next_document_gets_another(make):
    evaluator = make()

    with pytest.raises(EvaluationCrashedError):
        await evaluate(evaluator, "DIE")

    assert (await evaluate(evaluator, "hola")).score >= 0


async def test_crashes_of_documents_do_not_close_the_door_to_others(make):
    evaluator = make(failures=2)

    for _ in range(3):
        with pytest.raises(EvaluationCrashedError):
            await evaluate(evaluator, "DIE")

    assert await evaluate(evaluator, "hola")


async def test_a_child_that_dies_while_it_waits_is_replaced_unseen(make):
    evaluator = make()
    await evaluator.warm()
    (child,) = children()
    os.kill(child.pid, signal.SIGKILL)
    await asyncio.to_thread(psutil.wait_procs, [child], 5)

    try:
        await evaluate(evaluator, "hola")
    except EvaluationCrashedError:  # the loop had not heard of the death yet: one try, as for any crash
        await evaluate(evaluator, "hola")


@pytest.mark.parametrize("text", ["SLEEP 30", "SPIN 30"])
async def test_the_soft_deadline_ends_the_document_and_not_the_child(make, text):
    evaluator = make(soft_seconds=0.2, hard_seconds=20)
    await evaluator.warm()
    before = children()

    with pytest.raises(EvaluationTimeoutError) as caught:
        await evaluate(evaluator, text)

    assert caught.value.facts["limit"] == "soft"
    assert children() == before


async def test_the_hard_deadline_ends_the_child(make):
    evaluator = make(soft_seconds=30, hard_seconds=0.3)

    with pytest.raises(EvaluationTimeoutError) as caught:
        await evaluate(evaluator, "SLEEP 30")

    assert caught.value.facts["limit"] == "hard"
    assert children() == []


async def test_too_much_memory_ends_the_child_and_says_so(make):
    evaluator = make(memory_bytes=200 * 1024**2)

    with pytest.raises(EvaluationMemoryError) as caught:
        await evaluate(evaluator, f"GROW {300 * 1024**2}")

    assert caught.value.facts["rss_bytes"] > 200 * 1024**2


async def test_a_child_is_replaced_after_its_share(make):
    evaluator = make(recycle_after=2)
    seen = set()
    for _ in range(4):
        await evaluate(evaluator, "hola", on_stage=lambda _: seen.update(p.pid for p in children()))

    assert len(seen) == 2


async def test_as_many_documents_as_there_are_places(make):
    evaluator = make(size=2)
    most = 0

    def count(_: object) -> None:
        nonlocal most
        most = max(most, len(children()))

    await asyncio.gather(*(evaluate(evaluator, f"SLEEP 0.2 {n}", on_stage=count) for n in range(4)))

    assert most == 2


async def test_a_cancelled_evaluation_leaves_no_child(make):
    evaluator = make()
    began = asyncio.Event()
    task = asyncio.create_task(evaluate(evaluator, "SLEEP 30", on_stage=lambda _: began.set()))
    await began.wait()

    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    assert children() == []


async def test_a_child_that_cannot_load_says_why_and_opens_the_breaker(make):
    evaluator = make(argument=b"REFUSE_TO_LOAD", failures=2)

    for _ in range(2):
        with pytest.raises(DefectError, match="no model here"):
            await evaluator.warm()
    with pytest.raises(BackendUnavailableError):
        await evaluator.warm()


async def test_a_spare_child_has_loaded_before_it_is_needed_and_another_takes_its_place(make):
    evaluator = make(spare=1)
    await evaluator.warm()
    await evaluate(evaluator, "hola")
    await asyncio.wait(evaluator._coming, timeout=20)
    known = {p.pid for p in children()}

    with pytest.raises(EvaluationCrashedError):
        await evaluate(evaluator, "DIE")
    await evaluate(evaluator, "hola")

    assert len(known) == 2
    assert known & {p.pid for p in children()}, "the spare one went on"


async def test_a_spare_child_that_cannot_load_harms_no_document(make):
    evaluator = make(spare=1)
    await evaluator.warm()
    evaluator._argument = b"REFUSE_TO_LOAD"

    await evaluate(evaluator, "hola")
    await asyncio.wait(evaluator._coming, timeout=20)

    assert (await evaluate(evaluator, "hola again")).score is not None
