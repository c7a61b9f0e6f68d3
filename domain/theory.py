"""A plan's theory of change, point by point: problem -> programme -> product -> result -> impact.

It is inferred from what stands together (a row, a programme) and from stated causes and ends; plans hardly ever draw
it. Each edge names the evidence that shows it, and `missing` says which links a point lacks.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter
from typing import Literal, TypeAlias

import msgspec

from domain.evidence import Evidence, Reading
from domain.language.words import fold

Level: TypeAlias = Literal["problema", "programa", "producto", "resultado", "impacto"]
Link: TypeAlias = Literal["problema_programa", "programa_producto", "producto_resultado", "resultado_impacto"]
Bond: TypeAlias = Literal["fila", "programa", "capitulo", "frase"]

LINKS: tuple[Link, ...] = ("problema_programa", "programa_producto", "producto_resultado", "resultado_impacto")
POINTS = tuple(f"P{i}" for i in range(1, 11))

_ENDS: Mapping[Link, tuple[Level, Level]] = {
    "problema_programa": ("problema", "programa"),
    "programa_producto": ("programa", "producto"),
    "producto_resultado": ("producto", "resultado"),
    "resultado_impacto": ("resultado", "impacto"),
}
# Folded words: what a plan wants to be rid of, what it wants to change, and what it wants it for in the end.
_ILL = re.compile(
    r"\b(?:reduc|disminu|evit|preven|mitig|erradic|super|combat|contrarrest|elimin|enfrent|"
    r"minimiz)\w{0,12}\s+(?:\w{1,14}\s+){0,5}?"
    r"(?:violencia|pobreza|riesgo|deficit|mortalidad|morbilidad|desercion|embarazo|consumo|trabajo infantil|"
    r"maltrato|contaminacion|"
    r"deforestacion|desempleo|informalidad|inseguridad|delito|hurto|homicidio|delincuencia|desnutricion|"
    r"hacinamiento|desplazamiento|"
    r"brecha|desigualdad|inequidad|discriminacion|exclusion|vulnera\w{0,8}|analfabetismo|enfermedad\w{0,3}|"
    r"conflicto\w?|desastre\w?|"
    r"accident\w{0,8}|reclutamiento|amenaza\w?|inundacion\w{0,2}|abuso\w?|suicidio\w?|evasion|corrupcion)"
)
_CHANGE = re.compile(
    r"\b(?:reduc|disminu|aument|increment|mejor|garantiz|super|evit|preven|mitig|erradic|ampli|elev|recuper|"
    r"proteg|acceso|acced|"
    r"cobertura|calidad|permanencia|convivencia|inclusion|restablec|goce)"
)
_IMPACT = re.compile(
    r"calidad de vida|condiciones de vida|\bbienestar\b|desarrollo (?:humano|sostenible|integral|social|"
    r"economico)|\bpaz\b|"
    r"equidad|igualdad|justicia social|pobreza|largo plazo|generaciones futuras|tejido social|cohesion social|"
    r"sostenibilidad|"
    r"goce efectivo|dignidad|vida digna|cierre de brechas|progreso|prosperidad|competitividad|reconciliacion"
)


_PROGRAMME = re.compile(
    r"\b(?:sub)?programa|\bproyecto|\bsector\b|\beje\b|\blinea\b|\barticulo\b|\bcomponente\b|\bpilar\b"
)
_NAMELESS = re.compile(
    r"\W*(?:\d[\d.]*\W+)?(?:metas?\b|indicadores|e ind\w+|objetivos?\b|diagnosticos?\b|estrategias?\b|"
    r"lineas? base|linea\W*$|resultados?\b|"
    r"productos?\b|situacion|introduccion|presentacion|problem\w+|justificacion|descripcion|programas y\b|"
    r"programas\W*$|"
    r"proyectos?\W*$|subprogramas\W*$|acciones\b|fuentes?\b|tabla\b|grafic|plan estrategico\b|marco\b|vision\b|"
    r"mision\b|anexo)"
)


class Node(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that the plan names at a level of the chain, for one point; `id` is made of the three."""

    id: str
    level: Level
    point: str
    text: str


class Edge(msgspec.Struct, frozen=True, kw_only=True):
    """A link that one piece of evidence shows; `bond` says how: in one row, in one programme, under one
    heading that may or may not be a programme, or in so many words."""

    source: str
    target: str
    link: Link
    bond: Bond
    evidence: str
    other: str | None = None
    """The second piece of evidence, where the link joins two."""


class Theory(msgspec.Struct, frozen=True, kw_only=True):
    """The graph of a plan, and for each point the links that it does not show."""

    nodes: tuple[Node, ...] = ()
    edges: tuple[Edge, ...] = ()
    missing: Mapping[str, tuple[Link, ...]] = {}


def build(reading: Reading, indicators: Sequence[Evidence], causes: Sequence[Evidence]) -> Theory:
    """The theory that the evidence shows: the same evidence, in any order, gives the same theory."""
    homes = {p.id: _home(p.path) for p in reading.document.passages}
    nodes: dict[str, Node] = {}
    edges: dict[tuple[str, str], Edge] = {}
    for point in POINTS:
        about = sorted((e for e in (*indicators, *causes) if point in e.points), key=lambda e: (e.start, e.end, e.id))
        for link, ends, bond, shown in _links(about, homes):
            made = [_node(point, level, text) for level, text in zip(_ENDS[link], ends, strict=True)]
            if any(not node.id.rsplit("/", 1)[1] for node in made):
                continue
            nodes.update((node.id, node) for node in made)
            edge = Edge(
                source=made[0].id,
                target=made[1].id,
                link=link,
                bond=bond,
                evidence=shown[0].id,
                other=shown[1].id if len(shown) > 1 else None,
            )
            edges.setdefault((edge.source, edge.target), edge)
    return Theory(
        nodes=tuple(nodes[name] for name in sorted(nodes)),
        edges=tuple(edges[pair] for pair in sorted(edges)),
        missing={point: _missing(edges.values(), point) for point in POINTS},
    )


