"""One indicator with two targets or two baselines, targets that run against their own verb, text against table.

A plan repeats itself in tables, diagnosis and annexes; that is where its figures drift apart. Names must be the same
word for word (articles and plurals aside), because "número de campañas" of two programmes are two indicators.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import Literal, TypeAlias

from domain.contradictions.conflict import Conflict, Place, with_figure
from domain.contradictions.wording import telling, tokens
from domain.document import Document, Passage
from domain.evidence import Evidence
from domain.language.numerals import number
from domain.language.words import fold

SAME = 0.01
"""Figures that differ by less say the same."""

_LITTLE = """
de del la el los las a al en y e o u con por para que se su sus un una numero no n nro num total anual municipio
municipal
"""
_EMPTY = "avance ejecucion cumplimiento implementacion realizadas realizados ejecutados atendidas apoyadas"
_HEADERS = frozenset(("meta", "resultado", "indicador", "producto", "base"))
_SMALL = frozenset(_LITTLE.split())
_GENERIC = frozenset(_EMPTY.split())
_FIGURES = re.compile(r"\d[\d.,]*")
_SERIES = re.compile(r"\d%?\s{1,3}[-–/]?\s{0,3}\d")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_FALL = re.compile(r"\b(?:reducir|reduccion|disminuir|disminucion|bajar)\b")
_BY = re.compile(r"\ben\s+(?:un|el|\d)|%\s+(?:de|el|la)\b|puntos?\b|\bel\s+\d")

_LABELLED = re.compile(r"(?:^|\n)\s{0,3}indicador[^\n:]{0,30}:\s{0,3}$")

_SURE = 0.7
"""Indicators read with less confidence are no ground for calling a plan contradictory."""
_FAR = 10
"""A figure so many times another is of another unit or another row."""
_LONG = 6
"""Words of a name from which on what stands beside it need not agree."""
_TELLING = 5
"""Words of a name from which on it hardly names two things; a common baseline of ten or more speaks like a word."""

Key: TypeAlias = tuple[str, ...]
Kind: TypeAlias = Literal["target", "baseline"]
Figure: TypeAlias = tuple[float, bool]
_KINDS: tuple[Kind, ...] = ("target", "baseline")


def split_indicators(document: Document, indicators: Sequence[Evidence]) -> Iterator[Conflict]:
    """Pairs of places that give one indicator different targets or baselines; one pair an indicator and figure."""
    passages = {p.id: p for p in document.passages}
    groups: dict[Key, list[Evidence]] = defaultdict(list)
    for item in indicators:
        if key := _key(item):
            groups[key].append(item)
    for key, items in groups.items():
        ordered = sorted(items, key=lambda e: (e.start, e.id))
        if len({value[0] for e in ordered if (value := _value(e, "target"))}) > 3:
            continue  # a name that takes many values is a heading or a series, not one indicator
        for kind in _KINDS:
            pair = next(
                (p for p in combinations(ordered, 2) if _clash(*p, kind, len(key)) and _one_goal(*p, passages)), None
            )
            if pair:
                yield _split(*pair, kind, passages)


def against_their_verb(indicators: Sequence[Evidence]) -> Iterator[Conflict]:
    """Indicators that are to be reduced, with a target above the baseline in the same unit (and none "en 10 %")."""
    for item in indicators:
        name = fold(_name(item))
        base, target = _value(item, "baseline"), _value(item, "target")
        if (
            item.confidence < _SURE
            or base is None
            or target is None
            or base[1] != target[1]
            or not _FALL.match(name)
            or _BY.search(name)
            or len(_FIGURES.findall(name)) > 1  # rows that ran together
        ):
            continue
        # A share that rises to 100 % measures compliance ("reducir ..., 90 % -> 100 %"), not the thing to be reduced.
        if 0 < base[0] < target[0] <= 3 * base[0] and not (base[1] and target[0] >= 95):
            said = _said(item, "baseline"), _said(item, "target")
            yield Conflict(
                kind="direccion",
                here=_place(item),
                there=None,
                values=said,
                confidence=0.6,
                why=f"El indicador se propone bajar, pero su meta ({said[1]}) supera la línea base ({said[0]}).",
            )


def text_against_table(document: Document, amounts: Sequence[Evidence]) -> Iterator[Conflict]:
    """A programme whose only amount in a sentence is none of those of its row in the tables."""
    passages = {p.id: p for p in document.passages}
    rows = _named_rows(amounts, passages)
    spoken = [
        e
        for e in amounts
        if not passages[e.passage].cells and e.attributes.get("cop") and e.attributes.get("is_allocation")
    ]
    for item in spoken:
        sentence = _sentence(passages[item.passage], item, spoken)
        if sentence is None:
            continue
        for name, found in rows.items():
            if f"programa {name}" not in sentence and f"proyecto {name}" not in sentence:
                continue
            said = _pesos(item)
            values = [_pesos(e) for e in found]
            near = any(abs(said - v) <= SAME * v for v in (*values, sum(values)))
            if not near and 0.2 < said / max(values) < 5:
                yield _told(item, max(found, key=lambda e: (_pesos(e), -e.start)))


def _named_rows(amounts: Sequence[Evidence], passages: Mapping[str, Passage]) -> dict[str, list[Evidence]]:
    """Amounts of table rows by the name of the row; names that head more than one row are left out."""
    out: dict[str, list[Evidence]] = defaultdict(list)
    for item in amounts:
        name = " ".join(re.findall(r"\w+", fold(str(item.attributes.get("purpose") or ""))))
        if passages[item.passage].cells and _pesos(item) and len(name.split()) >= 3:
            out[name].append(item)
    return {name: found for name, found in out.items() if len({e.passage for e in found}) == 1}


def _sentence(passage: Passage, item: Evidence, spoken: Sequence[Evidence]) -> str | None:
    """The folded sentence of an amount, when it is the only one there."""
    for sentence in passage.sentences:
        start, end = passage.start + sentence.start, passage.start + sentence.end
        if start <= item.start < end:
            alone = sum(start <= e.start < end for e in spoken if e.passage == passage.id) == 1
            return " ".join(re.findall(r"\w+", fold(sentence.text))) if alone else None
    return None


def _pesos(item: Evidence) -> float:
    value = item.attributes.get("cop")
    return float(value) if isinstance(value, int | float) else 0.0


def _told(item: Evidence, row: Evidence) -> Conflict:
    return Conflict(
        kind="texto_y_tabla",
        here=_place(item),
        there=_place(row),
        values=(item.text, row.text),
        confidence=0.6,
        why=f"El texto da {item.text} donde la tabla da {row.text} para el mismo programa.",
    )


def _key(item: Evidence) -> Key:
    """The name as a bag of words that carry meaning, or nothing when it is too general to be one indicator."""
    words = re.findall(r"\w+", fold(_name(item)))
    kept = [w[:-1] if w.endswith("s") and len(w) > 4 else w for w in words if w not in _SMALL]
    telling = [w for w in kept if w not in _GENERIC and not w.isdigit()]
    mixed = kept.count("indice") > 1 or not _HEADERS.isdisjoint(kept)  # cells or rows that ran together
    return () if mixed or len(set(telling)) < 3 else tuple(sorted(set(kept)))


def _clash(one: Evidence, two: Evidence, kind: Kind, words: int) -> bool:
    """Both give the figure for the same thing and period in one unit, and the figures differ."""
    a, b = _value(one, kind), _value(two, kind)
    if a is None or b is None or not _comparable(one, two, kind) or not _differ(a, b, index=_is_index(one)):
        return False
    if a[0] * b[0] == 0 or max(a[0], b[0]) > _FAR * min(a[0], b[0]):
        return False
    c, d = (_value(item, "baseline" if kind == "target" else "target") for item in (one, two))
    if c is not None and d is not None:
        if _differ(c, d, index=False):
            return False  # two figures differ: most likely two things of one name
        same_programme = _attribute(one, "programme") == _attribute(two, "programme") != ""
        return (
            _attribute(one, "kind") == "resultado" or same_programme or (c[0] != 0 and words + (c[0] >= 10) >= _TELLING)
        )
    in_cells = _attribute(one, "how") == _attribute(two, "how") == "cells"  # rows mended from text may lend a number
    return in_cells and _attribute(one, "kind") == "resultado" and kind == "target"


def _comparable(one: Evidence, two: Evidence, kind: Kind) -> bool:
    """Two places read well enough that speak of one kind, year and unit."""
    if one.passage == two.passage or min(one.confidence, two.confidence) < _SURE:
        return False
    if any(_in_years(item, kind) for item in (one, two)):
        return False
    if any(_attribute(one, name) != _attribute(two, name) for name in ("kind", f"{kind}_year")):
        return False
    return len({unit for unit in (_attribute(one, "unit"), _attribute(two, "unit")) if unit}) <= 1


def _in_years(item: Evidence, kind: Kind) -> bool:
    """The figure is one of a series of years: of a diagnosis, or of money in a table of money."""
    yearly = item.attributes.get("yearly")
    return isinstance(yearly, tuple) and _said(item, kind) in yearly


def _one_goal(one: Evidence, two: Evidence, passages: Mapping[str, Passage]) -> bool:
    """The words beside a short name are much the same: "porcentaje de estudiantes" of two goals are two indicators."""
    own = telling(tokens(_name(one)))
    beside = [telling(tokens(_beside(item, passages[item.passage]))) - own for item in (one, two)]
    if len(own) >= _LONG or not all(beside):
        return True
    if passages[one.passage].cells and passages[two.passage].cells:
        return beside[0] <= beside[1] or beside[1] <= beside[0]
    return 2 * len(beside[0] & beside[1]) >= min(len(beside[0]), len(beside[1]))


def _beside(item: Evidence, passage: Passage) -> str:
    before = passage.text[: item.start - passage.start][-120:]
    if passage.cells:
        return passage.text
    # A name that the plan itself labels stands for itself, whatever the sentence before it is about.
    return "" if _LABELLED.search(fold(before)) else before


def _is_index(item: Evidence) -> bool:
    return fold(_name(item)).startswith("indice ")


def _split(one: Evidence, two: Evidence, kind: Kind, passages: Mapping[str, Passage]) -> Conflict:
    said = _said(one, kind), _said(two, kind)
    agreed = _value(one, "baseline" if kind == "target" else "target") is not None
    what = "metas" if kind == "target" else "líneas base"
    return Conflict(
        kind="meta_distinta" if kind == "target" else "linea_base_distinta",
        here=with_figure(two, passages[two.passage], said[1]),
        there=with_figure(one, passages[one.passage], said[0]),
        values=said,
        confidence=0.8 if agreed else 0.65,
        why=f"El mismo indicador tiene dos {what}: {said[0]} y {said[1]}.",
    )


def _name(item: Evidence) -> str:
    """The indicator's name; its quote may be its whole row."""
    return str(item.attributes.get("name") or item.text)


def _value(item: Evidence, kind: Kind) -> Figure | None:
    """The figure of a baseline or target and whether it is a percentage; None when there is none or a series."""
    text = _YEAR.sub(" ", _said(item, kind))
    first = None if _SERIES.search(text) else _FIGURES.search(text)
    value = number(first.group()) if first else None
    return None if first is None or value is None else (value, text[first.end() :].lstrip().startswith("%"))


def _said(item: Evidence, kind: Kind) -> str:
    value = item.attributes.get(kind)
    return "" if value is None else str(value)


def _attribute(item: Evidence, name: str) -> str:
    return " ".join(fold(str(item.attributes.get(name) or "")).split())


def _differ(a: Figure, b: Figure, *, index: bool) -> bool:
    """Not the same figure. One with "%" and one without are compared only near each other, or if they are an index."""
    if abs(a[0] - b[0]) <= SAME * max(abs(a[0]), abs(b[0])):
        return False
    if a[1] == b[1] or index:
        return max(a[0], b[0]) != 100 * min(a[0], b[0])
    return 0 < max(a[0], b[0]) < 1.5 * min(a[0], b[0])


def _place(item: Evidence) -> Place:
    return Place(passage=item.passage, page=item.page, start=item.start, end=item.end)
