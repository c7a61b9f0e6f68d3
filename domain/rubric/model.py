"""The questionnaire as data: ten points, six dimensions, thirty questions of three elements each."""

from functools import cached_property
from typing import Literal, TypeAlias

import msgspec

from domain.canonical import digest_bytes
from domain.errors import ReleaseMismatchError

Binding: TypeAlias = Literal["row", "passage", "point"]


class Element(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One thing that a question asks for; the first of a question is its anchor."""

    id: str
    asks: str


class Question(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A base question, asked of every point; `binding` says how near each other its elements must stand."""

    id: str
    text: str
    binding: Binding
    elements: tuple[Element, ...]

    @property
    def dimension(self) -> str:
        """The dimension's id, "D1" to "D6"."""
        return self.id.split("-")[0]


class Point(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A policy point of the decalogo; an optional one may be not applicable to a municipality."""

    id: str
    name: str
    optional: bool
    scope: str


class Dimension(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A dimension; `key` is its name in results."""

    id: str
    key: str
    name: str


class Scoring(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The scoring rules in words, and the bands: (lower edge in percent, name), highest first."""

    element: str
    binding: str
    score: str
    aggregate: str
    bands: tuple[tuple[float, str], ...]
    band_rule: str
    not_applicable: str


class _File(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    version: str
    language: str
    scoring: Scoring
    points: tuple[Point, ...]
    dimensions: tuple[Dimension, ...]
    questions: tuple[Question, ...]


class Questionnaire(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """The questionnaire, checked; `hash` is the SHA-256 of its file."""

    version: str
    hash: str
    scoring: Scoring
    points: tuple[Point, ...]
    dimensions: tuple[Dimension, ...]
    questions: tuple[Question, ...]

    @cached_property
    def question(self) -> dict[str, Question]:
        """Questions by id ("D1-Q1")."""
        return {q.id: q for q in self.questions}

    @cached_property
    def elements(self) -> frozenset[str]:
        """Every element's full name ("D1-Q1.valor")."""
        return frozenset(f"{q.id}.{e.id}" for q in self.questions for e in q.elements)

    def of_dimension(self, dimension: str) -> tuple[Question, ...]:
        """The five questions of a dimension."""
        return tuple(q for q in self.questions if q.dimension == dimension)

    def band(self, percent: float) -> str:
        """The first band whose lower edge is not above `percent`."""
        return next(name for edge, name in self.scoring.bands if percent >= edge)


def decode(data: bytes) -> Questionnaire:
    """The questionnaire from its file.

    Raises ReleaseMismatchError when the file is not a whole questionnaire: 10 points, 6 x 5 questions, 3 elements each.
    """
    try:
        file = msgspec.json.decode(data, type=_File)
    except msgspec.ValidationError as error:
        raise ReleaseMismatchError(f"questionnaire: {error}") from error
    if problem := _problem(file):
        raise ReleaseMismatchError(f"questionnaire: {problem}")
    return Questionnaire(
        version=file.version,
        hash=digest_bytes(data),
        scoring=file.scoring,
        points=file.points,
        dimensions=file.dimensions,
        questions=file.questions,
    )


def _problem(file: _File) -> str | None:
    if [p.id for p in file.points] != [f"P{i}" for i in range(1, 11)]:
        return "the points are not P1 to P10"
    if [q.id for q in file.questions] != [f"D{d}-Q{5 * (d - 1) + k}" for d in range(1, 7) for k in range(1, 6)]:
        return "the questions are not D1-Q1 to D6-Q30"
    if any(len(q.elements) != 3 for q in file.questions):
        return "a question does not have three elements"
    edges = [edge for edge, _ in file.scoring.bands]
    if edges != sorted(edges, reverse=True) or edges[-1] != 0:
        return "the bands do not fall to 0"
    return None
