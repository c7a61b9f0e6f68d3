"""The words by which a plan says that one thing brings about another, and on which side of them the cause stands."""

import re
from collections.abc import Iterator
from itertools import groupby
from typing import Literal, TypeAlias

import msgspec

from domain.causality.idle import links_nothing
from domain.language.words import fold

Side: TypeAlias = Literal["left", "right"]
Link: TypeAlias = Literal["causa", "medio-fin"]


class Marker(msgspec.Struct, frozen=True, kw_only=True):
    """A family of markers: where its cause stands, what it links, and the patterns that find it in folded text.

    `lead` goes before each alternative of `pattern`.
    """

    id: str
    cause: Side
    link: Link
    pattern: str
    lead: str = ""


class Hit(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A marker in a text, `text[start:end]`."""

    marker: Marker
    start: int
    end: int


def _marker(name: str, cause: Side, link: Link, pattern: str, lead: str = "") -> Marker:
    return Marker(id=name, cause=cause, link=link, pattern=fold(pattern), lead=fold(lead))


# Forms of a verb that states a cause (it does so always, or as the plan's aim when in the subjunctive after "que").
_HA = r"(?:ha|han|había|habían|viene|vienen|está|están|puede|pueden|podría|podrían|pudo|logra|logran)\s+"
_LES = r"(?:(?:le|les|nos|se|lo|la|los|las)\s+)?"
_LES_HA = rf"{_LES}(?:{_HA})?"
_QUE_LES_HA = rf"(?:que|los\s+cuales|las\s+cuales|el\s+cual|la\s+cual)\s+{_LES_HA}"
_AIM = (
    r"permit(?:a|an|iera|ieran)|garantice[n]?|facilite[n]?|promueva[n]?|contribuya[n]?\s+(?:a\s+que|al?|en|con)|"
    r"gener(?:e|en)|conlleve[n]?(?:\s+al?)?|conduzca[n]?\s+al?|propenda[n]?\s+(?:por|a|hacia)|impulse[n]?|"
    r"favorezca[n]?|"
    r"fomente[n]?|fortalezca[n]?|asegure[n]?|posibilite[n]?|redunde[n]?\s+en|apunte[n]?\s+al?|permitan|mejore[n]?|"
    r"ayude[n]?\s+al?|propicie[n]?|reduzca[n]?|disminuya[n]?|evite[n]?|sirva[n]?\s+(?:para|de)|brinde[n]?|"
    r"incentive[n]?|"
    r"incremente[n]?|estimule[n]?|logre[n]?|minimice[n]?|aporte[n]?\s+al?|prevenga[n]?|potencie[n]?|procure[n]?"
)
_ENABLE = (
    r"permit(?:e|en|irá|irán|ió|ieron|iría|irían)|garantiza(?:n|rá|rán)?|facilita(?:n|rá|rán)?|posibilita(?:n|rá|"
    r"rán)?|"
    r"(?:contribuye|contribuyen|contribuirá|contribuirán)\s+(?:a\s+que|al?|en|con)|favorece(?:n|rá|rán)?|"
    r"hace\s+posible"
)
_CAUSE = (
    r"gener(?:a|an|ó|aron|ará|arán|ado)|ocasion(?:a|an|ó|aron|ará|ado)|conllev(?:a|an|ó|aron|ado)(?:\s+al?)?|"
    r"provoc(?:a|an|ó|aron|ado)|caus(?:a|an|ó|aron|ado)|produc(?:e|en|ido)|produjo|origin(?:a|an|ó|ado)|"
    r"(?:conduce|conducen|condujo|conducido|lleva|llevan|llevado)\s+al?|hac(?:e|en)\s+que|"
    r"se\s+traduc(?:e|en)\s+en|repercut(?:e|en)\s+en|incid(?:e|en|ido)\s+en|influy(?:e|en)\s+en|"
    r"contribuido\s+al?|permitido|trae\s+consigo|desencadena|desencadenan|obliga\s+al?"
)
_AFFECT = (
    r"afect(?:a|an|ó|ado)|implic(?:a|an)|impid(?:e|en|ió)|impedido|dificult(?:a|an|ado)|limita|limitan|agrava|agravan|"
    r"aumenta|aumentan|propicia|propician|crea|crean"
)
_DOING = (
    r"permitiendo|garantizando|facilitando|posibilitando|contribuyendo\s+(?:a|al|en|con)|promoviendo|logrando|"
    r"buscando|favoreciendo|propiciando|asegurando|propendiendo\s+por|obteniendo|fortaleciendo|mejorando"
)
_DOING_ILL = (
    r"generando|generándose|ocasionando|provocando|causando|produciendo|originando|afectando|impidiendo|dificultando|"
    r"imposibilitando|limitando|conllevando(?:\s+al?)?|poniendo\s+en\s+riesgo|haciendo\s+que|evitando|aumentando|"
    r"disminuyendo|reduciendo|incrementando|trayendo\s+como\s+consecuencia"
)
_MADE = (
    r"(?:ocasionad|generad|causad|producid|provocad|originad|motivad|influenciad|afectad|"
    r"determinad|explicad)[oa]s?"
)
_BECOME = (
    r"(?:redunda|redundará|deriva|desemboca|deviene|se\s+(?:refleja|convierte|constituye|materializa))[n]?\s+en|"
    r"(?:representa|constituye|significa|aporta|ayuda|apoya|fortalece|mejora|evita|reduce|disminuye|incrementa|"
    r"promueve|impulsa|estimula|debilita|restringe|exacerba|agudiza|acelera|deteriora|contamina)[n]?(?:\s+al?)?|"
    r"pone[n]?\s+en\s+riesgo|trae[n]?\s+(?:como\s+)?consecuencias?|da[n]?\s+(?:lugar|origen|paso)\s+a|"
    r"es\s+(?:una\s+de\s+las\s+|la\s+)?(?:principal(?:es)?\s+)?causas?\s+del?"
)
_DIRECTED = r"(?:encaminad|orientad|dirigid|tendiente|tendente|encauzad|enfocad|destinad|conducente)[oae]?s?"

MARKERS: tuple[Marker, ...] = (
    # Stated ends: what stands left is done for what stands right.
    _marker(
        "fin",
        "left",
        "medio-fin",
        r"(?:con|por|en|bajo)\s+(?:(?:el|la|los|las)\s+)?(?:únic[oa]\s+|firme\s+|clar[oa]\s+|principal\s+)?(?:fin|fines|propósito|objeto|objetivo|ánimo|"
        r"finalidad|"
        r"intención|aras|busca|búsqueda|pro|mira)\s+(?:(?:principal|primordial|general)\s+)?(?:de\s+que|del?)|a\s+fin\s+de(?:\s+que)?|en\s+(?:aras|busca|procura|"
        r"pro)\s+del?|"
        r"con\s+miras\s+al?|(?:tiene[n]?|tendrá[n]?)\s+(?:como|por)\s+(?:fin|finalidad|objeto|objetivo|propósito)|"
        r"cuy[oa]\s+(?:fin|finalidad|objeto|objetivo|propósito)(?:\s+\w+)?\s+es|en\s+función\s+del?|en\s+beneficio\s+del?",
    ),
    _marker(
        "dirigido",
        "left",
        "medio-fin",
        rf"(?:que\s+est[éá]n?\s+)?{_DIRECTED}\s+(?:a|al|hacia|para)(?:\s+(?:el|la|los|las)(?=\s+logro))?",
    ),
    _marker(
        "para_que",
        "left",
        "medio-fin",
        r"para\s+que|de\s+(?:tal\s+)?(?:manera|modo|forma)(?:\s+tal)?\s+que|de\s+suerte\s+que",
    ),
    _marker(
        "estrategia",
        "left",
        "medio-fin",
        r"como\s+(?:una\s+)?(?:estrategia|mecanismo|medida|instrumento|medio|herramienta)s?(?:\s+\w+)?\s+(?:para|"
        r"de)(?:\s+la)?",
    ),
    _marker(
        "se_busca",
        "left",
        "medio-fin",
        r"(?:(?:se\s+)?(?:busca|pretende|persigue)(?:n|rá|rán)?|se\s+(?:espera|logra|logrará|procura)|"
        r"(?:apunta|aspira|tiende|propende)[n]?\s+(?:al?|por|hacia))(?:\s+que)?",
    ),
    _marker(
        "servir",
        "left",
        "medio-fin",
        r"(?:sirve[n]?|servirá[n]?|sirvan|necesari[oa]s?|fundamental(?:es)?|indispensables?)\s+para",
    ),
    _marker(
        "para_ello", "right", "medio-fin", r"para\s+(?:lo\s+cual|ello|tal\s+fin|esto|este\s+fin|el\s+efecto)(?:\s+se)?"
    ),
    _marker("para", "left", "medio-fin", r"para(?:\s+(?:así\s+)?(?=\w))?"),
    _marker("que_fin", "left", "medio-fin", rf"(?:que|y)\s+{_LES}(?:{_AIM})"),
    _marker("y_asi", "left", "medio-fin", r"y\s+(?:así|de\s+esta\s+(?:manera|forma))(?:\s+poder)?"),
    # Means: the means stands right.
    _marker("mediante", "right", "medio-fin", r"mediante"),
    _marker("a_traves", "right", "medio-fin", r"a\s+través\s+del?"),
    _marker("por_medio", "right", "medio-fin", r"por\s+(?:medio|intermedio)\s+del?"),
    _marker("a_partir", "right", "medio-fin", r"a\s+partir\s+del?"),
    # Causes named after what they caused.
    _marker(
        "debido",
        "right",
        "causa",
        r"(?:ello\s+|esto\s+)?(?:(?:se\s+)?debid[oa]s?|se\s+debe[n]?|se\s+debió|"
        r"obedece[n]?)\s+(?:principalmente\s+|en\s+gran\s+(?:parte|medida)\s+)?"
        r"(?:al?)(?:\s+que)?",
    ),
    _marker(
        "consecuencia",
        "right",
        "causa",
        r"(?:como|es|son|en|a)\s+(?:una?\s+|el\s+)?(?:consecuencia|resultado|efecto|producto|raíz)s?\s+del?|"
        r"(?:producto|fruto|resultado|consecuencia)\s+del?|a\s+causa\s+del?|por\s+causas?\s+del?|a\s+raíz\s+del?|"
        r"por\s+(?:razón|motivos?|cuenta|culpa|efectos?)\s+del?|por\s+los\s+efectos\s+del?|gracias\s+al?",
    ),
    _marker(
        "derivado",
        "right",
        "causa",
        r"derivad[oa]s?\s+del?|asociad[oa]s?\s+(?:con|al?)|proveniente[s]?\s+del?|se\s+explica[n]?\s+por|"
        r"depende[n]?\s+del?",
    ),
    _marker("hecho_por", "right", "causa", rf"{_MADE}\s+(?:principalmente\s+)?por"),
    _marker(
        "por_falta",
        "right",
        "causa",
        r"por\s+(?=(?:el|la|los|las)?\s*(?:falta|ausencia|carencia|escasez|deficien|insuficien|mal|bajo|alto|"
        r"poc[oa]|aumento|exceso))",
    ),
    _marker(
        "ya_que",
        "right",
        "causa",
        r"ya\s+que|puesto\s+que|dado\s+que|por\s+cuanto|toda\s+vez\s+que|en\s+razón\s+a\s+que|porque|"
        r"dad[oa]s?(?=\s+(?:el|la|los|las))",
    ),
    # Effects named after what causes them.
    _marker(
        "por_lo_que",
        "left",
        "causa",
        r"por\s+(?:lo\s+(?:que|tanto|cual|anterior)|ende|consiguiente|esta\s+razón|este\s+motivo|tal\s+(?:razón|"
        r"motivo))|"
        r"en\s+consecuencia|(?:la\s+)?consecuencia\s+de\s+est[oa]|razón\s+por\s+la\s+cual|de\s+ahí\s+que|"
        r"es\s+por\s+(?:ello|esto|eso)\s+que",
    ),
    _marker(
        "lo_que_genera",
        "left",
        "causa",
        rf"(?:lo\s+que|lo\s+cual|esto|ello|situación\s+que|hecho\s+que|factores\s+que|"
        rf"aspectos\s+que)\s+{_LES}(?:{_HA})?(?:también\s+)?(?:{_CAUSE}|{_AFFECT}|{_ENABLE}|{_AIM})",
    ),
    _marker("que_permite", "left", "causa", _ENABLE, lead=_QUE_LES_HA),
    _marker("que_genera", "left", "causa", rf"{_CAUSE}|{_AFFECT}", lead=_QUE_LES_HA),
    _marker("permite", "left", "causa", _ENABLE, lead=_LES_HA),
    _marker("genera", "left", "causa", _CAUSE, lead=_LES_HA),
    _marker("afecta", "left", "causa", _AFFECT, lead=_LES_HA),
    _marker("haciendo", "left", "medio-fin", _DOING),
    _marker("generando", "left", "causa", _DOING_ILL),
    _marker("por", "right", "causa", r"por"),
    _marker("lo_cual", "left", "causa", r"(?:con\s+|por\s+|en\s+)?lo\s+(?:cual|que)|situación\s+que|con\s+ello"),
    _marker("radica", "right", "causa", r"radica[n]?\s+en|proviene[n]?\s+del?|se\s+logra[n]?\s+con|pues"),
    _marker("deviene", "left", "causa", _BECOME),
    _marker(
        "que_otro", "left", "medio-fin", rf"que\s+{_LES}(?!(?:est|para|sean\b|hayan\b|tengan\b|pueda))\w{{4,20}}[ae]n?"
    ),
    _marker(
        "con_medio",
        "right",
        "medio-fin",
        r"con(?=\s+(?:(?:el|la|los|las|un|una)\s+)?\w{3,20}(?:ción|sión|miento|ciones|mientos|oyo|llo)\b)",
    ),
    _marker("ger_otro", "left", "medio-fin", r"\w{3,20}(?:ando|iendo)"),
)

BY_ID = {marker.id: marker for marker in MARKERS}


def _alternatives(*, named: bool) -> str:
    """All markers in order of precedence; those with one lead share it, so that it is tried once."""
    out: list[str] = []
    for lead, group in groupby(MARKERS, key=lambda m: m.lead):
        patterns = "|".join(f"(?P<{m.id}>{m.pattern})" if named else m.pattern for m in group)
        out.append(f"{lead}(?:{patterns})" if lead else patterns)
    return rf"\b(?:{'|'.join(out)})\b"


# Groups keep the matcher from passing over an alternative by its first letter: they name what was found without them.
_ANY = re.compile(_alternatives(named=False))
_NAMED = re.compile(_alternatives(named=True))

_NEGATED = re.compile(r"\b(?:no|sin|ni|tampoco|nunca)\s{1,3}(?:(?:se|le|les|lo|la)\s{1,3})?$", re.IGNORECASE)


def hits(text: str, start: int, end: int) -> Iterator[Hit]:
    """Every marker in `text[start:end]` that links something, left to right, none inside another."""
    folded = fold(text[start:end])
    for match in _ANY.finditer(folded):
        named, at = _NAMED.match(folded, match.start()), start + match.start()
        name = named and named.lastgroup
        if name is None or (name != "para" and links_nothing(name, text, at, start + match.end())):
            continue
        yield Hit(marker=BY_ID[name], start=at, end=at + len(match.group().rstrip()))


def is_negated(text: str, hit: Hit) -> bool:
    """Whether the marker is denied: "no genera", "sin permitir", "que no permite"."""
    near = text[max(0, hit.start - 14) : hit.start]
    return bool(_NEGATED.search(near) or re.search(r"\bno\b", text[hit.start : hit.end], re.IGNORECASE))


def serves_whom(text: str, hit: Hit) -> bool:
    """Whether "para" says whom or when something is for rather than to what end: "para la población"."""
    return hit.marker.id == "para" and links_nothing("para", text, hit.start, hit.end)
