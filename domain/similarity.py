"""How near each passage is in meaning to each policy point, each role and each question element."""

from collections.abc import Mapping
from functools import cached_property
from math import exp

import msgspec
import numpy as np
from numpy.typing import NDArray

from domain.impressions.heads import columns
from domain.impressions.model import Impressions, LogOdds
from domain.impressions.stretches import Stretch, Unit
from domain.rubric.model import Questionnaire

DECIMALS = 4
"""Vectors of two processors differ in later digits; what is decided on is rounded first."""

OWN_SHARE = 0.5
"""How much of a passage's log-odds are its own; the rest are those of the stretch that it was read in."""


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


def similarities(
    impressions: Impressions, names: tuple[str, ...], questionnaire: Questionnaire, roles: tuple[str, ...]
) -> Similarities:
    """The log-odds of a document by what they are about. `names` are the outputs of the heads.

    Raises ReleaseMismatchError where a head is missing.
    """
    points = tuple(p.id for p in questionnaire.points)
    elements = tuple(f"{q.id}.{e.id}" for q in questionnaire.questions for e in q.elements)
    of_passage = _of_passages(impressions)
    third = columns(names, elements)
    return Similarities(
        points=of_passage[:, columns(names, points)],
        roles=of_passage[:, columns(names, tuple(f"role.{role}" for role in roles))],
        of_stretch=impressions.of_stretch[:, third],
        of_unit=impressions.of_unit[:, third],
        stretches=impressions.stretches,
        units=impressions.units,
        point_ids=points,
        role_ids=roles,
        element_ids=elements,
        anchor_ids={q.id: f"{q.id}.{q.elements[0].id}" for q in questionnaire.questions},
    )


def _of_passages(impressions: Impressions) -> LogOdds:
    """Log-odds a passage: its own and those of the stretch that it was read in; one alone has only these."""
    sizes = [len(stretch.passages) for stretch in impressions.stretches]
    share = np.repeat([OWN_SHARE if size > 1 else 0.0 for size in sizes], sizes)[:, None]
    around = np.repeat(impressions.of_stretch, sizes, axis=0)
    return np.round(share * impressions.of_passage + (1 - share) * around, DECIMALS)


def probability(log_odds: float) -> float:
    """0-1, from log-odds."""
    return 1.0 / (1.0 + exp(-max(-30.0, min(30.0, log_odds))))


def _probabilities(log_odds: LogOdds) -> LogOdds:
    return 1.0 / (1.0 + np.exp(-np.clip(log_odds, -30, 30)))
