"""Evaluating children whose facts are processor seconds: a busy machine makes wall seconds of a stage worthless."""

import resource
import time
from collections.abc import Callable
from typing import TypeAlias

import msgspec

from app.settings import restore
from domain.options import Options
from domain.ports import Outcome, StageFact, StageListener
from infra.child_wire import named

EvaluateOne: TypeAlias = Callable[[bytes, str, Options, StageListener], Outcome]


def ours(argument: bytes) -> EvaluateOne:
    """What a worker's child does, timed."""
    return timed(named(restore(argument).worker.child)(argument))


def naive(argument: bytes) -> EvaluateOne:
    """What the naive stack does, timed."""
    return timed(named("scripts.bench.naive:make")(argument))


def timed(evaluate: EvaluateOne) -> EvaluateOne:
    """The same outcomes, with the processor seconds of the document as `seconds`, and stages bounded by them too."""

    def evaluate_one(data: bytes, name: str, options: Options, listener: StageListener) -> Outcome:
        watch = _Watch(listener)
        began = spent_ns()
        outcome = evaluate(data, name, options, watch)
        return msgspec.structs.replace(outcome, stages=tuple(watch.facts), seconds=(spent_ns() - began) / 1e9)

    return evaluate_one


def spent_ns() -> int:
    """Processor time of this process, of all its threads, and of its children that have ended."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time_ns() + int((ended.ru_utime + ended.ru_stime) * 1e9)


class _Watch:
    """Hears stages begin and end, and keeps them by the processor's clock."""

    def __init__(self, listener: StageListener) -> None:
        self._listener = listener
        self._began = 0
        self.facts: list[StageFact] = []

    def __call__(self, event: str | StageFact) -> None:
        if isinstance(event, StageFact):
            self.facts.append(msgspec.structs.replace(event, start_ns=self._began, end_ns=spent_ns()))
        self._listener(event)
        self._began = spent_ns()
