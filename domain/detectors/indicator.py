"""Indicators: what is measured, from which baseline to which target, in table rows, broken rows and sentences.

Baseline and target are strings as printed; ND, SD and empty cells are None. Product or result: what the table's own
heading says, else whether the name measures a condition (rate, coverage, index) or counts what is delivered
(research/domain.md section 6.2).
Without the encoder's marks the rules alone say what is an indicator in running text.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

from domain.document import Passage
from domain.evidence import Detector, Evidence, Finding, Reading, Topic, Value
from domain.indicators.cells import in_cells
from domain.indicators.model import Indicator, short
from domain.indicators.selection import MARK, selected, worth_reading
from domain.indicators.text import in_text
from domain.indicators.weights import packaged


def _find(reading: Reading, _found: Sequence[Evidence]) -> Iterator[Finding]:
    for (passage, topic), loudest in zip(reading.passages(), _loudest(reading), strict=True):
        for item in in_cells(passage) if passage.cells else _in_text(passage, topic, reading, loudest):
            yield _finding(passage, item)


def _loudest(reading: Reading) -> Sequence[float]:
    """For each passage the most that the encoder says for a name beginning in it."""
    passages = reading.document.passages
    marks = reading.marks
    return marks.loudest(MARK, [(p.start, p.end) for p in passages]) if marks else [0.0] * len(passages)


def _in_text(passage: Passage, topic: Topic, reading: Reading, loudest: float) -> Sequence[Indicator]:
    """What the rules find, weighed with the marks of the encoder where it was asked."""
    ruled = list(in_text(passage, topic))
    if reading.marks is None:
        return ruled
    if not worth_reading(loudest, ruled):
        return ()
    weights = reading.fitted.indicators if reading.fitted else packaged()
    return selected(passage, topic, reading.marks.between(passage.start, passage.end), ruled, weights)


def _finding(passage: Passage, item: Indicator) -> Finding:
    attributes: Mapping[str, Value] = {
        "name": short(item.name),
        "kind": item.kind,
        "baseline": item.baseline,
        "baseline_year": item.baseline_year,
        "target": item.target,
        "target_year": item.target_year,
        "yearly": item.yearly,
        "accumulation": item.accumulation,
        "unit": short(item.unit) if item.unit else None,
        "code": item.code,
        "programme": item.programme,
        "verb": item.verb,
        "how": item.how,
    }
    has = ", ".join(
        w for w, v in (("línea base", item.baseline), ("meta", item.target), ("metas por año", item.yearly)) if v
    )
    return Finding(
        type="indicator",
        passage=passage.id,
        start=passage.start + item.start,
        end=passage.start + item.end,
        attributes=attributes,
        confidence=_confidence(item),
        why=f"Indicador de {item.kind} con {has}."
        if has
        else f"Indicador de {item.kind} sin línea base ni meta escritas.",
        elements=_elements(item),
    )


def _confidence(item: Indicator) -> float:
    base = {"cells": 0.9, "sentence": 0.85, "row": 0.75, "chosen": 0.6, "goal": 0.55}[item.how]
    return base - (0.15 if item.baseline is None and item.target is None else 0.0)


def _elements(item: Indicator) -> tuple[str, ...]:
    """What the row supports by itself: product or result indicator, its baseline and target, and the intervention."""
    question = "D3-Q11" if item.kind == "producto" else "D4-Q16"
    out = [f"{question}.indicador"]
    if item.baseline and re.search(r"\d", item.baseline):
        out.append(f"{question}.linea_base")
    if item.target:
        out += (
            [f"{question}.meta", "D2-Q6.intervencion", "D2-Q6.meta"]
            if item.kind == "producto"
            else [f"{question}.meta"]
        )
        if item.kind == "producto":
            out.append("D3-Q12.meta_cuantificada")
    if len(item.yearly) >= 2:
        out += ["D3-Q14.plazo", "D3-Q14.anualizacion"]
    if item.code or item.programme:
        out.append("D3-Q13.producto")
    return tuple(out)


DETECTOR = Detector(id="indicator", feeds=("D2-Q6", "D3-Q11", "D3-Q12", "D3-Q13", "D3-Q14", "D4-Q16"), find=_find)
