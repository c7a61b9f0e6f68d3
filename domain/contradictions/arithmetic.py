"""Totals of tables against their parts.

A table says by its own figures how it adds up: only where most rows (or another column) do add up is one that does
not a contradiction. A table whose convention is unknown, or whose cells were lost, is left alone.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

import msgspec

from domain.contradictions.conflict import Conflict, ConflictKind, Place
from domain.document import Cell, Document, Passage
from domain.language.numerals import number

TOLERANCE = 0.01
_EXACT = 0.002
_MOST_UNPROVEN = 0.15
"""Where nothing shows that a column adds up, a larger gap means that its rows are not the parts of its total."""

_NOTHING = re.compile(r"\s*\$?\s*[-–—]\s*")
_PLAIN_FIGURE = re.compile(r"\s*\$?\s?[’']?\s?-?\d[\d.,]{0,24}\s*")
_TOTAL_HEADER = re.compile(
    r"(?:costo |valor |gran )?total(?: (?:general|cuatrienio|20\d\d\s?-\s?20\d\d))?|total (?:inversi[oó]n|"
    r"recursos|costo)",
    re.IGNORECASE,
)
_YEAR_HEADER = re.compile(r"(?:a[ñn]o\s)?(?:20)?[12]\d|a[ñn]o\s[1-4]", re.IGNORECASE)
_TARGET_HEADER = re.compile(r"meta(?:\s(?:del\s)?cuatrienio|\stotal)?|total\s(?:del\s)?cuatrienio", re.IGNORECASE)
_SHARE = re.compile(r"porcentaje|%|\btasa|[ií]ndice|cobertura|acumulad|promedio", re.IGNORECASE)
_FEWEST_GOOD = 3
_TOTAL_LABEL = re.compile(r"\s*(?:gran\s+)?total(?:es)?\b(?!\s+(?:de\s+)?\w+\s+\w+\s+\w+)", re.IGNORECASE)
_SUBTOTAL = re.compile(r"\bsub\s?-?total|\btotal\b", re.IGNORECASE)
_NO_PART = re.compile(
    r"%|\bn[°ºo]\b|n[uú]mero|c[oó]digo|bpin|meta|l[ií]nea|base|unidad|porcentaje|tasa|var\b|item|[ií]tem|acumulad|"
    r"variaci",
    re.IGNORECASE,
)
_PART = re.compile(
    r"20\d\d|propios|\bsgp\b|\bsgr\b|regal|cofinan|cr[eé]dito|naci[oó]n|depart|otros|icld|gesti[oó]n|"
    r"transferencia|fosyga",
    re.IGNORECASE,
)

Figure: TypeAlias = tuple[Cell, float]


class _Row(msgspec.Struct, frozen=True, kw_only=True):
    """A row with its figures by header; headers that occur twice in it are left out."""

    passage: Passage
    label: str
    figures: Mapping[str, Figure]


def wrong_sums(document: Document) -> Iterator[Conflict]:
    """Every total that its own table contradicts, rows first, in reading order."""
    tables: dict[int, list[_Row]] = defaultdict(list)
    for passage in document.passages:
        if passage.kind == "table_row" and passage.table and passage.cells:
            tables[passage.table].append(_row(passage))
    for rows in tables.values():
        yield from _rows(rows)
        yield from _years(rows)
        yield from _columns(rows)


def _row(passage: Passage) -> _Row:
    headers = [c.header for c in passage.cells]
    figures: dict[str, Figure] = {}
    for cell in passage.cells[1:]:
        value = number(cell.text) if _PLAIN_FIGURE.fullmatch(cell.text) else None
        value = 0.0 if _NOTHING.fullmatch(cell.text) else value
        if value is not None and headers.count(cell.header) == 1:
            figures[cell.header] = (cell, value)
    return _Row(passage=passage, label=passage.cells[0].text, figures=figures)


def _rows(rows: Sequence[_Row]) -> Iterator[Conflict]:
    """Rows of sources or years whose total is not their sum, where the other rows of the table do add up."""
    headers = {h for row in rows for h in row.figures}
    totals = [h for h in headers if _TOTAL_HEADER.fullmatch(_last(h).strip())]
    if len(totals) != 1 or len(rows) < 3:
        return
    checked = []
    for row in rows:
        parts = [f for h, f in row.figures.items() if _PART.search(h) and not _NO_PART.search(h) and h != totals[0]]
        total = row.figures.get(totals[0])
        if total and total[1] > 0 and len(parts) >= 2:
            checked.append((row, total, parts, _off(total[1], sum(v for _, v in parts))))
    good = [item for item in checked if item[3] <= _EXACT]
    if len(good) < 2 or len(good) < 0.6 * len(checked):
        return
    widest = max(len(item[2]) for item in good)
    for row, total, parts, off in checked:
        if TOLERANCE < off < 0.9 and len(parts) >= min(3, widest):
            here, there = _cell(row.passage, total[0]), _across(row.passage, [c for c, _ in parts])
            yield _sum("suma_fila", here, there, (total[1], sum(v for _, v in parts)), 0.75)


def _years(rows: Sequence[_Row]) -> Iterator[Conflict]:
    """Rows whose years do not add up to their target, in a table where most rows' years do."""
    headers = {h for row in rows for h in row.figures}
    years = [h for h in headers if _YEAR_HEADER.fullmatch(_last(h).strip())]
    targets = [h for h in headers if _TARGET_HEADER.fullmatch(_last(h).strip())]
    if len(years) != 4 or len(targets) != 1:
        return
    checked = []
    for row in rows:
        parts = [row.figures[h] for h in sorted(years) if h in row.figures]
        total = row.figures.get(targets[0])
        # A year that is the whole target tells of a level that is kept or reached, not of parts.
        if (
            len(parts) == 4
            and total
            and 0 < max(v for _, v in parts) < total[1]
            and not _SHARE.search(row.passage.text)
        ):
            checked.append((row, total, parts, _off(total[1], sum(v for _, v in parts))))
    good = sum(item[3] <= _EXACT for item in checked)
    if good < _FEWEST_GOOD or good < 0.6 * len(checked):
        return
    for row, total, parts, off in checked:
        if TOLERANCE < off <= _MOST_UNPROVEN:
            here, there = _cell(row.passage, total[0]), _across(row.passage, [c for c, _ in parts])
            yield _sum("suma_fila", here, there, (total[1], sum(v for _, v in parts)), 0.7)


