"""Where the cause and the effect around a marker begin and end, and how sure one may be that they are a pair.

Three small log-linear models over word classes: the start of what stands left of a marker, the end of what stands
right of it, and whether a careful reader would call the whole a pair. Their weights (`causal_weights`) were fitted on
the labelled passages of two thirds of the municipalities; a weight is a log odds, so the tables can be read.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from math import exp
from typing import TypeAlias

import msgspec

from domain.causality.markers import Hit, Marker
from domain.causality.weights import END, PAIR, START
from domain.causality.word_classes import Token, tokens

Weights: TypeAlias = Mapping[str, float]
Words: TypeAlias = Sequence[Token]

REACH = 26
"""Words on either side of a marker among which a boundary is sought."""

_WINDOW = 500
"""Characters on either side that are looked at: more than REACH words of any prose, and a bound on hostile text."""

_SMALL = "como con de det en art a por para prep rel se que y"
_SIGNS = ', : . - – ; ? sign "'
_NO_END = frozenset([*_SIGNS.split(), *_SMALL.split(), "("])
_NO_START = frozenset([*_SIGNS.split(), "y", ")", "de"]) - {'"'}
_TRAILING = frozenset([*_SIGNS.split(), "y", "que", "(", "adv", "no", "rel", "se", "como"]) - {";", "?"}
_WALL = frozenset([";", "?"])
_DISTANCES = (1, 2, 3, 4, 5, 6, 8, 10, 13, 17, 22)


class Sides(msgspec.Struct, frozen=True, kw_only=True):
    """What stands about a marker: its left and right words, cut to the pair, and the odds that they are one."""

    left: tuple[int, int]
    right: tuple[int, int]
    trust: float


def around(text: str, span: tuple[int, int], hit: Hit, crowd: int) -> Sides | None:
    """The pair about `hit` in the sentence `text[span[0]:span[1]]`; None when a side is empty.

    `crowd` is the number of markers in the sentence. A marker that opens the sentence ("Para X, se hará Y") has its
    other side after the first comma: `left` is then what stands behind the comma.
    """
    before = tokens(text, max(span[0], hit.start - _WINDOW), hit.start)[-REACH - 8 :]
    after = tokens(text, hit.end, min(span[1], hit.end + _WINDOW))
    near = _without_tail(before)
    if near:
        left, right = _cut_start(near, hit.marker), _cut_end(after, hit.marker.link)
        front = False
    else:
        right, left = _split_front(after, hit.marker.link)
        front = True
    if not left or not right:
        return None
    features = pair_features(text, hit, (left, right), before, after, crowd=crowd, front=front)
    trust = 1 / (1 + exp(-weigh(PAIR, features)))
    return Sides(left=(left[0].start, left[-1].end), right=(right[0].start, right[-1].end), trust=trust)


def weigh(weights: Weights, features: Iterable[str]) -> float:
    """The sum of the weights of the features that have one."""
    return sum(weights.get(name, 0.0) for name in features)


def start_features(words: Words, at: int, marker: Marker) -> list[str]:
    """What speaks for the left side to be `words[at:]`."""
    inside = words[at:]
    before = words[at - 1].kind if at else "^"
    kind = inside[0].kind
    return [
        f"prev={before}",
        f"kind={kind}",
        f"prev+kind={before}+{kind}",
        f"long={marker.link}:{bucket(len(inside))}",
        f"commas={min(3, _count(inside, ','))}",
        f"fin={min(2, _count(inside, 'fin'))}",
        f"que={min(2, _count(inside, 'que'))}",
        f"inf={min(2, _count(inside, 'inf'))}",
        f"y={min(2, _count(inside, 'y'))}",
        f"capital={inside[0].text[0].isupper()}",
        f"word={stem(inside[0].text)}",
        f"prev_word={stem(words[at - 1].text) if at else '^'}",
    ]


def end_features(words: Words, at: int, link: str) -> list[str]:
    """What speaks for the right side to be `words[: at + 1]`."""
    inside = words[: at + 1]
    after = words[at + 1].kind if at + 1 < len(words) else "$"
    then = words[at + 2].kind if at + 2 < len(words) else "$"
    kind = inside[-1].kind
    return [
        f"next={after}",
        f"next+then={after}+{then}",
        f"kind={kind}",
        f"long={link}:{bucket(len(inside))}",
        f"commas={min(3, _count(inside, ','))}",
        f"que={min(2, _count(inside, 'que'))}",
        f"y={min(2, _count(inside, 'y'))}",
        f"para={min(1, _count(inside, 'para'))}",
        f"fin={min(2, _count(inside, 'fin'))}",
        f"en={min(2, _count(inside, 'en'))}",
        f"next_word={stem(words[at + 1].text) if at + 1 < len(words) else '$'}",
    ]


def pair_features(
    text: str, hit: Hit, sides: tuple[Words, Words], before: Words, after: Words, *, crowd: int, front: bool
) -> list[str]:
    """What speaks for a reader to call the sides a pair."""
    left, right = sides
    name = hit.marker.id
    first = right[0].kind
    if first in {"art", "det"} and len(right) > 1:
        first += "+" + right[1].kind
    return [
        "always",
        f"marker={name}",
        f"marker+first={name}+{first}",
        f"first={first}",
        f"prev={before[-1].kind if before else '^'}",
        f"left={left[0].kind}",
        f"size={min(4, len(left) // 3)}",
        f"tail={min(4, len(right) // 3)}",
        f"next={after[len(right)].kind if len(after) > len(right) else '$'}",
        f"crowd={min(5, crowd)}",
        f"front={name if front else ''}",
        f"capitals={text[hit.start : hit.end].isupper()}",
        f"numbers={min(2, _count(left, 'num') + _count(right, 'num'))}",
    ]


def stem(word: str) -> str:
    """The beginning of a word, where Spanish keeps its meaning."""
    return word.lower()[:6]


def bucket(length: int) -> int:
    """Lengths on a scale that widens: 1, 2, 3, 4, 5, 6, 8, 10, 13, 17, 22 words and more."""
    return max(d for d in _DISTANCES if d <= length)


def starts(words: Words) -> list[int]:
    """Where the left side may begin: not at a sign or "y", not behind a wall, within reach of the marker."""
    floor = max((i + 1 for i, t in enumerate(words) if t.kind in _WALL), default=0)
    return [i for i in range(max(floor, len(words) - REACH), len(words)) if words[i].kind not in _NO_START]


def ends(words: Words) -> list[int]:
    """Where the right side may end: not on a small word, not behind a wall, within reach of the marker."""
    stop = next((i for i, t in enumerate(words) if t.kind in _WALL), len(words))
    return [i for i in range(min(stop, REACH)) if words[i].kind not in _NO_END]


def _cut_start(words: Words, marker: Marker) -> Words:
    at = _best(starts(words), lambda i: weigh(START, start_features(words, i, marker)), lambda i: len(words) - i)
    return () if at is None else words[at:]


def _cut_end(words: Words, link: str) -> Words:
    at = _best(ends(words), lambda i: weigh(END, end_features(words, i, link)), lambda i: i + 1)
    return () if at is None else words[: at + 1]


def _split_front(after: Words, link: str) -> tuple[Words, Words]:
    comma = next((i for i, t in enumerate(after[: REACH + 14]) if t.kind == "," and i > 1), None)
    if comma is None:
        return (), ()
    rest = after[comma + 1 :]
    skipped = next((i for i, t in enumerate(rest) if t.kind not in {"se", "fin", ",", "adv"}), 0)
    return _cut_end(after[:comma], link), _cut_end(rest[skipped:], link)


def _best(places: Sequence[int], score: Callable[[int], float], length: Callable[[int], int]) -> int | None:
    """The boundary whose span most readers would accept: the one that overlaps the likely ones by half or more.

    The likeliest single boundary is often an outlier in length; readers differ in where they cut, so the span that
    agrees with most of the probability is the better answer.
    """
    if not places:
        return None
    scores = [score(i) for i in places]
    top = max(scores)
    odds = [exp(s - top) for s in scores]
    sizes = [length(i) for i in places]

    def accepted(mine: int) -> float:
        shares = (min(mine, other) / max(mine, other) for other in sizes)
        return sum(p * (share + (share >= 0.5)) for p, share in zip(odds, shares, strict=True))

    return max(zip(places, sizes, strict=True), key=lambda pair: accepted(pair[1]))[0]


def _without_tail(words: Words) -> Words:
    end = len(words)
    while end and words[end - 1].kind in _TRAILING:
        end -= 1
    return words[:end]


def _count(words: Words, kind: str) -> int:
    return sum(t.kind == kind for t in words)
