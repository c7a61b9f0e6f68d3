"""What one evaluation leaves, as JSON; the name of the file and the times join here, outside every hash."""

from collections.abc import Sequence

import msgspec

from app.usecases.evaluate import Evaluated
from app.usecases.stages import seconds
from domain.errors import ContractViolationError
from domain.ports import Outcome, StageFact
from domain.theory import Theory
from domain.theory.svg import draw

_ENCODER = msgspec.json.Encoder()


def outcome(evaluated: Evaluated, name: str, facts: Sequence[StageFact], peak_rss_bytes: int) -> Outcome:
    """What a worker keeps of an evaluation. Raises ContractViolationError when it did not keep its own contract."""
    demand(evaluated)
    timings = seconds(facts)
    return Outcome(
        results=results(evaluated, name, facts),
        registry=_ENCODER.encode(evaluated.registry),
        coverage=_ENCODER.encode(evaluated.evaluation.coverage),
        score=evaluated.evaluation.score,
        evaluation_hash=evaluated.evaluation.hashes.evaluation,
        seconds=timings["total"],
        stages=tuple(facts),
        peak_rss_bytes=peak_rss_bytes,
        caches={"impressions": (evaluated.recalled, evaluated.stretches)},
    )


def results(evaluated: Evaluated, name: str, facts: Sequence[StageFact]) -> bytes:
    """evaluation_results.json: the evaluation, its verdict and drawing, its file's name, the seconds of each stage."""
    evaluation = msgspec.structs.asdict(evaluated.evaluation)
    evaluation["document"] = {"name": name, **evaluated.evaluation.document}
    joined = {"theory_svg": drawing(evaluated), "verification": evaluated.verdict.checks, "timings": seconds(facts)}
    return _ENCODER.encode({**evaluation, **joined})


def drawing(evaluated: Evaluated) -> str:
    """The theory of change as SVG, a panel a point; it follows from the evaluation and is in none of its hashes."""
    evaluation = evaluated.evaluation
    names = {p.id: p.name if p.applies else f"{p.name} (no aplica)" for p in evaluation.points}
    return draw(msgspec.convert(evaluation.theory, Theory), names)


def demand(evaluated: Evaluated) -> None:
    """Raise ContractViolationError, naming each broken check, unless the verdict holds."""
    broken = [f"{c.name}: {'; '.join(c.problems)}" for c in evaluated.verdict.checks if not c.holds]
    if broken:
        raise ContractViolationError(" | ".join(broken))
