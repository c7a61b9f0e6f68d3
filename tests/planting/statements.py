"""Statements of a real plan that could be contradicted: figures, responsible offices, deadlines and directions.

Found by plain patterns over the raw text, without the product's reading or detectors: a planter that saw plans as the
detector sees them would plant only what the detector can see.
"""

import re
from collections import Counter
from collections.abc import Iterator
from itertools import chain
from typing import Literal

import msgspec

Kind = Literal["number", "entity", "deadline", "direction"]
Form = Literal["counted", "target", "baseline", "amount", "responsible", "deadline", "direction"]

KINDS: tuple[Kind, ...] = ("number", "entity", "deadline", "direction")
KIND_OF: dict[Form, Kind] = {
    "counted": "number",
    "target": "number",
    "baseline": "number",
    "amount": "number",
    "responsible": "entity",
    "deadline": "deadline",
    "direction": "direction",
}


class Statement(msgspec.Struct, frozen=True, kw_only=True):
    """What a plan says at `text[start:end]`: `said` (a figure, an office, a year, a verb) about `thing`."""

    form: Form
    thing: str
    said: str
    verb: str = ""
    start: int
    end: int


_INF = r"[A-ZÁÉÍÓÚ][a-záéíóúñ]{2,14}(?:ar|er|ir)"
_OPENS = r"(?m:^)[ \t]{0,8}(?:[-•–●]\s{0,3}|\(?\d{1,2}[.)]{1,2}\s{0,3})?"
_FIGURE = r"\d{1,3}(?:[.,]\d{3}){0,3}(?:,\d{1,2})?\s?%?"
_NOUNS = r"[a-záéíóúñ][^.;:$\d•]{14,150}"
_OFFICE = (
    r"(?:Secretar[ií]a|Oficina|Direcci[oó]n|Instituto|Gerencia|Departamento\sAdministrativo|Subsecretar[ií]a)"
    r"(?:(?:[ ]|,\s|\s(?:del?|y|e|para)\s(?:la\s|las\s|los\s|el\s)?)"
    r"(?!Tasa|Porcentaje|N[uú]mero|Cobertura|Secret|Departam|Oficina|Asesor|Direc|Todas)[A-ZÁÉÍÓÚ][a-záéíóúñ]{2,20}){1,6}"
)
_MEASURE = r"(?:N[uú]mero\sde|Porcentaje\sde|Tasa\sde|Cobertura\s|[IÍ]ndice\sde|Proporci[oó]n\sde|Prevalencia\sde)"
_RISE, _FALL = "Aumentar|Incrementar|Ampliar|Elevar", "Reducir|Disminuir|Bajar"

