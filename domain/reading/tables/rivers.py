"""Columns that no rule draws: lines cut into chunks where the gap is wide, and the rivers of white between columns."""

from collections.abc import Sequence
from itertools import pairwise

import msgspec

from domain.document import Word
from domain.reading.tables.lines import text_lines

WIDE = 0.85
"""A gap wider than this part of the type size is no space; justified text has spaces up to about that."""
FINE = 0.5
"""Inside a table, a gap wider than this part of the type size is no space."""
RIVER = 3.0
"""A river is at least so many points wide."""
_SMALLEST = 4.0  # points; smaller type has gaps as this size has


class Chunk(msgspec.Struct, frozen=True, kw_only=True):
    """Words of one line without a wide gap between them."""

    words: tuple[Word, ...]
    x0: float
    x1: float

    @property
    def text(self) -> str:
        """The words with single spaces."""
        return " ".join(word.text for word in self.words)


def chunks(line: Sequence[Word], gap: float) -> list[Chunk]:
    """The chunks of one line, left to right, parted where the gap is wider than `gap` times the type size."""
    found: list[Chunk] = []
    first, end = 0, line[0].x1
    narrow = gap * _SMALLEST
    for at, word in enumerate(line):
        white = word.x0 - end
        if white > narrow and white > gap * word.size:
            found.append(Chunk(words=tuple(line[first:at]), x0=line[first].x0, x1=end))
            first, end = at, word.x1
        elif word.x1 > end:
            end = word.x1
    found.append(Chunk(words=tuple(line[first:]), x0=line[first].x0, x1=end))
    return found


def rivers(lines: Sequence[Sequence[Chunk]], *, crossed: float) -> list[float]:
    """The x of the white strips that part the columns, left to right.

    At most the share `crossed` of the lines with several chunks may write over a strip (titles that span columns do).
    Each strip is cut where the fewest chunks of all lines cross it.
    """
    parted = [line for line in lines if len(line) > 1]
    allowed = int(crossed * len(parted))
    # The first line of a short table may cross all the same: the spanning head above three rows.
    if not allowed and len(parted) > 3:
        parted = parted[1:]
    strips: list[tuple[float, float]] = []
    for x0, x1, depth in _depths([c for line in parted for c in line]):
        if depth <= allowed:
            if strips and strips[-1][1] == x0:
                strips[-1] = strips[-1][0], x1
            else:
                strips.append((x0, x1))
    every = _depths([c for line in lines for c in line])
    return [_quietest(strip, every) for strip in strips if strip[1] - strip[0] >= RIVER]


def _depths(found: Sequence[Chunk]) -> list[tuple[float, float, int]]:
    """From left to right, the stretches between ends of chunks with how many chunks stand over each."""
    edges = sorted([(c.x0, 1) for c in found] + [(c.x1, -1) for c in found])
    stretches = []
    depth = 0
    for (x, step), (following, _) in pairwise(edges):
        depth += step
        if following > x:
            stretches.append((x, following, depth))
    return stretches


def _quietest(strip: tuple[float, float], stretches: Sequence[tuple[float, float, int]]) -> float:
    """The middle of the widest stretch in the strip that the fewest chunks cross."""
    inside = [(max(a, strip[0]), min(b, strip[1]), n) for a, b, n in stretches if a < strip[1] and b > strip[0]]
    least = min(n for _, _, n in inside)
    x0, x1 = max(((a, b) for a, b, n in inside if n == least), key=lambda part: part[1] - part[0])
    return (x0 + x1) / 2


def column_separators(bands: Sequence[Sequence[Word]]) -> list[float]:
    """The x between the columns of a table whose rows, or nearly, are these bands of words.

    Titles over several columns do not count. Columns that are never filled in the same band are one: a head is centred
    where the numbers below it stand at the right.
    """
    lines = [[chunks(line, FINE) for line in text_lines(band)] for band in bands]
    separators = rivers([line for band in lines for line in band], crossed=0.12)
    filled = [[c for line in band for c in line] for band in lines]
    k = 0
    while k < len(separators):
        low = separators[k - 1] if k else float("-inf")
        high = separators[k + 1] if k + 1 < len(separators) else float("inf")
        if any(_parts(separators[k], low, high, band) for band in filled):
            k += 1
        else:
            del separators[k]
    return separators


def _parts(x: float, low: float, high: float, band: Sequence[Chunk]) -> bool:
    """The band has text at both sides of x, between the neighbouring separators."""
    middles = [(c.x0 + c.x1) / 2 for c in band if not c.x0 < x < c.x1]
    return any(low < m < x for m in middles) and any(x < m < high for m in middles)


def column_of(x: float, separators: Sequence[float]) -> int:
    """The number of the column that holds x."""
    return sum(x > separator for separator in separators)
