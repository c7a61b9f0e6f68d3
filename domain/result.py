"""What an evaluation says: answers, scores, the whole result, and the verdict of its own checks."""

from collections.abc import Mapping
from typing import Any

import msgspec

from domain.evidence import Evidence
from domain.options import Options


class Searched(msgspec.Struct, frozen=True, kw_only=True):
    """A passage that was looked at in vain: what an honest "no evidence found" can show."""

    page: int
    text: str
    similarity: float


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to one of 300 questions.

    `elements` are 0/1 in the questionnaire's order. `evidence` holds at most five ids, the deciding one first; `quote`
    is what to show of that one: its words, with its row or sentence where they are few.
    `evaluated` is False when a detector that the question rests on was switched off. `searched` is filled when
    nothing was found.
    """

    id: str
    point: str
    question: str
    applies: bool
    evaluated: bool
    elements: tuple[int, int, int]
    score: int
    confidence: float
    evidence: tuple[str, ...]
    searched: tuple[Searched, ...]
    why: str
    quote: str = ""


class DimensionScore(msgspec.Struct, frozen=True, kw_only=True):
    """A dimension of a point or of the plan: percent, the same on 0-10, and what it rests on."""

    id: str
    key: str
    percent: float
    score: float
    evidence_count: int
    confidence: float


class PointScore(msgspec.Struct, frozen=True, kw_only=True):
    """A policy point; `percent`, `score` and `band` are None ("NO_APLICA" as band) when it does not apply."""

    id: str
    name: str
    applies: bool
    percent: float | None
    score: float | None
    band: str
    dimensions: tuple[DimensionScore, ...]


class Scorecard(msgspec.Struct, frozen=True, kw_only=True):
    """The plan's scores; percentages have two decimals, scores on 0-10 have two."""

    percent: float
    score: float
    band: str
    points: tuple[PointScore, ...]
    dimensions: tuple[DimensionScore, ...]


class Check(msgspec.Struct, frozen=True, kw_only=True):
    """One verification: whether it holds, and what broke it."""

    name: str
    holds: bool
    problems: tuple[str, ...] = ()


class Hashes(msgspec.Struct, frozen=True, kw_only=True):
    """SHA-256 over canonical JSON: of the sealed evidence, and of everything in the evaluation that is not a time."""

    evidence_registry: str
    evaluation: str


class Evaluation(msgspec.Struct, frozen=True, kw_only=True):
    """The result for one document, in the shape in which it is stored and served (times are added outside the hash)."""

    document: Mapping[str, Any]
    release: Mapping[str, Any]
    options: Options
    score: float
    percent: float
    band: str
    points: tuple[PointScore, ...]
    evaluation: Mapping[str, DimensionScore]
    answers: tuple[Answer, ...]
    evidence: tuple[Evidence, ...]
    contradictions: tuple[str, ...]
    theory: Mapping[str, Any]
    coverage: Mapping[str, Any]
    hashes: Hashes


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """All five verifications of one evaluation."""

    checks: tuple[Check, ...]

    @property
    def holds(self) -> bool:
        """Whether every check holds."""
        return all(check.holds for check in self.checks)
