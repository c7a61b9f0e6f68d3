"""Names of indicators in running text: how they begin, where they end, what cannot be one."""

import re

from domain.indicators.goals import INFINITIVE, quantity, starts_goal
from domain.indicators.lines import is_furniture, is_header, is_heading, lines_of

STARTER = re.compile(
    r"(?:[Nn](?:[uú]mero|[uú]m\.?|[o°º]\.)\s{1,3}(?:de\b|total\b|[a-záéíóúñ]{4})|[Nn][o°º]\s{1,3}(?:de\b|total\b)|N[°º]\s?[a-z]|#\s{0,2}(?:de\s)?|%\s{0,2}(?:de\s|[a-z]{4})|"
    r"[Cc]antidad\s{1,3}de|[Pp]orcentaje\b|[Tt]asas?\s{1,3}(?:de|bruta|neta|promedio|por)|[ÍIíi]ndice\s{1,3}(?:de|s)|[Cc]obertura\b|"
    r"[Pp]roporci[oó]n\s|[Rr]az[oó]n\s{1,3}de|[Pp]romedio\s|[Pp]revalencia|[Ii]ncidencia\s|\([Nn][°ºuo])"
)
_NO_NAME = re.compile(
    r"(?:\btabla|\bobjetivo|gr[aá]fic[ao]|\bley|\bart[ií]culo|\bdecreto|\bn[°º]|concesi[oó]n)$|^(?:aumentar|no\saplica|no\sexiste)",
    re.IGNORECASE,
)
_OPENS_CELL = re.compile(
    rf"\s?(?:A\s20\d\d,?\s|{INFINITIVE}\b|(?:Ley|Decreto)\b|[A-ZÁÉÍÓÚ]{{4}}|[A-ZÁÉÍÓÚ][a-záéíóúñ]{{1,20}}\b)"
)
_GOES_ON = re.compile(r"(?:^|\s)(?:de|del|la|el|los|las|y|e|o|en|a|al|con|por|para|que|sus?)\s{0,2}$", re.IGNORECASE)
_ACTION = re.compile(r"[A-ZÁÉÍÓÚ][a-záéíóúñ]{3,16}(?:ci[oó]n|miento|si[oó]n)\s")
LABEL = re.compile(
    r"(?:^|(?<=[\s.?•]))indicador(?:es)?(?:\s{1,3}de\s{1,3}(?P<kind>resultado|producto|gesti[oó]n|impacto|bienestar))?\s{0,2}(?:\d{1,2}\s{0,2})?[:.]\s{0,3}"
    r"(?:[-•?]\s{0,2})?(?=\S)",
    re.IGNORECASE,
)
SENTENCE = re.compile(r"[.;:]\s{1,3}(?=[A-ZÁÉÍÓÚ#%(\d])")
DELIVERED = re.compile(r"(?:[aeiou]d[oa]s?|hech[oa]s?|funcionando|operando)$", re.IGNORECASE)
_LAST_CELL = re.compile(
    r"(?<=[a-záéíóúñ)])\s(?=[A-ZÁÉÍÓÚ][a-záéíóúñ]{2,16}\s(?:[a-záéíóúñ]{2,16}\s){0,4}[a-záéíóúñ]{2,12}[aeiou]d[oa]s?$)"
)


def is_name(name: str, *, strict: bool) -> bool:
    words = name.split()
    letters = sum(c.isalpha() for c in name)
    if (
        not 2 <= len(words) <= 60
        or not re.match(r"[^\W\d]|[%#(\"“]|\d{1,3}\s[a-z]", name)
        or letters < 8
        or letters < len(name) * 0.5
    ):
        return False
    if _NO_NAME.search(name):
        return False
    upper = sum(c.isupper() for c in name)
    return not strict or (upper < letters * 0.6 and not re.search(r"\btotal\b|\bfuente\b|\$", name, re.IGNORECASE))


def name_at(zone: str, *, split: bool) -> tuple[int, str, str]:
    """Where the name begins in its zone, the goal before it, and the label on it."""
    labels = list(LABEL.finditer(zone))
    if labels:
        return labels[-1].end(), zone[: labels[-1].start()], (labels[-1]["kind"] or "indicador").lower()
    begins = [m.start() for m in STARTER.finditer(zone) if _begins(zone, m.start())]
    if begins:
        return begins[-1], zone[: begins[-1]], ""
    breaks = [m.end() for m in SENTENCE.finditer(zone)]
    if breaks and len(zone[breaks[-1] :].split()) >= 2:
        return breaks[-1], zone[: breaks[-1]], ""
    at = _behind_goal(zone) if split else None
    if at is not None:
        return at, zone[:at], ""
    return 0, zone if quantity(zone) and starts_goal(zone) else "", ""


def _behind_goal(zone: str) -> int | None:
    """Where the name begins behind a goal or action that shares its zone: at the last line that opens a cell."""
    lines = [at for at, line in lines_of(zone) if at and re.match(r"\s?[A-ZÁÉÍÓÚ]", line)]
    if starts_goal(zone):
        lines = [at for at in lines if not re.match(rf"{INFINITIVE}\s", zone[at:])]
        if lines:
            return lines[-1]
        cell = _LAST_CELL.search(zone.rstrip())
        return cell.end() if cell else None
    delivered = _ACTION.match(zone) and DELIVERED.search(zone.rstrip())
    return lines[-1] if delivered and lines and len(zone[lines[-1] :].split()) >= 2 else None


def _begins(zone: str, at: int) -> bool:
    """A starter begins a name where a line, a sentence or a cell begins, not as the divisor of the indicator before."""
    before = zone[:at].rstrip(" ")
    if not before:
        return True
    if before.rstrip().endswith(("/", "sobre", "entre", " de", " del", " el", " la", " un", " una", " en", " y")):
        return False
    return before[-1] in "\n.:;?•" or (zone[at].isupper() and before[-1].islower())


def name_end(zone: str, start: int) -> int:
    """A name ends with its sentence, at a new label, or where a line opens another cell."""
    end = len(zone)
    for pattern in (SENTENCE, re.compile(r"\.\s{0,3}$|\n\s{0,3}[?•-]\s|\n\n")):
        if found := pattern.search(zone, start + 4):
            end = min(end, found.start())
    at = zone.find("\n", start)
    while 0 <= at < end:
        line = zone[at + 1 : end].split("\n", 1)[0]
        if _GOES_ON.search(zone[max(start, at - 12) : at]):
            at = zone.find("\n", at + 1)
            continue
        if is_header(line) or is_furniture(line) or is_heading(line) or _OPENS_CELL.match(line):
            return at
        at = zone.find("\n", at + 1)
    return end
