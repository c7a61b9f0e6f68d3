"""From registered evidence to 300 answers: the best bound reading of each question for each point."""

from collections.abc import Mapping, Sequence

import msgspec

from domain.binding import Bound, Places, Support, supports, units
from domain.calibration import Calibration, Values, features
from domain.evidence import Evidence, Reading
from domain.expectations import Floats, expectations
from domain.explanations import why, why_not
from domain.quotes import quote
from domain.result import Answer, Searched
from domain.rubric.model import Question, Questionnaire
from domain.rubric.phrases import Phrases
from domain.similarity import Similarities

BEST_EVIDENCE = 5
PRESENT = 0.5
SEARCHED = 3
PREVIEW = 160


class Basis(msgspec.Struct, frozen=True, kw_only=True):
    """All that answers are made from."""

    reading: Reading
    questionnaire: Questionnaire
    phrases: Phrases
    similarities: Similarities
    calibration: Calibration
    applies: Mapping[str, bool]
    not_evaluated: frozenset[str]
    """Questions that rest on a detector that was switched off."""


def answer_all(evidence: Sequence[Evidence], basis: Basis) -> tuple[Answer, ...]:
    """The 300 answers in the questionnaire's order; they do not depend on the order of the evidence."""
    places = Places(reading=basis.reading)
    found = supports(evidence, places, _elements(basis.questionnaire))
    expected = expectations(basis.reading, basis.similarities)
    return tuple(
        _answer(
            point.id, question, found.get((point.id, question.id), ()), places, expected[i, 3 * j : 3 * j + 3], basis
        )
        for i, point in enumerate(basis.questionnaire.points)
        for j, question in enumerate(basis.questionnaire.questions)
    )


def _elements(questionnaire: Questionnaire) -> Mapping[str, tuple[Question, int]]:
    return {f"{q.id}.{e.id}": (q, i) for q in questionnaire.questions for i, e in enumerate(q.elements)}


def _answer(  # noqa: PLR0917 - what one answer rests on, kept apart
    point: str, question: Question, found: Sequence[Support], places: Places, expected: Floats, basis: Basis
) -> Answer:
    applies, evaluated = basis.applies[point], question.id not in basis.not_evaluated
    if not (applies and evaluated):
        reason = "El punto no aplica al municipio." if not applies else "No se evaluó: un detector estaba apagado."
        return _nothing(point, question, reason, applies=applies, evaluated=evaluated)
    bound = tuple(units(question.binding, found, places))
    passages = len(basis.reading.document.passages)
    measured = [features(found, bound, order, passages, expected[order].tolist()) for order in range(3)]
    probabilities = _probabilities(point, question, measured, basis.calibration)
    present = _present(probabilities, found)
    if not present[0]:
        searched = _searched(point, question, basis)
        indication = next((support for support in found if support.element == 0), None)
        reason = why_not(question, indication, searched, basis.phrases)
        return _nothing(point, question, reason, confidence=round(1 - probabilities[0], 3), searched=searched)
    best = max(bound, key=lambda unit: _merit(unit, present))
    deciding = _deciding(best, present, found)
    return Answer(
        id=f"{point}-{question.id}",
        point=point,
        question=question.id,
        applies=True,
        evaluated=True,
        elements=present,
        score=sum(present),
        confidence=probabilities[0],
        evidence=_best_ids(deciding, found),
        searched=(),
        why=why(question, deciding, basis.phrases),
        quote=quote(deciding[0].evidence, places.passage(deciding[0].evidence)),
    )


def _probabilities(
    point: str, question: Question, measured: Sequence[Values], calibration: Calibration
) -> tuple[float, float, float]:
    first, second, third = (
        calibration.probability(point, f"{question.id}.{element.id}", order, measured[order])
        for order, element in enumerate(question.elements)
    )
    return first, second, third


def _present(probabilities: tuple[float, float, float], found: Sequence[Support]) -> tuple[int, int, int]:
    """What is probable and has words to show for it; without its anchor nothing is present."""
    shown = [any(support.element == order for support in found) for order in range(3)]
    first, second, third = (int(p >= PRESENT and s) for p, s in zip(probabilities, shown, strict=True))
    return (1, second, third) if first else (0, 0, 0)


def _deciding(best: Bound, present: tuple[int, int, int], found: Sequence[Support]) -> list[Support]:
    """For each element that is present its support in the best unit, or else the strongest there is."""
    wanted = [order for order in range(3) if present[order]]
    return [best.supports[order] or next(s for s in found if s.element == order) for order in wanted]


def _merit(unit: Bound, present: tuple[int, int, int]) -> tuple[int, float, int]:
    """Most of the elements that are present, then strength, then the earlier place (annotation guide, last ruling)."""
    shown = [s for s, holds in zip(unit.supports, present, strict=True) if s and holds]
    anchor = unit.supports[0]
    return len(shown), round(sum(s.strength for s in shown), 4), -(anchor.evidence.start if anchor else 0)


def _best_ids(deciding: Sequence[Support], found: Sequence[Support]) -> tuple[str, ...]:
    ids = dict.fromkeys(s.evidence.id for s in deciding)
    for support in found:
        if len(ids) >= BEST_EVIDENCE:
            break
        if support.element == 0:
            ids.setdefault(support.evidence.id)
    return tuple(ids)


def _nothing(
    point: str,
    question: Question,
    why: str,
    *,
    applies: bool = True,
    evaluated: bool = True,
    confidence: float = 1.0,
    searched: tuple[Searched, ...] = (),
) -> Answer:
    return Answer(
        id=f"{point}-{question.id}",
        point=point,
        question=question.id,
        applies=applies,
        evaluated=evaluated,
        elements=(0, 0, 0),
        score=0,
        confidence=confidence,
        evidence=(),
        searched=searched,
        why=why,
    )


def _searched(point: str, question: Question, basis: Basis) -> tuple[Searched, ...]:
    passages = basis.reading.document.passages
    return tuple(
        Searched(page=passages[i].page, text=_preview(passages[i].text), similarity=similarity)
        for i, similarity in basis.similarities.nearest(point, question.id, SEARCHED)
    )


def _preview(text: str) -> str:
    return text if len(text) <= PREVIEW else text[: PREVIEW - 1].rsplit(" ", 1)[0] + "…"
