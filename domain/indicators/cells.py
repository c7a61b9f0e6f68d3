"""Indicators in the cells of a table row, bound by their headers."""

import re
from collections.abc import Iterator, Sequence

from domain.document import Cell, Passage
from domain.indicators.accumulation import ACCUMULATION_HEADER, shown, stated
from domain.indicators.goals import quantity
from domain.indicators.model import (
    BASELINE_HEADER,
    PRODUCT_HEADER,
    TARGET_HEADER,
    YEAR,
    Indicator,
    kind_of,
    short,
    value_of,
    year_in,
)

_H_NAME = re.compile(r"indicador|nombre de la meta|variable", re.IGNORECASE)
_H_UNIT = re.compile(r"unidad|medida", re.IGNORECASE)
_H_CODE = re.compile(r"c[oó]digo|\bbpin\b", re.IGNORECASE)
_H_PROGRAM = re.compile(r"programas?\b|proyecto|estrategia", re.IGNORECASE)
_H_TERM = re.compile(r"cuatrienio|\btotal\b|\b20\d\d\s?(?:-|–|a|al)\s?20\d\d", re.IGNORECASE)
_H_MONEY = re.compile(r"costo|valor total|presupuesto|recursos|\$|inversi", re.IGNORECASE)
_NAME_ONLY = re.compile(r"^(?:meta|indicador|producto|resultado|total|n/?a|no aplica)\W{0,3}$", re.IGNORECASE)


def in_cells(passage: Passage) -> Iterator[Indicator]:
    """The indicators of a table row: one a name column, with the cells up to the next."""
    cells = [c for c in passage.cells if c.text.strip()]
    names = [c for c in cells if _H_NAME.search(c.header) and _is_label(c.text)]
    if not names:
        names = [c for c in cells if _is_label(c.text) and PRODUCT_HEADER.search(c.header) and _valued(passage.cells)][
            :1
        ]
    if not names:
        names = [c for c in cells if TARGET_HEADER.search(c.header) and _is_label(c.text) and quantity(c.text)][:1]
    for at, cell in enumerate(names):
        yield _from_cell(passage, cell, _own(passage.cells, cell, names, at))


def _own(cells: Sequence[Cell], name: Cell, names: Sequence[Cell], at: int) -> list[Cell]:
    """The cells that speak of this indicator: with two in a row, those from its name to the next."""
    if len(names) < 2:
        return list(cells)
    end = names[at + 1].start if at + 1 < len(names) else max(c.end for c in cells) + 1
    return [c for c in cells if (c.start >= name.start or at == 0) and c.start < end]


def _from_cell(passage: Passage, cell: Cell, own: Sequence[Cell]) -> Indicator:
    first = _only(own, BASELINE_HEADER, cell)
    targets = [
        c
        for c in own
        if c is not cell
        and (TARGET_HEADER.search(c.header) or YEAR.fullmatch(c.header.strip()))
        and not _H_MONEY.search(c.header)
    ]
    targets = [c for c in targets if not BASELINE_HEADER.search(c.header)]
    yearly = [c for c in targets if YEAR.search(c.header) and not _H_TERM.search(c.header)]
    yearly = yearly if len(yearly) >= 3 else []
    whole = [
        c
        for c in targets
        if c not in yearly and (value_of(c.text) is None or not _is_label(c.text) or quantity(c.text))
    ]
    target = _target_of(whole, yearly)
    kept = _only(own, ACCUMULATION_HEADER, cell)
    values = tuple(v for c in yearly if (v := value_of(c.text)))
    unit, code, programme = _only(own, _H_UNIT, cell), _only(own, _H_CODE, cell), _only(passage.cells, _H_PROGRAM, cell)
    start = cell.start - passage.start
    lead = len(cell.text) - len(cell.text.lstrip())
    name = cell.text.strip().rstrip(".,;: \n")
    return Indicator(
        start=start + lead,
        end=start + lead + len(name),
        name=name,
        kind=kind_of(name, f"{cell.header}", passage.caption),
        baseline=value_of(first.text) if first else None,
        baseline_year=year_in(first.header) if first else None,
        target=target,
        target_year=max((y for c in whole if (y := year_in(c.header))), default=None),
        yearly=values,
        accumulation=(kept and stated(kept.text)) or shown(values, _target_of(whole, ())),
        unit=short(unit.text) if unit else None,
        code=short(code.text) if code and re.search(r"\d", code.text) else None,
        programme=short(programme.text) if programme else None,
        how="cells",
    )


def _target_of(whole: Sequence[Cell], yearly: Sequence[Cell]) -> str | None:
    """The target of the term: its own cell, else the last year's; a goal in words gives its quantity."""
    for cell in whole:
        value = value_of(cell.text)
        if value and _is_label(value) and len(value.split()) > 6:
            found = quantity(value)
            value = found.text if found else None
        if value:
            return value
    return next((v for c in reversed(yearly) if (v := value_of(c.text))), None)


def _only(cells: Sequence[Cell], header: re.Pattern[str], but: Cell) -> Cell | None:
    return next((c for c in cells if c is not but and header.search(c.header) and c.text.strip()), None)


def _valued(cells: Sequence[Cell]) -> bool:
    return any(
        (BASELINE_HEADER.search(c.header) or TARGET_HEADER.search(c.header)) and re.search(r"\d", c.text) for c in cells
    )


def _is_label(text: str) -> bool:
    return sum(c.isalpha() for c in text) >= 6 and not _NAME_ONLY.match(text.strip())
