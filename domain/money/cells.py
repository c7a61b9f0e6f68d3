"""Money in the cells of a table row: what stands below a header of money, with its unit, year and purpose."""

import re
from collections.abc import Iterator
from functools import lru_cache

from domain.document import Cell, Passage
from domain.language.amounts import Amount, declared, figures, parse
from domain.money.mention import COUNT_WORDS, MONEY_WORDS, YEAR, Mention

_WEAK = re.compile(r"\btotal|\botros\b|\bnaci[oó]n\b|departamento|fuente|cr[eé]dito|\baño", re.IGNORECASE)
_PURPOSE_HEADER = re.compile(
    r"programa|proyecto|producto|actividad|acci[oó]n|sector|eje|l[ií]nea|concepto|rubro|meta|indicador", re.IGNORECASE
)
_PRODUCT_HEADER = re.compile(r"programa|proyecto|producto|actividad|acci[oó]n", re.IGNORECASE)


def in_cells(passage: Passage) -> Iterator[Mention]:
    """The money of a table row."""
    money_table = bool(MONEY_WORDS.search(f"{passage.caption} {' '.join(passage.path[-1:])}".lower()))
    money_row = money_table or any(_speaks_of_money(cell.header) for cell in passage.cells)
    purposes = [
        cell
        for cell in passage.cells
        if _PURPOSE_HEADER.search(cell.header) and re.search(r"[a-záéíóú]{3}", cell.text, re.IGNORECASE)
    ]
    product = next((c for c in purposes if _PRODUCT_HEADER.search(c.header)), None)
    purpose = product or next(iter(purposes), None)
    for cell in passage.cells:
        unit = declared(cell.header, passage.caption)
        by = "header" if declared(cell.header) else "caption"
        money = _is_money_header(cell.header, money_row=money_row, money_table=money_table)
        for amount in _amounts_of(cell, money=money):
            shown = amount.under(unit) if unit else amount
            stated = "text" if amount.currency != "none" and shown is amount else by if shown is not amount else "none"
            year = YEAR.search(cell.header)
            yield Mention(
                amount=shown,
                start=cell.start - passage.start + amount.start,
                end=cell.start - passage.start + amount.end,
                stated_by=stated,
                header=cell.header,
                year=year[1] if year else None,
                purpose=" ".join(purpose.text.split())[:200] if purpose else "",
                named=product is not None,
            )


@lru_cache(maxsize=256)
def _speaks_of_money(header: str) -> bool:
    return MONEY_WORDS.search(header.lower()) is not None


# Every row of a table asks about the same headers.
@lru_cache(maxsize=256)
def _is_money_header(header: str, *, money_row: bool, money_table: bool) -> bool:
    """Whether the header says that the bare figures below it are money."""
    if COUNT_WORDS.search(header.lower()) or re.search(
        r"meta|l[ií]nea base|indicador|c[oó]digo|bpin|unidad|cantidad", header, re.IGNORECASE
    ):
        return False
    return (
        _speaks_of_money(header)
        or (money_row and bool(_WEAK.search(header)))
        or (money_table and bool(YEAR.search(header)))
    )


def _amounts_of(cell: Cell, *, money: bool) -> tuple[Amount, ...]:
    said = parse(cell.text)
    if said or not money:
        return said
    return tuple(f for f in figures(cell.text) if (f.face or 0) >= 100 or declared(cell.header))
