"""The impression of one stretch: what the heads say of it and of its parts, in whole numbers, so that it can be kept.

A kept impression is the very one that reading again would give: it holds rounded figures, and it depends on nothing but
the words of the stretch and how they are divided.
"""

from typing import TypeAlias

import msgspec
import numpy as np
from numpy.typing import NDArray

from domain.impressions import heads, marks
from domain.impressions.heads import Heads, Linear
from domain.impressions.model import LogOdds, TokenStates
from domain.impressions.pooling import pooled

Steps: TypeAlias = NDArray[np.int16]
Span: TypeAlias = tuple[int, int]

_OF_TEXT, _OF_TOKEN = 10**heads.DECIMALS, 10**marks.DECIMALS
_MOST = 32_000


class Division(msgspec.Struct, frozen=True, kw_only=True):
    """How the words of a stretch are divided into passages and into units; positions are those of its text."""

    text: str
    passages: tuple[Span, ...]
    units: tuple[Span, ...]


class Impression(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """Log-odds in steps of their last digit.

    `of_text` has a row for the stretch, then one for each passage, then one for each unit; `of_token` one for each
    token, whose characters are in `spans` (tokens, 2).
    """

    of_text: Steps
    of_token: Steps
    spans: NDArray[np.int32]

    def log_odds(self) -> LogOdds:
        """Of the stretch, its passages and its units."""
        return self.of_text / np.float64(_OF_TEXT)

    def marks(self) -> marks.LogOdds:
        """Of the tokens."""
        return (self.of_token / np.float64(_OF_TOKEN)).astype(np.float32)


def impression(states: TokenStates, division: Division, over: Heads) -> Impression:
    """What the heads say of a stretch whose tokens have these states."""
    ranges = [(0, len(states.spans)), *(_tokens(states.spans, part) for part in (*division.passages, *division.units))]
    vectors = np.array([pooled(states.last[first:last]) for first, last in ranges], dtype=np.float32)
    return Impression(
        of_text=_steps(over.of_text, vectors, _OF_TEXT),
        of_token=_steps(over.of_token, states.last, _OF_TOKEN),
        spans=states.spans.astype(np.int32),
    )


def encoded(found: Impression) -> bytes:
    """An impression as bytes: three counts, then its arrays."""
    sizes = np.array([*found.of_text.shape, *found.of_token.shape], dtype=np.int32)
    return b"".join(array.tobytes() for array in (sizes, found.of_text, found.of_token, found.spans))


def decoded(content: bytes) -> Impression | None:
    """The impression that `encoded` wrote; None where the bytes are not those of one."""
    head = np.dtype(np.int32).itemsize * 4
    if len(content) < head:
        return None
    rows, outputs, tokens, columns = np.frombuffer(content, np.int32, 4).tolist()
    text, token = 2 * rows * outputs, 2 * tokens * columns
    if min(rows, outputs, tokens, columns) < 0 or len(content) != head + text + token + 8 * tokens:
        return None
    return Impression(
        of_text=np.frombuffer(content, np.int16, rows * outputs, head).reshape(rows, outputs),
        of_token=np.frombuffer(content, np.int16, tokens * columns, head + text).reshape(tokens, columns),
        spans=np.frombuffer(content, np.int32, 2 * tokens, head + text + token).reshape(tokens, 2),
    )


def _tokens(spans: NDArray[np.int32], part: Span) -> Span:
    """The tokens that cover any character of a part, as a range; all of them where none does."""
    start, end = part
    first, last = np.searchsorted(spans[:, 1], start, "right"), np.searchsorted(spans[:, 0], end, "left")
    return (int(first), int(last)) if first < last else (0, len(spans))


def _steps(over: Linear, vectors: NDArray[np.float32], scale: int) -> Steps:
    return np.clip(np.rint(over.log_odds(vectors) * scale), -_MOST, _MOST).astype(np.int16)
