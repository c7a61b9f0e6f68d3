"""An indicator as found, and what its words say: product or result, value, year, verb."""

import re

import msgspec

from domain.indicators.lines import is_nothing

PRODUCT_HEADER = re.compile(r"producto|bien o servicio", re.IGNORECASE)
RESULT_HEADER = re.compile(r"resultado|bienestar|impacto", re.IGNORECASE)
BASELINE_HEADER = re.compile(
    r"l[ií]nea\s{0,2}(?:de\s)?base|\bl\.?\s?b\.?\b|estado actual|valor (?:inicial|actual)|situaci[oó]n actual",
    re.IGNORECASE,
)
TARGET_HEADER = re.compile(r"\bmeta|valor esperado|programaci[oó]n f[ií]sica|\besperad", re.IGNORECASE)
YEAR = re.compile(r"(?<!\d)(20[0-4]\d)(?!\d)")
_RESULT = re.compile(
    r"^(?:la\s)?(?:tasas?|coberturas?|[ií]ndices?|proporci[oó]n|prevalencia|incidencia|raz[oó]n|mortalidad|d[eé]ficit|desnutrici[oó]n|"
    r"promedio|pobreza|nbi|esperanza|analfabetismo|deserci[oó]n|hacinamiento|morbilidad|casos\s|hurtos?\b|homicidios?\b|esperanza)|"
    r"\bcobertura (?:bruta|neta|en|de|del)\b|\b(?:tasa|[ií]ndice) de\b|\bmortalidad\b|\bpobreza\b|\bdeserci[oó]n\b",
    re.IGNORECASE,
)
_SHARE = re.compile(r"^(?:porcentaje|%)", re.IGNORECASE)
_DELIVERED = re.compile(
    r"(?:ad[oa]s?|id[oa]s?|constru|realiz|implement|ejecut|dotad|capacitad|formulad|elaborad|atendid|beneficiad|actividades|plan(?:es)?)\b",
    re.IGNORECASE,
)


class Indicator(msgspec.Struct, frozen=True, kw_only=True):
    """An indicator at its place in the passage, before it becomes a finding."""

    start: int
    end: int
    name: str
    kind: str
    baseline: str | None = None
    target: str | None = None
    yearly: tuple[str, ...] = ()
    accumulation: str | None = None
    unit: str | None = None
    baseline_year: str | None = None
    target_year: str | None = None
    code: str | None = None
    programme: str | None = None
    verb: str | None = None
    how: str = "row"


def kind_of(name: str, *headings: str) -> str:
    """ "resultado" or "producto": the nearest heading that says which, else what the name measures."""
    for heading in headings:
        result, product = RESULT_HEADER.search(heading), PRODUCT_HEADER.search(heading)
        if bool(result) != bool(product):
            return "resultado" if result else "producto"
    if _RESULT.search(name) and not re.match(r"n[uú]mero|no\.?\s|n[°º]", name, re.IGNORECASE):
        return "resultado"
    return "resultado" if _SHARE.search(name) and not _DELIVERED.search(name) else "producto"


def value_of(text: str) -> str | None:
    shown = " ".join(text.split()).strip(" .,;:*")
    return (
        None
        if not shown or is_nothing(shown) or re.fullmatch(r"[-–—]+|sin dato\w*|no disponible", shown, re.IGNORECASE)
        else shown
    )


def year_in(text: str) -> str | None:
    found = YEAR.search(text)
    return found[1] if found else None


def verb_in(text: str) -> str | None:
    found = re.search(
        r"\b(reducir|disminuir|bajar|aumentar|incrementar|ampliar|mejorar|elevar|mantener|sostener)\b",
        text,
        re.IGNORECASE,
    )
    return found[1].lower() if found else None


def short(text: str) -> str:
    return " ".join(text.split())[:200]
