"""Which nodes of a point a drawing shows, and in which order down each layer."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import zip_longest

import msgspec

from domain.theory.model import LEVELS, Edge, Level, Node


class Layer(msgspec.Struct, frozen=True, kw_only=True):
    """One level of a point: what is shown, from the top, and how many more there are."""

    level: Level
    shown: tuple[Node, ...]
    hidden: int


def layers(nodes: Sequence[Node], edges: Sequence[Edge], most: int) -> tuple[Layer, ...]:
    """At most `most` nodes a level: the best of each level in turn, each with the longest chain that it is on."""
    web = _Web(nodes, edges)
    room = dict.fromkeys(LEVELS, most)
    shown: dict[str, Node] = {}
    for node in _in_turn(sorted(nodes, key=web.rank)):
        for link in web.chain(node):
            if link.id not in shown and room[link.level]:
                room[link.level] -= 1
                shown[link.id] = link
    columns = [[n for n in shown.values() if n.level == level] for level in LEVELS]
    return tuple(
        Layer(level=level, shown=tuple(column), hidden=sum(n.level == level for n in nodes) - len(column))
        for level, column in zip(LEVELS, web.untangled(columns), strict=True)
    )


def _in_turn(ranked: Sequence[Node]) -> Iterator[Node]:
    """The best of each level, then the second best of each, and so on, so that no level's chains crowd out others."""
    queues = [[n for n in ranked if n.level == level] for level in LEVELS]
    for turn in zip_longest(*queues):
        yield from (node for node in turn if node is not None)


class _Web:
    """The nodes of a point with their neighbours from level to level."""

    def __init__(self, nodes: Sequence[Node], edges: Iterable[Edge]) -> None:
        by_id = {n.id: n for n in nodes}
        self._after: dict[str, list[Node]] = defaultdict(list)
        self._before: dict[str, list[Node]] = defaultdict(list)
        for edge in edges:
            source, target = by_id[edge.source], by_id[edge.target]
            if source.level != target.level:
                self._after[source.id].append(target)
                self._before[target.id].append(source)
        self._ahead = _lengths(nodes, self._after, lambda node: -LEVELS.index(node.level))
        self._behind = _lengths(nodes, self._before, lambda node: LEVELS.index(node.level))

    def rank(self, node: Node) -> tuple[int, int, int, str, str]:
        """Longest chain first, then most neighbours, then in reading order."""
        near = len(self._after[node.id]) + len(self._before[node.id])
        return -(self._ahead[node.id] + self._behind[node.id]), -near, node.page, node.passage, node.id

    def chain(self, node: Node) -> list[Node]:
        """The longest chain through a node, from its first level on."""
        back, here = [], node
        while self._before[here.id]:
            here = min(self._before[here.id], key=self.rank)
            back.append(here)
        out, here = [*reversed(back), node], node
        while self._after[here.id]:
            here = min(self._after[here.id], key=self.rank)
            out.append(here)
        return out

    def untangled(self, columns: Sequence[Sequence[Node]]) -> list[list[Node]]:
        """Each column ordered by where its neighbours to the left stand, then once more by those to the right."""
        out = [list(column) for column in columns]
        for at in range(1, len(out)):
            out[at] = _by_neighbours(out[at], out[at - 1], self._before)
        for at in range(len(out) - 2, -1, -1):
            out[at] = _by_neighbours(out[at], out[at + 1], self._after)
        return out


def _lengths(
    nodes: Sequence[Node], steps: Mapping[str, Sequence[Node]], order: Callable[[Node], int]
) -> dict[str, int]:
    """How far the steps lead from each node; `order` has the far ones first."""
    out: dict[str, int] = {}
    for node in sorted(nodes, key=order):
        out[node.id] = max((1 + out[n.id] for n in steps.get(node.id, ())), default=0)
    return out


def _by_neighbours(column: list[Node], beside: Sequence[Node], near: Mapping[str, Sequence[Node]]) -> list[Node]:
    place = {node.id: at for at, node in enumerate(beside)}

    def middle(item: tuple[int, Node]) -> tuple[float, int]:
        at, node = item
        there = [place[n.id] for n in near.get(node.id, ()) if n.id in place]
        return (sum(there) / len(there) if there else float(at), at)

    return [node for _, node in sorted(enumerate(column), key=middle)]
