"""The designs of tables that plans use, as Typst documents: what `scripts/bench/tables` sets and reads back."""

from collections.abc import Callable, Sequence
from itertools import groupby
from typing import NamedTuple


class Column(NamedTuple):
    """A column: the name of its value, its head as read back (spanning heads first), its width and alignment."""

    name: str
    head: str
    width: str = "1fr"
    align: str = "left"


class Design(NamedTuple):
    """One way to set the rows: columns, the header rows in Typst, options of the table, type size and page."""

    name: str
    rules: str
    columns: tuple[Column, ...]
    header: str
    options: str
    size: float = 8.0
    page: str = 'paper: "a4", margin: (x: 1.8cm, y: 2.2cm)'
    repeat: bool = True
    merged: bool = False
    text: str = "hyphenate: false"

    def source(self, rows: Sequence[tuple[str, ...]]) -> str:
        """The Typst document with these rows between two paragraphs of prose."""
        widths = ", ".join(column.width for column in self.columns)
        aligns = ", ".join(f"{column.align} + {'top' if self.merged else 'horizon'}" for column in self.columns)
        body = _merged_rows(rows) if self.merged else "".join(_row(row) for row in rows)
        return f"""
#set page({self.page})
{_RUNNING}
#set text(size: 10pt, lang: "es")
#set par(justify: true)
{_PROSE}
#text(size: 9pt)[*Tabla 7.* Metas de producto (cifras en pesos corrientes)]
#set text(size: {self.size}pt, {self.text})
#set par(justify: false)
#table(columns: ({widths}), align: ({aligns}), {self.options},
  table.header(repeat: {str(self.repeat).lower()}, {self.header}),
  {body})
#set text(size: 10pt)
#set par(justify: true)
{_PROSE}
"""


_RUNNING = "#set page(footer: align(right)[Página #context counter(page).display()], header: [Plan])"
_PROSE = """
El presente plan recoge el esfuerzo de las comunidades, de los gremios y de la administración por ordenar las
prioridades del territorio durante los próximos cuatro años. Cada programa responde a un problema que las mesas
temáticas señalaron, y sus metas se revisan cada semestre en el Consejo de Gobierno, con presencia de las veedurías.
"""


def _row(row: Sequence[str]) -> str:
    return ", ".join(_quoted(text) for text in row) + ",\n"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _merged_rows(rows: Sequence[tuple[str, ...]]) -> str:
    """The rows with equal neighbours of the first column in one cell."""
    parts: list[str] = []
    for name, group in groupby(rows, key=lambda row: row[0]):
        members = list(group)
        parts.append(f"table.cell(rowspan: {len(members)}, {_quoted(name)}),\n")
        parts += [_row(member[1:]) for member in members]
    return "".join(parts)


def _heads(columns: Sequence[Column], cell: Callable[[str], str]) -> str:
    return ", ".join(cell(column.head) for column in columns)


def _bold(text: str) -> str:
    return f"strong({_quoted(text)})"


def _over(text: str, columns: int = 1, rows: int = 1) -> str:
    return f"table.cell(colspan: {columns}, rowspan: {rows}, align: center + horizon, {_bold(text)})"


