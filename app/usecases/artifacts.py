"""What one evaluation leaves, as JSON; the name of the file and the times join here, outside every hash."""

from collections.abc import Sequence

import msgspec

from app.usecases.evaluate import Evaluated
from app.usecases.stages import seconds
from domain.errors import ContractViolationError
from domain.ports import Outcome, StageFact

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
    )


def results(evaluated: Evaluated, name: str, facts: Sequence[StageFact]) -> bytes:
    """evaluation_results.json: the evaluation, its verdict, the document's name and the seconds of each stage."""
    evaluation = msgspec.structs.asdict(evaluated.evaluation)
    evaluation["document"] = {"name": name, **evaluated.evaluation.document}
    return _ENCODER.encode({**evaluation, "verification": evaluated.verdict.checks, "timings": seconds(facts)})


def demand(evaluated: Evaluated) -> None:
    """Raise ContractViolationError, naming each broken check, unless the verdict holds."""
    broken = [f"{c.name}: {'; '.join(c.problems)}" for c in evaluated.verdict.checks if not c.holds]
    if broken:
        raise ContractViolationError(" | ".join(broken))
