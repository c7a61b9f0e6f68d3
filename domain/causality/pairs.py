"""Which words of sentences are a cause and its effect: candidates about markers, cut, weighed and chosen."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from math import exp
from typing import Any, NamedTuple, TypeAlias

import msgspec
import numpy as np
from numpy.typing import NDArray

from domain.causality.boundaries import Cutter, Span
from domain.causality.columns import Windows, holds_cause
from domain.causality.markers import Hit
from domain.causality.marks import Heard, Spans
from domain.causality.model import Learned
from domain.causality.selection import pair_features
from domain.causality.windows import Candidate, Sentence, Sheet

Place: TypeAlias = tuple[int, int]

_SAME = 0.5
"""Pairs whose causes and whose effects share as much as this are one."""


_CERTAIN = frozenset(("debido", "consecuencia", "hecho_por"))
"""Markers that mean nothing but a cause: their pairs are kept, however odd their spans."""


class Pair(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A cause and an effect as places in a text, and the chance that a careful reader would have marked them."""

    hit: Hit
    cause: Place
    effect: Place
    trust: float


class Weighable(NamedTuple):
    """A pair of a text whose trust is not known yet, with what speaks for it."""

    text: int
    hit: Hit
    cause: Place
    effect: Place
    features: list[str]


def pairs(
    texts: Sequence[str], sentences: Iterable[Sentence], learned: Learned, heard: Heard | None
) -> Iterator[tuple[int, list[Pair]]]:
    """For each text with pairs its number and its pairs, sentence by sentence, in each the surest first.

    `heard` are the marks of the texts, None where there are none.
    """
    sheet = Sheet(texts, sentences)
    windows = Windows(sheet)
    spans = Cutter(learned).cut(windows, None if heard is None else heard.words(sheet))
    sides = zip(spans[::2], spans[1::2], strict=True)
    found = [weighable(sheet, one, both) for one, both in zip(sheet.candidates, sides, strict=True)]
    weighed = zip(sheet.candidates, found, trusts(found, learned, heard), strict=True)
    for (_, text), group in groupby(weighed, key=lambda w: (w[0].sentence, w[0].text)):
        said = (Pair(hit=w.hit, cause=w.cause, effect=w.effect, trust=trust) for _, w, trust in group)
        yield text, chosen(said, learned.threshold)


def weighable(sheet: Sheet, one: Candidate, sides: tuple[Span, Span]) -> Weighable:
    """The candidate with these sides."""
    first, second = ((sheet.starts[s.start], sheet.ends[s.end - 1]) for s in sides)
    cause, effect = (first, second) if holds_cause(one.first, one.hit.marker.cause) else (second, first)
    return Weighable(one.text, one.hit, cause, effect, pair_features(sheet, one, sides))


def trusts(found: Sequence[Weighable], learned: Learned, heard: Heard | None) -> list[float]:
    """For each the chance that a careful reader would have marked it."""
    odds = np.array([sum(learned.pair.get(name, 0.0) for name in one.features) for one in found])
    if heard is not None and found:
        odds += numbers_of(found, heard) @ np.array(learned.pair_marks)
    # Sums of two processors differ in later digits, and the trust goes into what is hashed.
    return [round(1 / (1 + exp(-max(-30.0, min(30.0, z)))), 4) for z in odds.tolist()]


def numbers_of(found: Sequence[Weighable], heard: Heard) -> NDArray[Any]:
    """What is heard in and around each pair, a row a pair."""
    text = np.array([one.text for one in found])
    places = (
        np.array(side) for side in zip(*((w.cause, w.effect, (w.hit.start, w.hit.end)) for w in found), strict=True)
    )
    return heard.pairs(*(Spans(text, place[:, 0], place[:, 1]) for place in places))


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


def _repeats(one: Pair, other: Pair) -> bool:
    if one.hit.start == other.hit.start:
        return True
    same = _shared(one.cause, other.cause) > _SAME and _shared(one.effect, other.effect) > _SAME
    turned = _shared(one.cause, other.effect) > _SAME and _shared(one.effect, other.cause) > _SAME
    return same or turned


def _shared(one: Place, other: Place) -> float:
    both = min(one[1], other[1]) - max(one[0], other[0])
    return max(0, both) / (max(one[1], other[1]) - min(one[0], other[0]))