def cycles(theory: Theory) -> list[tuple[str, ...]]:
    """A cycle of the graph as node ids, first and last equal, or nothing when the graph is acyclic. Exact."""
    sorter: TopologicalSorter[str] = TopologicalSorter()
    for edge in theory.edges:
        sorter.add(edge.target, edge.source)
    try:
        sorter.prepare()
    except CycleError as error:
        return [tuple(error.args[1])]
    return []


_Shown: TypeAlias = tuple[Link, tuple[str, str], Bond, tuple[Evidence, ...]]


def _links(about: Sequence[Evidence], homes: Mapping[str, str]) -> Iterator[_Shown]:
    """Every link that the evidence of one point shows, by rows and programmes first, by words then."""
    indicators = [e for e in about if e.type == "indicator"]
    causes = [e for e in about if e.type == "causal_relationship" and not e.attributes.get("negated")]
    products = [e for e in indicators if e.attributes.get("kind") == "producto"]
    results = [e for e in indicators if e.attributes.get("kind") == "resultado"]
    yield from _by_programme(products, results, homes)
    yield from _by_words(causes, products, results, homes)


def _by_programme(
    products: Sequence[Evidence], results: Sequence[Evidence], homes: Mapping[str, str]
) -> Iterator[_Shown]:
    same_row = _group((e.passage, e) for e in results)
    same_programme = _group((_programme(e, homes), e) for e in results)
    for product in products:
        programme = _programme(product, homes)
        bond = _bond(product, programme)
        if programme:
            yield "programa_producto", (programme, _name(product)), bond, (product,)
        if near := same_row.get(product.passage):
            result = _nearest(near, product)
            yield "producto_resultado", (_name(product), _name(result)), "fila", (product, result)
        elif programme and (near := same_programme.get(programme)):
            result = _nearest(near, product)
            yield "producto_resultado", (_name(product), _name(result)), bond, (product, result)


def _by_words(
    causes: Sequence[Evidence],
    products: Sequence[Evidence],
    results: Sequence[Evidence],
    homes: Mapping[str, str],
) -> Iterator[_Shown]:
    made = _group((_programme(e, homes), e) for e in products)
    changed = _group((_programme(e, homes), e) for e in results)
    for item in causes:
        cause, effect = str(item.attributes.get("cause") or ""), str(item.attributes.get("effect") or "")
        end, home = fold(effect), homes.get(item.passage, "")
        if item.attributes.get("kind") == "medio-fin" and _ILL.search(end):
            yield "problema_programa", (effect, home or cause), "frase", (item,)
        if home and home in made and _CHANGE.search(end):
            product = _nearest(made[home], item)
            yield "producto_resultado", (_name(product), effect), _bond(product, home), (item, product)
        if not _IMPACT.search(end):
            continue
        if home and home in changed:
            result = _nearest(changed[home], item)
            yield "resultado_impacto", (_name(result), effect), _bond(result, home), (item, result)
        elif _CHANGE.search(fold(cause)):
            yield "resultado_impacto", (cause, effect), "frase", (item,)


def _group(pairs: Iterable[tuple[str, Evidence]]) -> dict[str, list[Evidence]]:
    out: dict[str, list[Evidence]] = defaultdict(list)
    for key, item in pairs:
        out[key].append(item)
    return dict(out)


def _nearest(items: Sequence[Evidence], to: Evidence) -> Evidence:
    return min(items, key=lambda e: (abs(e.start - to.start), e.start, e.id))


def _name(item: Evidence) -> str:
    """The indicator's name; its quote may be its whole row."""
    return str(item.attributes.get("name") or item.text)


def _programme(item: Evidence, homes: Mapping[str, str]) -> str:
    """The programme that an indicator belongs to: the one its row names, else the heading right above it."""
    named = item.attributes.get("programme")
    return " ".join(named.split()) if isinstance(named, str) and named.strip() else homes.get(item.passage, "")


def _bond(item: Evidence, programme: str) -> Bond:
    named = bool(item.attributes.get("programme")) or bool(_PROGRAMME.search(fold(programme)))
    return "programa" if named else "capitulo"


def _home(path: Sequence[str]) -> str:
    """The innermost heading that names something: "Metas e indicadores" stands in every chapter and names nothing."""
    headings = (" ".join(heading.split()) for heading in reversed(path))
    return next((h for h in headings if not _NAMELESS.match(fold(h)) and len(h) > 3), "")


def _node(point: str, level: Level, text: str) -> Node:
    words = " ".join(text.split())
    key = re.sub(r"\W+", " ", fold(words)).strip()[:120]
    return Node(id=f"{point}/{level}/{key}", level=level, point=point, text=words[:300])


def _missing(edges: Iterable[Edge], point: str) -> tuple[Link, ...]:
    there = {edge.link for edge in edges if edge.source.startswith(f"{point}/")}
    return tuple(link for link in LINKS if link not in there)
