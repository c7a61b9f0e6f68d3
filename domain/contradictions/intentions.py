"""Aims that cancel each other, and aims that are not the municipality's to pursue.

Both ask for an explicit verb of the plan (infinitive or future) and for the same object in the same words nearby: an
adversative word, a diagnosis of ups and downs or two different objects are no contradiction.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations

import msgspec

from domain.contradictions.conflict import Conflict, Place
from domain.contradictions.speech import INTENDED
from domain.contradictions.wording import telling, tokens
from domain.document import Passage
from domain.evidence import Reading
from domain.language.sentences import sentences
from domain.language.words import fold

_NEAR = 2
"""Passages further on, under the same heading, in which the opposite of a thing of two words counts; for a thing of
three or more the opposite counts anywhere."""
_TELLING = 2
"""Words from which on a thing is hardly another one elsewhere."""

_UP = (
    r"aumentar|incrementar|ampliar|elevar|aumentara|incrementara|ampliara|elevara|aumentaremos|"
    r"ampliaremos|incrementaremos"
)
_DOWN = r"reducir|disminuir|bajar|recortar|reducira|disminuira|recortara|reduciremos|disminuiremos"
_VERBS = telling(tokens(f"{_UP} {_DOWN} sostener mantener".replace("|", " ")))
_AIM = re.compile(rf"(?<!no )(?<!sin )\b(?:se )?(?:(?P<up>{_UP})|(?P<down>{_DOWN}))\s+(?P<object>[a-z0-9 ]{{6,120}})")
_OBJECT_END = re.compile(
    r"\b(?:en un|en el \d|en al menos|en \d|al \d|a un|mediante|a traves|para|con el fin|desde|hasta|por medio|"
    r"que|durante|en los proximos|en el cuatrienio|en este|al final)\b"
)
_CELL = re.compile(r"\n\s{0,3}(?=[A-ZÁÉÍÓÚ])")
_WHOLE = re.compile(r"\s*(?:[.;,:]|$)")

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
        for sentence in sentences(passage.text):
            folded = re.sub(r"\s", " ", fold(sentence.text))
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


def _aims(passage: Passage, *, told: bool) -> Iterator[_Aim]:
    """Aims of a passage; where it tells how things are, only those that it says it has."""
    folded = re.sub(r"\s", " ", fold(passage.text))
    for match in _AIM.finditer(folded):
        if told and not _meant(folded[max(0, match.start() - 60) : match.start()]):
            continue
        object_ = match["object"]
        cell = _CELL.search(passage.text, match.start("object"), match.end("object"))
        if cell and len(telling(tokens(object_[: cell.start() - match.start("object")]))) >= _TELLING:
            object_ = object_[: cell.start() - match.start("object")]
        ends = [
            end for end in _OBJECT_END.finditer(object_) if len(telling(tokens(object_[: end.start()]))) >= _TELLING
        ]
        if ends:
            object_ = object_[: ends[0].start()]
        elif not cell and not _WHOLE.match(folded, match.end()):
            continue  # the object goes on behind a figure or a bracket
        thing = frozenset((*telling(tokens(object_)), *re.findall(r"\d+", object_)))
        if len(thing - _VERBS) < 2 or thing & _VERBS:
            continue  # a list of verbs, as in the key of a table
        start, end_ = match.start(), match.start("object") + len(object_.rstrip())
        place = Place(passage=passage.id, page=passage.page, start=passage.start + start, end=passage.start + end_)
        yield _Aim(up=bool(match["up"]), thing=thing, place=place, text=passage.text[start:end_])


def _meant(before: str) -> bool:
    """Whether the words before a verb say that it is intended, in the same sentence."""
    return not INTENDED.isdisjoint(re.findall(r"[a-z]+", re.split(r"[.;:]", before)[-1]))


def _opposed(one: _Aim, two: _Aim) -> Conflict:
    return Conflict(
        kind="intencion_opuesta",
        here=two.place,
        there=one.place,
        values=(one.text, two.text),
        confidence=0.6,
        why="El plan se propone subir y bajar lo mismo en dos lugares.",
    )
