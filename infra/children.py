"""Evaluates documents in children: one document each, with a deadline, a memory limit and an end after so many."""

import asyncio

import msgspec

from domain.errors import (
    DecalogoError,
    DefectError,
    EvaluationCrashedError,
    EvaluationMemoryError,
    EvaluationTimeoutError,
)
from domain.observation import Tracing
from domain.options import Options
from domain.ports import Evaluator, Outcome, StageListener
from infra.child_process import Child
from infra.child_wire import Began, Done, Ended, Failed, Work, error_of
from infra.guard import Guard

_LOOK_SECONDS = 0.2


class Bounds(msgspec.Struct, frozen=True, kw_only=True):
    """What a child may take. At `soft_seconds` it is told to stop, at `hard_seconds` it is killed."""

    soft_seconds: float = 540.0
    hard_seconds: float = 600.0
    memory_bytes: int = 2 * 1024**3
    recycle_after: int = 100
    spare: int = 0
    """Children that have loaded and wait, for when one dies: loading takes longer than a recovery may."""


class ChildEvaluator(Evaluator):
    """At most `size` children at a time; `factory` ("module:function") makes each one's evaluate from `argument`.

    The guard is around starting children only: a document that kills them must not close the door to the others.
    """

    def __init__(
        self, factory: str, argument: bytes, *, size: int, bounds: Bounds, guard: Guard, tracing: Tracing
    ) -> None:
        self._factory = factory
        self._argument = argument
        self._bounds = bounds
        self._guard = guard
        self._tracing = tracing
        self._places = asyncio.Semaphore(size)
        self._idle: list[Child] = []
        self._all: set[Child] = set()
        self._coming: set[asyncio.Task[Child]] = set()

    async def warm(self) -> None:
        """Start one child now. Raises what keeps it from loading."""
        self._idle.append(await self._start())

    async def evaluate(
        self, data: bytes, name: str, options: Options, *, on_stage: StageListener | None = None
    ) -> Outcome:
        """The outcome. Raises a DocumentError for the document's fault, EvaluationCrashedError when the child died."""
        work = Work(data, name, options, self._bounds.soft_seconds)
        async with self._places:
            child = await self._take()
            answer: Done | Failed | None = None
            try:
                answer = await self._watched(child, work, on_stage)
            finally:
                await self._give_back(child, sound=answer is not None)
        if isinstance(answer, Failed):
            raise error_of(answer)
        return answer.outcome

    async def close(self) -> None:
        """End the children."""
        for task in self._coming:
            task.cancel()
        await asyncio.gather(*self._coming, return_exceptions=True)
        self._idle.clear()
        await asyncio.gather(*(child.end() for child in self._all))
        self._all.clear()

    async def _watched(self, child: Child, work: Work, on_stage: StageListener | None) -> Done | Failed:
        watch = _Watch(child, self._bounds)
        with self._tracing.flow(
            "memory_watchdog", "pipeline_orchestrator", limit_bytes=self._bounds.memory_bytes
        ) as span:
            task = asyncio.create_task(watch.run())
            try:
                return await _converse(child, work, on_stage)
            except EvaluationCrashedError:
                if watch.verdict:
                    raise watch.verdict from None
                raise
            finally:
                task.cancel()
                await asyncio.wait([task])
                span.set(peak_rss_bytes=watch.peak)

    async def _take(self) -> Child:
        try:
            while self._idle:
                child = self._idle.pop()
                if child.alive:
                    return child
                await self._drop(child)
            return await self._start()
        finally:
            self._prepare()

    def _prepare(self) -> None:
        """Have as many spare children as there should be, some day soon. One that cannot be had is no one's fault."""
        while len(self._idle) + len(self._coming) < self._bounds.spare:
            task = asyncio.create_task(self._start())
            self._coming.add(task)
            task.add_done_callback(self._arrived)

    def _arrived(self, task: asyncio.Task[Child]) -> None:
        self._coming.discard(task)
        if not task.cancelled() and task.exception() is None:
            self._idle.append(task.result())

    async def _give_back(self, child: Child, *, sound: bool) -> None:
        child.evaluated += 1
        if sound and child.alive and child.evaluated < self._bounds.recycle_after:
            self._idle.append(child)
        else:
            await self._drop(child)

    async def _start(self) -> Child:
        async with self._guard.call("start_child"):
            child = await Child.start(self._factory, self._argument)
        self._all.add(child)
        return child

    async def _drop(self, child: Child) -> None:
        self._all.discard(child)
        await child.end()


class _Watch:
    """Looks at a child again and again; kills it when it takes too much, and says why."""

    def __init__(self, child: Child, bounds: Bounds) -> None:
        self._child = child
        self._bounds = bounds
        self.peak = 0
        self.verdict: DecalogoError | None = None

    async def run(self) -> None:
        """Until cancelled, or until it had to kill."""
        clock = asyncio.get_running_loop().time
        end = clock() + self._bounds.hard_seconds
        while self.verdict is None:
            rss = self._child.rss_bytes()
            self.peak = max(self.peak, rss)
            if rss > self._bounds.memory_bytes:
                self.verdict = EvaluationMemoryError(rss_bytes=rss, limit_bytes=self._bounds.memory_bytes)
            elif clock() >= end:
                self.verdict = EvaluationTimeoutError(limit="hard", seconds=self._bounds.hard_seconds)
            else:
                await asyncio.sleep(min(_LOOK_SECONDS, max(0.0, end - clock())))
        self._child.kill()


async def _converse(child: Child, work: Work, on_stage: StageListener | None) -> Done | Failed:
    await child.say(work)
    while True:
        message = await child.hear()
        if isinstance(message, Done | Failed):
            return message
        if on_stage and isinstance(message, Began):
            on_stage(message.flow)
        elif on_stage and isinstance(message, Ended):
            on_stage(message.fact)
        elif not isinstance(message, Began | Ended):
            raise DefectError(f"A child said {type(message).__name__} in mid-document.")