_COUNTED = re.compile(
    rf"{_OPENS}(?P<verb>(?!{_RISE}|{_FALL}){_INF})\s(?:a\s|el\s|los\s|las\s)?(?:[a-záéíóúñ]{{3,12}}\s\()?(?P<said>{_FIGURE})\)?\s"
    rf"(?P<thing>{_NOUNS}?)(?=[.;])"
)
_CHANGED = re.compile(
    rf"{_OPENS}(?P<verb>{_RISE}|{_FALL}|Pasar)\s(?:la\s|el\s|los\s|las\s)(?P<thing>{_NOUNS}?)\s(?:de|del)\s"
    rf"(?P<base>{_FIGURE})\s?(?:a|al|hasta)\s(?:el\s|un\s)?(?P<said>{_FIGURE})(?=[\s.;,])"
)
_RAISED = re.compile(
    rf"{_OPENS}(?P<verb>{_RISE}|{_FALL})\s(?:a|al|hasta)\s(?:el\s|un\s)?(?P<said>{_FIGURE})\s"
    rf"(?P<thing>(?:la|el|los|las)\s{_NOUNS}?)(?=[.;])"
)
_LABELLED = re.compile(
    rf"{_OPENS}(?P<thing>{_INF}\s{_NOUNS}?)\.?\s[Ll][ií]nea\s[Bb]ase:?\s?(?P<base>{_FIGURE})[.,;]?\s[Mm]eta:?\s?"
    rf"(?P<said>{_FIGURE})(?=[\s.;,])"
)
_ROW = re.compile(
    rf"(?m:^)[ \t]{{0,4}}(?P<thing>{_MEASURE}[^.;:$\d\f]{{10,120}}?)\s(?P<base>{_FIGURE})\s(?P<said>{_FIGURE})"
    rf"[ \t]{{0,3}}(?=\n|[A-Z])"
)
_UNIT_ROW = re.compile(
    rf"(?m:^)[ \t]{{0,4}}(?P<thing>[A-ZÁÉÍÓÚ]{_NOUNS}?)\.?\s(?:N[uú]mero|Porcentaje|No\.|%)\s(?P<base>{_FIGURE})\s"
    rf"(?P<said>{_FIGURE})(?=\s)"
)
_HEADER = re.compile(r"l[ií]nea\s(?:de\s)?base[^\n]{0,40}\s{1,3}(?:[^\n]{0,20}\n){0,1}[^\n]{0,20}meta", re.IGNORECASE)
_COSTED = re.compile(
    r"(?P<thing>[Pp](?:rograma|royecto)s?:?\s[^.;:$\d\n]{12,90}?)[\s,]{1,2}(?:[^.;$]{0,60}\s)?"
    r"(?P<said>\$\s?\d{1,3}(?:[.,]\d{3}){1,4}(?:\smillones)?)"
)
_ANSWERS = re.compile(
    rf"(?:La|El)\s(?P<said>{_OFFICE})[^.;]{{0,30}}?\s(?:será\s(?:la\s)?responsable\sde(?:l)?|tendrá\sa\ssu\scargo|liderará|"
    rf"coordinará|realizará|adelantará|implementará|elaborará|formulará|diseñará)\s(?P<thing>(?:la|el|los|las|un|una)\s{_NOUNS}?)"
    r"(?=[.;])"
)
_CHARGED = re.compile(
    rf"(?<=[.;]\s)(?P<thing>(?:La|El|Los|Las)\s{_NOUNS}?)\s(?:estará|está|quedará|será|estarán|están)\s(?:n\s)?(?:a\scargo|"
    rf"responsabilidad|bajo\sla\sresponsabilidad|en\scabeza|liderad[oa]|coordinad[oa])\s(?:de|por)\s?l?\s?(?:la\s|el\s)?(?P<said>{_OFFICE})"
)
_OWNED_ROW = re.compile(
    rf"(?m:^)[ \t]{{0,4}}(?P<thing>{_MEASURE}[^.;:$\d\f]{{10,120}}?)\s(?:No\.\s)?{_FIGURE}\s(?:{_FIGURE}\s)?"
    rf"(?P<said>{_OFFICE})(?=\s)"
)
_OWNED_UNIT_ROW = re.compile(
    rf"(?m:^)[ \t]{{0,4}}(?P<thing>[A-ZÁÉÍÓÚ]{_NOUNS}?)\.?\s(?:N[uú]mero|Porcentaje|No\.|%)\s{_FIGURE}\s{_FIGURE}\s"
    rf"(?P<said>{_OFFICE})(?=\s)"
)
_WHEN = (
    r"(?:a|al|en|en\sel|para\sel|antes\sde|hasta|a\sdiciembre\sde|a\s31\sde\sdiciembre\sde)"
    r"(?:\saño|\sfinalizar(?:\sel)?)?"
)
_DUE_LAST = re.compile(
    rf"{_OPENS}(?P<thing>{_INF}\s[^.;:$\d•]{{20,170}}?)(?:,)?\s{_WHEN}\s(?P<said>20[123]\d)(?=[.;\n])"
)
_DUE_FIRST = re.compile(
    rf"{_OPENS}(?i:{_WHEN})\s(?:el\s)?(?P<said>20[123]\d),?\s[Hh]aber\s(?P<thing>[a-záéíóúñ]{{3,14}}d[oa]\s[^.;:$\d•]{{20,170}}?)(?=[.;])"
)
_DUE_THEN = re.compile(
    rf"(?<=[.;]\s)(?i:{_WHEN})\s(?:el\s)?(?P<said>20[123]\d),?\s[^.;\d]{{0,40}}?\s?(?:se\shabrá\s|habrá\s|se\shabrán\s)"
    rf"(?P<thing>[a-záéíóúñ]{{3,14}}d[oa]s?\s[^.;:$\d•]{{20,170}}?)(?=[.;])"
)
_CELLS = " | "
_BASE_HEAD = re.compile(r"L[ií]nea base|L\.B\.")
_TARGET_HEAD = re.compile(r"Meta(?: cuatrienio.*| 20\d\d)?$")
_NAME_HEAD = re.compile(r"[Ii]ndicador|Producto")
_OWNER_HEAD = re.compile(r"Responsable")
_PERIOD = re.compile(r"(20[0-3]\d)\s?[-–]\s?(20[0-3]\d)")
_DIRECTED = re.compile(
    rf"{_OPENS}(?P<said>{_RISE}|{_FALL})\s(?P<thing>(?:la|el|los|las)\s[a-záéíóúñ][a-záéíóúñ\s]{{14,90}}?)"
    r"(?=[.;,]|\smediante|\sa\stravés|\sen\sun\s|\sen\sel\s\d|\spara\s)"
)


