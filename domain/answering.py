"""From registered evidence to 300 answers: the best bound reading of each question for each point."""

from collections.abc import Mapping, Sequence

import msgspec

from domain.binding import Bound, Places, Support, supports, units
from domain.evidence import Evidence, Reading
from domain.result import Answer, Searched
from domain.rubric.model import Question, Questionnaire
from domain.similarity import Similarities

BEST_EVIDENCE = 5
SEARCHED = 3
PREVIEW = 160


class Thresholds(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How strong the support of an element must be to count: a default, and exceptions by element ("D1-Q1.valor")."""

    default: float
    elements: Mapping[str, float] = {}

    def of(self, element: str) -> float:
        """The threshold of one element."""
        return self.elements.get(element, self.default)


class Basis(msgspec.Struct, frozen=True, kw_only=True):
    """All that answers are made from."""

    reading: Reading
    questionnaire: Questionnaire
    similarities: Similarities
    thresholds: Thresholds
    applies: Mapping[str, bool]
    not_evaluated: frozenset[str]
    """Questions that rest on a detector that was switched off."""


def answer_all(evidence: Sequence[Evidence], basis: Basis) -> tuple[Answer, ...]:
    """The 300 answers in the questionnaire's order; they do not depend on the order of the evidence."""
    places = Places(reading=basis.reading)
    found = supports(evidence, places, _elements(basis.questionnaire))
    return tuple(
        _answer(point.id, question, found.get((point.id, question.id), ()), places, basis)
        for point in basis.questionnaire.points
        for question in basis.questionnaire.questions
    )


def _elements(questionnaire: Questionnaire) -> Mapping[str, tuple[Question, int]]:
    return {f"{q.id}.{e.id}": (q, i) for q in questionnaire.questions for i, e in enumerate(q.elements)}


def _answer(point: str, question: Question, found: Sequence[Support], places: Places, basis: Basis) -> Answer:
    applies, evaluated = basis.applies[point], question.id not in basis.not_evaluated
    if not (applies and evaluated):
        reason = "El punto no aplica al municipio." if not applies else "No se evaluó: un detector estaba apagado."
        return _nothing(point, question, reason, applies=applies, evaluated=evaluated)
    best = max(
        units(question.binding, found, places), key=lambda u: _merit(u, question, basis.thresholds), default=None
    )
    present = _present(best, question, basis.thresholds)
    if best is None or not present[0]:
        nearest = max((s.strength for s in found if s.element == 0), default=0.0)
        searched = _searched(point, question, basis)
        return _nothing(point, question, _why_not(found), confidence=round(1.0 - nearest, 3), searched=searched)
    deciding = [s for s, holds in zip(best.supports, present, strict=True) if s is not None and holds]
    return Answer(
        id=f"{point}-{question.id}",
        point=point,
        question=question.id,
        applies=True,
        evaluated=True,
        elements=present,
        score=sum(present),
        confidence=round(deciding[0].strength, 3),
        evidence=_best_ids(deciding, found),
        searched=(),
        why=_why(question, present),
    )


def _present(unit: Bound | None, question: Question, thresholds: Thresholds) -> tuple[int, int, int]:
    if unit is None:
        return (0, 0, 0)
    holds = [
        int(support is not None and support.strength >= thresholds.of(f"{question.id}.{element.id}"))
        for support, element in zip(unit.supports, question.elements, strict=True)
    ]
    return (1, holds[1], holds[2]) if holds[0] else (0, 0, 0)


def _merit(unit: Bound, question: Question, thresholds: Thresholds) -> tuple[int, tuple[int, int, int], float, int]:
    """Most elements, then earlier elements, then strength, then the earlier place (annotation guide, last ruling)."""
    present = _present(unit, question, thresholds)
    strength = sum(s.strength for s, holds in zip(unit.supports, present, strict=True) if s and holds)
    anchor = unit.supports[0]
    return sum(present), present, round(strength, 4), -(anchor.evidence.start if anchor else 0)


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


def _why(question: Question, present: tuple[int, int, int]) -> str:
    names = [element.id.replace("_", " ") for element in question.elements]
    found = [name for name, holds in zip(names, present, strict=True) if holds]
    missing = [name for name, holds in zip(names, present, strict=True) if not holds]
    return f"El plan enuncia: {', '.join(found)}{'; falta: ' + ', '.join(missing) if missing else ''}."


def _why_not(found: Sequence[Support]) -> str:
    if any(s.element == 0 for s in found):
        return "Hay indicios, pero ninguno alcanza la fuerza necesaria."
    return "No se encontró en el plan; se muestran los pasajes más cercanos que se revisaron."
