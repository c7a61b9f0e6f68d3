"""Labelled passages as the fit of indicators sees them, and how far its finds agree with readers."""

from collections.abc import Sequence

import msgspec

from domain.document import single_passage
from domain.evidence import Topic
from domain.impressions.marks import Marks
from domain.indicators.chosen import ALIKE
from domain.indicators.features import View, view
from domain.indicators.model import Indicator
from domain.indicators.selection import MARK, bounds, worth_reading
from domain.indicators.spans import Span
from domain.indicators.text import in_text
from scripts.training.labels import Row, fold_of
from scripts.training.wording import alike, places_of, same_value, words_of

Found = dict[str, list[dict[str, str | None]]]
"""Passage -> its indicators, each with name, baseline and target."""

REFERENCE_WEIGHT = 2.0


class Seen(msgspec.Struct):
    """A labelled passage worth reading: its view, what the rules find, and its labels as stretches of atoms."""

    row: Row
    fold: int
    ruled: list[Indicator]
    view: View
    labels: list[tuple[int, int] | None]


def prepared(rows: Sequence[Row], marks: dict[str, Marks], roles: dict[str, str]) -> list[Seen]:
    """Those of the rows that are worth reading."""
    out = []
    for row in rows:
        passage = single_passage(row.text).passages[0]
        ruled = list(in_text(passage, Topic(role=roles[row.id])))
        if worth_reading(marks[row.id].loudest(MARK, [(0, len(row.text))])[0], ruled):
            seen = view(row.text, ruled, marks[row.id], roles[row.id])
            out.append(Seen(row, fold_of(row.file), ruled, seen, labelled(seen, row)))
    return out


def labelled(seen: View, row: Row) -> list[tuple[int, int] | None]:
    """For each label the stretch of atoms that is most like it, if one is."""
    out: list[tuple[int, int] | None] = []
    for label in row.label["indicators"]:
        free = (
            (a, b)
            for a, b in places_of(row.text, label["name"])
            if not any(s and seen.atoms[s[0]].start < b and a < seen.atoms[s[1]].end for s in out)
        )
        place = next(free, None)
        out.append(nearest(seen, label["name"], place) if place else None)
    return out


def nearest(seen: View, name: str, place: tuple[int, int]) -> tuple[int, int] | None:
    """The stretch of atoms at a place that is most like a name, if one is."""
    words = words_of(name)
    firsts = [i for i, a in enumerate(seen.atoms) if abs(a.start - place[0]) < 40]
    lasts = [i for i, a in enumerate(seen.atoms) if abs(a.end - place[1]) < 40]
    found = max(
        (
            (alike(words_of(seen.text[seen.atoms[a].start : seen.atoms[b].end]), words), a, b)
            for a in firsts
            for b in lasts
            if a <= b
        ),
        default=(0.0, 0, 0),
    )
    return found[1:] if found[0] >= ALIKE else None


def counted(seen: Seen) -> float:
    """How much a passage counts in a fit."""
    return REFERENCE_WEIGHT if seen.row.reference else 1.0


def labelled_among(seen: Seen, candidates: Sequence[Span]) -> set[int]:
    """The candidates that are labelled, by number: for each label the one most like it, none over another."""
    out: set[int] = set()
    taken: list[Span] = []
    for place, label in zip(seen.labels, seen.row.label["indicators"], strict=True):
        if place is None:
            continue
        words = words_of(label["name"])
        near = max(
            (
                (alike(words_of(seen.row.text[slice(*bounds(seen.view, c))]), words), -n)
                for n, c in enumerate(candidates)
                if c.first <= place[1] and place[0] <= c.last
            ),
            default=(0.0, 0),
        )
        best = candidates[-near[1]] if near[0] >= ALIKE else None
        if best and all(best.last < t.first or t.last < best.first for t in taken):
            out.add(-near[1])
            taken.append(best)
    return out


def labels_of(seen: Seen) -> list[dict[str, str]]:
    """The labels that have a place, in order of place."""
    placed = [(p, n) for n, p in enumerate(seen.labels) if p]
    return [seen.row.label["indicators"][n] for _, n in sorted(placed)]


def agreement(found: Found, rows: Sequence[Row], *, full: bool) -> float:
    """F1 of names, or of names with their values, as shared/quality/score.py counts."""
    hit = count = 0
    for row in rows:
        left = list(row.label["indicators"])
        count += len(left) + len(found.get(row.id, []))
        for item in found.get(row.id, []):
            near = max(((same_indicator(item, g, full=full), n) for n, g in enumerate(left)), default=(0.0, -1))
            if near[0]:
                hit += 1
                left.pop(near[1])
    return 2 * hit / max(1, count)


def figures(found: Found, rows: Sequence[Row]) -> str:
    """Agreement on names, and on names with their values."""
    return f"{agreement(found, rows, full=False):.3f} / {agreement(found, rows, full=True):.3f}"


def same_indicator(a: dict[str, str | None], b: dict[str, str | None], *, full: bool) -> float:
    """How like two names are; 0 where they are not the same indicator."""
    close = alike(words_of(a["name"]), words_of(b["name"]))
    if close < ALIKE or (full and not all(same_value(a[k], b[k]) for k in ("baseline", "target"))):
        return 0.0
    return close
