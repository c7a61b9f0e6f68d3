"""Prose that tells a thing again with another figure, deadline or office than the row or goal that states it.

The sentence must name the thing and nothing that narrows it; one other place that agrees with it settles the matter.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

import msgspec

from domain.contradictions.charging import CHARGING
from domain.contradictions.claims import Aspect, Retold, Stated, area, figures, per_period
from domain.contradictions.conflict import Conflict, ConflictKind
from domain.contradictions.likeness import Beside, Likeness, is_alien, likeness
from domain.contradictions.printed import printed
from domain.contradictions.retold import retold
from domain.contradictions.stated import stated
from domain.contradictions.wording import Rarity, rarity, stem, telling, tokens
from domain.document import Document
from domain.evidence import Evidence
from domain.language.entities import entities
from domain.language.numerals import number
from domain.language.words import fold

LEAST = 0.6
"""Share of a thing's words below which a sentence may speak of another one."""
SAME = 0.02
LONG_GOAL = 4
"""Words from which on two goals in the same words are one goal."""
MOST = 10
"""Two figures of one goal that lie further apart are of two units, or one of them was misread."""
NEXT = 400
"""Characters within which two goals of one wording are two rows of one list."""
_MEASURES = frozenset(stem(w) for w in ("numero", "porcentaje", "cantidad", "total"))
FEWEST_IN_NAME = 4
"""Words, general ones too, of a name that has but two telling ones."""
_SHARE = re.compile(r"\W*(?:porcentaje|cobertura|tasa|proporcion)\b")
_SHARED = re.compile(r"\s?%\s(?:de|del)\s(?:(?:l[ao]s?|el)\s)?([a-z]+)")
_COUNTED = re.compile(r"\s(?:(?:de|del)\s)?(?:(?:l[ao]s?|el)\s)?([a-z]+)")
"""What stands behind the figure of a share or of a number, and the noun that it counts."""
_KINDS: Mapping[Aspect, ConflictKind] = {
    "target": "meta_distinta",
    "baseline": "linea_base_distinta",
    "deadline": "plazo_distinto",
    "office": "responsable_distinto",
}
_WHY: Mapping[Aspect, str] = {
    "target": "El texto da {0} donde el plan fija {1} como meta de lo mismo.",
    "baseline": "El texto parte de {0} donde el plan da {1} como línea base de lo mismo.",
    "deadline": "El texto da el plazo {0} donde el plan da {1} para lo mismo.",
    "office": "El texto encarga a {0} lo que el plan encarga a {1}.",
}


class _Pair(msgspec.Struct, frozen=True, kw_only=True):
    told: Retold
    said: Stated
    like: Likeness


def restated(document: Document, found: Sequence[Evidence]) -> Iterator[Conflict]:
    """Sentences against the statements whose thing they name, in reading order."""
    known = stated(document, found)
    rare = rarity(s.thing for s in known)
    index = _index(known, rare)
    yield from _split_goals(known)
    for told in retold(document):
        pairs = _pairs(told, index, rare)
        clash = _clash(pairs)
        if clash:
            yield _conflict(clash)


def _split_goals(known: Sequence[Stated]) -> Iterator[Conflict]:
    """Goals that stand twice in the same words, as in a chapter and in its table, with two figures and no third."""
    alike: dict[tuple[frozenset[str], frozenset[str]], list[Stated]] = defaultdict(list)
    for item in known:
        if item.goal and len(item.thing) >= LONG_GOAL and not per_period(item.name):
            alike[item.thing, frozenset(_digits(item.name) - _digits(item.said))].append(item)
    for items in alike.values():
        first, second = items[0], next((s for s in items if not _same(number(s.said), number(items[0].said))), None)
        if second and all(any(_same(number(s.said), number(t.said)) for t in (first, second)) for s in items):
            values = [number(s.said) or 0.0 for s in (first, second)]
            apart = second.place.start - first.place.start
            if max(values) <= MOST * min(values) and apart > NEXT and ("%" in first.said) == ("%" in second.said):
                yield _two_goals(first, second)


def _two_goals(one: Stated, two: Stated) -> Conflict:
    return Conflict(
        kind="meta_distinta",
        here=two.place,
        there=one.place,
        values=(two.said, one.said),
        confidence=0.75,
        why=f"La misma meta se fija en {one.said} y en {two.said}.",
    )


