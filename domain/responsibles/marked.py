"""What the encoder marks where a name begins."""

from bisect import bisect_right
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from domain.impressions.marks import Marks

NEUTRAL, LOWEST, HIGHEST = -3.0, -7.0, 4.0


def begins(marks: "Marks", starts: Sequence[int]) -> list[float]:
    """For each place in the text how much more than NEUTRAL the log-odds are that somebody responsible begins
    there, at its token or the next; 0 where nothing was read."""
    ends = marks.spans[:, 1].tolist()
    log_odds = marks.of("responsible.begin").tolist()
    return [_at(log_odds, bisect_right(ends, start)) for start in starts]


def _at(log_odds: list[float], token: int) -> float:
    if token >= len(log_odds):
        return 0.0
    return max(LOWEST, min(HIGHEST, max(log_odds[token : token + 2]))) - NEUTRAL
