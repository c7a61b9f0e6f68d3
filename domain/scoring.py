"""From answers to scores: question 0-3, dimension, point, plan (questionnaire.json, `scoring.aggregate`)."""

from collections.abc import Mapping, Sequence
from statistics import fmean

from domain.result import Answer, DimensionScore, PointScore, Scorecard
from domain.rubric.model import Dimension, Questionnaire

NOT_APPLICABLE = "NO_APLICA"


def score(answers: Sequence[Answer], applicability: Mapping[str, bool], questionnaire: Questionnaire) -> Scorecard:
    """The scorecard. Points that do not apply and questions that were not evaluated leave the means."""
    points = tuple(_point(p.id, p.name, applicability[p.id], answers, questionnaire) for p in questionnaire.points)
    counted = [p.percent for p in points if p.percent is not None]
    percent = round(fmean(counted), 2) if counted else 0.0
    return Scorecard(
        percent=percent,
        score=round(percent / 10, 2),
        band=questionnaire.band(percent),
        points=points,
        dimensions=tuple(_of_plan(d, points) for d in questionnaire.dimensions),
    )


def _point(point: str, name: str, applies: bool, answers: Sequence[Answer], questionnaire: Questionnaire) -> PointScore:
    own = [a for a in answers if a.point == point]
    if not applies:
        return PointScore(
            id=point, name=name, applies=False, percent=None, score=None, band=NOT_APPLICABLE, dimensions=()
        )
    dimensions = tuple(_dimension(d, own, questionnaire) for d in questionnaire.dimensions)
    percent = round(fmean(d.percent for d in dimensions), 2)
    return PointScore(
        id=point,
        name=name,
        applies=True,
        percent=percent,
        score=round(percent / 10, 2),
        band=questionnaire.band(percent),
        dimensions=dimensions,
    )


def _dimension(dimension: Dimension, own: Sequence[Answer], questionnaire: Questionnaire) -> DimensionScore:
    questions = {q.id for q in questionnaire.of_dimension(dimension.id)}
    answers = [a for a in own if a.question in questions]
    evaluated = [a for a in answers if a.evaluated]
    percent = round(fmean(a.score for a in evaluated) / 3 * 100, 2) if evaluated else 0.0
    return DimensionScore(
        id=dimension.id,
        key=dimension.key,
        percent=percent,
        score=round(percent / 10, 2),
        evidence_count=len({e for a in answers for e in a.evidence}),
        confidence=round(fmean(a.confidence for a in evaluated), 3) if evaluated else 0.0,
    )


def _of_plan(dimension: Dimension, points: Sequence[PointScore]) -> DimensionScore:
    own = [d for p in points for d in p.dimensions if d.id == dimension.id]
    percent = round(fmean(d.percent for d in own), 2) if own else 0.0
    return DimensionScore(
        id=dimension.id,
        key=dimension.key,
        percent=percent,
        score=round(percent / 10, 2),
        evidence_count=sum(d.evidence_count for d in own),
        confidence=round(fmean(d.confidence for d in own), 3) if own else 0.0,
    )
