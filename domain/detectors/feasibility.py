"""Feasibility: can this target be met? Target against baseline, money, deadline and someone in charge, each by name.

The score is the share of six components that hold (after the SMART criteria: specific, measurable, achievable,
resourced, time-bound, assigned). It never stands alone: the attributes say which held. Sanity of a change follows
research/domain.md section 6.4: right direction, target year behind the baseline's, at most three times the baseline.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

import msgspec

from domain.evidence import Detector, Evidence, Finding, Reading, Value
from domain.language.numerals import number
from domain.language.words import quick

_DOWN = quick(
    r"\breduc|disminu|\bbajar|mortalidad|morbilidad|deserci[oó]n|d[eé]ficit|homicid|hurto|delito|violencia|desnutrici|analfabet|"
    r"pobreza|desempleo|hacinamiento|informalidad|p[eé]rdidas|embarazos?\b|accident|deforesta|incidencia|prevalencia|casos\s"
)
_UP = quick(r"aument|increment|ampli|elevar|cobertura|afiliad|construid|capacitad|beneficiad|atendid|dotad")
_KEEP = quick(r"manten|sosten")
_TERM = re.compile(r"(20(?<!\d20)[0-4]\d)\s{0,2}[-–—a]\s{0,2}(20[0-4]\d)(?!\d)")

ABSURD_RATIO = 3.0
"""A change above three times the baseline is hardly meant for a condition of people; counts that start small may."""


class _Change(msgspec.Struct, frozen=True, kw_only=True):
    """Baseline and target as numbers and what lies between; None where one is no number or their units differ."""

    baseline: float | None
    target: float | None
    difference: float | None
    ratio: float | None


def _find(reading: Reading, found: Sequence[Evidence]) -> Iterator[Finding]:
    by_passage: dict[str, list[Evidence]] = {}
    for evidence in found:
        by_passage.setdefault(evidence.passage, []).append(evidence)
    end = _end_of_term(reading.document.text)
    for evidence in found:
        if evidence.type == "indicator" and evidence.attributes.get("target"):
            yield _finding(evidence, by_passage[evidence.passage], end)


def _finding(indicator: Evidence, beside: Sequence[Evidence], end: str | None) -> Finding:
    change = _change(indicator)
    expected = _expected(indicator)
    consistent = _consistent(change, expected)
    absurd = _absurd(indicator, change)
    yearly = indicator.attributes.get("yearly") or ()
    deadline = _deadline(indicator, end)
    components = {
        "specific": len(indicator.text.split()) >= 3 or bool(indicator.attributes.get("code")),
        "measurable": change.target is not None,
        "achievable": change.difference is not None and consistent is not False and not absurd,
        "has_budget": any(e.type == "monetary" and e.attributes.get("is_allocation") is True for e in beside),
        "has_deadline": bool(deadline) or (isinstance(yearly, tuple) and len(yearly) >= 2),
        "has_responsible": any(e.type == "responsibility" for e in beside),
    }
    attributes: Mapping[str, Value] = {
        "score": round(sum(components.values()) / len(components), 3),
        **components,
        "difference": change.difference,
        "ratio": change.ratio,
        "expected": expected,
        "consistent": consistent,
        "absurd": absurd,
        "deadline": deadline,
        "reason": _reason(components, change, consistent=consistent, absurd=absurd),
        "indicator": indicator.id,
    }
    return Finding(
        type="feasibility",
        passage=indicator.passage,
        start=indicator.start,
        end=indicator.end,
        attributes=attributes,
        confidence=round(indicator.confidence * 0.9, 3),
        why=f"La meta cumple {sum(components.values())} de {len(components)} condiciones de factibilidad.",
        elements=_elements(indicator, components, change),
    )


def _change(indicator: Evidence) -> _Change:
    """Numbers of baseline and target; a percentage and a count are not comparable unless one of them is 0."""
    low, high = (_text(indicator.attributes.get(key)) for key in ("baseline", "target"))
    first, last = number(low), number(high)
    if first is None or last is None or (("%" in low) != ("%" in high) and first != 0 and last != 0):
        return _Change(baseline=first, target=last, difference=None, ratio=None)
    difference = round(last - first, 4)
    ratio = round(abs(difference) / abs(first), 4) if first else None
    return _Change(baseline=first, target=last, difference=difference, ratio=ratio)


def _expected(indicator: Evidence) -> str | None:
    """Which way the words say that the figure should go: the goal's verb first, then what is measured."""
    for words in (_text(indicator.attributes.get("verb")), indicator.text):
        for way, pattern in (("mantiene", _KEEP), ("baja", _DOWN), ("sube", _UP)):
            if pattern.search(words.lower()):
                return way
    return None


def _consistent(change: _Change, expected: str | None) -> bool | None:
    if change.difference is None or expected is None:
        return None
    if expected == "mantiene":
        return change.ratio is None or change.ratio <= 0.1
    return change.difference <= 0 if expected == "baja" else change.difference >= 0


def _absurd(indicator: Evidence, change: _Change) -> bool:
    """A condition that changes more than threefold, or a share above the whole."""
    share = "%" in _text(indicator.attributes.get("target"))
    beyond = share and change.target is not None and change.target > 100
    leap = indicator.attributes.get("kind") == "resultado" and change.ratio is not None and change.ratio > ABSURD_RATIO
    return beyond or leap


def _deadline(indicator: Evidence, end: str | None) -> str | None:
    """A delivery year of its own: behind the baseline's and other than the last of the plan's term."""
    year = _text(indicator.attributes.get("target_year"))
    base = _text(indicator.attributes.get("baseline_year"))
    return year if year and end and year != end and year > base else None


def _end_of_term(text: str) -> str | None:
    """The last year of the plan's term: of the four-year spans in the text, the one named most."""
    spans = Counter(b for a, b in _TERM.findall(text) if 3 <= int(b) - int(a) <= 4)
    return max(spans, key=lambda year: (spans[year], year)) if spans else None


def _elements(indicator: Evidence, components: Mapping[str, bool], change: _Change) -> tuple[str, ...]:
    out = []
    if indicator.attributes.get("kind") == "producto":
        if components["has_deadline"]:
            out.append("D3-Q14.plazo")
        if components["has_budget"]:
            out.append("D3-Q14.recursos")
    elif change.difference is not None:
        out.append("D4-Q18.cambio")
    return tuple(out)


def _reason(components: Mapping[str, bool], change: _Change, *, consistent: bool | None, absurd: bool) -> str:
    if absurd:
        return "El cambio entre línea base y meta es desproporcionado."
    if consistent is False:
        return "La meta va en sentido contrario al que dice el indicador."
    if change.difference is None:
        return "No se puede calcular el cambio: falta la línea base o las unidades no coinciden."
    names = {"has_budget": "recursos", "has_deadline": "plazo propio", "has_responsible": "responsable"}
    missing = [name for key, name in names.items() if not components[key]]
    return (
        f"Cambio calculable; falta en la fila: {', '.join(missing)}."
        if missing
        else "Meta, recursos, plazo y responsable en la fila."
    )


def _text(value: Value) -> str:
    return value if isinstance(value, str) else ""


DETECTOR = Detector(id="feasibility", feeds=("D3-Q14", "D4-Q18"), find=_find)
