"""Where a cause or an effect begins and ends in its window: log odds over words, classes, lines and other markers."""

from collections.abc import Sequence
from typing import Any, TypeAlias

import msgspec
import numpy as np
from numpy.typing import NDArray

from domain.causality.markers import Hit
from domain.causality.marks import Side, end_numbers, start_numbers
from domain.causality.model import Learned, Weights
from domain.causality.windows import Window

Array: TypeAlias = NDArray[Any]

KEPT = 48
"""Likely spans that are weighed against each other."""

_DISTANCES = (0, 1, 2, 3, 4, 5, 6, 8, 10, 13, 17, 22, 28, 36)
_BUCKETS = tuple(max(d for d in _DISTANCES if d <= length) for length in range(_DISTANCES[-1] + 1))


class Span(msgspec.Struct, frozen=True, kw_only=True):
    """The words `words[start:end]` of a window, and the chance that readers' spans overlap it by a half."""

    start: int
    end: int
    trust: float


def bucket(length: int) -> int:
    """Lengths on a scale that widens."""
    return _BUCKETS[min(length, _DISTANCES[-1])]


def stem(word: str) -> str:
    """The beginning of a word, where Spanish keeps its meaning."""
    return word.lower()[:6]


def start_features(window: Window, at: int, hit: Hit) -> list[str]:
    """What speaks for a span to begin at word `at`."""
    words, place = window.words, window.place
    token, name = words[at], hit.marker.id
    before = words[at - 1].kind if at else "^"
    then = words[at + 1].kind if at + 1 < len(words) else "$"
    back = words[at - 2].kind if at > 1 else "^"
    away = len(words) - at if place == "left" else at
    out = [
        f"kind={token.kind}",
        f"prev={before}",
        f"prev+kind={before}+{token.kind}",
        f"kind+then={token.kind}+{then}",
        f"back+prev={back}+{before}",
        f"word={stem(token.text)}",
        f"prev_word={stem(words[at - 1].text) if at else '^'}",
        f"far={bucket(away)}",
        f"far={hit.marker.link}:{bucket(away)}",
        f"mk+kind={name}+{token.kind}",
        f"capital={token.text[0].isupper()}:{before}",
        f"opened={window.opened[at]}",
        f"broken={window.broken[at]}:{token.text[0].isupper()}",
        f"edge={at == window.starts[0]}",
    ]
    out += [f"first_{token.kind}"] if window.first[at] else []
    return [f"{place}:{name}" for name in out]


def end_features(window: Window, at: int, hit: Hit) -> list[str]:
    """What speaks for a span to end with word `at`."""
    words, place = window.words, window.place
    token, name = words[at], hit.marker.id
    after = words[at + 1] if at + 1 < len(words) else None
    then = words[at + 2] if at + 2 < len(words) else None
    away = len(words) - 1 - at if place == "left" else at + 1
    follows, later = after.kind if after else "$", then.kind if then else "$"
    out = [
        f"next={follows}",
        f"next+then={follows}+{later}",
        f"kind={token.kind}",
        f"kind+next={token.kind}+{follows}",
        f"next_word={stem(after.text) if after else '$'}",
        f"then_word={follows}+{stem(then.text) if then else '$'}",
        f"word={stem(token.text)}",
        f"far={bucket(away)}",
        f"far={hit.marker.link}:{bucket(away)}",
        f"mk+next={name}+{follows}" if place == "left" else f"link+next={hit.marker.link}+{follows}",
        f"closed={window.closed[at]}",
        f"broken={at + 1 < len(words) and window.broken[at + 1]}:{bool(after and after.text[0].isupper())}",
        f"edge={at == window.ends[-1]}",
    ]
    for kind, counts in window.counts.items():
        passed = counts[-1] - counts[at] if place == "left" else counts[at]
        out.append(f"passed_{kind}={min(3, passed)}")
    return [f"{place}:{name}" for name in out]


def length_features(window: Window, length: int, hit: Hit) -> list[str]:
    """What speaks for a span of so many words."""
    size = bucket(length)
    return [f"{window.place}:long={size}", f"{window.place}:long={hit.marker.link}:{size}"]


def scores(window: Window, hit: Hit, learned: Learned, heard: Array | None) -> Array:
    """Log odds of every span: rows are starts, columns ends; impossible ones are minus infinity.

    `heard` are the marks of the window's words, None where there are none.
    """
    starts, ends = list(window.starts), list(window.ends)
    begin = np.array([_sum(learned.start, start_features(window, i, hit)) for i in starts])
    close = np.array([_sum(learned.end, end_features(window, j, hit)) for j in ends])
    if heard is not None:
        side = side_of(window, hit)
        begin = begin + start_numbers(heard, side)[starts] @ np.array(learned.start_marks[window.place])
        close = close + end_numbers(heard, side)[ends] @ np.array(learned.end_marks[window.place])
    sizes = range(1, 1 + len(window.words))
    size = np.array([0.0, *(_sum(learned.long, length_features(window, n, hit)) for n in sizes)])
    lengths = np.array(ends)[None, :] - np.array(starts)[:, None] + 1
    total = (begin[:, None] + close[None, :] + size[np.clip(lengths, 0, None)]).round(6)
    return np.where(lengths > 0, total, -np.inf)


def side_of(window: Window, hit: Hit) -> Side:
    """Whether the cause or the effect stands in the window."""
    return "cause" if (hit.marker.cause == "right") == (window.place == "right") else "effect"


def best(window: Window, table: Array) -> Span:
    """The span that most of the probability would accept (`scores` gives the table).

    The likeliest single span is often an outlier; readers differ in where they cut, so the one that overlaps the
    likely ones by a quarter, better by a half, is the better answer.
    """
    flat = table.ravel()
    order = np.argsort(-flat, kind="stable")[:KEPT]
    order = order[np.isfinite(flat[order])]
    odds = np.exp(flat[order] - flat[order[0]])
    total = np.exp(flat[np.isfinite(flat)] - flat[order[0]]).sum()
    starts = np.array(window.starts)[order // table.shape[1]]
    ends = np.array(window.ends)[order % table.shape[1]] + 1
    shared = np.clip(np.minimum(ends[:, None], ends) - np.maximum(starts[:, None], starts), 0, None)
    union = (ends - starts)[:, None] + (ends - starts) - shared
    share = shared / union
    accepted = ((share >= 0.5) * 1.0 + (share >= 0.25) * 0.7 + share * 0.3) @ odds
    at = int(np.argmax(accepted))
    trust = float(((share[at] >= 0.5) * odds).sum() / total)
    return Span(start=int(starts[at]), end=int(ends[at]), trust=trust)


def _sum(weights: Weights, features: Sequence[str]) -> float:
    return sum(weights.get(name, 0.0) for name in features)
