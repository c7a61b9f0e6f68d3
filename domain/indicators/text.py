"""Indicators in running text: broken rows, stated baselines and targets, goals."""

import re
from collections.abc import Iterator, Sequence

from domain.document import Passage
from domain.evidence import Topic
from domain.indicators.goals import quantity, starts_goal
from domain.indicators.lines import NOTHING, NUMBER, header_before, is_nothing
from domain.indicators.model import BASELINE_HEADER, Indicator, kind_of, value_of, verb_in
from domain.indicators.rows import Row, rows
from domain.indicators.sentences import goals, stated

_BASE_FIRST = re.compile(r"base\s.{0,12}indicador.{0,12}\smeta", re.IGNORECASE)
_BASE_YEAR = re.compile(r"base\s{0,2}[(:]?\s{0,2}(20[0-4]\d)", re.IGNORECASE)
_LONE_VALUE = re.compile(rf"(?:{NUMBER}|{NOTHING})")
_VALUES = re.compile(rf"(?<![\w.,]){NUMBER}(?![\w.,]?\d)")
_ABBREVIATED = re.compile(r"\s{1,2}[Nn]o\.$")
_PROGRAMMATIC = re.compile(r"\bmetas?\b|indicador|cuatrienio", re.IGNORECASE)


def in_text(passage: Passage, topic: Topic) -> Iterator[Indicator]:
    """The indicators of a passage without cells, in order of place; where two overlap, the better bound one."""
    text = passage.text
    found = [*stated(text), *(_from_row(text, row, passage) for row in rows(text))]
    taken: list[Indicator] = []
    for item in found:
        if not any(item.start < t.end and t.start < item.end for t in taken):
            taken.append(item)
    more = list(goals(text, taken, programmatic=bool(_PROGRAMMATIC.search(text)) or topic.role == "programacion"))
    yield from sorted((*taken, *more), key=lambda i: i.start)


def _from_row(text: str, row: Row, passage: Passage) -> Indicator:
    header = row.header or header_before(text, row.start) or passage.caption
    baseline, target, yearly = _columns(row, header)
    above = _above(text, row)
    if above and row.values and not row.unit and not header:  # the header is out of sight
        baseline, target, yearly = value_of(above), value_of(row.values[0]), ()
        if _echoed(text, row, above):  # target | name, then the values of the next row
            baseline, target = None, value_of(above)
    if not row.values and (_BASE_FIRST.search(header) or starts_goal(text[row.end :].lstrip(" .\n"))):
        baseline, target = _around(text, row)
    if target is None and row.goal:
        stated = _last_goal(row.goal)
        found = quantity(stated)
        target = found.text if found else None
    return Indicator(
        start=row.start,
        end=row.end,
        name=row.name,
        kind=kind_of(row.name, row.label or header, " ".join(passage.path[-2:])),
        baseline=baseline,
        target=target,
        yearly=yearly,
        unit=row.unit,
        baseline_year=_baseline_year(header),
        verb=verb_in(row.goal),
        how="row",
    )


def _baseline_year(header: str) -> str | None:
    found = _BASE_YEAR.search(header)
    return found[1] if found else None


def _around(text: str, row: Row) -> tuple[str | None, str | None]:
    """Columns "Línea base | Indicador | Meta": the value stands on the line above the name, the goal below it."""
    above = _above(text, row)
    if above and _echoed(text, row, above):
        return None, value_of(above)
    below = quantity(text[row.end : row.end + 260].split("\n\n", maxsplit=1)[0])
    return (value_of(above) if above else None), (below.text if below else None)


def _echoed(text: str, row: Row, value: str) -> bool:
    """Whether the goal above a value states that value: then it is the goal's target.

    A single digit recurs by chance.
    """
    if len(value) < 2:
        return False
    before = text[max(0, row.start - 400) : row.start].rstrip()
    return value in _VALUES.findall(before[: before.rfind(value)])


def _above(text: str, row: Row) -> str | None:
    """The value that stands alone on the line above a name."""
    line = text[max(0, row.start - 80) : row.start].rstrip().rpartition("\n")[2].strip()
    line = _ABBREVIATED.sub("", line) if _LONE_VALUE.fullmatch(_ABBREVIATED.sub("", line)) else line
    return line if _LONE_VALUE.fullmatch(line) and "\n" in text[max(0, row.start - 80) : row.start] else None


def _columns(row: Row, header: str) -> tuple[str | None, str | None, tuple[str, ...]]:
    """Which values are baseline, target and yearly targets, by the header seen and the usual order of columns."""
    values = [None if is_nothing(v) else v for v in row.values]
    if not values:
        return None, None, ()
    based, aimed = (
        bool(BASELINE_HEADER.search(header)),
        bool(re.search(r"\bmeta\b|\bmetas?\s{1,2}(?:20|cuatr|al)|20\d\d", header, re.IGNORECASE)),
    )
    if len(values) == 1 and row.unit:
        return (values[0], None, ()) if based and not aimed else (None, values[0], ())
    if len(values) == 1:
        return (None, values[0], ()) if aimed and not based else (values[0], None, ())
    if len(values) >= 6:
        yearly = tuple(v for v in values[2:6] if v)
        rising = len(yearly) == 4 and _numbers(yearly) == sorted(set(_numbers(yearly)))
        last = bool(re.search("est[aá]ndar", header, re.IGNORECASE)) or (rising and "cuatrienio" not in header.lower())
        return values[0], (yearly[-1] if last and yearly else values[1]), yearly
    return values[0], values[1], tuple(v for v in values[2:] if v)


def _numbers(values: Sequence[str]) -> list[float]:
    """As numbers, roughly: a point or a comma is a decimal one, and what has several of them counts as nothing."""
    plain = (re.sub(r"[^\d.]", "", v.replace(",", ".")).strip(".") for v in values)
    return [float(v) if v and v.count(".") < 2 else 0.0 for v in plain]


def _last_goal(text: str) -> str:
    """The goal right above an indicator: its last sentence that holds a quantity."""
    parts = [p for p in re.split(r"\.\s|\n\n", text) if p.strip()]
    starts = [i for i, p in enumerate(parts) if quantity(p)]
    return parts[starts[-1]] if starts and starts[-1] >= len(parts) - 2 else ""
