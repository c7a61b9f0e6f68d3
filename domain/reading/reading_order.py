"""The order in which a page is read: columns and sidebars one after the other, all else from top to bottom."""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise
from operator import attrgetter
from typing import TypeAlias

from domain.document import Word
from domain.reading.layout import Block, Line
from domain.reading.tables import GridTable

_left = attrgetter("x0")

Row: TypeAlias = list[Word]
Parted: TypeAlias = tuple[Row, Row]

_FEWEST_ROWS = 4  # in each column; fewer rows side by side are read across
_WORDS_IN_PROSE = 2.4  # words a row, on average; less, and it is a list or a table without rules
_FILLED = 0.55  # of the column's width, by most rows of prose
_ALIGNED = 0.55  # of a column's rows begin at the same place
_MOST_COLUMNS = 6
_PLACES = 24
_SAME_SIZE = 0.5
_SAME_HEIGHT = 0.7


def blocks_of(words: Iterable[Word], tables: Sequence[GridTable]) -> tuple[Block, ...]:
    """The words in lines and the lines in blocks, tables among them, in reading order.

    Turned words that no table holds come last, as the file has them.
    """
    level = [word for word in words if not word.turned]
    turned = [word for word in words if word.turned]
    out: list[Block] = []
    rest = level
    for table in sorted(tables, key=lambda t: t.box[1]):
        top, bottom = table.box[1], table.box[3]
        above = [word for word in rest if _middle(word) < top]
        label = [word for word in rest if top <= _middle(word) < bottom and not _beside(word, table)]
        out += _column(above, _MOST_COLUMNS)
        if label:
            out.append(Block(lines=tuple(line_of(row) for row in rows_of(label)), label=True))
        out.append(Block(table=table))
        gone = set(map(id, above)) | set(map(id, label))
        rest = [word for word in rest if id(word) not in gone]
    out += _column(rest, _MOST_COLUMNS)
    if turned:
        out.append(Block(lines=(line_of(turned),)))
    return tuple(out)


def _middle(word: Word) -> float:
    return (word.top + word.bottom) / 2


def _beside(word: Word, table: GridTable) -> bool:
    return word.x1 <= table.box[0] or word.x0 >= table.box[2]


def rows_of(words: Iterable[Word]) -> list[Row]:
    """Words with their middles at one height, top to bottom, each row left to right."""
    level: dict[float, Row] = {}
    for word in words:
        ends = word.top + word.bottom
        if ends in level:
            level[ends].append(word)
        else:
            level[ends] = [word]
    rows: list[Row] = []
    middle = height = 0.0
    for ends, row in sorted(level.items()):
        row.sort(key=_left)
        centre = ends / 2
        # Where the first of the words at exactly one height belongs, the others do.
        if rows and abs(centre - middle) < 0.45 * max(_tall(row[:1]), height):
            rows[-1] += row
            rows[-1].sort(key=_left)
            height = max(height, _tall(row))
        else:
            rows.append(row)
            middle, height = centre, _tall(row)
    return rows


def _tall(words: Sequence[Word]) -> float:
    """The height of the tallest; type without a box is about as tall as its size says."""
    return max(*[w.bottom - w.top for w in words], 0.6 * max([w.size for w in words]), 1.0)


def line_of(words: Sequence[Word]) -> Line:
    """One printed line; its weight and size are those of most of its letters."""
    texts = [word.text for word in words]
    sizes = [word.size for word in words]
    return Line(
        text=" ".join(texts),
        words=tuple(words),
        x0=min([word.x0 for word in words]),
        top=min([word.top for word in words]),
        x1=max([word.x1 for word in words]),
        bottom=max([word.bottom for word in words]),
        size=sizes[0] if sizes.count(sizes[0]) == len(sizes) else _most_letters(sizes, texts),
        bold=2 * sum([len(word.text) for word in words if word.bold]) > sum(map(len, texts)),
    )


def _most_letters(sizes: Sequence[float], texts: Sequence[str]) -> float:
    """The size of most letters, the larger one of two."""
    letters: dict[float, int] = {}
    for size, text in zip(sizes, texts, strict=True):
        letters[size] = letters.get(size, 0) + len(text)
    return max(letters, key=lambda size: (letters[size], size))


def _column(words: Sequence[Word], depth: int) -> list[Block]:
    if not words:
        return []
    rows = rows_of(words)
    found = _gutter(rows) if depth and len(rows) >= _FEWEST_ROWS else None
    if found is None:
        return [Block(lines=tuple(line_of(row) for row in rows))]
    first, last, gutter = found
    inside = [word for row in rows[first:last] for word in row]
    return [
        *_column([word for row in rows[:first] for word in row], depth - 1),
        *_column([word for word in inside if word.x1 <= gutter + 1], depth - 1),
        *_column([word for word in inside if word.x1 > gutter + 1], depth - 1),
        *_column([word for row in rows[last:] for word in row], depth - 1),
    ]


