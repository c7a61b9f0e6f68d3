"""How probably a plan states an element of a question about a point, from all that supports it.

A logistic regression: what the evidence says, and what plans usually state where it says little. Fitted on readers'
answers about whole plans by scripts/training/fit_answers.py; each intercept and slope is drawn towards the common one.
"""

from collections.abc import Mapping, Sequence
from math import exp, log, log1p

import msgspec

from domain.binding import Bound, Support
from domain.expectations import NAMES

FEATURES = (
    "strongest",
    "mean_of_three",
    "log_sum",
    "log_count_of_strong",
    "strongest_bound",
    "mean_of_three_bound",
    "log_sum_bound",
    "thousands_of_passages",
    *NAMES,
)
SLOPES = (0, 4, 8, 10, 13)
"""The features whose weight differs from element to element: strongest supports, and what all stretches sum up to."""

STRONG = 0.3
FEW = 3
SOFTENING = 0.01

Values = tuple[float, ...]


class Calibration(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The regression. `weights` has a row for the first, second and third element of a question."""

    means: Values
    spreads: Values
    intercept: float
    weights: tuple[Values, Values, Values]
    slopes: Mapping[str, Values] = {}
    """Element ("D1-Q1.valor") -> what is added to the weights of `SLOPES`."""
    elements: Mapping[str, float] = {}
    """Element -> what is added to the intercept."""
    points: Mapping[str, Values] = {}
    """Point -> the same for its first, second and third elements."""
    cells: Mapping[str, float] = {}
    """Point and element ("P1-D1-Q1.valor") -> the same."""

    def probability(self, point: str, element: str, order: int, found: Values) -> float:
        """0-1, to the third digit, for one element of one question about one point."""
        scaled = [(x - m) / s for x, m, s in zip(found, self.means, self.spreads, strict=True)]
        total = self.intercept + sum(w * x for w, x in zip(self.weights[order], scaled, strict=True))
        total += sum(w * scaled[i] for w, i in zip(self.slopes.get(element, ()), SLOPES, strict=False))
        total += self.elements.get(element, 0.0) + self.cells.get(f"{point}-{element}", 0.0)
        total += self.points[point][order] if point in self.points else 0.0
        return round(1.0 / (1.0 + exp(-max(-30.0, min(30.0, total)))), 3)


def features(
    found: Sequence[Support], bound: Sequence[Bound], order: int, passages: int, expected: Sequence[float]
) -> Values:
    """What supports an element, in the order of `FEATURES`.

    `passages` is how many the document has, `expected` what domain/expectations.py says of the element.
    """
    free = sorted([s.strength for s in found if s.element == order], reverse=True)
    pairs = [(unit.supports[0], unit.supports[order]) for unit in bound]
    tied = sorted([s for a, e in pairs if a and e and (s := min(a.strength, e.strength))], reverse=True)
    strong = len([s for s in free if s > STRONG])
    return (*_summary(free), log1p(strong), *_summary(tied), passages / 1000, *expected)


def _summary(strengths: Sequence[float]) -> tuple[float, float, float]:
    strongest = strengths[0] if strengths else 0.0
    return _softened(strongest), _softened(sum(strengths[:FEW]) / FEW), log1p(sum(strengths))


def _softened(strength: float) -> float:
    """Log-odds that stay finite for 0 and 1."""
    return log((strength + SOFTENING) / (1.0 + SOFTENING - strength))