def _index(known: Sequence[Stated], rare: Rarity) -> Mapping[tuple[Aspect, str], list[Stated]]:
    """Statements by aspect and by each of their rarest words, of which a sentence must have one."""
    out: dict[tuple[Aspect, str], list[Stated]] = defaultdict(list)
    for item in known:
        for word in sorted(item.thing, key=lambda w: (-rare.weight(w), w))[: max(2, (len(item.thing) + 1) // 2)]:
            out[item.aspect, word].append(item)
    return out


def _pairs(told: Retold, index: Mapping[tuple[Aspect, str], list[Stated]], rare: Rarity) -> list[_Pair]:
    near: dict[tuple[int, str], Stated] = {}
    for word in sorted(telling(told.words)):
        for item in index.get((told.aspect, word), ()):
            if item.place.passage != told.place.passage or not _overlap(told, item):
                near.setdefault((item.place.start, item.name), item)
    out = []
    for _key, item in sorted(near.items(), key=lambda pair: pair[0]):
        beside = Beside(telling(tokens(item.before)), CHARGING if told.aspect == "office" else frozenset())
        if like := likeness(told.words, item.thing, rare, least=LEAST, beside=beside):
            out.append(_Pair(told=told, said=item, like=like))
    return out


def _overlap(told: Retold, item: Stated) -> bool:
    return told.place.start < item.place.end and item.place.start < told.place.end


def _clash(pairs: Sequence[_Pair]) -> _Pair | None:
    """The best named statement, unless any agrees with the sentence or two that are named as well differ."""
    if any(_agree(p.told, p.said) for p in pairs):
        return None
    pairs = [p for p in pairs if _comparable(p.told, p.said)]
    if not pairs:
        return None
    best = max(pairs, key=lambda p: (p.like.share, -p.said.place.start))
    close = [p.said for p in pairs if p.like.share >= best.like.share - 0.1]
    if best.told.aspect == "office":  # a row may name two offices; the sentence names none of them
        close = [s for s in close if s.place.passage != best.said.place.passage] + [best.said]
    return best if len(_different(close)) == 1 else None


def _different(items: Sequence[Stated]) -> set[float | str]:
    """What the statements say, each thing once; an office that ran into the next cell is still that office."""
    said = {_meant(s) for s in items}
    return {
        s for s in said if not any(isinstance(s, str) and isinstance(t, str) and s.startswith(f"{t} ") for t in said)
    }


def _meant(item: Stated) -> float | str:
    """What a statement says, whatever stands around the figure."""
    value = number(item.said) if item.aspect in ("target", "baseline") else None
    return " ".join(fold(item.said).split()) if value is None else value


def _agree(told: Retold, item: Stated) -> bool:
    if told.aspect == "deadline":
        return told.said[0] in item.around
    if told.aspect == "office":
        return _same_office(told, item)
    there = [number(f) for f in figures(item.around)]
    return any(_same(number(f), v) for f in told.said for v in there)


def _same_office(told: Retold, item: Stated) -> bool:
    """An office of the row has a word of the area, or one of both has none to compare."""
    words, own = area(told.said[0]), area(item.said)
    beside = [area(entity.text) for entity in entities(item.around)]
    return not words or not own or any(not words.isdisjoint(other) for other in (own, *beside))


def _digits(text: str) -> set[str]:
    return set(re.findall(r"\d+", text))


def _own(told: Retold, item: Stated) -> list[str]:
    """What the sentence says that is no part of the thing's name."""
    named = set(figures(item.name)) - {item.said}
    return [f for f in told.said if f not in named]


def _same(one: float | None, other: float | None) -> bool:
    return one is not None and other is not None and abs(one - other) <= SAME * max(abs(one), abs(other))


def _comparable(told: Retold, item: Stated) -> bool:
    """Figures of one unit, and only one of them in the sentence that the name itself does not have."""
    if not _digits(item.name) - _digits(item.said) <= _digits(told.text) or not _wholly_named(told, item):
        return False
    if told.aspect == "office":
        return all(telling(tokens(other)) <= item.thing for other in told.beside)
    if told.aspect == "deadline":
        return True
    if told.years and told.years != (item.year,):
        return False
    own = _own(told, item)
    if len(own) != 1 or per_period(told.text) != per_period(item.name) or _counts_others(own[0], told, item):
        return False
    share = "%" in own[0], "%" in item.said
    return share[0] == share[1] or _SHARE.match(fold(item.name)) is not None


def _wholly_named(told: Retold, item: Stated) -> bool:
    """A thing of two telling words must stand there with the general words of its name, and they must be many."""
    if len(item.thing) > 2:
        return True
    words = {t.stem for t in tokens(item.name) if len(t.stem) > 2} - _MEASURES
    return told.aspect != "office" and len(words) >= FEWEST_IN_NAME and words <= {t.stem for t in told.words}


def _counts_others(figure: str, told: Retold, item: Stated) -> bool:
    """Whether the figure is far from the other one, or counts what the statement does not name ("8,5 km")."""
    one, other = number(figure), number(item.said)
    if one is None or other is None or max(one, other) > MOST * min(one, other):
        return True
    pattern, bare, folded = _SHARED if figure.endswith("%") else _COUNTED, figure.rstrip(" %"), fold(told.text)
    behind = (pattern.match(folded, at + len(bare)) for at in printed(folded, bare))
    counted = next((match for match in behind if match), None)
    noun = tokens(counted[1])[0] if counted else None
    return (
        noun is not None
        and is_alien(noun)
        and noun.stem not in telling(tokens(f"{item.name} {item.around}")) | item.thing
    )


def _conflict(pair: _Pair) -> Conflict:
    told, item = pair.told, pair.said
    own = (_own(told, item) or told.said)[0]
    return Conflict(
        kind=_KINDS[told.aspect],
        here=told.place,
        there=item.place,
        values=(own, item.said),
        confidence=round(0.5 + 0.3 * pair.like.share, 2),
        why=_WHY[told.aspect].format(own, item.said),
    )