def _gutter(rows: Sequence[Row]) -> tuple[int, int, float] | None:
    """Rows `first` to `last` (not included) and the x of the white strip that parts them into columns."""
    best: tuple[int, tuple[int, int, float]] | None = None
    for place in _places(rows):
        parted = [_parted(row, place) for row in rows]
        for first, last in _stretches(parted):
            score = _column_rows([sides for sides in parted[first:last] if sides])
            if score >= _FEWEST_ROWS and (best is None or score > best[0]):
                best = score, (*_with_ends(parted, first, last), place)
    return best[1] if best else None


def _places(rows: Sequence[Row]) -> list[float]:
    """Where a strip may be: wide spaces between words, and left of where several rows begin."""
    places: Counter[float] = Counter()
    for row in rows:
        places[2.0 * round(row[0].x0 / 2) - 4.0] += 1
        for word, after in pairwise(row):
            if after.x0 - word.x1 >= max(6.0, 0.7 * word.size):
                places[2.0 * round(after.x0 / 2) - 4.0] += 1
    common = sorted(places.items(), key=lambda item: (-item[1], item[0]))
    return [place for place, times in common[:_PLACES] if times >= _FEWEST_ROWS]


def _parted(row: Row, place: float) -> Parted | None:
    """The words before and after the place; None when a word, or only a common space, lies on it."""
    before = [word for word in row if word.x1 <= place + 1]
    after = row[len(before) :]
    if after and after[0].x0 < place - 1:
        return None
    if before and after and after[0].x0 - before[-1].x1 < max(4.0, 0.4 * before[-1].size):
        return None
    return before, after


def _stretches(parted: Sequence[Parted | None]) -> Iterable[tuple[int, int]]:
    """Runs of rows that the place parts, cut to the heights at which there are words on both sides."""
    start = 0
    for i, sides in enumerate([*parted, None]):
        if sides is not None:
            continue
        run = range(start, i)
        start = i + 1
        ends = []
        for side in (0, 1):
            held = [j for j in run if parted[j][side]]  # type: ignore[index]
            ends.append((held[0], held[-1]) if held else (0, -1))
        first, last = max(ends[0][0], ends[1][0]), min(ends[0][1], ends[1][1])
        # Rows at heights of their own: the first of the other side may stand just above.
        if first <= last:
            yield first, last + 1


def _with_ends(parted: Sequence[Parted | None], first: int, last: int) -> tuple[int, int]:
    """The rows and those above and below, on one side only, with which a longer column goes on."""
    while last < len(parted) and _goes_on(parted[first:last][::-1], parted[last]):
        last += 1
    while first and _goes_on(parted[first:last], parted[first - 1]):
        first -= 1
    return first, last


def _goes_on(known: Sequence[Parted | None], further: Parted | None) -> bool:
    """Whether a row beyond the rows known, the nearest first, is the next line of one of their columns."""
    if further is None or all(further):
        return False
    side = 0 if further[0] else 1
    beyond = further[side][0]
    near = next((sides[side][0] for sides in known if sides and sides[side]), None)
    if near is None or abs(near.size - beyond.size) > _SAME_SIZE:
        return False
    return abs(beyond.bottom - near.bottom) <= 1.9 * near.size


def _column_rows(parted: Sequence[Parted]) -> int:
    """The number of rows in the shorter of the two columns; 0 when they do not read as columns."""
    before = [sides[0] for sides in parted if sides[0]]
    after = [sides[1] for sides in parted if sides[1]]
    fewest = min(len(before), len(after))
    if fewest < _FEWEST_ROWS or not _aligned([row[0].x0 for row in after]):
        return 0  # wide spaces of justified lines that happen to lie above each other
    level = sum(
        bool(sides[0] and sides[1])
        and abs(sides[0][0].bottom - sides[1][0].bottom) <= _SAME_HEIGHT
        and abs(sides[0][0].size - sides[1][0].size) <= _SAME_SIZE
        for sides in parted
    )
    if 2 * level < fewest:
        return fewest  # lines at heights of their own: a sidebar, whatever it holds
    return fewest if _is_prose(before) and _is_prose(after) else 0


def _is_prose(rows: Sequence[Row]) -> bool:
    if sum(map(len, rows)) < _WORDS_IN_PROSE * len(rows):
        return False
    left, right = min(row[0].x0 for row in rows), max(row[-1].x1 for row in rows)
    full = sum(row[-1].x1 - row[0].x0 >= _FILLED * (right - left) for row in rows)
    return 2 * full >= len(rows)


def _aligned(starts: Sequence[float]) -> bool:
    """Whether most rows begin at one place, as a column does."""
    common = max(sum(abs(start - other) <= 3.0 for other in starts) for start in starts)
    return common >= _ALIGNED * len(starts)
