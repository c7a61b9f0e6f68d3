"""Aims that cancel each other, and aims that are not the municipality's to pursue.

Both ask for an explicit verb of the plan (infinitive or future) and for the same object in the same words nearby: an
adversative word, a diagnosis of ups and downs or two different objects are no contradiction.
"""

import re
from collections.abc import Iterator

import msgspec

from domain.contradictions.conflict import Conflict, Place
from domain.document import Passage
from domain.evidence import Reading
from domain.language.sentences import sentences
from domain.language.words import fold

_NEAR = 2
"""Passages further on, under the same heading, in which the opposite counts as near."""

_UP = (
    r"aumentar|incrementar|ampliar|elevar|aumentara|incrementara|ampliara|elevara|aumentaremos|"
    r"ampliaremos|incrementaremos"
)
_DOWN = r"reducir|disminuir|bajar|recortar|reducira|disminuira|recortara|reduciremos|disminuiremos"
_AIM = re.compile(rf"(?<!no )(?<!sin )\b(?:se )?(?:(?P<up>{_UP})|(?P<down>{_DOWN}))\s+(?P<object>[a-z0-9 ]{{6,120}})")
_OBJECT_END = re.compile(
    r"\b(?:en un|en el \d|en al menos|en \d|al \d|a un|mediante|a traves|para|con el fin|desde|hasta|por medio|y|"
    r"que)\b"
)
_LITTLE = "de del la el los las a al en su sus un una lo"
_SMALL = frozenset(_LITTLE.split())

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
    thing: tuple[str, ...]
    place: Place
    text: str


def opposed_aims(reading: Reading) -> Iterator[Conflict]:
    """Pairs of aims, near each other, to raise and to lower the same thing."""
    passages = reading.document.passages
    aims = [
        [] if topic.role == "diagnostico" or passage.kind == "heading" else list(_aims(passage))
        for passage, topic in reading.passages()
    ]
    for i, own in enumerate(aims):
        for k, aim in enumerate(own):
            near = own[k + 1 :] + [
                other
                for j in range(i + 1, min(i + 1 + _NEAR, len(aims)))
                if passages[j].path == passages[i].path
                for other in aims[j]
            ]
            for other in near:
                if other.up != aim.up and other.thing == aim.thing:
                    yield _opposed(aim, other)


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


def _aims(passage: Passage) -> Iterator[_Aim]:
    folded = re.sub(r"\s", " ", fold(passage.text))
    for match in _AIM.finditer(folded):
        object_ = match["object"]
        if end := _OBJECT_END.search(object_):
            object_ = object_[: end.start()]
        thing = tuple(w for w in object_.split() if w not in _SMALL)
        if len(thing) < 2:
            continue
        start, end_ = match.start(), match.start("object") + len(object_.rstrip())
        place = Place(passage=passage.id, page=passage.page, start=passage.start + start, end=passage.start + end_)
        yield _Aim(up=bool(match["up"]), thing=thing, place=place, text=passage.text[start:end_])


def _opposed(one: _Aim, two: _Aim) -> Conflict:
    return Conflict(
        kind="intencion_opuesta",
        here=two.place,
        there=one.place,
        values=(one.text, two.text),
        confidence=0.6,
        why="El plan se propone subir y bajar lo mismo en lugares vecinos.",
    )
