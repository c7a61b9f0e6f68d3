"""What an evaluating child loads: the evaluator of the frozen release, ready before its first document."""

import resource
from collections.abc import Callable
from typing import TypeAlias

from app.evaluator import open_evaluator
from app.releases import frozen
from app.settings import restore
from app.usecases.artifacts import outcome
from app.usecases.stages import StageLog
from domain.options import Options
from domain.ports import Outcome, StageListener
from infra.clock_system import steady_ns

EvaluateOne: TypeAlias = Callable[[bytes, str, Options, StageListener], Outcome]


def make(argument: bytes) -> EvaluateOne:
    """The child's work, by the settings that its worker dumped.

    Raises ModelUnavailableError and ReleaseMismatchError: a child that is not what was frozen takes no job.
    """
    settings = restore(argument)
    release = frozen(settings.release) if settings.release else None
    evaluate = open_evaluator(
        settings.model_dir,
        threads=settings.worker.threads,
        frozen=release,
        cache=settings.data_dir / "cache",
        cache_bytes=settings.worker.impressions_bytes,
    )
    evaluate.warm()

    def evaluate_one(data: bytes, name: str, options: Options, listener: StageListener) -> Outcome:
        log = StageLog(steady_ns(), listener)
        evaluated = evaluate(data, options, log)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        return outcome(evaluated, name, log.facts, peak)

    return evaluate_one
