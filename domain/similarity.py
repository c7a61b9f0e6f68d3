"""How near each passage is in meaning to each policy point, each role and each question element."""

from collections.abc import Mapping
from functools import cached_property
from math import exp

import msgspec
import numpy as np
from numpy.typing import NDArray

from domain.impressions.heads import Linear
from domain.impressions.model import Floats, Vectors
from domain.impressions.stretches import Stretch, Unit
from domain.rubric.model import Questionnaire

DECIMALS = 4
"""Vectors of two processors differ in later digits; what is decided on is rounded first."""

OWN_SHARE = 0.5
"""How much of a passage's log-odds are its own; the rest are those of the stretch that it was read in."""

LogOdds = NDArray[np.float64]


class Similarities(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """Log-odds of the heads (source: scripts/training). Rows are in reading order, columns in the order of the ids.

    `points` and `roles` have a row a passage, `of_stretch` and `of_unit` (elements) one for each of `stretches` and
    `units`.
    """

    points: LogOdds
    roles: LogOdds
    of_stretch: LogOdds
    of_unit: LogOdds
    stretches: tuple[Stretch, ...]
    units: tuple[Unit, ...]
    point_ids: tuple[str, ...]
    role_ids: tuple[str, ...]
    element_ids: tuple[str, ...]
    anchor_ids: Mapping[str, str]
    """Question -> its first element."""

    @cached_property
    def _stretch_of(self) -> NDArray[np.int64]:
        numbers = [n for n, stretch in enumerate(self.stretches) for _ in stretch.passages]
        return np.array(numbers, dtype=np.int64)

    def nearest(self, point: str, question: str, count: int) -> tuple[tuple[int, float], ...]:
        """The `count` passages that most probably answer a question about a point, best first: (position, 0-1)."""
        anchor = self.of_stretch[:, self.element_ids.index(self.anchor_ids[question])][self._stretch_of]
        of_point = self.points[:, self.point_ids.index(point)]
        both = np.round(_probabilities(of_point) * _probabilities(anchor), DECIMALS)
        # A stable sort on the rounded figure: ties go to the earlier passage on every machine.
        order = np.argsort(-both, kind="stable")[:count]
        return tuple((int(i), float(both[i])) for i in order)


def similarities(vectors: Vectors, heads: Linear, questionnaire: Questionnaire, roles: tuple[str, ...]) -> Similarities:
    """The heads over the vectors of a document. Raises ReleaseMismatchError where a head is missing."""
    points = tuple(p.id for p in questionnaire.points)
    elements = tuple(f"{q.id}.{e.id}" for q in questionnaire.questions for e in q.elements)
    of_stretch, of_unit = heads.log_odds(vectors.of_stretch), heads.log_odds(vectors.of_unit)
    of_passage = _of_passages(vectors, of_stretch, heads)
    first, second = heads.columns(points), heads.columns(tuple(f"role.{role}" for role in roles))
    third = heads.columns(elements)
    return Similarities(
        points=of_passage[:, first],
        roles=of_passage[:, second],
        of_stretch=of_stretch[:, third],
        of_unit=of_unit[:, third],
        stretches=vectors.stretches,
        units=vectors.units,
        point_ids=points,
        role_ids=roles,
        element_ids=elements,
        anchor_ids={q.id: f"{q.id}.{q.elements[0].id}" for q in questionnaire.questions},
    )


def _of_passages(vectors: Vectors, of_stretch: LogOdds, heads: Linear) -> LogOdds:
    """Log-odds a passage: its own, pooled from its units, and those of its stretch; a stretch of one has only these."""
    rows_of: dict[int, list[int]] = {}
    for row, unit in enumerate(vectors.units):
        rows_of.setdefault(unit.passage, []).append(row)
    own = heads.log_odds(
        np.array([_pooled(vectors, rows_of[p]) for s in vectors.stretches for p in s.passages]).reshape(
            -1, vectors.of_unit.shape[1]
        )
    )
    out = np.empty_like(own)
    position = 0
    for number, stretch in enumerate(vectors.stretches):
        for _ in stretch.passages:
            share = OWN_SHARE if len(stretch.passages) > 1 else 0.0
            out[position] = share * own[position] + (1 - share) * of_stretch[number]
            position += 1
    return np.round(out, DECIMALS)


def _pooled(vectors: Vectors, rows: list[int]) -> Floats:
    """The vector of a passage from those of its units: means by their length, maxima as they are."""
    half = vectors.of_unit.shape[1] // 2
    found = vectors.of_unit[rows]
    lengths = [vectors.units[row].end - vectors.units[row].start for row in rows]
    return np.concatenate([np.average(found[:, :half], axis=0, weights=lengths), found[:, half:].max(axis=0)])


def probability(log_odds: float) -> float:
    """0-1, from log-odds."""
    return 1.0 / (1.0 + exp(-max(-30.0, min(30.0, log_odds))))


def _probabilities(log_odds: LogOdds) -> LogOdds:
    return 1.0 / (1.0 + np.exp(-np.clip(log_odds, -30, 30)))
