"""The links that evidence shows: products and results of one row or programme, and ends stated in so many words."""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from domain.evidence import Evidence
from domain.language.words import fold
from domain.theory.model import Bond, Bound, Named
from domain.theory.words import CHANGE, ILL, IMPACT, PROGRAMME, squeezed, troubles


def spoken(about: Sequence[Evidence], homes: Mapping[str, str]) -> Iterator[Bound]:
    """Every link that the evidence of one point shows, by rows and programmes first, by words then.

    `about` is in reading order; `homes` has the heading that each passage stands under.
    """
    causes = [e for e in about if e.type == "causal_relationship" and not e.attributes.get("negated")]
    products, results = of_kind(about, "producto"), of_kind(about, "resultado")
    yield from _by_programme(products, results, homes)
    yield from _by_words(causes, products, results, homes)
    yield from _by_causes(causes)


def of_kind(about: Sequence[Evidence], kind: str) -> list[Evidence]:
    """The indicators of products, or those of results."""
    return [e for e in about if e.type == "indicator" and e.attributes.get("kind") == kind]


def named(item: Evidence, text: str | None = None) -> Named:
    """An indicator by its name (its quote may be its whole row), or other words of a piece of evidence."""
    words = str(item.attributes.get("name") or item.text) if text is None else text
    return Named(text=words, page=item.page, start=item.start, passage=item.passage, evidence=item.id)


def programme(item: Evidence, homes: Mapping[str, str]) -> str:
    """The programme that an indicator belongs to: the one its row names, else the heading right above it."""
    return _cell(item) or homes.get(item.passage, "")


def _cell(item: Evidence) -> str:
    """The programme in the row itself; a bare number, as under "Programación / Meta", is none."""
    words = item.attributes.get("programme")
    return squeezed(words) if isinstance(words, str) and re.search(r"[^\W\d_]{3}", words) else ""


def _bond(item: Evidence, where: str) -> Bond:
    return "programa" if _cell(item) or PROGRAMME.search(fold(where)) else "capitulo"


def _by_programme(
    products: Sequence[Evidence], results: Sequence[Evidence], homes: Mapping[str, str]
) -> Iterator[Bound]:
    same_row = _group((e.passage, e) for e in results)
    same_programme = _group((programme(e, homes), e) for e in results)
    for product in products:
        where, made = programme(product, homes), named(product)
        bond = _bond(product, where)
        if where:
            delivers = named(product, where)
            yield Bound(link="programa_producto", bond=bond, source=delivers, target=made, shown=made)
        if near := same_row.get(product.passage):
            yield _joined(product, _nearest(near, product), "fila")
        elif where and (near := same_programme.get(where)):
            yield _joined(product, _nearest(near, product), bond)


def _joined(product: Evidence, result: Evidence, bond: Bond) -> Bound:
    source, target = named(product), named(result)
    return Bound(
        link="producto_resultado", bond=bond, source=source, target=target, shown=source, other=target.evidence
    )


def _by_words(
    causes: Sequence[Evidence],
    products: Sequence[Evidence],
    results: Sequence[Evidence],
    homes: Mapping[str, str],
) -> Iterator[Bound]:
    made = _group((programme(e, homes), e) for e in products)
    changed = _group((programme(e, homes), e) for e in results)
    for item in causes:
        where, cause, effect = homes.get(item.passage, ""), named(item, _side(item, "cause")), _end(item)
        end = fold(effect.text)
        if item.attributes.get("kind") == "medio-fin" and ILL.search(end):
            means = named(item, where) if where else cause
            yield Bound(link="problema_programa", bond="frase", source=effect, target=means, shown=cause)
        if where and where in made and CHANGE.search(end):
            yield _towards(_nearest(made[where], item), effect, where)
        if not IMPACT.search(end):
            continue
        if where and where in changed:
            yield _beyond(_nearest(changed[where], item), effect, where)
        elif CHANGE.search(fold(cause.text)):
            yield Bound(link="resultado_impacto", bond="frase", source=cause, target=effect, shown=cause)


def _towards(product: Evidence, effect: Named, where: str) -> Bound:
    source, bond = named(product), _bond(product, where)
    return Bound(
        link="producto_resultado", bond=bond, source=source, target=effect, shown=effect, other=source.evidence
    )


def _beyond(result: Evidence, effect: Named, where: str) -> Bound:
    source, bond = named(result), _bond(result, where)
    return Bound(link="resultado_impacto", bond=bond, source=source, target=effect, shown=effect, other=source.evidence)


def _by_causes(causes: Sequence[Evidence]) -> Iterator[Bound]:
    """Problems that bring about problems; the causal detector says which sides are problems."""
    for item in causes:
        if not {"D6-Q26.causa", "D6-Q26.consecuencia"} <= set(item.elements):
            continue
        cause, effect = named(item, _side(item, "cause")), _end(item)
        if troubles(cause.text) and troubles(effect.text):
            yield Bound(link="problema_problema", bond="frase", source=cause, target=effect, shown=cause)


def _side(item: Evidence, side: str) -> str:
    return str(item.attributes.get(side) or "")


def _end(item: Evidence) -> Named:
    return named(item, _side(item, "effect"))


def _group(pairs: Iterable[tuple[str, Evidence]]) -> dict[str, list[Evidence]]:
    """Evidence by name, by its start and id."""
    out: dict[str, list[Evidence]] = defaultdict(list)
    for name, item in pairs:
        out[name].append(item)
    return {name: sorted(items, key=_place) for name, items in out.items()}


def _place(item: Evidence) -> tuple[int, str]:
    return item.start, item.id


def _nearest(items: Sequence[Evidence], to: Evidence) -> Evidence:
    """The one of a group that starts nearest to another one; of two, the one before it, and the first of its id."""
    behind = bisect_left(items, (to.start, ""), key=_place)
    before = bisect_left(items, (items[behind - 1].start, ""), key=_place) if behind else behind
    return min(
        (items[at] for at in (before, behind) if at < len(items)),
        key=lambda e: (abs(e.start - to.start), e.start, e.id),
    )
