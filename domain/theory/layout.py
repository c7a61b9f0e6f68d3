"""What the layout alone shows: cells under "Problema" or "Impacto", headings that are programmes, and what stands
under one heading with a word in common."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import product

import msgspec

from domain.document import Cell, Passage
from domain.language.words import fold
from domain.theory.model import Bound, Level, Link, Named
from domain.theory.words import key, names, squeezed, stems

_COLUMNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("causa", re.compile(r"\bcausas?\b")),
    ("efecto", re.compile(r"\b(?:efectos?|consecuencias?)\b")),
    ("problema", re.compile(r"\b(?:problemas?|problematicas?|situacion problematica|necesidad(?:es)?)\b")),
    ("impacto", re.compile(r"\b(?:impactos?|fin superior|objetivo superior)\b")),
    ("resultado", re.compile(r"\b(?:resultados?|bienestar)\b")),
    ("programa", re.compile(r"\b(?:(?:sub)?programas?|proyectos?|intervencion(?:es)?|alternativas? de solucion)\b")),
)
_ROWS: tuple[tuple[str, str, Link], ...] = (
    ("causa", "problema", "problema_problema"),
    ("problema", "efecto", "problema_problema"),
    ("problema", "programa", "problema_programa"),
    ("resultado", "impacto", "resultado_impacto"),
)
_LEVEL: Mapping[str, Level] = {"causa": "problema", "efecto": "problema", "problema": "problema", "impacto": "impacto"}
_IN_COMMON = 2
_HEADED = re.compile(r"\W*(?:sub)?programa\b\W*(?:n\w{0,2}\W*)?(?:\d[\d.]*)?\W*(?=\w{4})")
_IMPACTS = re.compile(r"\W*(?:\d[\d.]*\W+)?impactos?\b")
_JOINS: tuple[tuple[Level, Level, Link], ...] = (
    ("problema", "programa", "problema_programa"),
    ("producto", "resultado", "producto_resultado"),
    ("resultado", "impacto", "resultado_impacto"),
)


class Stood(msgspec.Struct, frozen=True, kw_only=True):
    """What the layout of the passages of one point shows: links, and things named at a level without one."""

    bound: tuple[Bound, ...] = ()
    alone: tuple[tuple[Level, Named], ...] = ()


def stood(passages: Sequence[Passage]) -> Stood:
    """The links in the columns of rows, and what rows and headings name."""
    bound: list[Bound] = []
    alone: list[tuple[Level, Named]] = []
    for passage in passages:
        cells = _by_column(passage)
        bound += _row(cells)
        alone += [(level, cell) for column, level in _LEVEL.items() for cell in cells.get(column, ())]
        alone += _headed(passage)
    return Stood(bound=tuple(bound), alone=tuple(alone))


def joined(
    named: Mapping[Level, Sequence[Named]], under: Mapping[str, frozenset[str]], linked: set[tuple[str, str]]
) -> Iterator[Bound]:
    """For what has no link yet: under a heading of both, what has the most words in common, at least two.

    `under` has the headings of each passage; `linked` what already has a link, as pairs of the link and the key.
    """
    for before, after, link in _JOINS:
        targets = _Targets(named.get(after, ()), under)
        for source in named.get(before, ()):
            if (link, key(source.text)) in linked:
                continue
            if target := targets.nearest(source):
                yield Bound(link=link, bond="titulo", source=source, target=target, shown=source)


class _Targets:
    """Things named, filed under each of their words and each of the headings that they stand below."""

    def __init__(self, named: Sequence[Named], under: Mapping[str, frozenset[str]]) -> None:
        self._named = named
        self._under = under
        self._filed: dict[tuple[str, str], list[int]] = defaultdict(list)
        for at, target in enumerate(named):
            for heading, word in product(self._headings(target), stems(target.text)):
                self._filed[heading, word].append(at)

    def nearest(self, source: Named) -> Named | None:
        """Below a heading of both, what has most words in common with the source, at least two, and is nearest."""
        words, own = stems(source.text), key(source.text)
        common: dict[int, set[str]] = defaultdict(set)
        for heading, word in product(self._headings(source), words):
            for at in self._filed.get((heading, word), ()):
                common[at].add(word)
        near = [
            (-len(shared), abs(self._named[at].start - source.start), self._named[at].start, at)
            for at, shared in common.items()
            if len(shared) >= _IN_COMMON and key(self._named[at].text) != own
        ]
        return self._named[min(near)[-1]] if near else None

    def _headings(self, named: Named) -> frozenset[str]:
        return self._under.get(named.passage, frozenset())


def _by_column(passage: Passage) -> dict[str, list[Named]]:
    out: dict[str, list[Named]] = {}
    for cell in passage.cells:
        column = _column(cell)
        if column and len(key(cell.text).split()) > 1 and names(squeezed(cell.text)):
            out.setdefault(column, []).append(
                Named(text=cell.text, page=passage.page, start=cell.start, passage=passage.id)
            )
    return out


def _column(cell: Cell) -> str | None:
    header = fold(cell.header)
    return next((name for name, words in _COLUMNS if words.search(header)), None)


def _row(cells: Mapping[str, Sequence[Named]]) -> Iterator[Bound]:
    for before, after, link in _ROWS:
        for source in cells.get(before, ()):
            for target in cells.get(after, ()):
                yield Bound(link=link, bond="columna", source=source, target=target, shown=source)


def _headed(passage: Passage) -> Iterator[tuple[Level, Named]]:
    """A heading that is a programme, and the first words of a row under a heading that speaks of impacts."""
    here = Named(text=passage.text, page=passage.page, start=passage.start, passage=passage.id)
    if passage.kind == "heading" and _HEADED.match(fold(passage.text)) and names(squeezed(passage.text)):
        yield "programa", here
    if passage.kind == "table_row" and passage.path and _IMPACTS.match(fold(squeezed(passage.path[-1]))):
        first = passage.cells[0].text if passage.cells else passage.text
        if names(squeezed(first)):
            yield "impacto", msgspec.structs.replace(here, text=first)