_YEARS = range(2024, 2028)
_BASIC = (
    Column("producto", "Producto", "3fr"),
    Column("indicador", "Indicador de producto", "3fr"),
    Column("unidad", "Unidad de medida"),
    Column("meta", "Meta cuatrienio", "1fr", "right"),
    Column("t2024", "Costo 2024", "1.5fr", "right"),
)
_WIDTHS = ("3fr", "3fr", "1fr", "1fr", "1.4fr")
_PLAIN = tuple(column._replace(width=width) for column, width in zip(_BASIC, _WIDTHS, strict=True))
_SPANNED = (
    *_BASIC[:4],
    *(Column(f"m{y}", f"Programación física / {y}", "0.8fr", "right") for y in _YEARS),
)
_THREE = (
    Column("codigo", "Código", "1.4fr"),
    Column("producto", "Producto", "3fr"),
    Column("unidad", "Unidad", "1.1fr"),
    *(Column(f"m{y}", f"Programación / Meta física / {y}", "0.8fr", "right") for y in _YEARS),
    *(Column(f"t{y}", f"Programación / Costo / {y}", "1.7fr", "right") for y in _YEARS[:2]),
)
_MERGED = (
    Column("programa", "Programa", "2.4fr"),
    Column("producto", "Producto", "3fr"),
    Column("indicador", "Indicador", "3fr"),
    Column("unidad", "Unidad", "1.2fr"),
    Column("meta", "Meta", "1fr", "right"),
)
_MANY = (
    Column("codigo", "Código", "1.3fr"),
    Column("programa", "Programa", "2.4fr"),
    Column("producto", "Producto", "2.8fr"),
    Column("indicador", "Indicador", "2.8fr"),
    Column("unidad", "Unidad", "1.1fr"),
    Column("meta", "Meta", "1fr", "right"),
    *(Column(f"m{y}", f"Meta {y}", "0.9fr", "right") for y in _YEARS),
    *(Column(f"t{y}", f"Total {y}", "1.6fr", "right") for y in _YEARS),
)
_TWO_ROWS = (
    ", ".join(_over(column.head, rows=2) for column in _BASIC[:4])
    + ", "
    + ", ".join([_over("Programación física", columns=4), *(_over(str(y)) for y in _YEARS)])
)
_THREE_ROWS = ", ".join(
    [
        *(_over(column.head, rows=3) for column in _THREE[:3]),
        _over("Programación", columns=6),
        _over("Meta física", columns=4),
        _over("Costo", columns=2),
        *(_over(str(y)) for y in (*_YEARS, *_YEARS[:2])),
    ]
)
_GRID = "stroke: 0.5pt + black, inset: 4pt"
_COLUMNS = (
    "stroke: (x, y) => (left: 0.5pt, right: 0.5pt, top: if y < 2 { 0.5pt }, bottom: if y == 0 { 0.5pt }), inset: 4pt"
)
_LINES = "stroke: (x: none, y: 0.5pt + black), inset: (x: 4pt, y: 4pt)"
_BOOK = (
    "stroke: (x, y) => (top: if y == 0 {1pt} else {0pt}, bottom: if y == 0 {0.6pt} else {0pt}), inset: (x: 5pt, y: 4pt)"
)
_ZEBRA = "stroke: none, inset: (x: 5pt, y: 4pt), fill: (_, y) => if calc.odd(y) { luma(232) }"
_STRIPES = "stroke: none, inset: (x: 5pt, y: 4pt), fill: (_, y) => if calc.even(y) { luma(225) }"
_WHITE = "stroke: none, inset: (x: 6pt, y: 5pt)"
_TIGHT = "stroke: none, column-gutter: 4pt, inset: (x: 4pt, y: 3.2pt)"
_ACROSS = 'paper: "a4", flipped: true, margin: (x: 1.2cm, y: 2cm)'

DESIGNS = (
    Design("full grid", "all", _BASIC, _heads(_BASIC, _bold), _GRID),
    Design("two-line header", "all", _SPANNED, _TWO_ROWS, _GRID),
    Design("three-line header", "all", _THREE, _THREE_ROWS, _GRID, size=7.0, page=_ACROSS),
    Design("merged programme cells", "all", _MERGED, _heads(_MERGED, _bold), _GRID, merged=True),
    Design("small type, wrapped", "all", _MANY[:8], _heads(_MANY[:8], _bold), "stroke: 0.3pt, inset: 2pt", size=5.5),
    Design("hyphenated cells", "all", _BASIC, _heads(_BASIC, _bold), _GRID, text="hyphenate: true"),
    Design("14 columns, landscape", "all", _MANY, _heads(_MANY, _bold), _GRID, size=5.5, page=_ACROSS),
    Design("header not repeated", "all", _BASIC, _heads(_BASIC, _quoted), _GRID, repeat=False),
    Design("columns ruled only", "vertical", _BASIC, _heads(_BASIC, _bold), _COLUMNS),
    Design("rules between rows", "horizontal", _BASIC, _heads(_BASIC, _bold), _LINES),
    Design("rules, two-line header", "horizontal", _SPANNED, _TWO_ROWS, _LINES),
    Design("rule below header only", "header", _PLAIN, _heads(_PLAIN, _bold), _BOOK),
    Design("zebra", "colour", _PLAIN, _heads(_PLAIN, _bold), _STRIPES),
    Design("zebra, header not repeated", "colour", _PLAIN, _heads(_PLAIN, _bold), _ZEBRA, repeat=False),
    Design("no rules", "none", _PLAIN, _heads(_PLAIN, _bold), _WHITE),
    Design("no rules, two-line header", "none", _SPANNED, _TWO_ROWS, _WHITE),
    Design("no rules, tight", "none", _PLAIN, _heads(_PLAIN, _quoted), _TIGHT, repeat=False),
)
