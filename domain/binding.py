"""Which pieces of evidence stand near enough to each other to answer one question together.

The questionnaire's bindings: row = one table row or one sentence; passage = one paragraph or a neighbour under the
same heading; point = anywhere in the plan, as long as each piece is about the point.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from itertools import pairwise
from operator import attrgetter

import msgspec

from domain.document import Passage
from domain.evidence import Evidence, Reading
from domain.rubric.model import Binding, Question

NEIGHBOUR_DISCOUNT = 0.85
"""An element in the neighbouring paragraph counts a little less than one in the same paragraph."""


class Support(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One piece of evidence as support for one element (0, 1 or 2) of a question about a point; `strength` is 0-1."""

    evidence: Evidence
    element: int
    strength: float


class Bound(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The best support of each element within one unit of binding; None where there is none."""

    supports: tuple[Support | None, Support | None, Support | None]


class Places(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """Where each piece of evidence stands: its passage, its sentence, and the passage's neighbours."""

    reading: Reading

    @cached_property
    def index(self) -> Mapping[str, int]:
        """Passage id -> position in reading order."""
        return {p.id: i for i, p in enumerate(self.reading.document.passages)}

    @cached_property
    def weights(self) -> Mapping[tuple[str, str], float]:
        """(passage id, point) -> how strongly the passage is about the point."""
        return {
            (passage.id, point): weight
            for passage, topic in self.reading.passages()
            for point, weight in zip(topic.points, topic.weights, strict=True)
        }

    def passage(self, evidence: Evidence) -> Passage:
        """The passage that a piece of evidence stands in."""
        return self.reading.document.passages[self.index[evidence.passage]]

    @cached_property
    def _rows(self) -> dict[str, tuple[int, int]]:
        return {}

    def row(self, evidence: Evidence) -> tuple[int, int]:
        """The table row or sentence of a piece of evidence, as (passage position, sentence number)."""
        if evidence.id not in self._rows:
            self._rows[evidence.id] = self._row(evidence)
        return self._rows[evidence.id]

    def _row(self, evidence: Evidence) -> tuple[int, int]:
        position = self.index[evidence.passage]
        passage = self.reading.document.passages[position]
        if passage.kind == "table_row":
            return position, 0
        at = evidence.start - passage.start
        return position, bisect_right(passage.sentences, at, key=lambda sentence: sentence.start)

    @cached_property
    def _goes_on(self) -> list[bool]:
        """Whether a passage stands under the same heading as the one before it; nothing stands before the first."""
        paths = [passage.path for passage in self.reading.document.passages]
        return [False, *(before == own for before, own in pairwise(paths)), False]

    def neighbours(self, position: int) -> tuple[int, ...]:
        """Positions of the passages right before and after under the same heading."""
        before, behind = self._goes_on[position : position + 2]
        return (position - 1,) * before + (position + 1,) * behind


def supports(
    evidence: Iterable[Evidence], places: Places, question_of: Mapping[str, tuple[Question, int]]
) -> Mapping[tuple[str, str], tuple[Support, ...]]:
    """Supports by (point, question id), each list in a fixed order: strongest first, then place, then id."""
    out: dict[tuple[str, str], list[Support]] = defaultdict(list)
    weights = places.weights
    telling = (item for item in evidence if item.elements and item.points)
    for item in sorted(telling, key=attrgetter("start", "id")):
        meant = [question_of[name] for name in item.elements]
        for point in item.points:
            strength = round(item.confidence * weights.get((item.passage, point), 0.0), 4)
            for question, element in meant:
                out[point, question.id].append(Support(evidence=item, element=element, strength=strength))
    # A sort keeps the order of equals, so that those of one strength stay in the order of their places and ids.
    return {key: tuple(sorted(found, key=attrgetter("strength"), reverse=True)) for key, found in out.items()}


def _place(support: Support) -> tuple[int, str]:
    return support.evidence.start, support.evidence.id


def units(binding: Binding, found: Sequence[Support], places: Places) -> Iterable[Bound]:
    """Every unit of binding that has an anchor, with the best support of each element in it."""
    if binding == "point":
        if _has_anchor(found):
            yield _best(found)
        return
    if binding == "row":
        rows: dict[tuple[int, int], list[Support]] = defaultdict(list)
        for support in found:
            rows[places.row(support.evidence)].append(support)
        yield from (_best(row) for _, row in sorted(rows.items()) if _has_anchor(row))
        return
    yield from _passages(found, places)


def _passages(found: Sequence[Support], places: Places) -> Iterable[Bound]:
    by_passage: dict[int, list[Support]] = defaultdict(list)
    for support in found:
        by_passage[places.index[support.evidence.passage]].append(support)
    for position, own in sorted(by_passage.items()):
        if not _has_anchor(own):
            continue
        near = [
            msgspec.structs.replace(s, strength=round(s.strength * NEIGHBOUR_DISCOUNT, 4))
            for i in places.neighbours(position)
            for s in by_passage.get(i, ())
            if s.element != 0
        ]
        yield _best([*own, *near])


def _has_anchor(found: Sequence[Support]) -> bool:
    return 0 in [support.element for support in found]


def _best(found: Sequence[Support]) -> Bound:
    """The strongest support of each element; of equals that of the earlier place."""
    best: list[Support | None] = [None, None, None]
    for support in found:
        held = best[support.element]
        if (
            held is None
            or support.strength > held.strength
            or (support.strength == held.strength and _place(support) < _place(held))
        ):
            best[support.element] = support
    return Bound(supports=(best[0], best[1], best[2]))
