"""Two statements of one plan that cannot both hold: the shape in which each way of finding them answers."""

from typing import Literal, TypeAlias

import msgspec

ConflictKind: TypeAlias = Literal[
    "meta_distinta",
    "linea_base_distinta",
    "direccion",
    "suma_fila",
    "suma_columna",
    "texto_y_tabla",
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
