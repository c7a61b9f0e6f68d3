"""A lattice from rules between rows and white between columns: white that no text crosses is as good as a rule."""

from collections.abc import Sequence
from itertools import pairwise

from domain.document import Word
from domain.reading.tables.grid_ruled import ruled_lattice
from domain.reading.tables.lattice import Lattice
from domain.reading.tables.lines import text_lines
from domain.reading.tables.rivers import FINE, Chunk, chunks
from domain.reading.tables.strokes import Frame, Stroke


def white_lattice(across: Sequence[Stroke], words: Sequence[Word], separators: Sequence[float]) -> Lattice | None:
    """The lattice between these horizontal rules, its columns parted at the separators.

    A text that is written over a separator spans the columns at its sides, in its row only; what stands below it in the
    same row is parted again, as the years below "Programación" are.
    """
    x0, x1 = min(s.start for s in across), max(s.end for s in across)
    edges = [x0, *separators, x1]
    lines = [[part for c in chunks(line, FINE) for part in _parted(c, separators)] for line in text_lines(words)]
    over = [span for line in lines for c in line for span in _spans(c, lines, across, edges)]
    rules = [*across, *_rules_below(over, lines, sorted({s.at for s in across}))]
    ys = sorted({rule.at for rule in rules})
    walls = [Stroke(x, ys[0], ys[-1]) for x in (x0, x1)]
    for x in separators:
        crossed = [span.at for span in over if span.start < x < span.end]
        walls += [Stroke(x, a, b) for a, b in pairwise(ys) if not any(a <= y < b for y in crossed)]
    return ruled_lattice(Frame(tuple(sorted(rules)), tuple(sorted(walls))), words)


def _spans(
    chunk: Chunk, lines: Sequence[Sequence[Chunk]], across: Sequence[Stroke], edges: Sequence[float]
) -> list[Stroke]:
    """The columns, from separator to separator, that a chunk over several of them spans, at its height.

    A short rule below the chunk says how far it spans ("Meta por año" over four years); else the chunk stands in the
    middle of the columns that it spans, which are named below it and have nothing beside it.
    """
    y, middle = _middle(chunk), (chunk.x0 + chunk.x1) / 2
    size = max(chunk.words[0].size, 4.0)
    width = edges[-1] - edges[0]
    for rule in across:
        if y < rule.at < y + 1.6 * size and rule.end - rule.start < 0.7 * width and rule.start <= middle <= rule.end:
            start, end = (min(edges, key=lambda x: abs(x - side)) for side in (rule.start, rule.end))
            return [Stroke(y, start, end)] if any(start < x < end for x in edges) else []
    first = max(k for k, x in enumerate(edges) if x <= chunk.x0 or k == 0)
    last = min(k for k, x in enumerate(edges) if x >= chunk.x1 or k == len(edges) - 1)
    if last - first < 2:
        return []
    below = [c for line in lines for c in line if 0 < _middle(c) - y < 3.0 * size]
    while first > 0 and last < len(edges) - 1:
        named = [c for c in below if edges[first - 1] < (c.x0 + c.x1) / 2 < edges[last + 1]]
        wider = (min(c.x0 for c in named) + max(c.x1 for c in named)) / 2 if named else 0.0
        if abs(wider - middle) > 1.2 * size or not all(_is_free(k, y, size, lines, edges) for k in (first - 1, last)):
            break
        first, last = first - 1, last + 1
    return [Stroke(y, edges[first], edges[last])]


def _is_free(column: int, y: float, size: float, lines: Sequence[Sequence[Chunk]], edges: Sequence[float]) -> bool:
    """The column has no text at this height, and has some on the next line."""
    heights = [_middle(c) for line in lines for c in line if edges[column] < (c.x0 + c.x1) / 2 < edges[column + 1]]
    return all(abs(h - y) > 0.7 * size for h in heights) and any(0 < h - y < 3.0 * size for h in heights)


def _parted(chunk: Chunk, separators: Sequence[float]) -> list[Chunk]:
    """The chunk cut at the separators that run through a space in it which is wider than its other spaces."""
    gaps = [(a.x1, b.x0) for a, b in pairwise(chunk.words)]
    if not gaps or not any(chunk.x0 < x < chunk.x1 for x in separators):
        return [chunk]
    narrow = min(0.3 * chunk.words[0].size, *(b - a for a, b in gaps), 99.0)
    groups: list[list[Word]] = [[chunk.words[0]]]
    for (a, b), word in zip(gaps, chunk.words[1:], strict=True):
        if b - a > 1.3 * narrow and any(a - 1 < x < b + 1 for x in separators):
            groups.append([word])
        else:
            groups[-1].append(word)
    return [Chunk(words=tuple(g), x0=g[0].x0, x1=g[-1].x1) for g in groups]


def _middle(chunk: Chunk) -> float:
    word = chunk.words[0]
    return (word.top + word.bottom) / 2


def _rules_below(over: Sequence[Stroke], lines: Sequence[Sequence[Chunk]], ys: Sequence[float]) -> list[Stroke]:
    """A rule under each text that spans columns where other text follows below it in the same row."""
    added = []
    for span in over:
        end = min((place for place in ys if place > span.at), default=span.at)
        middles = [_middle(c) for line in lines for c in line if span.start < (c.x0 + c.x1) / 2 < span.end]
        below = [y for y in middles if span.at + 2 < y < end]
        if below:
            added.append(Stroke((span.at + min(below)) / 2, span.start, span.end))
    return added
