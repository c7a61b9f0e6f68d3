"""What a heading looks like in a plan, and which heading stands above which."""

import re
from functools import lru_cache

import msgspec

_LONGEST = 180
_RANKS = (
    (re.compile(r"(?i)^(?:libro|(?:primera|segunda|tercera|cuarta|quinta|sexta)\s+parte|parte)\b"), 1),
    (re.compile(r"(?i)^t[íi]tulo\b"), 2),
    (re.compile(r"(?i)^cap[íi]tulo\b"), 3),
    (re.compile(r"(?i)^secci[óo]n\b"), 4),
    (re.compile(r"(?i)^(?:eje|l[íi]nea\s+estrat[ée]gica|l[íi]nea|dimensi[óo]n|pilar|pacto)\b"), 5),
    (re.compile(r"(?i)^(?:sector|componente|estrategia)\b"), 6),
    (re.compile(r"(?i)^programa\b"), 7),
    (re.compile(r"(?i)^subprograma\b"), 8),
    (re.compile(r"(?i)^proyecto\b(?!\s+de\s+acuerdo)"), 9),
    (re.compile(r"(?i)^art[íi]culo\b"), 10),
)
_NAMED = re.compile(
    r"(?i)^(?:(?:primera|segunda|tercera|cuarta|quinta|sexta)\s+parte\b|(?:libro|parte|t[íi]tulo|cap[íi]tulo|secci[óo]n|eje|l[íi]nea(?:\s+estrat[ée]gica)?|dimensi[óo]n|pilar|pacto|"
    r"sector|componente|estrategia|programa|subprograma|proyecto|art[íi]culo)\s*(?:n[°ºo.]*\s*)?"
    r"(?:\d{1,3}\b|[ivxlc]{1,6}\b|[:.\-–]|(?:primer|segund|tercer|cuart|quint|sext|séptim|octav|noven|décim|únic)[oa]?\b))"
)
_NUMBERED = re.compile(r"^(\d{1,2}(?:\.\d{1,2}){0,5})(?:\.|\)|\.?[-–])?\s+(?=[A-ZÁÉÍÓÚÑ¿“\"])")
_ROMAN = re.compile(r"^[IVXLC]{1,6}[.)\-–]\s*(?=[A-ZÁÉÍÓÚÑ])")
_NO_HEADING = re.compile(
    r"(?i)^(?:fuente|tabla|cuadro|gr[áa]fic[oa]|figura|mapa|ilustraci[óo]n|imagen|foto\w*|nota|total|anexo\s+\d+\s*:|"
    r"par[áa]grafo|considerando\s+que|que\s|www\.|http)\b"
)
_LEAD_IN = re.compile(
    r"(?i)^(?:metas?|indicador(?:es)?|l[íi]nea\s+(?:de\s+)?base|responsables?|objetivos?|recursos|productos?|resultados?|"
    r"actividad(?:es)?|descripci[óo]n|justificaci[óo]n|acciones|estrategias?|costo|valor|presupuesto)\b[^:]{0,60}:$"
)
_ARTICLE = re.compile(
    r"(?i)^art[íi]culo\s+(?:\d{1,3}|primero|segundo|tercero|cuarto|quinto|sexto|séptimo|octavo|noveno|décimo\w*|[úu]nico)"
    r"(?-i:\s*[°ºo]?\s*[.:\-–]*\s*)(?:(?-i:[A-ZÁÉÍÓÚÑ“\"])[^.:]{2,140}[.:])?(?=\s+\S)"
)
_CAPS_ARE = 0.85
_SAME_SIZE = 0.5
_FEWEST_LETTERS = 4


class Style(msgspec.Struct, frozen=True, kw_only=True):
    """How a heading is made: what its rank among headings is told from. `size` is 0.0 unless larger than the text's."""

    size: float = 0.0
    bold: bool = False
    caps: bool = False
    rank: int = 0
    number: tuple[int, ...] = ()


def style_of(text: str, *, size: float = 0.0, bold: bool = False) -> Style:
    """The style of a heading from its words and its print."""
    words = _NUMBERED.sub("", text)
    rank = next((rank for pattern, rank in _RANKS if pattern.match(words)), 0)
    if rank and not (_NAMED.match(words) or is_caps(words)):
        rank = 0
    return Style(size=round(size * 2) / 2, bold=bold, caps=is_caps(text), rank=rank, number=number_of(text))


def stands_above(outer: Style, inner: Style) -> bool:
    """Whether a heading of style `inner` belongs under one of style `outer`."""
    if outer.rank and inner.rank:
        return outer.rank < inner.rank
    larger = outer.size - inner.size
    if outer.number and inner.number:
        if inner.number[: len(outer.number)] == outer.number:
            return len(inner.number) > len(outer.number)
        return len(inner.number) == 1 and (larger > _SAME_SIZE or (outer.caps and not inner.caps))
    if abs(larger) > _SAME_SIZE:
        return larger > 0
    if outer.size and (outer.bold, outer.caps) == (inner.bold, inner.caps):
        return False
    return _level(outer) < _level(inner)


def _level(style: Style) -> float:
    """Where headings of equal size stand that share neither a word nor a numbering."""
    if style.rank:
        return style.rank
    if style.number:
        if len(style.number) > 1:
            return 6.5 + len(style.number) / 100
        return 4.5 if style.caps else 11
    if style.caps:
        return 12 if style.bold else 12.5
    return 13 if style.bold else 14


@lru_cache(256)  # each line is asked for twice: beside the line above and beside the line below
def is_caps(text: str) -> bool:
    """Whether (nearly) all letters are capitals."""
    letters = list(filter(str.isalpha, text))
    return len(letters) >= 4 and sum(map(str.isupper, letters)) >= _CAPS_ARE * len(letters)


def number_of(text: str) -> tuple[int, ...]:
    """(3, 1) for "3.1 ...", empty without a number."""
    match = _NUMBERED.match(text)
    return tuple(int(part) for part in match.group(1).split(".")) if match else ()


def is_named(text: str) -> bool:
    """Whether it begins as the parts of a plan do: "Programa 2", "EJE:", "CAPITULO III"."""
    return bool(_NAMED.match(text))


def may_be_heading(text: str) -> bool:
    """Whether nothing in the words speaks against it: length, beginning and end."""
    text = text.strip()
    letters = sum(map(str.isalpha, text))
    if letters < _FEWEST_LETTERS or len(text) > _LONGEST or letters < 0.5 * len(text):
        return False
    if text[0].islower() or text[0] in "•-–—(" or text[-1] in ",;" or _NO_HEADING.match(text) or is_lead_in(text):
        return False
    if text[-1] == ":" and not (is_caps(text) or len(number_of(text)) > 1):
        return False
    if text[-1] != "." and ": " not in text:  # "Altitud: 84 metros"
        return True
    return is_caps(text) or bool(_NUMBERED.match(text) or _ROMAN.match(text) or _NAMED.match(text))


def is_lead_in(text: str) -> bool:
    """Whether it only opens what follows: "META DE RESULTADO 1:"."""
    return bool(_LEAD_IN.match(text))


def run_in_heading(text: str) -> int:
    """Length of the heading that a paragraph begins with ("ARTICULO 12. Vigencia. El presente..."), or 0."""
    match = _ARTICLE.match(text)
    return match.end() if match else 0
