"""What each passage is about: its policy points and its role, from its words, its meaning and the headings above it."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import repeat
from math import exp
from typing import cast

from domain.document import Document, Passage
from domain.evidence import Role, Topic
from domain.language.words import fold
from domain.lexicon.model import Lexicon
from domain.similarity import Similarities

USUAL_CHARS = 700
"""The length of the passages that the heads were fitted on."""

SHORTEST = 0.4
"""The share of a head's bias that even the shortest passage must overcome."""

OUTER = 0.6
"""A heading further out speaks for less of what is below it."""

SILENCE = 3.9
"""Log-odds against a point of which no word speaks, and the most that words can say for or against one."""

REPEATS = 3
"""A term counts with the square root of how often it stands, up to this often."""


def topics(document: Document, lexicon: Lexicon, similarities: Similarities | None) -> tuple[Topic, ...]:
    """The topic of each passage, in reading order. A passage of no point has no points but may have a role."""
    headings: dict[tuple[str, ...], Mapping[str, float]] = {}
    out = []
    meanings: Iterable[Sequence[float] | None] = similarities.points.tolist() if similarities else repeat(None)
    roles: Iterable[Role] = _roles(similarities) if similarities else repeat("otro")
    for passage, meaning, role in zip(document.passages, meanings, roles, strict=False):
        if passage.path not in headings:
            headings[passage.path] = _above(passage.path, lexicon)
        above = headings[passage.path]
        weights = _weights(passage, above, meaning, lexicon)
        about = sorted((p for p, w in weights.items() if w >= lexicon.threshold), key=lambda p: -weights[p])
        out.append(Topic(points=tuple(about), weights=tuple(weights[p] for p in about), role=role))
    return tuple(out)


def _roles(similarities: Similarities) -> Iterator[Role]:
    return (cast("Role", similarities.role_ids[best]) for best in similarities.roles.argmax(axis=1).tolist())


def _weights(
    passage: Passage, above: Mapping[str, float], meaning: Sequence[float] | None, lexicon: Lexicon
) -> dict[str, float]:
    """The probability of each point that words or meaning speak for."""
    words = f"{passage.text}\n{passage.caption}" if passage.caption else passage.text
    own = word_evidence(fold(words), lexicon)
    patience = max(SHORTEST, min(1.0, len(words) / USUAL_CHARS) ** 0.5)
    weights: dict[str, float] = {}
    for column, (name, point) in enumerate(lexicon.points.items()):
        evidence = own.get(name, 0.0) + lexicon.heading * above.get(name, 0.0)
        # The words that a short passage lacks say less against a point than those that a long one lacks.
        spoken = evidence + point.bias * patience if evidence > 0 else -SILENCE
        if meaning is not None:
            weights[name] = _probability(point.shift + _stacked(spoken, meaning[column], lexicon))
        elif evidence > 0:
            weights[name] = _probability(spoken)
    return weights


def _stacked(words: float, meaning: float, lexicon: Lexicon) -> float:
    """Log-odds from those of the words and those of the meaning; what both say counts less than twice."""
    heard = max(-SILENCE, min(SILENCE, words))
    first, second, both = lexicon.stack
    return first * heard + second * meaning + both * heard * meaning


def word_evidence(folded: str, lexicon: Lexicon) -> dict[str, float]:
    """Log-odds that the terms of a folded text add for each point that has any."""
    counts = Counter((hit.family, hit.term) for hit in lexicon.point_terms.hits(folded))
    out: dict[str, float] = {}
    for (point, term), times in sorted(counts.items()):
        out[point] = out.get(point, 0.0) + lexicon.points[point].terms[term][1] * min(times, REPEATS) ** 0.5
    return out


def _above(path: tuple[str, ...], lexicon: Lexicon) -> Mapping[str, float]:
    """The nearest heading counts whole, those further out less and less."""
    evidence: dict[str, float] = {}
    discount = 1.0
    for heading in reversed(path):
        for point, value in word_evidence(fold(heading), lexicon).items():
            evidence[point] = max(evidence.get(point, 0.0), value * discount)
        discount *= OUTER
    return evidence


def _probability(log_odds: float) -> float:
    return round(1.0 / (1.0 + exp(-max(-30.0, min(30.0, log_odds)))), 3)
