"""The title above a table and the note below it, which say the units and the source."""

import re
from collections.abc import Sequence

import msgspec

from domain.document import Word
from domain.reading.tables.heads import plain
from domain.reading.tables.lines import line_text
from domain.reading.tables.shapes import GridTable

_TITLE = re.compile(r"(tabla|cuadro|matriz|anexo|grafic[oa]|ilustracion|figura)\b")
_UNITS = re.compile(r"\b(?:en|cifras|valores|pesos)\b.{0,20}\b(?:miles|millones|pesos|billones|porcentajes?|dolares)\b")
_NOTE = re.compile(r"(?:fuentes?|notas?|elabora\w*|cifras|valores|\*|convenciones)\b|\*|\((?:cifras|valores|en m)")
_NEAR = 2.6
"""A title or note stands within this times its type size of the table or of the line before it."""


def is_caption(text: str) -> bool:
    """The line begins like the title of a table or like the note below one."""
    return bool(_TITLE.match(plain(text)) or _NOTE.match(plain(text)))


def with_captions(tables: Sequence[GridTable], lines: Sequence[list[Word]]) -> tuple[GridTable, ...]:
    """The tables with the titles and notes that stand near them among the lines, which lie outside of all tables."""
    return tuple(_captioned(table, lines) for table in tables)


def _captioned(table: GridTable, lines: Sequence[list[Word]]) -> GridTable:
    beside = [line for line in lines if line[-1].x1 > table.box[0] and line[0].x0 < table.box[2]]
    above = [line for line in beside if line[0].bottom <= table.box[1] + 2][-4:]
    below = [line for line in beside if line[0].top >= table.box[3] - 2][:3]
    title, note = _title(above, table.box[1]), _note(below, table.box[3])
    if not title and not note:
        return table
    texts = [" ".join(line_text(line) for line in title), table.caption, " ".join(line_text(line) for line in note)]
    return msgspec.structs.replace(
        table,
        caption=" · ".join(text for text in texts if text),
        caption_words=tuple(word for line in title for word in line)
        + table.caption_words
        + tuple(word for line in note for word in line),
    )


def _title(above: Sequence[list[Word]], top: float) -> list[list[Word]]:
    """The lines from the one that begins like a title, or names units, down to the table; none when none does."""
    taken: list[list[Word]] = []
    edge = top
    for line in reversed(above):
        if edge - line[0].bottom > _NEAR * max(line[0].size, 4.0):
            break
        taken.insert(0, line)
        edge = line[0].top
        text = plain(line_text(line))
        if _TITLE.match(text):
            return taken
    last = taken[-1:]
    return last if last and _is_short_title(last[0]) else []


def _is_short_title(line: Sequence[Word]) -> bool:
    text = line_text(line)
    if len(text) > 140 or text[-1] in ".;,:" or not (text[0].isupper() or text[0] == "("):
        return False
    return bool(_UNITS.search(plain(text))) or all(word.bold for word in line)


def _note(below: Sequence[list[Word]], bottom: float) -> list[list[Word]]:
    taken: list[list[Word]] = []
    edge = bottom
    for line in below:
        text = plain(line_text(line))
        starts = bool(_NOTE.match(text)) or (len(text) < 90 and bool(_UNITS.search(text)))
        if line[0].top - edge > _NEAR * max(line[0].size, 4.0) or not (starts or _goes_on(taken, line)):
            break
        taken.append(line)
        edge = line[0].bottom
    return taken


def _goes_on(taken: Sequence[Sequence[Word]], line: Sequence[Word]) -> bool:
    """A second line of a note: in the same small type, beginning with a small letter."""
    return bool(taken) and abs(taken[-1][0].size - line[0].size) < 0.3 and line[0].text[0].islower()
