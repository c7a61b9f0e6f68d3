"""What a plan states once, and what its prose tells again: the figure, the deadline or the office of a thing."""

import re
from typing import Literal, TypeAlias

import msgspec

from domain.contradictions.conflict import Place
from domain.contradictions.wording import Token
from domain.language.entities import normalised
from domain.language.words import fold

Aspect: TypeAlias = Literal["target", "baseline", "deadline", "office"]

_FIGURE = re.compile(r"(?<![\w.,/$°º'-])\d[\d.,]*(?<![.,])\s?%?")
_NO_QUANTITY = re.compile(
    r"(?:ley|decreto|acuerdo|articulo|resolucion|conpes|numeral|literal|capitulo|programa|eje|linea|estrato|grado|"
    r"anexo|tabla|cuadro|grafico|n[°º]|no\.?|\$)\s{0,3}$"
)
_MONTHS = "enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre"
_AGE = re.compile(rf"\s{{0,3}}(?:de (?:{_MONTHS})\b|-\s?\d|(?:(?:a|y|-)\s\d{{1,2}}\s)?(?:anos|meses|dias|horas)\b)")
"""Behind a number that is an age, a span of time or a day of a month."""
YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_PER = re.compile(r"\b(?:anual\w*|por ano|cada|mensual\w*|semestr\w+|trimestr\w+|primer ano|vigencia \d)")
_KINDS_OF_OFFICE = """
secretaria secretario oficina direccion instituto departamento administrativo gerencia subsecretaria municipal distrital
asesora administracion alcaldia unidad
"""
_KINDS = frozenset(_KINDS_OF_OFFICE.split())


class Stated(msgspec.Struct, frozen=True, kw_only=True):
    """A thing in its telling words with what is said of it; `around` is the row or sentence that it stands in.

    `before` are the words in front of the thing: what is cut off there is no other thing; `goal` says
    that it is a goal in the infinitive with its figure inside.
    """

    aspect: Aspect
    thing: frozenset[str]
    said: str
    place: Place
    around: str
    name: str
    before: str = ""
    goal: bool = False
    year: str = ""


class Retold(msgspec.Struct, frozen=True, kw_only=True):
    """A sentence of prose with its words and what it says of some thing: the first one of `said` is quoted.

    `beside` are the other bodies that it names, which must belong to the thing when it charges one with it.
    """

    aspect: Aspect
    words: tuple[Token, ...]
    said: tuple[str, ...]
    place: Place
    text: str
    years: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()


def figures(text: str) -> tuple[str, ...]:
    """The quantities of a text as printed: no years, no numbers of laws or items."""
    folded = fold(text)
    return tuple(
        m.group().strip()
        for m in _FIGURE.finditer(folded)
        if not YEAR.fullmatch(m.group().strip())
        and not _NO_QUANTITY.search(folded[max(0, m.start() - 12) : m.start()])
        and not _AGE.match(folded, m.end())
    )


def per_period(text: str) -> bool:
    """Whether a figure is for a year, month or occasion rather than for the whole plan."""
    return _PER.search(fold(text)) is not None


def area(office: str) -> frozenset[str]:
    """What an office is for, without what kind of office it is."""
    return frozenset(re.findall(r"[a-z]+", fold(normalised(office)))) - _KINDS
