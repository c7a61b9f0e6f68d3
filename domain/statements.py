"""Which question elements each stretch of the document states: evidence for what no typed detector supplies."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import log

import msgspec
import numpy as np

from domain.evidence import Finding, Reading
from domain.impressions.stretches import Unit
from domain.rubric.model import Binding
from domain.rubric.phrases import Phrases
from domain.similarity import Similarities, probability

STEP = 0.05
"""Confidences are given in steps, so that elements that one sentence states alike are one piece of evidence."""

SURE = 0.35
"""The probability from which a stretch by itself is enough to say that it states an element."""

DOUBT = 0.05
"""From here on an element is registered as doubtful, for the answer to weigh."""

_WORTH_A_LOOK = log(DOUBT / (1 - DOUBT)) - 0.001
"""Log-odds that are less than doubtful for certain."""


class _Stated(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """An element, where it is stated, how probably, and whether its stretch alone is enough to say so."""

    element: str
    unit: Unit
    confidence: float
    sure: bool


class _Column(msgspec.Struct, frozen=True, kw_only=True):
    """An element, its question, whether it is the question's anchor, and whether it is stated where the anchor is."""

    element: str
    question: str
    is_anchor: bool
    bound: bool


def statements(
    reading: Reading, phrases: Phrases, similarities: Similarities, bindings: Mapping[str, Binding] | None = None
) -> Iterable[Finding]:
    """What the stretches with a passage about a point state, as findings of type "statement".

    One a unit and confidence. Elements of a question in `bindings` with "row" are stated by the unit of its anchor.
    """
    rows_of = _rows(similarities)
    columns = _columns(similarities, bindings or {})
    telling = [bool(t.points) and p.kind not in ("heading", "table_header") for p, t in reading.passages()]
    passages = reading.document.passages
    for number in range(len(similarities.stretches)):
        rows = [row for row in rows_of[number] if telling[similarities.units[row].passage]]
        if not rows:
            continue
        grouped: dict[tuple[int, int, float, bool], list[str]] = defaultdict(list)
        for stated in _stated(number, rows, similarities, columns):
            key = (stated.unit.start, stated.unit.end, stated.confidence, stated.sure)
            grouped[key].append(stated.element)
        place = {(u.start, u.end): passages[u.passage].id for u in (similarities.units[row] for row in rows)}
        for (start, end, confidence, sure), names in sorted(grouped.items()):
            said = ", ".join(dict.fromkeys(phrases[n].what for n in names))
            yield Finding(
                type="statement",
                passage=place[start, end],
                start=start,
                end=end,
                attributes={"states": tuple(names), "sure": sure},
                confidence=confidence,
                why=f"El pasaje {'enuncia' if sure else 'puede enunciar'}: {said}.",
                elements=tuple(names),
            )


def _rows(similarities: Similarities) -> list[list[int]]:
    """The units of each stretch, as rows of `of_unit`."""
    stretch_of = {p: n for n, stretch in enumerate(similarities.stretches) for p in stretch.passages}
    out: list[list[int]] = [[] for _ in similarities.stretches]
    for row, unit in enumerate(similarities.units):
        out[stretch_of[unit.passage]].append(row)
    return out


def _columns(similarities: Similarities, bindings: Mapping[str, Binding]) -> list[_Column]:
    """The columns of `of_stretch`."""
    out = []
    for name in similarities.element_ids:
        question = name.split(".")[0]
        is_anchor = similarities.anchor_ids[question] == name
        bound = bindings.get(question) == "row" and not is_anchor
        out.append(_Column(element=name, question=question, is_anchor=is_anchor, bound=bound))
    return out


def _stated(number: int, rows: list[int], similarities: Similarities, about: Sequence[_Column]) -> Iterator[_Stated]:
    """Each element that the stretch states with the unit that states it best."""
    anchors: dict[str, int] = {}
    of_stretch = similarities.of_stretch[number]
    columns = np.flatnonzero(of_stretch > _WORTH_A_LOOK)
    best = similarities.of_unit[rows][:, columns].argmax(axis=0)
    for column, at in zip(columns.tolist(), best.tolist(), strict=True):
        element = about[column]
        whole = float(of_stretch[column])
        likely = probability(whole)
        if likely < DOUBT or (element.bound and element.question not in anchors):
            continue
        row = anchors[element.question] if element.bound else rows[at]
        if element.is_anchor:
            anchors[element.question] = row
        both = (whole + float(similarities.of_unit[row, column])) / 2 if len(rows) > 1 else whole
        yield _Stated(
            element=element.element,
            unit=similarities.units[row],
            confidence=max(STEP, round(int(probability(both) / STEP + 1e-9) * STEP, 2)),
            sure=likely >= SURE,
        )
