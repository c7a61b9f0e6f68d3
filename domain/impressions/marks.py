"""What the encoder marks token by token: where a span of a kind begins and what lies inside one.

Kinds are those that readers mark: responsible, indicator, baseline, target, cause, effect and marker.
"""

from collections.abc import Sequence
from functools import cached_property
from typing import TypeAlias

import msgspec
import numpy as np
from numpy.typing import NDArray

DECIMALS = 2
"""Log-odds of two processors differ in later digits; what is decided on is rounded first."""

UNREAD = -8.0
"""The log-odds of words that no token covers: they were not read, so nothing marks them."""

LogOdds: TypeAlias = NDArray[np.float32]


class Marks(msgspec.Struct, frozen=True, kw_only=True, eq=False, dict=True):
    """Log-odds of each token of a text, in reading order.

    `names` are a kind and "begin" or "inside" ("responsible.begin"); `log_odds` has a column for each. `spans`
    (tokens, 2) are positions in the text.
    """

    names: tuple[str, ...] = ()
    spans: NDArray[np.int32] = msgspec.field(default_factory=lambda: np.zeros((0, 2), np.int32))
    log_odds: LogOdds = msgspec.field(default_factory=lambda: np.zeros((0, 0), np.float32))

    def between(self, start: int, end: int) -> "Marks":
        """Those of the tokens that cover any of the characters `start` to `end`, with positions from `start`."""
        starts, ends = self._bounds
        first, last = np.searchsorted(ends, start, "right"), np.searchsorted(starts, end, "left")
        return Marks(names=self.names, spans=self.spans[first:last] - start, log_odds=self.log_odds[first:last])

    def loudest(self, name: str, stretches: Sequence[tuple[int, int]]) -> list[float]:
        """For each stretch of the text the highest log-odds of one name in it; UNREAD where no token covers it."""
        starts, ends = self._bounds
        places = np.array(stretches, np.int64).reshape(-1, 2)
        first, last = np.searchsorted(ends, places[:, 0], "right"), np.searchsorted(starts, places[:, 1], "left")
        padded = np.append(self.of(name), np.float32(UNREAD))
        highest = np.maximum.reduceat(padded, np.stack([first, last], axis=1).ravel())[::2] if len(places) else padded
        return [h if a < b else UNREAD for h, a, b in zip(highest.tolist(), first, last, strict=False)]

    @cached_property
    def _bounds(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Starts and ends as a search needs them: in `spans` it would copy and convert them all every time."""
        return self.spans[:, 0].astype(np.int64), self.spans[:, 1].astype(np.int64)

    def of(self, name: str) -> LogOdds:
        """The log-odds of one name, a number a token; UNREAD where there is no such name."""
        if name not in self.names:
            return np.full(len(self.spans), UNREAD, np.float32)
        return np.asarray(self.log_odds[:, self.names.index(name)])


def joined(parts: list[Marks]) -> Marks:
    """The marks of consecutive texts, whose positions are already those of the whole."""
    if not parts:
        return Marks()
    return Marks(
        names=parts[0].names,
        spans=np.concatenate([p.spans for p in parts]),
        log_odds=np.concatenate([p.log_odds for p in parts]),
    )
