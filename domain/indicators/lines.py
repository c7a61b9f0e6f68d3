"""What a line of a broken table is: header, heading, furniture of the page, or the text of a cell."""

import re
from collections.abc import Iterator

from domain.language.words import quick

NOTHING = (
    r"(?:N\.?\s?D\.?|S\.?\s?D\.?|N\.?\s?A\.?|S\.?\s?L\.?|S/?I|N\.?\s?S\.?|n\.?d\.?|s\.?d\.?|Ns|"
    r"-{1,3}|N/A|n/a|No\s[Aa]plica)"
)
"""A pattern for values that are none: ND, SD, SL, a dash."""

NUMBER = r"(?:\d{1,3}(?:[.,]\d{3}){1,3}(?:[.,]\d{1,3})?|\d{1,9}(?:[.,]\d{1,4})?)(?:\s?%)?"
TARGETS = quick(
    r"l[ií]nea\s{1,3}(?:de\s)?base|\bl\.?b\.?\s|\bmetas?\s{1,3}(?:cuatrienio|20|del|al)|responsable|indicador\s{1,3}(?:de\s)?(?:producto|resultado|l[ií]nea|meta)"
)
"""What tables of targets say, in lower case."""
STATISTICS = quick(r"\btabla\s|\bgr[aá]fic|hombres\s{1,3}mujeres|frecuencia|\btotal\s{1,3}casos|fuente:|cuadro\s{1,3}n")
"""What tables of statistics say, in lower case."""
_YEAR_SPAN = re.compile(r"20[0-4]\d(?:[-–]20[0-4]\d)?")
_HEADER_VOCABULARY = """
    indicador indicadores de del producto resultado gestion unidad medida linea lineas base meta metas cuatrienio
    responsable responsables nombre tendencia lb al entidad fuente descripcion descriptor y o la el los a para en
    atributo
    estado actual estandar programa subprograma proyecto proyectos dependencia cuatrenio total logro año - – / no n° nº
    verificacion medios supuestos valor esperado periodo programas subprogramas poblacion objetivo costo bienestar
    municipio entidades
"""
_WORD = re.compile(r"[^\s.:()]+")
_HEADER_WORDS = frozenset(_HEADER_VOCABULARY.split())
_RUN = re.compile(
    r"(?:\b(?:indicador(?:es)?|de|del|producto|resultado|unidad|medida|l[ií]nea|base|lb|metas?|cuatrienio|responsables?|"
    r"tendencia|nombre|al|20[0-4]\d)\b[\s.:]{0,3}){4,16}",
    re.IGNORECASE,
)
_CORE_WORD = re.compile(r"indicador|unidad|base|meta|responsable|tendencia", re.IGNORECASE)
_LONGEST_HEADER = 200
_HEADER_GAP = 40  # characters of cells such as "L. B." that may part two lines of one header
_HEADER_TAIL = 12
_PLAIN = str.maketrans("áéíóú", "aeiou")
_HEADER_CORE = re.compile(
    r"indicador|unidad|l[ií]nea|meta|responsable|nombre|tendencia|base|producto|resultado|medida|cuatrienio|descriptor",
    re.IGNORECASE,
)
_FURNITURE = re.compile(
    r"\s{0,4}(?:plan\s{1,3}de\s{1,3}desarrollo|concejo|proyecto\s{1,3}(?:de\s{1,3}acuerdo|plan)|acuerdo\s{1,3}n|decreto\s{1,3}n|carrera\s\d|calle\s|cra\.?\s|cl\.|www|"
    r"nit|p\s?[aá]g|p\sl\sa\sn|m\su\sn\si|p\sr\so\sy|municipio\sde|alcald[ií]a|rep[uú]blica|departamento\sdel|“|\d{1,4}$|\d{1,3}\splan\s|parte$|cap[ií]tulo|i$|"
    r"por\smedio\sdel?\scual|fuente:|tabla|gr[aá]fic|lb:|nd:|responsable\s|\*|palacio)",
    re.IGNORECASE,
)
_HEADING = re.compile(
    r"\s{0,4}(?:(?:\d{1,2}\.){1,4}\s{0,2}[A-ZÁÉÍÓÚ]|\d{1,2}\.\s?[A-Z]\.|[?•]?\s{0,2}(?:sub)?programas?\s{0,2}(?:[:.\d]|(?-i:[A-Z\"“]{2}))|objetivos?\b.{0,20}[:.]|eje\b|estrategias?\s{0,2}(?:[:.]|(?-i:[A-Z]{4}))|"
    r"l[ií]nea\s{1,3}estrat|sector\b|comprende\s|busca\s|art[ií]culo|proyectos?[:.]|descripci[oó]n|programa\s{1,3}\d|metas?\s{1,3}(?:de\s)?(?:resultado|producto)s?\s{0,3}$)",
    re.IGNORECASE,
)


def is_header(line: str) -> bool:
    """Whether a line holds nothing but the words of table headers."""
    first = _WORD.search(line)
    if not first or len(line) > _LONGEST_HEADER or not _in_headers(first.group()):
        return False
    return all(map(_in_headers, _WORD.findall(line))) and bool(_HEADER_CORE.search(line))


def _in_headers(word: str) -> bool:
    plain = word.lower().translate(_PLAIN)
    return plain in _HEADER_WORDS or bool(_YEAR_SPAN.fullmatch(plain))


def is_furniture(line: str) -> bool:
    """Whether a line is of the page rather than of its text: its number, the town hall's address, a running head."""
    return bool(_FURNITURE.match(line)) or "@" in line or "www." in line.lower()


def is_heading(line: str) -> bool:
    """Whether a line is the heading of a part of the plan."""
    return bool(_HEADING.match(line))


def joined_header(text: str) -> tuple[int, int] | None:
    """Where the last table header stands in a text whose lines were joined, if one does."""
    runs = [m.span() for m in _RUN.finditer(text) if len({c.lower() for c in _CORE_WORD.findall(m.group())}) >= 3]
    return runs[-1] if runs else None


def header_before(text: str, at: int) -> str:
    """The last header before a place, from its first line to its last; "" when the passage shows none."""
    window = text[max(0, at - 4000) : at]
    found = [(start, start + len(line)) for start, line in lines_of(window) if is_header(line)][-6:]
    if not found:
        return ""
    first = next((i for i in range(len(found) - 1, 0, -1) if found[i][0] - found[i - 1][1] > _HEADER_GAP), 0)
    return " ".join(window[found[first][0] : found[-1][1] + _HEADER_TAIL].split())


def is_nothing(value: str) -> bool:
    """ND, SD, a dash: no value."""
    return bool(re.fullmatch(NOTHING, value.strip()))


def lines_of(text: str) -> Iterator[tuple[int, str]]:
    """The lines of a text, each with its place."""
    at = 0
    for line in text.split("\n"):
        yield at, line
        at += len(line) + 1