def statements(text: str) -> tuple[Statement, ...]:
    """What the text states and a planter could contradict, in order of place, each thing once a form."""
    found = chain(
        _made("counted", _COUNTED, text),
        _made("target", _CHANGED, text),
        _made("target", _RAISED, text),
        _made("target", _LABELLED, text),
        _made("baseline", _LABELLED, text, group="base"),
        _made("target", _ROW, text, under=_HEADER),
        _made("baseline", _ROW, text, group="base", under=_HEADER),
        _made("target", _UNIT_ROW, text, under=_HEADER),
        _made("baseline", _UNIT_ROW, text, group="base", under=_HEADER),
        _made("amount", _COSTED, text),
        _made("responsible", _ANSWERS, text),
        _made("responsible", _CHARGED, text),
        _made("responsible", _OWNED_ROW, text),
        _made("responsible", _OWNED_UNIT_ROW, text),
        _made("deadline", _DUE_LAST, text),
        _made("deadline", _DUE_THEN, text),
        _made("deadline", _DUE_FIRST, text),
        _made("direction", _DIRECTED, text),
        _cells(text),
    )
    once: dict[tuple[str, str], Statement] = {}
    for item in sorted(found, key=lambda s: (s.start, s.form)):
        once.setdefault((item.form, item.thing.lower()), item)
    return tuple(once.values())


def _cells(text: str) -> Iterator[Statement]:
    """What the rows of piped tables state under headers for the name, baseline, target and responsible office."""
    header: list[str] = []
    at = 0
    for line in text.splitlines(keepends=True):
        cells = line.strip().split(_CELLS)
        if any(_BASE_HEAD.search(c) for c in cells) and any(_NAME_HEAD.search(c) for c in cells):
            header = cells
        elif len(cells) == len(header) > 2:
            yield from _row_of(dict(zip(header, cells, strict=True)), at, at + len(line.rstrip()))
        at += len(line)


def _row_of(row: dict[str, str], start: int, end: int) -> Iterator[Statement]:
    def under(head: re.Pattern[str]) -> str:
        return next((cell for name, cell in row.items() if head.search(name)), "")

    thing = under(_NAME_HEAD)
    if not _whole(thing):
        return
    heads: tuple[tuple[Form, re.Pattern[str]], ...] = (("baseline", _BASE_HEAD), ("target", _TARGET_HEAD))
    for form, head in heads:
        if _a_count(said := under(head)) and re.fullmatch(_FIGURE, said):
            yield Statement(form=form, thing=thing, said=said, start=start, end=end)
    if re.fullmatch(_OFFICE, office := under(_OWNER_HEAD)):
        yield Statement(form="responsible", thing=thing, said=office, start=start, end=end)


def _made(
    form: Form, pattern: re.Pattern[str], text: str, *, group: str = "said", under: re.Pattern[str] | None = None
) -> Iterator[Statement]:
    period = _period(text)
    for match in pattern.finditer(text):
        above = text[max(0, match.start() - 4000) : match.start()]
        thing, said = _flat(match["thing"]), _flat(match[group]).rstrip(" .,")
        if not _whole(match["thing"]) or (under and not under.search(above)):
            continue
        if form == "counted" and said == "1":  # "2 programa" would be no Spanish
            continue
        if form in ("counted", "target", "baseline") and not _a_count(said):
            continue
        if form == "deadline" and int(said) not in period:
            continue
        verb = _flat(match.groupdict().get("verb") or "").lower()
        yield Statement(form=form, thing=thing, said=said, verb=verb, start=match.start(), end=match.end())


def _period(text: str) -> range:
    """The years that the plan is for: the last span of four or five that it names three times."""
    spans = Counter((int(a), int(b)) for a, b in _PERIOD.findall(text) if int(b) - int(a) in (3, 4))
    first, last = max((span for span, times in spans.items() if times >= 3), default=(2012, 2015))
    return range(first, last + 1)


def _flat(words: str) -> str:
    return re.sub(r"[\s*.]*\b(?:No\.?|Producto|Resultado|ML|Und)$|\s%$", "", " ".join(words.split())).rstrip(" *")


def _whole(thing: str) -> bool:
    """A phrase of one cell or sentence: no line of it opens another, no furniture of the page, four words or more."""
    if re.search(r"\n\s*[A-ZÁÉÍÓÚ•]|\n\s*\n|\f|www|P[aá]gina", thing):
        return False
    if re.search(r"\b(?:de|del|en|la|el|los|las|y|para|con|a|por)\s*$|\b[ye]\s[a-záéíóúñ]{3,14}(?:ar|er|ir)\b", thing):
        return False
    words = re.findall(r"[a-záéíóúñ]{3,}", thing)
    upper = sum(c.isupper() for c in thing)
    return 4 <= len(words) <= 22 and upper < 0.15 * len(thing) and thing.count("(") == thing.count(")")


def _a_count(said: str) -> bool:
    """A figure whose other value would be another commitment: not nothing, not a year."""
    digits = re.sub(r"\D", "", said)
    return bool(digits) and int(digits) > 0 and not re.fullmatch(r"(?:19|20)\d\d", said)
