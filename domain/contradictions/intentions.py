"""Aims that cancel each other, and aims that are not the municipality's to pursue.

Both ask for an explicit act of the plan (infinitive or future; a noun or a clause with "que" only where the words
before it intend it) and for the same object in the same words: a diagnosis of ups and downs or two different objects
are no contradiction.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations

import msgspec

from domain.contradictions.conflict import Conflict, Place
from domain.contradictions.directions import AIM, CLAUSE, MOVED, MOVING, NOUN, OBJECT_END, VERBS, WISHED
from domain.contradictions.speech import ATTAINING, INTENDED
from domain.contradictions.wording import telling, tokens
from domain.document import Passage
from domain.evidence import Reading
from domain.language.words import fold

_NEAR = 2
"""Passages further on, under the same heading, in which the opposite of a thing of two words counts; for a thing of
three or more the opposite counts anywhere."""
BEFORE = 80
"""Characters before an aim in which it may say that it is meant."""
_TELLING = 2
"""Words from which on a thing is hardly another one elsewhere."""

_SPACE = re.compile(r"\s")
_CELL = re.compile(r"\n\s{0,3}(?=[A-ZÁÉÍÓÚ])")
_WHOLE = re.compile(r"\s*(?:[.;,:]|$)")
_MUST = re.compile(r"\b(?:hay|tien\w+|tenemos|tendr\w+) que $|\b(?:va|van|vamos) a $|\btendient\w+ a $|\bcon miras a $")
_PURPOSE = re.compile(r"\bpara $|\b(?:a fin|con el fin|con el proposito|con miras|en procura|en aras) (?:de|a) $")
_LINKS = """
a al en por hacia es son sera seran como que de del el la los las lo se su nuestro nuestra este esta estos le les nos
administracion gobierno municipio distrito alcaldia municipal mas tambien asi ademas principal primera primer gran
"""
_BETWEEN = frozenset(_LINKS.split())
"""Words between one that intends and what it intends."""

_SELF = (
    r"(?:el municipio|la alcaldia|la administracion municipal|el alcalde|el concejo municipal|"
    r"nuestro gobierno municipal)"
)
_WILL = r"(?:\s+(?:\w+\s+){0,4}?)"
_BEYOND: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(rf"\b{_SELF}{_WILL}{pattern}"), said)
    for pattern, said in (
        (
            (
                r"(?:reformara|modificara|expedira|derogara)\s+(?:la\s+)?(?:constitucion|el codigo penal|codigo penal|"
                r"leyes?\b)"
            ),
            "expedir o reformar leyes",
        ),
        (r"(?:fijara|aumentara|decretara)\s+el\s+salario\s+minimo", "fijar el salario mínimo"),
        (r"(?:otorgara|concedera|decretara)\s+(?:la\s+)?(?:amnistias?|indultos?)", "conceder amnistías o indultos"),
        (
            (
                r"(?:expedira|otorgara|concedera)\s+(?:las\s+)?(?:visas|permisos? (?:especial(?:es)? )?de permanencia|"
                r"la nacionalidad|asilo|el refugio)"
            ),
            "regular la permanencia de extranjeros",
        ),
        (
            (
                r"(?:creara|establecera|decretara)\s+(?:un\s+|el\s+)?impuesto\s+(?:nacional|sobre la renta|"
                r"al valor agregado)"
            ),
            "crear impuestos nacionales",
        ),
        (
            (
                r"(?:negociara|firmara|suscribira)\s+(?:un\s+|el\s+)?(?:acuerdo de paz|tratados? internacional\w*|"
                r"cese al fuego)"
            ),
            "negociar la paz o tratados",
        ),
        (r"(?:aumentara|incrementara|asignara)\s+el\s+pie\s+de\s+fuerza", "disponer del pie de fuerza"),
        (
            r"(?:adjudicara|titulara)\s+(?:los\s+)?(?:baldios nacionales|tierras baldias de la nacion)",
            "adjudicar baldíos de la Nación",
        ),
        (
            (
                r"(?:otorgara|concedera|expedira)\s+(?:las\s+)?(?:licencias? ambiental(?:es)?|titulos? mineros?|"
                r"concesion(?:es)? minera)"
            ),
            "otorgar licencias ambientales o títulos mineros",
        ),
    )
)


class _Aim(msgspec.Struct, frozen=True, kw_only=True):
    """A wish to raise or lower something: what, in words that carry meaning, and where it says so."""

    up: bool
    thing: frozenset[str]
    place: Place
    text: str


def opposed_aims(reading: Reading) -> Iterator[Conflict]:
    """Pairs of aims to raise and to lower the same thing; one pair a thing."""
    by_thing: dict[frozenset[str], list[tuple[int, _Aim]]] = defaultdict(list)
    passages = reading.document.passages
    for i, (passage, topic) in enumerate(reading.passages()):
        if passage.kind != "heading":
            for aim in _aims(passage, told=topic.role == "diagnostico"):
                by_thing[aim.thing].append((i, aim))
    for thing, aims in by_thing.items():
        pairs = (
            (one, other)
            for (i, one), (j, other) in combinations(aims, 2)
            if one.up != other.up
            and (len(thing) >= _TELLING or (j - i <= _NEAR and passages[i].path == passages[j].path))
        )
        if pair := next(pairs, None):
            yield _opposed(*pair)


def beyond_competence(reading: Reading) -> Iterator[Conflict]:
    """Sentences in which the municipality itself is to do what only the nation or another authority can."""
    for passage, _topic in reading.passages():
        for sentence in passage.sentences if _speaks_of_itself(fold(passage.text)) else ():
            folded = fold(sentence.text)
            if not _speaks_of_itself(folded):
                continue
            folded = _SPACE.sub(" ", folded)
            for pattern, said in _BEYOND:
                if match := pattern.search(folded):
                    start = passage.start + sentence.start + match.start()
                    place = Place(passage=passage.id, page=passage.page, start=start, end=start + len(match.group()))
                    yield Conflict(
                        kind="competencia",
                        here=place,
                        there=None,
                        values=(said,),
                        confidence=0.55,
                        why=f"El plan asigna al municipio algo que no es de su competencia: {said}.",
                    )


def _speaks_of_itself(folded: str) -> bool:
    """Whether words in which the municipality names itself may stand in a text."""
    return "municip" in folded or "alcald" in folded


def _aims(passage: Passage, *, told: bool) -> Iterator[_Aim]:
    """Aims of a passage; where it tells how things are, only those that it says it has, as it must of any noun."""
    folded = fold(passage.text)
    if not MOVING.search(folded):
        return
    folded = _SPACE.sub(" ", folded)
    for pattern in (AIM, NOUN, *((WISHED, MOVED) if CLAUSE.search(folded) else ())):
        for match in pattern.finditer(folded):
            before = re.split(r"[.;:]", folded[max(0, match.start() - BEFORE) : match.start()])[-1]
            meant = _directly_meant(before) if pattern is not AIM else not told or _meant(before)
            if meant and (aim := _aim(passage, folded, match)):
                yield aim


def _aim(passage: Passage, folded: str, match: re.Match[str]) -> _Aim | None:
    """The aim with its object to where that ends; None when it goes on behind a figure, or is a list of verbs."""
    object_ = match["object"]
    if match.re is not MOVED:
        cell = _CELL.search(passage.text, match.start("object"), match.end("object"))
        if cell and len(telling(tokens(object_[: cell.start() - match.start("object")]))) >= _TELLING:
            object_ = object_[: cell.start() - match.start("object")]
        ends = [e for e in OBJECT_END.finditer(object_) if len(telling(tokens(object_[: e.start()]))) >= _TELLING]
        if ends:
            object_ = object_[: ends[0].start()]
        elif not cell and not _WHOLE.match(folded, match.end()):
            return None
    thing = frozenset((*telling(tokens(object_)), *re.findall(r"\d+", object_)))
    if len(thing) < _TELLING or thing & VERBS:
        return None
    start = match.start()
    end = match.end() if match.re is MOVED else match.start("object") + len(object_.rstrip())
    place = Place(passage=passage.id, page=passage.page, start=passage.start + start, end=passage.start + end)
    return _Aim(up=bool(match["up"]), thing=thing, place=place, text=passage.text[start:end])


def _meant(before: str) -> bool:
    """Whether the words before a verb say that it is intended, in the same sentence."""
    return not INTENDED.isdisjoint(re.findall(r"[a-z]+", before)) or _MUST.search(before) is not None


def _directly_meant(before: str) -> bool:
    """Whether the last word before a noun or clause that says something intends it: "evitar que aumente" does not."""
    if _PURPOSE.search(before):
        return True
    words = [w for w in re.findall(r"[a-z]+", before) if w not in _BETWEEN]
    return bool(words) and (words[-1] in INTENDED or words[-1] in ATTAINING)


def _opposed(one: _Aim, two: _Aim) -> Conflict:
    return Conflict(
        kind="intencion_opuesta",
        here=two.place,
        there=one.place,
        values=(one.text, two.text),
        confidence=0.6,
        why="El plan se propone subir y bajar lo mismo en dos lugares.",
    )
