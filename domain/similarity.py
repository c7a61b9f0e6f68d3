"""How near each passage is in meaning to each policy point and each question."""

from collections.abc import Mapping
from functools import cached_property

import msgspec
import numpy as np
from numpy.typing import NDArray

from domain.rubric.model import Questionnaire

DECIMALS = 4
"""Vectors of two processors differ in later digits; what is decided on is rounded first."""

FEWEST = 3
"""Passages below which similarities cannot be set against those of the rest of the document."""


class Similarities(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """Cosines of passages (rows, reading order) with the points and the questions (columns, questionnaire's order)."""

    points: NDArray[np.float64]
    questions: NDArray[np.float64]
    point_ids: tuple[str, ...]
    question_ids: tuple[str, ...]

    @cached_property
    def contrast(self) -> NDArray[np.float64]:
        """How much nearer than usual each passage is to each point (rows as `points`), in standard deviations."""
        return _contrast(self.points)

    @cached_property
    def question_contrast(self) -> NDArray[np.float64]:
        """The same for the questions."""
        return _contrast(self.questions)

    @cached_property
    def _column(self) -> Mapping[str, int]:
        return {name: i for i, name in enumerate((*self.point_ids, *self.question_ids))}

    def nearest(self, point: str, question: str, count: int) -> tuple[tuple[int, float], ...]:
        """The `count` passages nearest to a question about a point, best first: (position, mean cosine)."""
        of_point = self.points[:, self._column[point]]
        of_question = self.questions[:, self._column[question] - len(self.point_ids)]
        both = np.round((of_point + of_question) / 2, DECIMALS)
        # A stable sort on the rounded figure: ties go to the earlier passage on every machine.
        order = np.argsort(-both, kind="stable")[:count]
        return tuple((int(i), float(both[i])) for i in order)


def queries(questionnaire: Questionnaire) -> tuple[str, ...]:
    """The texts that passages are compared with: ten points, then thirty questions, without the model's prefix."""
    points = tuple(f"{point.name}. {point.scope}" for point in questionnaire.points)
    asked = tuple(
        " ".join((question.text.replace("{point}", "el tema"), *(element.asks for element in question.elements)))
        for question in questionnaire.questions
    )
    return points + asked


def similarities(
    vectors: NDArray[np.float32], query_vectors: NDArray[np.float32], questionnaire: Questionnaire
) -> Similarities:
    """Cosines of unit vectors: one row of `vectors` a passage, one of `query_vectors` a text of `queries`."""
    count = len(questionnaire.points)
    cosines = np.round(vectors.astype(np.float64) @ query_vectors.astype(np.float64).T, DECIMALS)
    return Similarities(
        points=cosines[:, :count],
        questions=cosines[:, count:],
        point_ids=tuple(p.id for p in questionnaire.points),
        question_ids=tuple(q.id for q in questionnaire.questions),
    )


def _contrast(cosines: NDArray[np.float64]) -> NDArray[np.float64]:
    """Cosines beyond what the column has in the whole document and the row with all columns, over their spread.

    Raw cosines of this model lie between .76 and .88 whatever is compared. A document of one or two passages has
    nothing to compare with: zeros.
    """
    if len(cosines) < FEWEST:
        return np.zeros_like(cosines)
    centred = cosines - cosines.mean(axis=0, keepdims=True)
    centred = centred - centred.mean(axis=1, keepdims=True)
    spread = float(centred.std())
    return np.round(centred / spread, 2) if spread > 0 else np.zeros_like(centred)
