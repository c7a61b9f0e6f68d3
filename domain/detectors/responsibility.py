"""Who answers for what: entities and offices that the plan makes responsible for doing something.

A mere mention is no responsibility. In a table that was read as one the header of its cell binds a name; in other text
the fitted weights choose among all names by what surrounds them: a label ("Responsable"), the place as a cell of a row
of targets, a verb by which it is to act.
"""

import re
from collections.abc import Iterator, Sequence

import msgspec

from domain.document import Cell, Passage
from domain.evidence import Detector, Evidence, Finding, Reading
from domain.language.entities import Entity, entities, normalised
from domain.responsibles.bound import Bound, short
from domain.responsibles.model import Model
from domain.responsibles.reasons import bound
from domain.responsibles.selection import chosen
from domain.responsibles.words import by_words

_HEADER = re.compile(
    r"responsable|dependencia|entidad|a cargo|ejecutor|\bl[ií]der|secretar[ií]a|corresponsab|gestor|unidad ejecutora",
    re.IGNORECASE,
)
_NOT_HEADER = re.compile(r"fuente|indicador|meta|l[ií]nea base|producto", re.IGNORECASE)
_WHAT_HEADER = re.compile(r"producto|meta|actividad|acci[oó]n|proyecto|programa|indicador|estrategia", re.IGNORECASE)


def _find(reading: Reading, _found: Sequence[Evidence]) -> Iterator[Finding]:
    weights = reading.fitted.responsibles if reading.fitted else None
    for passage, _topic in reading.passages():
        for item in _in_cells(passage) if passage.cells else _in_text(reading, passage, weights):
            yield _finding(passage, item)


def _in_cells(passage: Passage) -> Iterator[Bound]:
    what = next(
        (
            c.text
            for c in passage.cells
            if _WHAT_HEADER.search(c.header) and re.search(r"[a-záéíóú]{4}", c.text, re.IGNORECASE)
        ),
        "",
    )
    for cell in passage.cells:
        if _HEADER.search(cell.header) and not _NOT_HEADER.search(cell.header):
            for entity in _named_in(cell):
                shift = cell.start - passage.start
                moved = msgspec.structs.replace(entity, start=entity.start + shift, end=entity.end + shift)
                yield Bound(entity=moved, how="header", what=short(what))
        else:
            for item in by_words(cell.text):
                shift = cell.start - passage.start
                entity = msgspec.structs.replace(
                    item.entity, start=item.entity.start + shift, end=item.entity.end + shift
                )
                yield msgspec.structs.replace(item, entity=entity)


def _named_in(cell: Cell) -> Iterator[Entity]:
    """Whoever a cell of responsibles names: the known offices of each of its parts, else the part itself."""
    known = entities(cell.text)
    for match in re.finditer(r"[^/;\n]{2,120}(?:\n[^/;\n]{2,60}){0,3}", cell.text):
        inside = [e for e in known if e.start < match.end() and match.start() < e.end]
        if inside:
            yield from (e for e in inside if e.start >= match.start())
            continue
        name = match.group().strip(" -–•.\n")
        if re.search(r"[A-Za-zÁÉÍÓÚáéíóúñ]{3}", name):
            start = match.start() + match.group().index(name)
            yield Entity(start=start, end=start + len(name), text=name)


def _in_text(reading: Reading, passage: Passage, weights: Model | None) -> Iterator[Bound]:
    marks = reading.marks.between(passage.start, passage.end) if reading.marks else None
    for name, _likely in chosen(passage.text, weights, marks):
        yield bound(passage.text, name)


def _finding(passage: Passage, item: Bound) -> Finding:
    elements = (
        ("D2-Q6.responsable", "D3-Q13.responsable") if item.how in {"header", "row", "label"} or item.what else ()
    )
    reason = {
        "header": "está en la columna de responsables de la fila",
        "row": "ocupa la celda del responsable en la fila",
        "label": "sigue al rótulo de responsable",
        "verb": "el texto le encarga la acción",
    }[item.how]
    return Finding(
        type="responsibility",
        passage=passage.id,
        start=passage.start + item.entity.start,
        end=passage.start + item.entity.end,
        attributes={
            "entity_normalised": normalised(item.entity.text),
            "what": item.what or None,
            "how": item.how,
            "generic": item.entity.generic,
        },
        confidence={"header": 0.95, "label": 0.9, "row": 0.8, "verb": 0.6}[item.how]
        - (0.1 if item.entity.generic else 0.0),
        why=f"«{short(item.entity.text)}» es responsable: {reason}.",
        elements=elements,
    )


DETECTOR = Detector(id="responsibility", feeds=("D2-Q6", "D3-Q13"), find=_find)
