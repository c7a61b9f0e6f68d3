"""Contradictions of a plan with itself, each with both of its quotes: few and right rather than many.

Figures, deadlines and offices are compared where two places name the same thing and nothing that narrows it; a table is
held only to the sums that it keeps elsewhere; aims oppose each other only over the same object.
"""

from collections.abc import Iterator, Mapping, Sequence

from domain.contradictions.arithmetic import wrong_sums
from domain.contradictions.conflict import Conflict
from domain.contradictions.disagreements import against_their_verb, split_indicators, text_against_table
from domain.contradictions.intentions import beyond_competence, opposed_aims
from domain.contradictions.restatements import restated
from domain.evidence import Detector, Evidence, Finding, Reading, Value

LONGEST_QUOTE = 300


def _find(reading: Reading, found: Sequence[Evidence]) -> Iterator[Finding]:
    indicators = [e for e in found if e.type == "indicator"]
    amounts = [e for e in found if e.type == "monetary"]
    for conflict in (
        *split_indicators(reading.document, indicators),
        *against_their_verb(indicators),
        *wrong_sums(reading.document),
        *text_against_table(reading.document, amounts),
        *restated(reading.document, found),
        *opposed_aims(reading),
        *beyond_competence(reading),
    ):
        yield _finding(reading, conflict)


def _finding(reading: Reading, conflict: Conflict) -> Finding:
    there = conflict.there
    other: Mapping[str, Value] = {"other_quote": None, "other_page": None, "other_start": None, "other_end": None}
    if there is not None:
        end = min(there.end, there.start + LONGEST_QUOTE)
        other = {
            "other_quote": reading.document.text[there.start : end],
            "other_page": there.page,
            "other_start": there.start,
            "other_end": end,
        }
    return Finding(
        type="contradiction",
        passage=conflict.here.passage,
        start=conflict.here.start,
        end=conflict.here.end,
        attributes={"kind": conflict.kind, **other, "values": conflict.values},
        confidence=conflict.confidence,
        why=conflict.why,
    )


DETECTOR = Detector(id="contradiction", feeds=(), find=_find)
