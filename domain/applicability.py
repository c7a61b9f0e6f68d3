"""Whether a policy point applies: P9 and P10 leave the score when the plan has no passage about them at all."""

from collections.abc import Mapping

from domain.evidence import Reading
from domain.registry import Registry
from domain.rubric.model import Questionnaire

ABOUT = 0.75
"""From this weight on a passage by itself shows that the plan has something about a point (gold plans: .67 to .81)."""


def applicability(reading: Reading, registry: Registry, questionnaire: Questionnaire) -> Mapping[str, bool]:
    """Point -> applies (questionnaire.json, `scoring.not_applicable`): a passage about it, with evidence in it."""
    telling = {e.passage for e in registry.items if e.elements and e.attributes.get("sure") is not False}
    spoken_of = {
        point
        for passage, topic in reading.passages()
        if passage.id in telling
        for point, weight in zip(topic.points, topic.weights, strict=True)
        if weight >= ABOUT
    }
    return {p.id: not p.optional or p.id in spoken_of for p in questionnaire.points}