def _columns(rows: Sequence[_Row]) -> Iterator[Conflict]:
    """Columns whose last row, a total, is not the sum of the rows above it, where another column's is."""
    if len(rows) < 4 or not _TOTAL_LABEL.match(rows[-1].label):
        return
    total, parts = rows[-1], rows[:-1]
    if any(_SUBTOTAL.search(row.label) for row in parts):
        return
    sums: dict[str, tuple[Figure, Sequence[float]]] = {}
    for header, figure in total.figures.items():
        values = [row.figures[header][1] for row in parts if header in row.figures]
        if len(values) == len(parts) and not _NO_PART.search(header) and figure[1] > 0:
            sums[header] = (figure, values)
    good = sum(_off(figure[1], sum(values)) <= _EXACT for figure, values in sums.values())
    flat = len({row.label for row in parts}) == len(parts)
    there = Place(
        passage=parts[0].passage.id,
        page=parts[0].passage.page,
        start=parts[0].passage.start,
        end=parts[-1].passage.end,
    )
    for figure, parts_of_it in sums.values():
        off = _off(figure[1], sum(parts_of_it))
        proven = good >= 0.5 * len(sums) and TOLERANCE < off < 0.9
        likely = good == 0 and flat and TOLERANCE < off <= _MOST_UNPROVEN and _plain_list(figure[1], parts_of_it)
        if (good and proven) or likely:
            here = _cell(total.passage, figure[0])
            yield _sum(
                "suma_columna", here, there, (figure[1], sum(parts_of_it)), 0.5 if likely else 0.6 + 0.1 * min(good, 2)
            )


def _plain_list(total: float, values: Sequence[float]) -> bool:
    """No value is itself the total of the next ones or larger than the whole: the rows are of one kind."""
    if max(values) > total or sum(v > 0 for v in values) < 3:
        return False
    return not any(
        value > 0 and any(_off(value, sum(values[i + 1 : j])) <= _EXACT for j in range(i + 3, len(values) + 1))
        for i, value in enumerate(values)
    )


def _sum(kind: ConflictKind, here: Place, there: Place, sides: tuple[float, float], confidence: float) -> Conflict:
    shown = _shown(sides[0]), _shown(sides[1])
    return Conflict(
        kind=kind,
        here=here,
        there=there,
        values=shown,
        confidence=confidence,
        why=f"El total dice {shown[0]}, pero sus partes suman {shown[1]}.",
    )


def _cell(passage: Passage, cell: Cell) -> Place:
    return Place(passage=passage.id, page=passage.page, start=cell.start, end=cell.end)


def _across(passage: Passage, cells: Sequence[Cell]) -> Place:
    start, end = min(c.start for c in cells), max(c.end for c in cells)
    return Place(passage=passage.id, page=passage.page, start=start, end=end)


def _last(header: str) -> str:
    return header.rsplit(" / ", 1)[-1]


def _off(said: float, made: float) -> float:
    return abs(said - made) / max(abs(said), abs(made), 1e-9)


def _shown(value: float) -> str:
    """A figure as Colombians print it."""
    whole = f"{value:,.2f}".rstrip("0").rstrip(".")
    return whole.replace(",", " ").replace(".", ",").replace(" ", ".")
