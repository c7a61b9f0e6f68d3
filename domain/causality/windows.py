"""The words about a marker among which a cause or an effect may begin and end."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate
from typing import Literal, TypeAlias

import msgspec

from domain.causality.markers import Hit
from domain.causality.word_classes import Token, tokens

Place: TypeAlias = Literal["left", "right", "front"]
"""Before the marker, behind it, or behind the comma that follows what the marker opens ("Para X, se hará Y")."""

REACH = 40
"""Words on either side of a marker among which a boundary is sought."""

_WINDOW = 640
"""Characters on either side that are looked at: REACH words of any prose, and a bound on hostile text."""

_OPENING = 5
"""Words that may stand before a marker that opens a sentence ("Así mismo, con el fin de X, se hará Y")."""

COUNTED = (",", "que", "inf", "y", "fin", "para", "ger", "en", "art")
"""Kinds of words of which it matters how many a span passes."""

_SMALL = "como con de en art a por para prep rel se que y"
_SIGNS = ', : . - – ; ? sign "'
_NO_END = frozenset([*_SIGNS.split(), *_SMALL.split(), "det", "("])
_NO_START = frozenset([*_SIGNS.split(), "y", ")", "de"]) - {'"'}


class Window(msgspec.Struct, frozen=True, kw_only=True):
    """Words on one side of a marker and where a span may start and end in them.

    `broken[i]` says that a line ends before word i; `edges` are other markers in it, as word ranges.
    """

    place: Place
    words: Sequence[Token]
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    broken: tuple[bool, ...]
    opened: tuple[str, ...]
    """Per word the marker that ends right before it, else ''."""
    closed: tuple[str, ...]
    """Per word the marker that begins right behind it, else ''."""
    first: tuple[bool, ...]
    """Per word whether no word before it is of its kind."""
    counts: Mapping[str, tuple[int, ...]]
    """For each kind in COUNTED, how many words up to and with each are of it."""


class Candidate(msgspec.Struct, frozen=True, kw_only=True):
    """A marker with a window on either side: `first` holds what it takes from before it (or from behind the comma).

    `lead` is the number of words before it.
    """

    hit: Hit
    lead: int
    rank: int
    crowd: int
    first: Window
    second: Window

    @property
    def front(self) -> bool:
        """Whether the marker opens the sentence and the other side follows the comma."""
        return self.first.place == "front"


def candidates(text: str, span: tuple[int, int], found: Sequence[Hit]) -> Iterator[Candidate]:
    """Every way to read the markers `found` in the sentence `text[span[0]:span[1]]`."""
    for rank, hit in enumerate(found):
        before = tokens(text, max(span[0], hit.start - _WINDOW), hit.start)[-REACH:]
        after = tokens(text, hit.end, min(span[1], hit.end + _WINDOW))[: REACH * 2]
        others = [h for h in found if h is not hit]
        right = _window(text, after[:REACH], others, "right")
        if before:
            left = _window(text, before, others, "left")
            if _usable(left) and _usable(right):
                yield Candidate(hit=hit, lead=len(before), rank=rank, crowd=len(found), first=left, second=right)
        comma = _comma(after)
        if comma and _opens(before):
            opened = _window(text, after[:comma], others, "right")
            rest = _window(text, after[comma + 1 :][:REACH], others, "front")
            if _usable(opened) and _usable(rest):
                yield Candidate(hit=hit, lead=len(before), rank=rank, crowd=len(found), first=rest, second=opened)


def _usable(window: Window) -> bool:
    return bool(window.starts and window.ends and window.starts[0] <= window.ends[-1])


def _comma(after: Sequence[Token]) -> int | None:
    return next((i for i, t in enumerate(after[:REACH]) if t.kind == "," and i > 1), None)


def _opens(before: Sequence[Token]) -> bool:
    tail = before[-_OPENING:]
    return len(before) < _OPENING or any(t.kind in {",", ":", ".", "-", "–", "sign"} for t in tail)


def _window(text: str, words: Sequence[Token], others: Iterable[Hit], place: Place) -> Window:
    opened, closed = _markers_at(words, others)
    return Window(
        place=place,
        words=words,
        starts=tuple(i for i, t in enumerate(words) if t.kind not in _NO_START),
        ends=tuple(i for i, t in enumerate(words) if t.kind not in _NO_END),
        broken=tuple(i > 0 and "\n" in text[words[i - 1].end : t.start] for i, t in enumerate(words)),
        opened=opened,
        closed=closed,
        first=tuple(seen == at for at, seen in enumerate(_firsts(words))),
        counts={kind: tuple(accumulate(int(t.kind == kind) for t in words)) for kind in COUNTED},
    )


def _firsts(words: Sequence[Token]) -> Iterator[int]:
    """Per word the first of its kind."""
    known: dict[str, int] = {}
    for at, token in enumerate(words):
        yield known.setdefault(token.kind, at)


def _markers_at(words: Sequence[Token], others: Iterable[Hit]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    opened, closed = [""] * len(words), [""] * len(words)
    if not words:
        return (), ()
    near = [h for h in others if h.end > words[0].start and h.start < words[-1].end]
    for hit in near:
        behind = next((i for i, t in enumerate(words) if t.start >= hit.end), None)
        ahead = next((i for i in range(len(words) - 1, -1, -1) if words[i].end <= hit.start), None)
        if behind is not None:
            opened[behind] = hit.marker.id
        if ahead is not None:
            closed[ahead] = hit.marker.id
    return tuple(opened), tuple(closed)
