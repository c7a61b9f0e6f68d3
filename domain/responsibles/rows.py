"""Responsibility in broken tables: names that are a cell of a row of targets, or listed below a label."""

import re
from collections.abc import Iterator

from domain.language.entities import Entity, entities, normalised
from domain.responsibles.bound import Bound, what_before

_TABLE = re.compile(r"\bresponsables?\b|dependencia|entidad ejecutora", re.IGNORECASE)
_ROW_BEFORE = re.compile(
    r"(?:(?:^|[\s|])(?:[\d.,]{1,12}\s?%?|ND|N\.?D\.?|SD|NA|--?|%|100%)|\breducir|\baumentar|\bsostener|\bmantener|l[ií]der)\s{0,3}$",
    re.IGNORECASE,
)
_LIST_BEFORE = re.compile(r"^\s{0,2}(?:[,/;–-]|y\s)?\s{0,2}(?:y\s)?(?:la\s|el\s)?$", re.IGNORECASE)
_OPEN_LINE = re.compile(
    r"(?:\b(?:de|del|la|el|los|las|a|al|y|e|o|con|por|en|para|que|su|un|una|desde|entre|como)|[,;:–-])\s{0,2}$",
    re.IGNORECASE,
)
_COUNTS_ONLY = re.compile(r"dane|dnp|pnud|sivigila", re.IGNORECASE)  # they measure; plans give them no task
_LIST_LABEL = re.compile(r"\bresponsables?\s{0,2}:", re.IGNORECASE)
_LIST_ITEM = re.compile(r"\s{0,3}[-•]\s{0,3}([A-ZÁÉÍÓÚÑ][^\n;:.]{2,60}[a-záéíóúñ])(?=\n|\.|$)")
_ROW_TAIL = re.compile(
    r"(?:\bN[uú]m\.?|\bN[uú]mero|\bPorcentaje|%|\bUnidad|\bNo\.?|\bTasa|\bPersonas?)\s{1,2}(?:[\d.,]{1,12}%?|ND)\s{1,2}(?:[\d.,]{1,12}%?|ND)"
    r"\s{1,2}(?!responsable|programa|meta|indicador)([A-ZÁÉÍÓÚÑ][^\n\d/:]{2,40}(?:\s?/\s?\n?[^\n\d/:]{2,40}){0,4})(?=\n)",
    re.IGNORECASE,
)
_SLASHED = re.compile(r"secretar[ií]a[^\n/]{4,40}/\s?\n?\s?secretar[ií]a", re.IGNORECASE)
_SOURCE_COLUMN = re.compile(r"fuente y año|fuente de informaci[oó]n", re.IGNORECASE)
_SOURCE_LINE = re.compile(
    r"fuente|elabor[oó]|nit\.?|plan de desarrollo|p[aá]gina|c[aá]lculos|^\s{0,3}tabla|gr[aá]fic|www|tel", re.IGNORECASE
)
_PAGE_HEAD = re.compile(
    r"concejo|municipio|alcald[ií]a|departamento de|rep[uú]blica|gobernaci[oó]n|administraci[oó]n|centro|grupo",
    re.IGNORECASE,
)


def is_broken_table(text: str) -> bool:
    """Cells of rows on lines of their own: short lines that do not end like sentences."""
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lines) < 2 or (_SOURCE_COLUMN.search(text) and not _TABLE.search(text)):
        return False
    return bool(_TABLE.search(text)) or sum(len(line) for line in lines) / len(lines) < 75


def in_rows(text: str) -> Iterator[Bound]:
    """Entities that are a cell of a broken row: behind its figures, or filling lines where such rows stand."""
    found = [e for e in entities(text) if not _COUNTS_ONLY.fullmatch(e.text)]
    names = [normalised(e.text) for e in found]
    rows = bool(_TABLE.search(text) or _SLASHED.search(text)) or any(_behind_figures(text, e) for e in found)
    last_end, last_bound = -1, False
    for entity, name in zip(found, names, strict=True):
        between = text[max(last_end, 0) : entity.start]
        chained = last_bound and bool(_LIST_BEFORE.match(between)) and between.count("\n") < 2
        fills = (rows or names.count(name) > 1) and _fills_lines(text, entity)
        bound = (chained and not _PAGE_HEAD.match(entity.text)) or fills or _behind_figures(text, entity)
        last_end, last_bound = entity.end, bound
        if bound:
            yield Bound(entity=entity, how="row", what=what_before(text, entity.start))


def _behind_figures(text: str, entity: Entity) -> bool:
    """The figures of a row, its baseline and target, stand right before the name."""
    before, above = _lines_before(text, entity.start)
    if _SOURCE_LINE.search(before) or _SOURCE_LINE.match(text[entity.end : entity.end + 40].split("\n", 1)[0]):
        return False
    if before.strip():
        return bool(_ROW_BEFORE.search(before))
    return not _PAGE_HEAD.match(entity.text) and bool(_ROW_BEFORE.search(above)) and _ends_cell(text, entity)


def _fills_lines(text: str, entity: Entity) -> bool:
    before, above = _lines_before(text, entity.start)
    if before.strip() or _PAGE_HEAD.match(entity.text) or _OPEN_LINE.search(above):
        return False
    return _ends_cell(text, entity)


def _ends_cell(text: str, entity: Entity) -> bool:
    behind = text[entity.end : entity.end + 160].split("\n", 1)[0]
    return not behind.strip(" .*-/–,y0123456789%") or bool(re.match(r"\s{0,2}[-–/,]", behind))


def _lines_before(text: str, at: int) -> tuple[str, str]:
    """What stands before `at` in its line, and the last line above that is not blank."""
    line_start = text.rfind("\n", 0, at) + 1
    return text[line_start:at], text[max(0, line_start - 120) : line_start].rstrip().rpartition("\n")[2]


def listed(text: str) -> Iterator[Bound]:
    """Names behind "Sectores responsables:", one a line with a dash, whether or not they look like offices."""
    for label in _LIST_LABEL.finditer(text):
        for match in _LIST_ITEM.finditer(text, label.end()):
            if text[label.end() : match.start()].count("\n") > 8 or not _LIST_ITEM.match(text, match.start()):
                break
            between = text[label.end() : match.start()]
            if any(line.strip() and not line.lstrip().startswith(("-", "•")) for line in between.splitlines()):
                break
            entity = Entity(start=match.start(1), end=match.end(1), text=match[1])
            yield Bound(entity=entity, how="label", what=what_before(text, label.start()))


def unnamed_cells(text: str) -> Iterator[Bound]:
    """Below a header of responsibles, what stands behind a row's two figures is one, though no known kind of office."""
    if not _TABLE.search(text):
        return
    for row in _ROW_TAIL.finditer(text):
        for match in re.finditer(r"[^/]{2,60}", row[1]):
            name = match.group().strip(" .\n")
            if name and len(name.split()) <= 5:
                start = row.start(1) + match.start() + match.group().index(name)
                entity = Entity(start=start, end=start + len(name), text=name)
                yield Bound(entity=entity, how="row", what=what_before(text, row.start()))
