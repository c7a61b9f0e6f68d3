"""The missing links of each point, named in Spanish with the words of the plan."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

from domain.theory.model import LEVELS, POINTS, Edge, Gap, Level, Node

_QUOTED = 3
_CHARACTERS = 90
_PLURAL: Mapping[Level, str] = {
    "problema": "problemas",
    "programa": "programas",
    "producto": "productos",
    "resultado": "resultados",
    "impacto": "impactos",
}
_AFTER: Mapping[Level, str] = {
    "problema": "sin intervención",
    "programa": "sin producto",
    "producto": "sin resultado",
    "resultado": "sin impacto",
}
_BEFORE: Mapping[Level, str] = {
    "programa": "sin problema al que responder",
    "producto": "sin programa",
    "resultado": "sin producto previo",
    "impacto": "sin resultado previo",
}


def gaps(nodes: Sequence[Node], edges: Sequence[Edge]) -> tuple[Gap, ...]:
    """What each point lacks: a level that is not stated, then what has nothing after it, or nothing before it."""
    tied = _Tied(nodes, edges)
    return tuple(gap for point in POINTS for gap in _point(point, [n for n in nodes if n.point == point], tied))


class _Tied:
    """Which nodes have something after them and before them, as far as the chain goes."""

    def __init__(self, nodes: Iterable[Node], edges: Sequence[Edge]) -> None:
        across = [e for e in edges if e.link != "problema_problema"]
        self.after = {e.source for e in across}
        self.before = {e.target for e in across}
        self._attend([e for e in edges if e.link == "problema_problema"])
        self._meet(nodes)

    def _attend(self, trees: Sequence[Edge]) -> None:
        """A problem is attended where one of its causes is; acting on an effect leaves its cause alone."""
        grown = True
        while grown:
            new = {e.target for e in trees if e.source in self.after} - self.after
            self.after |= new
            grown = bool(new)

    def _meet(self, nodes: Iterable[Node]) -> None:
        """The same words at two neighbouring levels are one thing, and no gap between them."""
        known = {node.id for node in nodes}
        for name in known:
            point, level, words = name.split("/", 2)
            for before, after in pairwise(LEVELS):
                if level == before and (other := f"{point}/{after}/{words}") in known:
                    self.after.add(name)
                    self.before.add(other)


def _point(point: str, nodes: Sequence[Node], tied: _Tied) -> Iterator[Gap]:
    if not nodes:
        yield Gap(point=point, kind="sin_cadena", text=f"{point}: no se enuncia ningún eslabón de la cadena")
        return
    at: dict[Level, list[Node]] = {level: [n for n in nodes if n.level == level] for level in LEVELS}
    for level in LEVELS:
        if not at[level]:
            yield _unstated(point, level, at)
    for before, after in pairwise(LEVELS):
        if not at[before] or not at[after]:
            continue
        loose = [n for n in at[before] if n.id not in tied.after]
        if loose:
            yield _loose(point, f"{before}_sin_{after}", before, _AFTER[before], loose)
        loose = [n for n in at[after] if n.id not in tied.before]
        if loose:
            yield _loose(point, f"{after}_sin_{before}", after, _BEFORE[after], loose)


def _unstated(point: str, level: Level, at: Mapping[Level, Sequence[Node]]) -> Gap:
    """A level that nothing names, and what it leaves hanging on both of its sides."""
    rank = LEVELS.index(level)
    sides = [(beside, _AFTER[beside]) for beside in LEVELS[max(0, rank - 1) : rank]]
    sides += [(beside, _BEFORE[beside]) for beside in LEVELS[rank + 1 : rank + 2]]
    said = [f"{point}: no se enuncia {level}"]
    said += [f"{_counted(beside, at[beside])} {lacks}: {_quoted(at[beside])}" for beside, lacks in sides if at[beside]]
    hanging = tuple(n.id for beside, _ in sides for n in at[beside])
    return Gap(point=point, kind=f"sin_{level}", text="; ".join(said), nodes=hanging)


def _loose(point: str, kind: str, level: Level, lacks: str, loose: Sequence[Node]) -> Gap:
    said = f"{point}: hay {_counted(level, loose)} {lacks}: {_quoted(loose)}"
    return Gap(point=point, kind=kind, text=said, nodes=tuple(n.id for n in loose))


def _counted(level: Level, nodes: Sequence[Node]) -> str:
    return f"1 {level}" if len(nodes) == 1 else f"{len(nodes)} {_PLURAL[level]}"


def _quoted(nodes: Sequence[Node]) -> str:
    """The first ones in reading order, in their words and with their page."""
    first = sorted(nodes, key=lambda n: (n.page, n.passage, n.id))[:_QUOTED]
    said = "; ".join(f"«{_cut(n.text)}» (p. {n.page})" for n in first)
    rest = len(nodes) - len(first)
    return said + (f" y {rest} más" if rest else "")


def _cut(text: str) -> str:
    return text if len(text) <= _CHARACTERS else text[: _CHARACTERS - 1].rsplit(" ", 1)[0] + "…"
