"""Rows of targets in running text: the cells of a table whose lines the file has lost, read back as rows.

A row ends in a group of values (unit, baseline, target, perhaps years). Its name stands before them, back to the row
above, a header, a heading or the furniture of the page. Source: the shapes listed in research/domain.md section 6.4.
"""

import re
from collections.abc import Iterator

import msgspec

from domain.indicators.goals import starts_goal
from domain.indicators.lines import (
    NOTHING,
    NUMBER,
    STATISTICS,
    TARGETS,
    is_furniture,
    is_header,
    is_heading,
    is_nothing,
    joined_header,
    lines_of,
)
from domain.indicators.names import DELIVERED, LABEL, STARTER, is_name, name_at, name_end
from domain.language.entities import entities

_VALUE = rf"(?:{NUMBER}|{NOTHING})(?=\s|$|\*)"
_UNIT = (
    r"(?:N[uú]m(?:ero)?\.?|No\.?|N[°º]\.?|#|Porcentaje|Porcentual|%|Unidad(?:es)?|Und\.?|Personas?|Tasa|[Kk]ms?2?|[Mm]2|[Mm]3|Has?\.?|ha|"
    r"Hect[aá]reas|Metros(?:\s[Ll]ineales)?|M\.?L\.?|Global|Familias?|[Ll][ií]der(?:es)?|Toneladas?|Ton|[ÍI]ndice|Puntos?|Raz[oó]n|"
    r"[Mm]2\s/\s[Hh]ab|Vivienda|Documento|Plan|Proyecto|Programa|Empresas?|Veh[ií]culos|Eventos?)"
)
_GROUP = re.compile(
    rf"(?<![\w.,$/°º-])(?:(?P<unit>{_UNIT})(?:\s{{1,4}}|(?<=%)))?(?P<values>{_VALUE}(?:\s{{1,4}}(?:(?:Aumentar|Sostener|Reducir|Mantener|Disminuir)\s{{1,4}})?{_VALUE}){{0,8}})"
)
_LONGEST_ZONE = 2000  # characters that a name and the goal before it may take
_VALUES = re.compile(_VALUE)
_YEAR = re.compile(r"(?:19|20)\d\d")
# The cell of the unit or attribute beside the name, in capitals.
_CAPITALS_END = re.compile(r"(?<=[a-záéíóú])(?:\n[A-ZÁÉÍÓÚÑ ]{2,20}){1,5}$")
_ENDS_ROW = re.compile(r"[ \t]{0,3}(?:\n|$|\*|(?=\s{0,3}[A-ZÁÉÍÓÚ–?•-]))")
_SLASHED_LINE = re.compile(
    r"[\s*]{0,4}(?:/[^\n]{2,50}|[A-Za-zÁÉÍÓÚáéíóúñ. ]{3,40}/[^\n]{0,40})(?:\n[a-záéíóú]{2,18}(?=\n))?(?=\n|$)"
)
_RESPONSIBLE_TAIL = re.compile(r"[\s/,*–-]{0,6}(?:y\s|la\s|el\s)?")
_NEXT_GOAL = re.compile(r"A\s(?:20\d\d|diciembre|31)\b")
_WORDED_VALUE = re.compile(
    rf"\s{{0,2}}\.?\s{{0,3}}(Cero\s?(?:\(0\))?|(?!\d{{1,2}}\.\d{{1,2}}[.\s]){NUMBER})(?=[\s.])(?!\.?\s{{1,2}}[A-ZÁÉÍÓÚ]{{4}})"
)
_OPENING = re.compile(
    rf"{LABEL.pattern}|(?:^|(?<=\n))[ \t]{{0,3}}(?:[-•?]\s|\d{{1,2}}\)\s)?(?={STARTER.pattern})", re.IGNORECASE
)
_LABELLED = re.compile(r"[iIİı](?<=[\s.?•].)[nN][dD]")


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """A row read back: the indicator's name at `text[start:end]` and its values as printed."""

    start: int
    end: int
    name: str
    unit: str | None = None
    values: tuple[str, ...] = ()
    goal: str = ""
    label: str = ""
    header: str = ""


