"""Names of public entities, offices and other bodies in Spanish text, and one normal form for their many spellings."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise

import msgspec

from domain.language.words import beginning, fold, quick

_UPPER = "A-ZÁÉÍÓÚÜÑ"
_LOWER = "a-záéíóúüñ"
_GAP = r"(?:\s|-\n){1,3}"
_LINK = rf"(?:(?:de|del|la|las|los|el|y|e|para|en|al|a|–|-|DE|DEL|LA|LAS|LOS|EL|Y){_GAP}){{0,3}}"
_LINKED = rf"(?:(?:de|del|la|las|los|el|y|e|para|en|al|a|–|-|DE|DEL|LA|LAS|LOS|EL|Y){_GAP}){{1,3}}"
_TITLE = rf"(?:[{_UPPER}][{_LOWER}{_UPPER}´’]{{1,24}}|[{_UPPER}]{{1,3}}(?![{_LOWER}]))"
_LEVEL = r"(?:(?:municip|distrit|departament|nacion|territori|loc|gener)al(?:es)?)"
_LOWER_AREA = (
    r"(?:salud|educaci[oó]n|gobierno|planeaci[oó]n|hacienda|cultura|deportes?|recreaci[oó]n|infraestructura|obras|interior|tr[aá]nsito|"
    r"transporte|vivienda|desarrollo|ambiente|agricultura|inclusi[oó]n|integraci[oó]n|familia|mujer|juventud|social|p[uú]blicas?|"
    r"econ[oó]mico|rural|agropecuari[oa]|turismo|participaci[oó]n|comunitari[oa]|bienestar|tesorer[ií]a|jur[ií]dica|control|interno|"
    r"riesgo|desastres|seguridad|convivencia|ciudadana|pol[ií]tica|infancia|adolescencia|v[ií]ctimas|gesti[oó]n)"
)
_WORD = rf"(?:{_TITLE}|(?i:{_LEVEL}|{_LOWER_AREA})(?![{_LOWER}]))"
# Over the end of a line a name goes on only by a link or a word of its own kind: often the next cell begins there.
_STEP = rf"(?:[ \t]{{1,3}}{_LINK}{_WORD}|\s{{1,3}}{_LINKED}{_WORD}|\s{{1,3}}(?i:{_LEVEL}|{_LOWER_AREA})(?![{_LOWER}]))"
_TAIL = rf"{_STEP}{{0,9}}"
_MORE = rf"{_TITLE}(?:[ \t]{{1,3}}{_LINK}{_TITLE}){{0,3}}"
_ITEM = rf",{_GAP}{_MORE}{_GAP}y{_GAP}{_LINK}{_MORE}"

_OFFICE = (
    r"(?:sub)?secretar[ií]as?|sec(?:ret)?\.?|sr[ií]a\.?|divisi[oó]n|oficinas?|(?:sub)?direcci[oó]n(?:es)?|departamento{gap}administrativo|(?:sub)?gerencias?|"
    r"instituto|ministerios?|alcald[ií]as?|gobernaci[oó]n|comisar[ií]as?|personer[ií]a|contralor[ií]a|procuradur[ií]a|"
    r"defensor[ií]as?|fiscal[ií]a|inspecci[oó]n(?:es)?|unidad(?!\s{1,3}(?:de\s{1,3}medida|l[ií]nea|meta|n[uú]mero))|agencia|consejos?|concejo|comit[eé]s?|mesas?|juntas?|empresas?|"
    r"corporaci[oó]n|fundaci[oó]n|universidad|hospital|c[aá]mara|polic[ií]a|ej[eé]rcito|cruz{gap}roja|defensa{gap}civil|registradur[ií]a|"
    r"superintendencia|asamblea|tesorer[ií]a|fondo|coordinaci[oó]n|veedur[ií]as?|cuerpo|centro|"
    r"jefe|director|secretari[oa]|alcalde|gobernador|personer[oa]|enlace"
).replace("{gap}", _GAP)
# Offices named by a generic word stand alone; the others need a name behind them.
_ADMIN_LEVEL = r"(?i:municipal|distrital|departamental|nacional|local|central|mayor)"
_PLACE = rf"(?:{_GAP}del?{_GAP}(?:la{_GAP})?{_TITLE}(?:{_GAP}(?:de{_GAP})?{_TITLE}){{0,2}})?"
_GENERIC = (
    rf"(?i:administraci[oó]n)(?:{_GAP}(?i:p[uú]blica))?(?:{_GAP}{_ADMIN_LEVEL})?|"
    rf"(?i:gobierno){_GAP}{_ADMIN_LEVEL}{_PLACE}|(?i:municipio|distrito){_PLACE}|(?i:departamento){_PLACE}|"
    rf"(?i:alcald[ií]a|alcalde|alcaldesa)(?:{_GAP}{_ADMIN_LEVEL})?{_PLACE}|(?i:gobernaci[oó]n){_PLACE}|"
    rf"(?i:polic[ií]a|ej[eé]rcito){_GAP}(?i:nacional)|(?i:comisar[ií]as?{_GAP}de{_GAP}familia)|"
    rf"(?i:concejo{_GAP}municipal|fuerza{_GAP}p[uú]blica|(?:establecimientos|instituciones){_GAP}educativas)|"
    rf"(?i:defensor[ií]as|personer[ií]a|contralor[ií]a)|"
    rf"(?:[Gg]rupo|[Ee]quipo|[Cc]omit[eé]|[Mm]esa|[Dd]ivisi[oó]n){_GAP}de{_GAP}[{_LOWER}]{{5,16}}"
    rf"(?:{_GAP}(?:al?|del?){_GAP}(?:la{_GAP})?[{_LOWER}]{{4,16}})?|"
    rf"(?i:icbf|sena|inpec|unicef|acnur|corpoamazonia|corantioquia|imder|fedegan)"
)
_ACRONYM = (
    r"ICBF|SENA|DNP|DANE|DPS|CAR|IGAC|INPEC|USPEC|UNP|ANT|URT|ADR|ART|ARN|UARIV|EPS|IPS|ESE|CLOPAD|CMGRD|UMATA|INVEMAR|DADMA|DADSA|"
    r"DAGMA|SEDAMA|EDUA|IDT|IDRD|IDPAC|CVC|CVS|CRC|CORPONARIÑO|CORPOAMAZONIA|CORPOCALDAS|CARDER|CDMB|COLDEPORTES|FOPAE|"
    r"MetroAgua|Metrocali|RedEquidad|INDERBU|INFIMANIZALES|INFIBAGUE|IMEBU|EMAF|ACNUR|OIM|PNUD|UNICEF|USAID|Dimar|DIMAR"
)

_NAMED = re.compile(rf"(?<![\w])(?:(?i:{_OFFICE}))(?![{_LOWER}]){_TAIL}(?:{_ITEM})?")
_BY_GENERIC = re.compile(rf"(?<![\w])(?:{_GENERIC})(?![{_LOWER}{_UPPER}])")
_BY_ACRONYM = quick("|".join(rf"\b{acronym}(?!\w)" for acronym in _ACRONYM.split("|")))
_HEADS = """
administraci agencia alcald asamblea camara centro comisar comite concejo consejo contralor coordinaci corporaci cruz
cuerpo defens departamento direc distrito divisi ejercito empresa enlace equipo establecimientos fiscal fondo fuerza
fundaci gerencia gobern gobierno grupo hospital inspecci institu jefe junta mesa ministeri municipio oficina personer
polic procuradur registradur sec sr subdirecci subgerencia subsecretar superintendencia tesorer unidad universidad
veedur acnur corantioquia corpoamazonia fedegan icbf imder inpec sena unicef
"""
# What names begin with, in folded text: these heads are found faster than the names are.
_BEGINS = beginning(_HEADS.split())
_ARTICLE_END = re.compile(r"\b(?:de|del|de la|del la)\s{1,2}(?:(?:la|el|las|los)\s{1,2})?$")
_SECOND = re.compile(
    rf"(?:,|\sy|\se|\s-|\s/)?\s{{1,2}}(?:(?:y|e)\s)?(?:(?:la|el|las|los)\s{{1,2}})?(?=(?:{_OFFICE})(?![{_LOWER}]))",
    re.IGNORECASE,
)
_TRAILING = re.compile(r"(?:[\s,]|\b(?:de|del|la|las|los|el|y|e|para|en|al|a)|[–-])+$")

_ABBREVIATIONS = {
    "sec": "secretaria",
    "sria": "secretaria",
    "secret": "secretaria",
    "secretarias": "secretaria",
    "mpal": "municipal",
    "mpales": "municipal",
    "mpio": "municipio",
    "admon": "administracion",
    "dpto": "departamento",
    "depto": "departamento",
    "ofic": "oficina",
    "dir": "direccion",
    "inst": "instituto",
}
_EMPTY = {
    "de",
    "del",
    "la",
    "las",
    "los",
    "el",
    "y",
    "e",
    "en",
    "para",
    "a",
    "al",
    "municipal",
    "distrital",
    "actual",
    "publica",
}
_ACCENTS = str.maketrans("áéíóúü", "aeiouu")


class Entity(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A named body at `text[start:end]`; `generic` when the name says no more than "the municipality"."""

    start: int
    end: int
    text: str
    generic: bool = False


