"""Which words of a sentence are a cause and its effect: candidates about markers, cut, weighed and chosen."""

from collections.abc import Iterable, Iterator
from itertools import islice
from math import exp
from typing import NamedTuple, TypeAlias

import msgspec

from domain.causality.boundaries import Span, best, scores, side_of
from domain.causality.markers import Hit, hits
from domain.causality.marks import Heard
from domain.causality.model import Learned
from domain.causality.selection import pair_features
from domain.causality.windows import Candidate, candidates

Place: TypeAlias = tuple[int, int]

_MOST_MARKERS = 40
"""In one sentence; what has more is no prose, and time must not grow with its square."""

_SAME = 0.5
"""Pairs whose causes and whose effects share as much as this are one."""


_CERTAIN = frozenset(("debido", "consecuencia", "hecho_por"))
"""Markers that mean nothing but a cause: their pairs are kept, however odd their spans."""


class Pair(msgspec.Struct, frozen=True, kw_only=True):
    """A cause and an effect as places in a text, and the chance that a careful reader would have marked them."""

    hit: Hit
    cause: Place
    effect: Place
    trust: float


class Weighable(NamedTuple):
    """A pair whose trust is not known yet, with what speaks for it."""

    hit: Hit
    cause: Place
    effect: Place
    features: list[str]


def considered(text: str, span: Place) -> tuple[Candidate, ...]:
    """The candidates of the sentence `text[span[0]:span[1]]`."""
    return tuple(candidates(text, span, tuple(islice(hits(text, *span), _MOST_MARKERS))))


def cut(text: str, one: Candidate, learned: Learned, heard: Heard | None) -> Weighable:
    """The candidate with the likeliest boundaries of its two sides."""
    windows = one.first, one.second
    said = [None if heard is None else heard.words(w.words) for w in windows]
    tables = [scores(w, one.hit, learned, marks) for w, marks in zip(windows, said, strict=True)]
    first, second = (best(w, table) for w, table in zip(windows, tables, strict=True))
    return weighable(text, one, (first, second))


def weighable(text: str, one: Candidate, sides: tuple[Span, Span]) -> Weighable:
    """The candidate with these sides."""
    windows = one.first, one.second
    places = {
        side_of(w, one.hit): (w.words[s.start].start, w.words[s.end - 1].end)
        for w, s in zip(windows, sides, strict=True)
    }
    return Weighable(one.hit, places["cause"], places["effect"], pair_features(text, one, sides))


def pairs(text: str, span: Place, learned: Learned, heard: Heard | None) -> list[Pair]:
    """The pairs of one sentence, the surest first."""
    found = (cut(text, one, learned, heard) for one in considered(text, span))
    return chosen((_weighed(one, learned, heard) for one in found), learned.threshold)


def chosen(found: Iterable[Pair], threshold: float) -> list[Pair]:
    """Of these pairs the sure ones, the surest first, none that says again what another said."""
    sure = (p for p in found if p.trust >= threshold or p.hit.marker.id in _CERTAIN)
    return list(unlike(sorted(sure, key=lambda p: -p.trust)))


def unlike(found: Iterable[Pair]) -> Iterator[Pair]:
    """Of pairs in order those that repeat none before them: nor its marker, nor its words, nor these turned round."""
    kept: list[Pair] = []
    for pair in found:
        if not any(_repeats(pair, other) for other in kept):
            kept.append(pair)
            yield pair


def _weighed(one: Weighable, learned: Learned, heard: Heard | None) -> Pair:
    odds = sum(learned.pair.get(name, 0.0) for name in one.features)
    if heard is not None:
        numbers = heard.pair(one.cause, one.effect, (one.hit.start, one.hit.end))
        odds += float(numbers @ learned.pair_marks)
    # Sums of two processors differ in later digits, and the trust goes into what is hashed.
    trust = round(1 / (1 + exp(-max(-30.0, min(30.0, odds)))), 4)
    return Pair(hit=one.hit, cause=one.cause, effect=one.effect, trust=trust)


def _repeats(one: Pair, other: Pair) -> bool:
    if one.hit.start == other.hit.start:
        return True
    same = _shared(one.cause, other.cause) > _SAME and _shared(one.effect, other.effect) > _SAME
    turned = _shared(one.cause, other.effect) > _SAME and _shared(one.effect, other.cause) > _SAME
    return same or turned


def _shared(one: Place, other: Place) -> float:
    both = min(one[1], other[1]) - max(one[0], other[0])
    return max(0, both) / (max(one[1], other[1]) - min(one[0], other[0]))