def rows(text: str) -> tuple[Row, ...]:
    """Rows in order of place; a name without values counts only where it starts as indicators do."""
    out: list[Row] = []
    floor = 0
    for group in _groups(text):
        row = _labelled_behind(text, floor, group) or _row(text, floor, group)
        after = max(_behind_responsible(text, group.end()), row.end if row else 0)
        if row:
            out.extend(_valueless(text, floor, min(row.start, group.start())))
            out.append(row)
        if row or len(_VALUES.findall(group["values"])) > 1:
            floor = after
    out.extend(_valueless(text, floor, len(text)))
    return tuple(out)


def _groups(text: str) -> Iterator[re.Match[str]]:
    for match in _GROUP.finditer(text):
        values = _VALUES.findall(match["values"])
        if (
            (_YEAR.fullmatch(values[0]) and len(values) < 3)
            or all(_YEAR.fullmatch(v) for v in values)
            or not (_ENDS_ROW.match(text, match.end()) or (match["unit"] and len(values) > 1))
        ):
            continue
        if is_header(text[text.rfind("\n", 0, match.start()) + 1 : match.start()]):
            continue
        if len(values) > 1 or match["unit"] or _alone(text, match):
            yield match


def _alone(text: str, match: re.Match[str]) -> bool:
    """One value closes a row when it ends its line behind a name that ended with a point, or fills its line."""
    start = text.rfind("\n", 0, match.start()) + 1
    before = text[start : match.start()].rstrip()
    end = text.find("\n", match.end())
    behind = text[match.end() : end if end >= 0 else len(text)].strip()
    if behind:
        return False
    return before.endswith(".") or (not before and bool(text[max(0, start - 2) : start].strip(" \n")))


def _row(text: str, floor: int, group: re.Match[str]) -> Row | None:
    start = _zone_start(text, floor, group.start())
    found = joined_header(text[start : group.start()])
    header = text[start + found[0] : start + found[1]] if found else ""
    start += found[1] if found else 0
    zone = text[start : group.start()]
    values = _values(group["values"])
    begins, goal, label = name_at(zone, split=not group["unit"])
    name = _CAPITALS_END.sub("", zone[begins:].rstrip(" .,;:\n"))
    starter = bool(STARTER.match(name))
    sure = bool(group["unit"] or label or starter or (len(values) == 1 and DELIVERED.search(name)))
    if not sure and (len(values) == 1 or not _of_targets(text, group, values, goal)):
        return None
    if any(len(re.sub(r"\D", "", value)) >= 8 for value in values):
        return None  # amounts of money
    if not is_name(name, strict=not sure):
        return None
    at = start + begins
    return Row(
        start=at,
        end=at + len(name),
        name=name,
        unit=group["unit"],
        values=values,
        goal=goal,
        label=label,
        header=header,
    )


def _labelled_behind(text: str, floor: int, group: re.Match[str]) -> Row | None:
    """Goal, values, then the name: "Haber aumentado la cobertura a 63% 59% 63% Indicador: Tasa de cobertura"."""
    label = LABEL.match(text, group.end() + len(text[group.end() :]) - len(text[group.end() :].lstrip()))
    if not label:
        return None
    goal = _behind_labels(text[_zone_start(text, floor, group.start()) : group.start()])
    if LABEL.search(goal) or len(goal.split()) < 4:
        return None
    stop = name_end(text[: label.end() + 400], label.end())
    name = text[label.end() : stop].rstrip(" .,;:\n")
    if len(name) < 6:
        return None
    return Row(
        start=label.end(),
        end=label.end() + len(name),
        name=name,
        unit=group["unit"],
        values=_values(group["values"]),
        goal=goal,
        label=(label["kind"] or "indicador").lower(),
    )