# Rows, words and indicators of one passage ask for its entities in turn.
@lru_cache(maxsize=64)
def entities(text: str) -> tuple[Entity, ...]:
    """Named bodies in order of place, none inside another; neighbouring ones are kept apart."""
    out: list[Entity] = []
    heads = [m.start() for m in _BEGINS.finditer(fold(text))]
    for pattern in (_NAMED, _BY_GENERIC, _BY_ACRONYM):
        for match in pattern.finditer(text) if pattern is _BY_ACRONYM else _beginning(pattern, text, heads):
            for start, end in _parts(text, match.start(), match.end(), heads):
                name = text[start:end]
                generic = bool(_BY_GENERIC.fullmatch(name))
                alone = pattern is _NAMED and not generic and not re.search(r"\s", name)
                if not alone and not any(start < e.end and e.start < end for e in out):
                    out.append(Entity(start=start, end=end, text=name, generic=generic))
    return tuple(sorted(out, key=lambda e: e.start))


def normalised(name: str) -> str:
    """One form for the spellings of a name: no accents, no small words, abbreviations written out."""
    words = re.findall(r"[a-zñ0-9]+", name.lower().translate(_ACCENTS))
    kept = [_ABBREVIATIONS.get(word, word) for word in words]
    return " ".join(word for word in kept if word not in _EMPTY) or " ".join(kept)


def _beginning(pattern: re.Pattern[str], text: str, heads: Sequence[int]) -> Iterator[re.Match[str]]:
    """The matches that begin at some of the places, none overlapping the one before."""
    done = 0
    for at in heads:
        if at >= done and (match := pattern.match(text, at)):
            done = match.end()
            yield match


def _parts(text: str, start: int, end: int, heads: Sequence[int]) -> list[tuple[int, int]]:
    """Split a run where a second office begins, and cut loose links at its end."""
    found = text[start:end]
    more = bisect_left(heads, end) > bisect_right(heads, start)  # a second office begins with a head as well
    second = _SECOND.finditer(found) if more else ()
    cuts = [m.end() for m in second if not _ARTICLE_END.search(found[: m.end()])]
    edges = [0, *[c for c in cuts if c > 0], len(found)]
    out = []
    for left, right in pairwise(edges):
        piece = _TRAILING.sub("", found[left:right])
        if piece:
            out.append((start + left, start + left + len(piece)))
    return out
