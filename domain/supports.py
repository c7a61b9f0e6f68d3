"""Which elements of which questions the evidence of one passage supports, by the anchor rule."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from domain.evidence import Evidence
from domain.rubric.model import Question, Questionnaire

Elements = tuple[int, int, int]


def passage_elements(evidence: Iterable[Evidence], questionnaire: Questionnaire) -> Mapping[str, Elements]:
    """The elements (0 or 1) of each question whose anchor is supported, in the questionnaire's order.

    `evidence` is that of one stretch of text, perhaps of several passages. A question bound by row takes the elements
    of the one passage that has its anchor and most others; the rest take those of all. What a passage states
    doubtfully does not count.
    """
    held: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for item in evidence:
        if item.attributes.get("sure") is False:
            continue
        for element in item.elements:
            held[element.split(".")[0]][item.passage].add(element)
    out = {}
    for question in questionnaire.questions:
        sets = held.get(question.id, {})
        groups = list(sets.values()) if question.binding == "row" else [set().union(*sets.values())]
        best = max((_elements(question, group) for group in groups), key=lambda e: (sum(e), e), default=(0, 0, 0))
        if best[0]:
            out[question.id] = best
    return out


def _elements(question: Question, held: set[str]) -> Elements:
    first, second, third = (int(f"{question.id}.{element.id}" in held) for element in question.elements)
    return (1, second, third) if first else (0, 0, 0)
