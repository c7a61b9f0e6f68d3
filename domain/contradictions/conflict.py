"""Two statements of one plan that cannot both hold: the shape in which each way of finding them answers."""

from typing import Literal, TypeAlias

import msgspec

from domain.contradictions.printed import printed
from domain.document import Passage
from domain.evidence import Evidence

FARTHEST = 160
NEAREST = 40
"""Characters behind and before its name within which an indicator's figure is looked for."""

ConflictKind: TypeAlias = Literal[
    "meta_distinta",
    "linea_base_distinta",
    "direccion",
    "suma_fila",
    "suma_columna",
    "texto_y_tabla",
    "plazo_distinto",
    "responsable_distinto",
    "intencion_opuesta",
    "competencia",
]


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """A quote in the document: its passage and page, and its span in the document's text."""

    passage: str
    page: int
    start: int
    end: int


class Conflict(msgspec.Struct, frozen=True, kw_only=True):
    """What stands `here` against what stands `there`; `there` is None when the law, not the plan, says otherwise.

    `values` are the words or figures that clash; `why` is one Spanish sentence.
    """

    kind: ConflictKind
    here: Place
    there: Place | None
    values: tuple[str, ...]
    confidence: float
    why: str


def with_figure(item: Evidence, passage: Passage, said: str) -> Place:
    """Where an indicator stands, drawn out to the figure that is said of it, so that the quote shows what clashes."""
    start, end = item.start - passage.start, item.end - passage.start
    behind = _first(passage.text, said, end, end + FARTHEST)
    before = -1 if behind >= 0 else _first(passage.text, said, max(0, start - NEAREST), start)
    return Place(
        passage=item.passage,
        page=item.page,
        start=passage.start + before if before >= 0 else item.start,
        end=passage.start + behind + len(said) if behind >= 0 else item.end,
    )


def _first(text: str, said: str, start: int, end: int) -> int:
    """Where what is said first stands in `text[start:end]` with no digit of it right behind, or -1."""
    places = printed(text, said, start, end) if said else ()
    return next((at for at in places if not text[at + len(said) : min(end, at + len(said) + 1)].isdecimal()), -1)
