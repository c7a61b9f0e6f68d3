"""The graph of a plan's theory of change, put together from what its evidence and its layout show.

It is inferred from what stands together (a row, a programme, a chapter) and from stated causes and ends; plans hardly
ever draw it. What would close a circle is refused and kept with the circle.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from domain.document import Passage
from domain.evidence import Evidence, Reading
from domain.theory.gaps import gaps
from domain.theory.layout import joined, stood
from domain.theory.links import named, of_kind, spoken
from domain.theory.model import ENDS, LINKS, POINTS, Bound, Edge, Level, Link, Named, Node, Theory
from domain.theory.order import admit, ranked
from domain.theory.words import home, homes, key, programme_key, squeezed

_MOST_EVIDENCE = 5


def build(reading: Reading, indicators: Sequence[Evidence], causes: Sequence[Evidence]) -> Theory:
    """The theory that the evidence shows: the same evidence, in any order, gives the same theory."""
    places = _places(reading)
    evidence = sorted((*indicators, *causes), key=lambda e: (e.start, e.end, e.id))
    made = _Made()
    for point in POINTS:
        about = [e for e in evidence if point in e.points]
        _one(made, point, about, _passages(reading, point), places)
    kept, refused = admit(made.edges.values())
    nodes = tuple(made.nodes[name] for name in sorted(made.nodes))
    edges = tuple(sorted(kept, key=lambda e: (e.source, e.target)))
    return Theory(
        nodes=nodes,
        edges=edges,
        missing={point: _missing(edges, point) for point in POINTS},
        order=ranked(nodes, edges),
        refused=tuple(refused),
        gaps=gaps(nodes, edges),
    )


class _Made:
    """Nodes and edges so far; what was named or bound first stays."""

    def __init__(self) -> None:
        self.nodes: dict[str, Node] = {}
        self.edges: dict[tuple[str, str], Edge] = {}

    def node(self, point: str, level: Level, named: Named) -> str | None:
        """The id of what is named, known from now on; None when its words say nothing."""
        words = programme_key(named.text) if level == "programa" else key(named.text)
        if not words:
            return None
        name = f"{point}/{level}/{words}"
        old = self.nodes.get(name)
        self.nodes[name] = _first(name, point, level, named) if old is None else _again(old, named)
        return name

    def bind(self, point: str, bound: Bound) -> None:
        """Both ends and the edge between them."""
        if not key(bound.source.text) or not key(bound.target.text):
            return
        before, after = ENDS[bound.link]
        source, target = self.node(point, before, bound.source), self.node(point, after, bound.target)
        if source and target:
            self.edges.setdefault((source, target), _edge(source, target, bound))


class _Places(msgspec.Struct, frozen=True, kw_only=True):
    """Of each passage, the heading that it stands under, and all that it may share with others."""

    home: Mapping[str, str]
    homes: Mapping[str, frozenset[str]]


def _one(
    made: _Made,
    point: str,
    about: Sequence[Evidence],
    passages: Sequence[Passage],
    places: _Places,
) -> None:
    """One point: by evidence first, by layout then, and at last what stands alone.

    Headings that may be no programme are joined to no problem.
    """
    shown = stood(passages)
    bound = [*spoken(about, places.home), *shown.bound]
    alone = [*shown.alone, *_indicators(about)]
    named: dict[Level, list[Named]] = defaultdict(list)
    linked: set[tuple[str, str]] = set()
    for item in bound:
        before, after = ENDS[item.link]
        if before != "programa" or item.bond == "programa":
            named[before].append(item.source)
        if after != "programa" or item.bond == "columna":
            named[after].append(item.target)
        linked.add((item.link, key(item.source.text)))
    for level, thing in alone:
        named[level].append(thing)
    for item in (*bound, *joined(named, places.homes, linked)):
        made.bind(point, item)
    for level, thing in alone:
        made.node(point, level, thing)


def _places(reading: Reading) -> _Places:
    paths = {p.id: p.path for p in reading.document.passages}
    inner = {path: home(path) for path in set(paths.values())}
    all_of = {path: homes(path) for path in inner}
    return _Places(
        home={name: inner[path] for name, path in paths.items()},
        homes={name: all_of[path] for name, path in paths.items()},
    )


def _passages(reading: Reading, point: str) -> list[Passage]:
    return [passage for passage, topic in reading.passages() if point in topic.points]


def _indicators(about: Sequence[Evidence]) -> Iterator[tuple[Level, Named]]:
    yield from (("producto", named(e)) for e in of_kind(about, "producto"))
    yield from (("resultado", named(e)) for e in of_kind(about, "resultado"))


def _first(name: str, point: str, level: Level, named: Named) -> Node:
    return Node(
        id=name,
        level=level,
        point=point,
        text=squeezed(named.text)[:300],
        page=named.page,
        passage=named.passage,
        evidence=(named.evidence,) if named.evidence else (),
    )


def _again(node: Node, named: Named) -> Node:
    """The node, named once more: the earlier place, and the evidence while there is room for it."""
    page, passage = min((node.page, node.passage), (named.page, named.passage))
    more = named.evidence and named.evidence not in node.evidence and len(node.evidence) < _MOST_EVIDENCE
    evidence = (*node.evidence, named.evidence) if more else node.evidence
    return msgspec.structs.replace(node, page=page, passage=passage, evidence=evidence)


def _edge(source: str, target: str, bound: Bound) -> Edge:
    return Edge(
        source=source,
        target=target,
        link=bound.link,
        bond=bound.bond,
        evidence=bound.shown.evidence,
        other=bound.other,
        page=bound.shown.page,
        passage=bound.shown.passage,
    )


def _missing(edges: Iterable[Edge], point: str) -> tuple[Link, ...]:
    there = {edge.link for edge in edges if edge.source.startswith(f"{point}/")}
    return tuple(link for link in LINKS if link not in there)
