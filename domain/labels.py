"""An evaluation in the label formats of the annotation guide, so that it can be compared with readers."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from domain.evidence import Evidence, Topic
from domain.result import Answer
from domain.rubric.model import Questionnaire
from domain.supports import passage_elements


def passage_labels(
    name: str, topics: Sequence[Topic], evidence: Sequence[Evidence], questionnaire: Questionnaire
) -> Mapping[str, Any]:
    """The labels of one text, which may have been cut into several passages: one row of the passage format."""
    points = sorted({p for t in topics for p in t.points}, key=lambda p: int(p[1:]))
    role = next((t.role for t in topics if t.role != "otro"), "otro")
    return {
        "id": name,
        "points": points,
        "role": role,
        "q": {q: list(e) for q, e in passage_elements(evidence, questionnaire).items() if points},
        "money": [{"text": e.text, "cop": e.attributes.get("cop")} for e in evidence if e.type == "monetary"],
        "responsible": list(
            {
                e.attributes["entity_normalised"]: e.text for e in reversed(evidence) if e.type == "responsibility"
            }.values()
        )[::-1],
        "indicators": [
            {"name": e.text, **{k: e.attributes.get(k) for k in ("kind", "baseline", "target")}}
            for e in evidence
            if e.type == "indicator"
        ],
        "causal": [
            {"cause": a.get("cause"), "effect": a.get("effect"), "marker": a.get("marker"), "type": a.get("kind")}
            for a in (e.attributes for e in evidence if e.type == "causal_relationship")
        ],
    }


def plan_labels(answers: Iterable[Answer], questionnaire: Questionnaire) -> list[Mapping[str, Any]]:
    """The 300 answers in the plan format: one object a point, each anchor with its deciding quote."""
    by_id = {a.id: a for a in answers}
    return [
        {
            "point": point.id,
            "applies": all(by_id[f"{point.id}-{q.id}"].applies for q in questionnaire.questions),
            "answers": {
                q.id: {
                    "e": list(by_id[f"{point.id}-{q.id}"].elements),
                    "quote": " ".join(by_id[f"{point.id}-{q.id}"].quote.split()),
                }
                for q in questionnaire.questions
            },
        }
        for point in questionnaire.points
    ]
