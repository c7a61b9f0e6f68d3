"""What the stages of one evaluation took: an observer that keeps facts and tells a listener."""

from collections.abc import Callable, Mapping, Sequence

from domain.pipeline import Observer, Stage
from domain.ports import StageFact, StageListener


class StageLog(Observer):
    """Keeps a `StageFact` for every stage; `now_ns` is the clock, `listener` hears each stage begin and end."""

    def __init__(self, now_ns: Callable[[], int], listener: StageListener | None = None) -> None:
        self._now_ns = now_ns
        self._listener = listener
        self._started_ns = 0
        self.facts: list[StageFact] = []

    def started(self, stage: Stage) -> None:
        """A stage begins."""
        self._started_ns = self._now_ns()
        if self._listener is not None:
            self._listener(stage.flow)

    def finished(self, stage: Stage) -> None:
        """A stage made what it gives."""
        self._keep(stage, None)

    def failed(self, stage: Stage, error: BaseException) -> None:
        """A stage raised."""
        self._keep(stage, type(error).__name__)

    def _keep(self, stage: Stage, error: str | None) -> None:
        fact = StageFact(
            flow=stage.flow, component=stage.component, start_ns=self._started_ns, end_ns=self._now_ns(), error=error
        )
        self.facts.append(fact)
        if self._listener is not None:
            self._listener(fact)


def seconds(facts: Sequence[StageFact]) -> Mapping[str, float]:
    """Seconds by flow, and in all."""
    spent = {f.flow: round((f.end_ns - f.start_ns) / 1e9, 4) for f in facts}
    return {**spent, "total": round(sum(spent.values()), 4)}
