"""Markers' words where they link nothing.

Whom or when something is for, by whom it is done, which decree adopts it, how a border runs, and nouns that look like
the verb.
"""

import re

_WHOM = (
    r"niñ[oa]s?|jóvenes|adolescentes|población|personas?|mujeres|hombres|adultos?|familias?|habitantes|"
    r"ciudadan[oa]s|estudiantes|docentes|"
    r"víctimas|comunidad(?:es)?|municipios?|departamentos?|distrito|ciudad|región|país|nación|zona|sector(?:es)?|"
    r"año|vigencia|periodo|período|"
    r"cuatrienio|caso|mes|día|total|mayoría|administración|alcaldía|gobierno|estado|plan|presente|próxim[oa]s?|"
    r"mism[oa]s?"
)
_THE = r"(?:(?:el|la|los|las|un|una|este|esta|estos|estas|nuestr[oa]s?|su|sus|cada)\s+)?"
_IDLE = {
    "para": re.compile(
        rf"\s+(?:{_THE}(?:{_WHOM})\b|tod[oa]s?\b|\d|ello\b|(?:las\s+)?(?:el|lo)s?\s+cual)", re.IGNORECASE
    ),
    "por": re.compile(
        r"\s+(?:\d|ciento|mil\b|parte\b|ejemplo|lo\s+menos|tanto\b|primera|segunda|(?:el|la|los|las)\s+cual|medio|"
        r"encima|debajo|fuera|"
        r"otr[oa]\s+(?:lado|parte)|cada|supuesto|año|mes\b|día|hora|habitante|persona|vivienda|hogar|sexo|edad|"
        r"género|grupos?|zonas?|tipo|"
        r"sectores|comunas?|(?:un|una)\s+lado|(?:el|la)\s+(?:secretar|alcald|concejo|municip|departament|gobern|"
        r"minist|ley|decreto|acuerdo|dane|icbf)|"
        r"(?:secretar|ministeri|ley|decreto|resolución))",
        re.IGNORECASE,
    ),
    "mediante": re.compile(
        r"\s+(?:(?:el|la)\s+)?(?:decreto|acuerdo|resoluci|ley\b|ordenanza|oficio|acta)", re.IGNORECASE
    ),
    "a_traves": re.compile(r"\s+(?:(?:la|el|los|las)\s+)?(?:historia|tiempo|años|ley\b|decreto)", re.IGNORECASE),
    "afecta": re.compile(r"\s+(?:con\b|al\s+(?:norte|sur|oriente|occidente)|de\b|por\b|en\b)", re.IGNORECASE),
}
_NOUN_BEFORE = re.compile(r"\b(?:la|las|una|su|sus|principal|principales|de|como|otra|cuya)\s{1,3}$", re.IGNORECASE)


def links_nothing(name: str, text: str, start: int, end: int) -> bool:
    """Whether the words `text[start:end]` of a marker of this name are no marker here."""
    idle = _IDLE.get(name)
    if idle is not None and idle.match(text, start + len(text[start:end].rstrip())):
        return True
    return name in {"genera", "afecta"} and bool(_NOUN_BEFORE.search(text, max(0, start - 14), start))
