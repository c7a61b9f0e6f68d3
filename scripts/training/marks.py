"""What readers marked in a passage, as truth for its tokens: where a span of a kind begins, and what lies inside."""

import re
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

KINDS = ("responsible", "indicator", "baseline", "target", "cause", "effect", "marker")
NAMES = tuple(f"{kind}.{part}" for kind in KINDS for part in ("begin", "inside"))


def truth(text: str, label: dict[str, Any], spans: NDArray[np.int32]) -> NDArray[np.float32]:
    """(tokens, names): 1 where it holds. `spans` (tokens, 2) are the characters of each token."""
    out = np.zeros((len(spans), len(NAMES)), dtype=np.float32)
    for kind, start, end in _found(text, label):
        inside = np.flatnonzero((spans[:, 0] < end) & (spans[:, 1] > start) & (spans[:, 1] > spans[:, 0]))
        if len(inside):
            column = 2 * KINDS.index(kind)
            out[inside[0], column] = 1
            out[inside, column + 1] = 1
    return out


def _found(text: str, label: dict[str, Any]) -> Iterator[tuple[str, int, int]]:
    for words in label["responsible"]:
        yield from _placed("responsible", words, text, 0)
    at = 0
    for indicator in label["indicators"]:
        for kind, key in (("indicator", "name"), ("baseline", "baseline"), ("target", "target")):
            for place in _placed(kind, indicator[key], text, at):
                # Rows of a table are read in order, so that a value that stands twice is that of its own row.
                at = place[2] if kind == "indicator" else at
                yield place
    for link in label["causal"]:
        for kind in ("cause", "effect", "marker"):
            yield from _placed(kind, link.get(kind), text, 0)


def _placed(kind: str, words: str | None, text: str, start: int) -> Iterator[tuple[str, int, int]]:
    """The first place of the words from `start` on, else anywhere; none where they do not stand in the text."""
    if not words or not words.strip():
        return
    pattern = r"\s+".join(map(re.escape, words.split()))
    found = re.compile(pattern).search(text, start) or re.search(pattern, text, re.IGNORECASE)
    if found:
        yield kind, found.start(), found.end()
