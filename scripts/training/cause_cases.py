"""Candidates for causes and effects in labelled passages, and which of them a reader marked."""

import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any, NamedTuple

from domain.causality.windows import Candidate, Sentence, Sheet, Window
from domain.language.sentences import sentences
from scripts.training.labels import Row

Place = tuple[int, int]
_WORD = re.compile(r"\w+")
_BEYOND = 3
"""Characters by which a label may reach over its sentence."""
_FAR = 40
"""Characters between a marker that opens a sentence and what it takes."""
_OTHER_MARKER = 60
"""What it costs to stand at another marker than the label's own, in characters."""


class Case(NamedTuple):
    """A candidate of a passage; `marked` are the places of its first and second side where a reader marked it."""

    row: Row
    candidate: Candidate
    marked: tuple[Place, Place] | None


def cases(rows: Sequence[Row]) -> tuple[Sheet, list[Case]]:
    """The words and the candidates of the passages; each label goes to the candidate that stands nearest to it."""
    clauses = [Sentence(text, s.start, s.end) for text, row in enumerate(rows) for s in sentences(row.text)]
    sheet = Sheet([row.text for row in rows], clauses)
    out: list[Case] = []
    for text, group in groupby(sheet.candidates, key=lambda c: c.text):
        out += _labelled(rows[text], [(one, clauses[one.sentence][1:]) for one in group])
    return sheet, out


def _labelled(row: Row, found: Sequence[tuple[Candidate, Place]]) -> list[Case]:
    taken: dict[int, tuple[float, tuple[Place, Place]]] = {}
    for link, cause, effect in _placed(row):
        fits = [
            (cost, at, sides)
            for at, (one, span) in enumerate(found)
            for cost, sides in _fit(row.text, one, span, link.get("marker"), cause=cause, effect=effect)
        ]
        if fits:
            cost, at, sides = min(fits, key=lambda f: f[:2])
            if at not in taken or cost < taken[at][0]:
                taken[at] = cost, sides
    return [Case(row, one, taken[at][1] if at in taken else None) for at, (one, _) in enumerate(found)]


def boundary(sheet: Sheet, window: Window, place: Place) -> tuple[int, int] | None:
    """First and last word of what a reader marked, among those where a span may start and end."""
    words = range(window.start, window.stop)
    first = next((i for i in words if sheet.may_start[i] and sheet.ends[i] > place[0]), None)
    last = next((i for i in reversed(words) if sheet.may_end[i] and sheet.starts[i] < place[1]), None)
    return None if first is None or last is None or last < first else (first, last)


def _placed(row: Row) -> Iterator[tuple[dict[str, Any], Place, Place]]:
    words = [(m.group().lower(), m.start(), m.end()) for m in _WORD.finditer(row.text)]
    for link in row.label["causal"]:
        causes, effects = _places(words, link["cause"]), _places(words, link["effect"])
        near = min(((abs(c[0] - e[0]), c, e) for c in causes for e in effects), default=None)
        if near is not None and max(near[1][0], near[2][0]) >= min(near[1][1], near[2][1]):
            yield link, near[1], near[2]


def _places(words: list[tuple[str, int, int]], said: str | None) -> list[Place]:
    wanted = [w.lower() for w in _WORD.findall(said or "")]
    if not wanted:
        return []
    n = len(wanted)
    starts = (i for i in range(len(words) - n + 1) if words[i][0] == wanted[0])
    return [(words[i][1], words[i + n - 1][2]) for i in starts if [w[0] for w in words[i : i + n]] == wanted]


def _fit(
    text: str, one: Candidate, span: Place, marker: str | None, *, cause: Place, effect: Place
) -> Iterator[tuple[float, tuple[Place, Place]]]:
    """What it costs to take the label for this candidate, in characters; nothing where it cannot be."""
    hit = one.hit
    first, second = (cause, effect) if hit.marker.cause == "left" else (effect, cause)
    if min(first[0], second[0]) < span[0] - _BEYOND or max(first[1], second[1]) > span[1] + _BEYOND:
        return
    away = second[0] - hit.end
    if one.front:
        if hit.start < second[0] and second[1] <= first[0] and away < _FAR:
            yield abs(away) + 0.1, (first, second)
    elif first[0] < hit.start <= second[0] and first[1] <= min(hit.end, second[0]) and second[1] > hit.end:
        said, own = (marker or "").lower(), text[hit.start : hit.end].lower()
        other = _OTHER_MARKER if said and own not in said and said not in own else 0
        yield 1.5 * abs(away) + abs(hit.start - first[1]) + other, (first, second)
