"""Plans through evaluating children, measured: side by side, in steady state, and the first after a start.

Every phase opens children of its own with an empty data folder, so nothing that an earlier one cached is at hand.
"""

import asyncio
import resource
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NamedTuple

import psutil

from app.settings import dump, load
from domain.ops.breaker import BreakerRule
from domain.options import Options
from domain.ports import Outcome
from infra.children import Bounds, ChildEvaluator
from infra.guard import Guard
from infra.telemetry.tracing_otel import OtelTracing
from scripts.bench.evaluation.figures import First, Run, Steady
from scripts.bench.plans.sources import Plan

_BOUNDS = Bounds(soft_seconds=36_000, hard_seconds=36_000, memory_bytes=64 * 1024**3)
"""None: what is measured is what a document takes, not what it may take."""


class Contender(NamedTuple):
    """A way to evaluate: its name, and what makes a child's evaluate ("module:function", of `timed`)."""

    name: str
    factory: str


OURS = Contender("ours", "scripts.bench.evaluation.timed:ours")
NAIVE = Contender("naive", "scripts.bench.evaluation.timed:naive")


@asynccontextmanager
async def opened(
    contender: Contender, model: Path, *, children: int = 1, warm: bool = True
) -> AsyncIterator[ChildEvaluator]:
    """Children with an empty data folder, loaded unless not `warm`."""
    tracing = OtelTracing(service="bench", version="0", environment="bench")
    guard = Guard("children", rule=BreakerRule(), its_fault=lambda _: True, tracing=tracing)
    with tempfile.TemporaryDirectory() as folder:
        settings = dump(load({"DECALOGO_MODEL_DIR": str(model), "DECALOGO_DATA_DIR": folder}))
        evaluator = ChildEvaluator(
            contender.factory, settings, size=children, bounds=_BOUNDS, guard=guard, tracing=tracing
        )
        try:
            if warm:
                await asyncio.gather(*(evaluator.warm() for _ in range(children)))
            yield evaluator
        finally:
            await evaluator.close()


async def one(evaluator: ChildEvaluator, plan: Plan) -> Run:
    """One plan, alone. Its processor seconds are the child's and this process's own share."""
    own, began = time.process_time(), time.perf_counter()
    outcome = await evaluator.evaluate(plan.data, plan.name, Options())
    wall, own = time.perf_counter() - began, time.process_time() - own
    return Run(
        plan=plan.name,
        pages=plan.pages,
        words=plan.words,
        cpu=outcome.seconds + own,
        wall=wall,
        peak_rss=outcome.peak_rss_bytes,
        stages={fact.flow: (fact.end_ns - fact.start_ns) / 1e9 for fact in outcome.stages},
        caches=caches(outcome),
    )


async def side_by_side(
    plans: Mapping[Contender, Sequence[Plan]], model: Path, on_run: Callable[[], None]
) -> dict[str, list[Run]]:
    """Each contender's plans one at a time; they take turns, so that a busy spell of the machine hits them alike."""
    runs: dict[str, list[Run]] = {contender.name: [] for contender in plans}
    async with _all_opened(list(plans), model) as evaluators:
        for turn in range(max(map(len, plans.values()))):
            for contender, given in plans.items():
                if turn < len(given):
                    runs[contender.name].append(await one(evaluators[contender], given[turn]))
                    on_run()
    return runs


async def steady(
    contender: Contender, plans: Sequence[Plan], model: Path, children: int, on_run: Callable[[], None]
) -> Steady:
    """All plans through so many children at once."""

    async def watched(evaluator: ChildEvaluator, plan: Plan) -> Run:
        run = await one(evaluator, plan)
        on_run()
        return run

    async with opened(contender, model, children=children) as evaluator:
        before, began = _spent(), time.perf_counter()
        runs = await asyncio.gather(*(watched(evaluator, plan) for plan in plans))
        wall, cpu = time.perf_counter() - began, _spent() - before
    return Steady(plans=len(plans), children=children, wall=wall, cpu=cpu, caches=[run.caches for run in runs])


async def first(contender: Contender, plan: Plan, other: Plan, model: Path, on_run: Callable[[], None]) -> First:
    """A plan as the first after a start, and the same one by a child that has read another."""
    began = time.perf_counter()
    async with opened(contender, model) as evaluator:
        start = time.perf_counter() - began
        cold = await one(evaluator, plan)
        on_run()
    async with opened(contender, model) as evaluator:
        await one(evaluator, other)
        on_run()
        warm = await one(evaluator, plan)
        on_run()
    return First(start=start, first=cold.wall, warm=warm.wall)


def caches(outcome: Outcome) -> dict[str, tuple[int, int]]:
    """What the evaluator's caches were asked for a document: name -> (found, asked); empty where it tells of none."""
    return dict(getattr(outcome, "caches", {}))


@asynccontextmanager
async def _all_opened(contenders: Sequence[Contender], model: Path) -> AsyncIterator[dict[Contender, ChildEvaluator]]:
    if not contenders:
        yield {}
        return
    async with opened(contenders[0], model) as evaluator, _all_opened(contenders[1:], model) as others:
        yield {contenders[0]: evaluator, **others}


def _spent() -> float:
    """Processor seconds of this process and of all that it started, dead or alive."""
    both = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    alive = (child.cpu_times() for child in psutil.Process().children(recursive=True))
    return sum(use.ru_utime + use.ru_stime for use in both) + sum(times.user + times.system for times in alive)
