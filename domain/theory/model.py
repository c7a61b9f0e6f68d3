"""The theory of change as data: things that the plan names, the links it shows, those it lacks and those refused."""

from collections.abc import Mapping
from typing import Literal, TypeAlias, get_args

import msgspec

Level: TypeAlias = Literal["problema", "programa", "producto", "resultado", "impacto"]
Link: TypeAlias = Literal[
    "problema_problema", "problema_programa", "programa_producto", "producto_resultado", "resultado_impacto"
]
Bond: TypeAlias = Literal["fila", "programa", "capitulo", "frase", "columna", "titulo"]

LEVELS: tuple[Level, ...] = get_args(Level)
"""The chain, from what is wrong to what it is all for."""
LINKS: tuple[Link, ...] = ("problema_programa", "programa_producto", "producto_resultado", "resultado_impacto")
"""The links that lead from one level to the next; a point without one misses it."""
POINTS = tuple(f"P{i}" for i in range(1, 11))

ENDS: Mapping[Link, tuple[Level, Level]] = {
    "problema_problema": ("problema", "problema"),
    "problema_programa": ("problema", "programa"),
    "programa_producto": ("programa", "producto"),
    "producto_resultado": ("producto", "resultado"),
    "resultado_impacto": ("resultado", "impacto"),
}


class Named(msgspec.Struct, frozen=True, kw_only=True):
    """Words of the plan that name something, and where; `evidence` is the registered find they come from, if any."""

    text: str
    page: int
    start: int
    passage: str
    evidence: str = ""


class Bound(msgspec.Struct, frozen=True, kw_only=True):
    """Two things named, and what shows that one leads to the other, before they become nodes and an edge."""

    link: Link
    bond: Bond
    source: Named
    target: Named
    shown: Named
    other: str | None = None


class Node(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that the plan names at a level of the chain, for one point; `id` is made of the three.

    `page` and `passage` are where it is named first. `evidence` holds at most five ids; it is empty for what only a
    heading or the cell of a row names.
    """

    id: str
    level: Level
    point: str
    text: str
    page: int = 0
    passage: str = ""
    evidence: tuple[str, ...] = ()


class Edge(msgspec.Struct, frozen=True, kw_only=True):
    """A link that the plan shows; `bond` says how.

    By evidence: in one row (`fila`), in one programme (`programa`), under one heading that may or may not be a
    programme (`capitulo`), or in so many words (`frase`). By its layout alone: in the columns of one row (`columna`),
    or under one heading and with a word in common (`titulo`); these two are drawn and count for no score.
    """

    source: str
    target: str
    link: Link
    bond: Bond
    evidence: str
    """The evidence that shows it; empty where only the layout does."""
    other: str | None = None
    """The second piece of evidence, where the link joins two."""
    page: int = 0
    passage: str = ""


class Refusal(msgspec.Struct, frozen=True, kw_only=True):
    """A link that the plan shows and the graph cannot take: `cycle` is what it would close, first and last equal."""

    edge: Edge
    cycle: tuple[str, ...]
    why: str


class Gap(msgspec.Struct, frozen=True, kw_only=True):
    """A missing link, named in Spanish with the words of the plan; `nodes` are the ones it leaves hanging."""

    point: str
    kind: str
    text: str
    nodes: tuple[str, ...] = ()


class Theory(msgspec.Struct, frozen=True, kw_only=True):
    """The graph of a plan, point by point, and what it lacks.

    `order` holds places in `nodes`, causes before effects: the proof that there is no cycle. `missing` has, for each
    point, the links of which it shows none; `gaps` names what hangs loose.
    """

    nodes: tuple[Node, ...] = ()
    edges: tuple[Edge, ...] = ()
    missing: Mapping[str, tuple[Link, ...]] = {}
    order: tuple[int, ...] = ()
    refused: tuple[Refusal, ...] = ()
    gaps: tuple[Gap, ...] = ()
