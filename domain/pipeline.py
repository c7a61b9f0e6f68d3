"""PLAN: the evaluation of one document as data, the proof that its stages fit, and the one loop that runs it."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, Protocol, TypeAlias, get_args

import msgspec

from domain.errors import PlanOrderError

Component: TypeAlias = Literal[
    "document_segmenter",
    "embedding_model",
    "responsibility_detector",
    "monetary_detector",
    "feasibility_scorer",
    "causal_pattern_detector",
    "contradiction_detector",
    "teoria_cambio",
    "questionnaire_engine",
    "evidence_registry",
    "pipeline_orchestrator",
]

COMPONENTS: tuple[Component, ...] = get_args(Component)

INFRASTRUCTURE_FLOWS = ("circuit_breaker", "memory_watchdog", "error_recovery", "health_check", "metric_collection")
"""Flows around an evaluation rather than in it: their spans come from the service, not from PLAN."""


class Stage(msgspec.Struct, frozen=True, kw_only=True):
    """One step: the flow it is reported as, the component that does it, what it reads and the one thing it makes."""

    flow: str
    component: Component
    needs: tuple[str, ...]
    gives: str


def _stage(flow: str, component: Component, needs: str, gives: str) -> Stage:
    return Stage(flow=flow, component=component, needs=tuple(needs.split()), gives=gives)


GIVEN = ("upload", "options", "questionnaire", "release")
"""What a run starts from."""

RESULT = ("evaluation", "verdict")
"""What a run is for: everything that a stage makes must reach one of these."""

PLAN: tuple[Stage, ...] = (
    _stage("document_ingestion", "document_segmenter", "upload", "source"),
    _stage("text_normalization", "document_segmenter", "source", "layout"),
    _stage("document_segmentation", "document_segmenter", "layout", "document"),
    _stage("embedding_generation", "embedding_model", "document", "impressions"),
    _stage("similarity_calculation", "embedding_model", "impressions questionnaire", "similarities"),
    _stage("policy_alignment", "questionnaire_engine", "document impressions similarities options", "alignment"),
    _stage("responsibility_detection", "responsibility_detector", "alignment options", "responsibilities"),
    _stage("monetary_detection", "monetary_detector", "alignment options", "amounts"),
    _stage("indicator_extraction", "feasibility_scorer", "alignment options", "indicators"),
    _stage("feasibility_scoring", "feasibility_scorer", "alignment indicators amounts options", "feasibility"),
    _stage("causal_pattern_detection", "causal_pattern_detector", "alignment options", "causes"),
    _stage(
        "contradiction_detection",
        "contradiction_detector",
        "alignment responsibilities amounts indicators options",
        "contradictions",
    ),
    _stage("teoria_cambio_analysis", "teoria_cambio", "alignment indicators causes options", "theory"),
    _stage(
        "evidence_aggregation",
        "evidence_registry",
        "alignment similarities responsibilities amounts indicators feasibility causes contradictions theory",
        "registry",
    ),
    _stage("decalogo_evaluation", "questionnaire_engine", "alignment registry questionnaire", "applicability"),
    _stage(
        "questionnaire_evaluation",
        "questionnaire_engine",
        "registry alignment applicability questionnaire similarities options",
        "answers",
    ),
    _stage("rubric_scoring", "questionnaire_engine", "answers applicability questionnaire", "scorecard"),
    _stage(
        "result_synthesis",
        "pipeline_orchestrator",
        "source document answers scorecard registry theory options release questionnaire",
        "evaluation",
    ),
    _stage("contract_validation", "pipeline_orchestrator", "evaluation document registry questionnaire", "contract"),
    _stage("dag_validation", "pipeline_orchestrator", "theory", "acyclicity"),
    _stage("immutability_verification", "evidence_registry", "registry evaluation", "immutability"),
    _stage(
        "determinism_verification",
        "pipeline_orchestrator",
        "registry alignment applicability questionnaire similarities options answers",
        "determinism",
    ),
    _stage(
        "reproducibility_verification",
        "pipeline_orchestrator",
        "evaluation contract acyclicity immutability determinism",
        "verdict",
    ),
)
"""The canonical order. The last stage closes the verdict over all five verifications."""

_FLOW_ORDER = [stage.flow for stage in PLAN]
PASSAGE_PLAN = PLAN[_FLOW_ORDER.index("embedding_generation") : _FLOW_ORDER.index("evidence_aggregation") + 1]
"""The part of PLAN that a single passage goes through when it is labelled: what is found, not what it scores."""

FLOWS = (*_FLOW_ORDER, *INFRASTRUCTURE_FLOWS)


class Observer(Protocol):
    """Hears of each stage; must not fail."""

    def started(self, stage: Stage) -> None:
        """A stage begins."""

    def finished(self, stage: Stage) -> None:
        """A stage made what it gives."""

    def failed(self, stage: Stage, error: BaseException) -> None:
        """A stage raised."""


def problems(plan: Sequence[Stage], given: Sequence[str] = GIVEN, result: Sequence[str] = RESULT) -> list[str]:
    """Why the stages do not fit: a need that nothing before gives, a thing given twice or given for nothing."""
    out: list[str] = []
    known = set(given)
    for stage in plan:
        missing = [need for need in stage.needs if need not in known]
        out += [f"{stage.flow} needs {need}, which nothing before it gives" for need in missing]
        if stage.gives in known:
            out.append(f"{stage.flow} gives {stage.gives}, which is there already")
        known.add(stage.gives)
    used = set(result) | {need for stage in plan for need in stage.needs}
    out += [f"{stage.flow} gives {stage.gives}, which nobody uses" for stage in plan if stage.gives not in used]
    out += [f"nothing gives {name}" for name in result if name not in known]
    return out


def execute(
    plan: Sequence[Stage],
    steps: Mapping[str, Callable[..., Any]],
    given: Mapping[str, Any],
    observer: Observer,
    *,
    result: Sequence[str] = RESULT,
) -> dict[str, Any]:
    """Run the stages in order; each step gets what its stage needs by name. Returns everything that was made.

    Raises PlanOrderError when the plan does not fit, and whatever a step raises.
    """
    if wrong := problems(plan, tuple(given), result):
        raise PlanOrderError("; ".join(wrong))
    made: dict[str, Any] = dict(given)
    for stage in plan:
        observer.started(stage)
        try:
            made[stage.gives] = steps[stage.flow](**{need: made[need] for need in stage.needs})
        except BaseException as error:
            observer.failed(stage, error)
            raise
        observer.finished(stage)
    return made
