"""Which rows at the top of a lattice are its header, and one string of it for each column."""

from collections.abc import Sequence

from domain.reading.tables.heads import is_number, names_column, opens_table
from domain.reading.tables.lattice import Block, Lattice

_MOST_ROWS = 5


def header_rows(lattice: Lattice) -> int:
    """How many rows at the top are the header; 0 when there is none: the table goes on another one, or is a form.

    A single row can be a header whose rows follow on the next page.
    """
    rows = lattice.rows()
    if len(rows) == 1:
        return int(opens_table([b.text for b in rows[0]]))
    if not _is_header(rows):
        return 0
    count = 1
    while count < min(len(rows), _MOST_ROWS):
        # A block of the header that reaches down names its column in all rows that it spans.
        reach = max(b.row_end for row in rows[:count] for b in row if b.text)
        if count < reach <= _MOST_ROWS and all(_may_name(rows, row) for row in range(count, reach)):
            count = reach
        elif count < len(rows) - 1 and _goes_on(rows, count):
            count += 1
        else:
            break
    return count


def header_texts(lattice: Lattice, count: int) -> tuple[str, ...]:
    """For each column the texts of its header rows from top to bottom, joined; a block is read once a column."""
    parts: list[list[str]] = [[] for _ in range(len(lattice.xs) - 1)]
    for b in sorted(lattice.blocks, key=lambda b: (b.row, b.column)):
        if b.row < count and b.text:
            for column in range(b.column, b.column_end):
                parts[column].append(b.text)
    return tuple(" / ".join(part) for part in parts)


def _is_header(rows: Sequence[Sequence[Block]]) -> bool:
    first = [b for b in rows[0] if b.text]
    if len(first) < 2:
        return False
    return (
        opens_table([b.text for b in first])
        or _is_bolder(first, rows[1:])
        or _is_spanning(rows)
        or _is_label_over_numbers(rows)
    )


def _is_bolder(first: Sequence[Block], below: Sequence[Sequence[Block]]) -> bool:
    if not all(word.bold for b in first for word in b.words) or any(is_number(b.text) for b in first):
        return False
    words = [word for row in below[:12] for b in row for word in b.words]
    return sum(word.bold for word in words) * 3 < len(words)


def _is_spanning(rows: Sequence[Sequence[Block]]) -> bool:
    """One block of the first row spans columns that are named below it, another one reaches down beside those names."""
    first = rows[0]
    wide = [b for b in first if b.column_end - b.column > 1 and b.row_end == 1 and b.text]
    tall = [b for b in first if b.row_end > 1 and b.text]
    below = [b for b in rows[1] if b.row == 1 and b.text]
    if not wide or not tall or len(rows) < 3 or any(is_number(b.text) or len(b.text) > 80 for b in first):
        return False
    return bool(below) and all(len(b.text) <= 40 and (_is_under(rows, b) or not is_number(b.text)) for b in below)


def _is_label_over_numbers(rows: Sequence[Sequence[Block]]) -> bool:
    """No amount in the first row, every column but perhaps the first one named, and amounts below."""
    width = max(b.column_end for b in rows[0])
    labels = {b.column: b.text for b in rows[0] if b.text}
    if set(range(1, width)) - set(labels) or any(is_number(t) or len(t) > 60 for t in labels.values()):
        return False
    body = rows[1:]
    shares = []
    for column in labels:
        below = [b.text for row in body for b in row if b.column == column and b.text]
        shares.append(sum(map(is_number, below)) / len(below) if below else 0.0)
    if len(body) == 1:
        return width >= 3 and sum(share == 1 for share in shares) >= width - 1
    return max(shares) >= 0.7


def _may_name(rows: Sequence[Sequence[Block]], row: int) -> bool:
    """No amount begins in this row but under a block that spans columns (the "24", "25" under "Programación")."""
    own = [b for b in rows[row] if b.row == row and b.text]
    return all(_is_under(rows, b) or not is_number(b.text) for b in own)


def _is_under(rows: Sequence[Sequence[Block]], b: Block) -> bool:
    above = rows[b.row - 1]
    return any(s.column_end - s.column > 1 and s.text and s.column <= b.column < s.column_end for s in above)


def _goes_on(rows: Sequence[Sequence[Block]], count: int) -> bool:
    """Row `count` still belongs to the header: it names the columns that a block above spans, or only names columns."""
    own = [b for b in rows[count] if b.row == count and b.text]
    if not own or any(is_number(b.text) or len(b.text) > 120 for b in own):
        return False
    splits = [b for b in own if _is_under(rows, b)]
    if splits and len(splits) >= 0.5 * len(own) and any(names_column(b.text) for b in splits):
        return True
    return len(own) >= 2 and all(names_column(b.text) for b in own)
