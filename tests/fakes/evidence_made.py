"""Evidence as other detectors would have left it in a reading: found by its words."""

from domain.evidence import Detector, Evidence, EvidenceType, Finding, Reading, Value, bind


def an_indicator(
    reading: Reading,
    name: str,
    *,
    kind: str = "producto",
    baseline: str | None = None,
    target: str | None = None,
    nth: int = 0,
    **more: Value,
) -> Evidence:
    """The indicator whose name is the nth place of `name` in the document."""
    attributes = {"name": name, "kind": kind, "baseline": baseline, "target": target, **more}
    return _made(reading, (name, nth), "indicator", attributes, 0.9)


def a_cause(reading: Reading, *, cause: str, effect: str, kind: str = "medio-fin", negated: bool = False) -> Evidence:
    """A pair whose quote is its cause."""
    attributes: dict[str, Value] = {"cause": cause, "effect": effect, "marker": "para", "kind": kind}
    return _made(reading, (cause, 0), "causal_relationship", {**attributes, "negated": negated}, 0.7)


def an_amount(reading: Reading, text: str, cop: float, *, purpose: str | None = None, nth: int = 0) -> Evidence:
    """An allocated amount at the nth place of `text`."""
    attributes: dict[str, Value] = {"cop": cop, "purpose": purpose, "is_allocation": True, "source": None, "year": None}
    return _made(reading, (text, nth), "monetary", attributes, 0.9)


def _made(
    reading: Reading, where: tuple[str, int], kind: EvidenceType, attributes: dict[str, Value], confidence: float
) -> Evidence:
    (words, nth), at = where, -1
    for _ in range(nth + 1):
        at = reading.document.text.index(words, at + 1)
    passage = next(p for p in reading.document.passages if p.start <= at < p.end)
    finding = Finding(
        type=kind,
        passage=passage.id,
        start=at,
        end=at + len(words),
        attributes=attributes,
        confidence=confidence,
        why="dado",
    )
    return bind(Detector(id="made", feeds=(), find=lambda _reading, _found: (finding,)), reading)[0]