def _behind_labels(zone: str) -> str:
    """What follows the last labelled name of a zone: the goal of the next row, when one begins there."""
    last = max((m.end() for m in LABEL.finditer(zone)), default=0)
    rest = zone[name_end(zone, last) :].lstrip(" .\n") if last else ""
    return rest if _NEXT_GOAL.match(rest) or starts_goal(rest) else zone


def _of_targets(text: str, group: re.Match[str], values: tuple[str, ...], goal: str) -> bool:
    """Whether values without a unit stand in a table of targets rather than of statistics."""
    if (
        len(values) in {3, 4, 5}
        or len(values) > 7
        or STATISTICS.search(text[max(0, group.start() - 3000) : group.start()].lower())
    ):
        return False
    signal = goal or TARGETS.search(text.lower())
    behind = text[group.end() : group.end() + 60]
    return bool(signal or next((e for e in entities(behind) if not behind[: e.start].strip(" *\n/")), None))


def _values(group: str) -> tuple[str, ...]:
    """The values as printed; a number on a line of its own behind two others is the page's."""
    first, *rest = group.split("\n")
    kept = _VALUES.findall(first)
    for line in rest:
        found = _VALUES.findall(line)
        if len(kept) >= 2 and len(found) == 1 and not is_nothing(found[0]):
            break
        kept += found
    return tuple(" ".join(value.split()) for value in kept)


def _zone_start(text: str, floor: int, end: int) -> int:
    """Back from the values over the lines of the name: to the row above, a header, a heading or a page's furniture."""
    floor = max(floor, end - _LONGEST_ZONE)
    lines = reversed(list(lines_of(text[floor:end])))
    start = floor + next((at + len(line) for at, line in lines if _parts(line)), 0)
    zone = text[start:end]
    return start + len(zone) - len(zone.lstrip(" \n?•-*.,"))


def _parts(line: str) -> bool:
    return is_header(line) or (len(line) < 160 and (is_furniture(line) or is_heading(line)))


def _behind_responsible(text: str, at: int) -> int:
    """Past the cell of the responsible office that follows the values: known offices, then its lines with slashes."""
    window = text[at : at + 320]
    moved = 0
    for entity in entities(window):
        if not _RESPONSIBLE_TAIL.fullmatch(window[moved : entity.start]):
            break
        moved = entity.end
    while found := _SLASHED_LINE.match(window, moved):
        moved = found.end()
    return at + moved


def _of_statistics(text: str) -> bool:
    low = text.lower()
    return bool(STATISTICS.search(low)) and not TARGETS.search(low)


def _openings(zone: str) -> Iterator[re.Match[str]]:
    """The matches of _OPENING; all stand where a line begins or behind a sign, with a label or a starter."""
    lines, labels = (at for at, _ in lines_of(zone)), (m.start() for m in _LABELLED.finditer(zone))
    end = 0
    for at in sorted({*lines, *labels}):
        if at >= end and (match := _OPENING.match(zone, at)):
            end = match.end()
            yield match


def _valueless(text: str, start: int, end: int) -> Iterator[Row]:
    """Names without values between two rows: labelled, or begun as indicators are, in a table's short lines."""
    zone = text[start:end]
    taken = -1
    last = 0
    for match in _openings(zone):
        if match.start() < taken:
            continue
        labelled = bool(LABEL.match(zone, match.start()))
        if not labelled and (not STARTER.match(zone, match.end()) or _of_statistics(text)):
            continue
        if not labelled and zone[: match.start()].rstrip().endswith(
            ("/", " de", " del", " la", " el", " los", " las", ",", " en", " y")
        ):
            continue
        stop = name_end(zone, match.end())
        name = zone[match.end() : stop].rstrip(" .,;:\n")
        if not is_name(name, strict=False) and not (labelled and len(name) > 5):
            continue
        label = (match["kind"] or "indicador").lower() if labelled else ""
        value = _WORDED_VALUE.match(zone, stop)
        yield Row(
            start=start + match.end(),
            end=start + match.end() + len(name),
            name=name,
            values=(value[1],) if value else (),
            goal=zone[last : match.start()],
            label=label,
        )
        taken = last = stop
