"""Whether the graph is acyclic, exactly: a topological order, or the cycle itself."""

import heapq
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter

from domain.theory.model import LEVELS, Edge, Node, Refusal, Theory


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


def disorder(theory: Theory) -> list[str]:
    """Why `theory.order` is no topological order of its graph; nothing when it is one."""
    place = {theory.nodes[at].id: rank for rank, at in enumerate(theory.order) if 0 <= at < len(theory.nodes)}
    if len(place) != len(theory.nodes) or len(theory.order) != len(theory.nodes):
        return ["the order does not hold every node once"]
    ends = [(edge, place.get(edge.source), place.get(edge.target)) for edge in theory.edges]
    out = [f"{e.source} -> {e.target}: no such node" for e, source, target in ends if source is None or target is None]
    return out + [
        f"{e.source} -> {e.target}: against the order"
        for e, source, target in ends
        if source is not None and target is not None and source >= target
    ]


def admit(edges: Iterable[Edge]) -> tuple[list[Edge], list[Refusal]]:
    """The edges that close no cycle with those before them, and the others, each with the cycle that it would close."""
    kept: list[Edge] = []
    refused: list[Refusal] = []
    after: dict[str, list[str]] = defaultdict(list)
    for edge in edges:
        way = _way(after, edge.target, edge.source)
        if way:
            why = "Cerraría un círculo: lo que sería su efecto ya es su causa."
            refused.append(Refusal(edge=edge, cycle=(edge.source, *way), why=why))
            continue
        kept.append(edge)
        after[edge.source].append(edge.target)
    return kept, refused


def ranked(nodes: Sequence[Node], edges: Iterable[Edge]) -> tuple[int, ...]:
    """Places of the nodes of an acyclic graph in topological order; among those that are free, by level, then id."""
    place = {node.id: at for at, node in enumerate(nodes)}
    after: dict[int, list[int]] = defaultdict(list)
    waits = dict.fromkeys(range(len(nodes)), 0)
    for edge in edges:
        after[place[edge.source]].append(place[edge.target])
        waits[place[edge.target]] += 1
    free = [(LEVELS.index(nodes[at].level), nodes[at].id, at) for at, before in waits.items() if not before]
    heapq.heapify(free)
    out: list[int] = []
    while free:
        *_, at = heapq.heappop(free)
        out.append(at)
        for follower in after[at]:
            waits[follower] -= 1
            if not waits[follower]:
                heapq.heappush(free, (LEVELS.index(nodes[follower].level), nodes[follower].id, follower))
    return tuple(out)


def _way(after: Mapping[str, Sequence[str]], start: str, goal: str) -> tuple[str, ...]:
    """A way along the edges from `start` to `goal`, both included, or nothing when there is none."""
    came: dict[str, str] = {start: start}
    stack = [start]
    while stack:
        here = stack.pop()
        if here == goal:
            return _back(came, start, goal)
        for step in after.get(here, ()):
            if step not in came:
                came[step] = here
                stack.append(step)
    return ()


def _back(came: Mapping[str, str], start: str, goal: str) -> tuple[str, ...]:
    way = [goal]
    while way[-1] != start:
        way.append(came[way[-1]])
    return tuple(reversed(way))
