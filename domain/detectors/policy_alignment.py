"""Finds references to norms, to development goals and to national or departmental plans, and what exactly they name."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from domain.document import Passage
from domain.evidence import Detector, Evidence, Finding, Reading, Topic, Value
from domain.language.sentences import Sentence
from domain.language.words import fold

_NUMBER = r"(?:\s{1,3}(?:n(?:o|ro|umero)?\.?\s?[o°º]?\.?\s{0,2})?(?P<number>\d{1,5}(?:\.\d{3})?))"
_YEAR = (
    r"(?:\s{0,2}(?:del?|/|-)\s{0,2}(?:\d{1,2}\s{1,2}del?\s{1,2})?(?:[a-z]{4,10}\s{1,2}(?:\d{1,2}\s{1,2})?(?:del?\s{1,2})?)?"
    r"(?P<year>(?:19|20)\d\d))?"
)
_NORM = re.compile(
    rf"(?<!\w)(?P<kind>ley|decreto(?:\s-?\s?ley)?|conpes(?:\ssocial)?|ordenanza|acuerdo(?:\smunicipal)?|resolucion|sentencia|auto)"
    rf"{_NUMBER}{_YEAR}"
)
_RULING = re.compile(
    r"(?<!\w)sentencia\s{1,2}(?P<number>[tc]\s?-\s?\d{2,4})(?:\s{0,2}(?:de|/)\s{0,2}(?P<year>(?:19|20)?\d\d))?"
)
_POLICY = re.compile(
    r"(?<!\w)(?:politicas?\s{1,2}(?:publicas?(?:\s{1,2}(?:nacional|departamental|municipal|distrital|social))?|nacional(?:es)?|municipal(?:es)?)"
    r"|plan\s{1,2}decenal|codigo(?:\s{1,2}nacional)?|estatuto|ley(?:\s{1,2}(?:general|nacional|organica))?)"
    r"\s{1,2}(?:del?|para|en|integral|sobre)\s{1,2}(?P<subject>\w+(?:\s{1,2}\w+){0,5})"
    r"|(?<!\w)constitucion\s{1,2}(?:politica|nacional)(?P<charter>)"
)
_GOALS = re.compile(
    r"(?<!\w)(?:(?P<ods>ods|objetivos?\s{1,2}de\s{1,2}desarrollo\s{1,2}sostenible)"
    r"|(?P<odm>odm|objetivos?\s{1,2}(?:de\s{1,2}desarrollo\s{1,2})?del\s{1,2}milenio|metas\s{1,2}del\s{1,2}milenio))(?!\w)"
)
_FRAME = re.compile(
    r"(?<!\w)(?:(?P<pnd>plan\s{1,2}nacional\s{1,2}de\s{1,2}desarrollo|plan\s{1,2}de\s{1,2}desarrollo\s{1,2}nacional|pnd|prosperidad\s{1,2}para\s{1,2}todos|pacto\s{1,2}por\s{1,2}colombia)"
    r"|(?P<pdd>plan\s{1,2}(?:departamental\s{1,2}de\s{1,2}desarrollo|de\s{1,2}desarrollo\s{1,2}departamental)|pdd)"
    r"|(?P<sector>plan\s{1,2}(?:nacional|departamental|sectorial)\s{1,2}(?:de|para)\s{1,2}(?!desarrollo)\w+(?:\s{1,2}\w+){0,3}|red\s{1,2}unidos|de\s{1,2}cero\s{1,2}a\s{1,2}siempre))(?!\w)"
)
_SPECIFIC = re.compile(
    r"(?<!\w)(?:objetivos?|metas?|odm|ods|eje|linea|pilar|articulos?|numeral|capitulo|estrategia|lineamiento|pacto)"
    r"\s{0,2}(?:n(?:o|ro)?\.?\s?[°º]?\s?|estrategic[oa]\s)?(?P<part>\d{1,3}(?:\.\d{1,2})?(?!\d))"
)
_TIES = re.compile(
    r"(?<!\w)(?:contribu\w{1,10}|aport\w{1,10}|alinea\w{0,10}|articula\w{0,10}|cumplimiento|corresponde\w{0,3}|responde\w{0,3}|en\s{1,2}el\s{1,2}marco|de\s{1,2}acuerdo\s{1,2}con|en\s{1,2}concordancia)"
)
_PROGRAMME = re.compile(
    r"(?<!\w)(?:programas?|subprogramas?|proyectos?|indicador(?:es)?|metas?\s{1,2}de\s{1,2}(?:producto|resultado)|este\s{1,2}eje)(?!\w)"
)

# Words without one of which a pattern cannot match: most sentences have none and are left at once.
_NEEDED: Mapping[re.Pattern[str], tuple[str, ...]] = {
    _NORM: ("ley", "decreto", "conpes", "ordenanza", "acuerdo", "resolucion", "sentencia", "auto"),
    _RULING: ("sentencia",),
    _POLICY: ("politica", "decenal", "codigo", "estatuto", "ley", "constitucion"),
    _GOALS: ("ods", "odm", "milenio", "sostenible"),
    _FRAME: ("plan", "pnd", "prosperidad", "pacto", "pdd", "unidos", "siempre"),
}

_ANY_NEEDED = re.compile("|".join(sorted({word for words in _NEEDED.values() for word in words})))

# Norms that govern plans, budgets and the administration whatever the subject: they belong to no point.
_GENERAL = frozenset(
    [f"ley-{number}" for number in (
        38, 60, 80, 87, 136, 152, 358, 489, 549, 550, 594, 617, 715, 734, 819, 872, 909, 962, 1150, 1176, 1450, 1454,
        1474, 1483, 1508, 1530, 1551, 1753, 1955, 2056, 2294,
    )]
    + [f"decreto-{number}" for number in (28, 111, 1082, 1737)]
)  # fmt: skip

# Points that a norm is about by itself; for any other norm the passage's own topic decides.
_OWN: Mapping[str, tuple[str, ...]] = {
    norm: tuple(points.split())
    for points, norms in {
        "P1": "ley-823 ley-1496 ley-1009 ley-581",
        "P1 P2 P6": "ley-1257 ley-1719",
        "P1 P7": "ley-731",
        "P2": "ley-1801 ley-418 ley-1421 ley-62 ley-1941",
        "P3": "ley-1523 ley-1931 ley-1575 ley-46 ley-2169",
        "P3 P7 P4": "ley-99 ley-388",
        "P4 P6 P1": "ley-100 ley-115 ley-1122 ley-1438 ley-181 ley-397",
        "P4 P3": "ley-142",
        "P4 P7": "ley-70 ley-21",
        "P5 P7 P8": "ley-1448 decreto-4800",
        "P5 P2": "ley-387 ley-975 ley-1190 decreto-893",
        "P6 P2 P9 P1 P4": "ley-1098 ley-1295 ley-1622 ley-375 ley-1804",
        "P7": "ley-160 ley-1561 ley-101 ley-607 ley-1776",
        "P8 P5": "decreto-660 decreto-4065 decreto-4912",
        "P9 P2": "ley-65 ley-1709",
        "P10 P1 P2": "ley-2136 ley-1465 conpes-3950 ley-985",
    }.items()
    for norm in norms.split()
}


def _find(reading: Reading, found: Sequence[Evidence]) -> Iterable[Finding]:  # noqa: ARG001 - every detector's shape
    for passage, topic in reading.passages():
        if passage.kind in ("heading", "table_header") or not _ANY_NEEDED.search(fold(passage.text)):
            continue
        for sentence in _sentences(passage):
            folded = fold(sentence.text)
            if _ANY_NEEDED.search(folded):
                yield from _norms(passage, topic, sentence, folded)
                yield from _frames(passage, topic, sentence, folded)


def _sentences(passage: Passage) -> Sequence[Sentence]:
    if passage.cells:
        return (Sentence(text=passage.text, start=0, end=len(passage.text)),)
    return passage.sentences


def _matches(pattern: re.Pattern[str], folded: str) -> Iterable[re.Match[str]]:
    return pattern.finditer(folded) if any(word in folded for word in _NEEDED[pattern]) else ()


def _norms(passage: Passage, topic: Topic, sentence: Sentence, folded: str) -> Iterator[Finding]:
    for pattern in (_NORM, _RULING, _POLICY):
        for match in _matches(pattern, folded):
            attributes = _norm(match)
            own = _is_own(attributes, sentence.text[match.start() : match.end()], topic)
            yield _finding(
                passage,
                (sentence.start + match.start(), sentence.start + match.end()),
                {**attributes, "own": own},
                elements=("D1-Q5.norma",) if own else (),
                why=f"Cita {match.group().strip()}" + ("." if own else ", que no es propia del punto."),
            )


def _is_own(attributes: Mapping[str, Value], quoted: str, topic: Topic) -> bool:
    """Whether a norm belongs to a point of its passage rather than to the administration or to the plan itself."""
    if not topic.points or quoted.split(maxsplit=1)[0] in ("ACUERDO", "DECRETO", "ORDENANZA", "RESOLUCIÓN"):
        # In capitals stands the act that adopts the plan, at the head of its pages.
        return False
    key = f"{attributes['norm']}-{attributes['number']}"
    return key not in _GENERAL and not set(_OWN.get(key, topic.points)).isdisjoint(topic.points)


def _norm(match: re.Match[str]) -> dict[str, Value]:
    groups = match.groupdict()
    if "subject" in groups:
        return {
            "kind": "policy",
            "norm": "politica",
            "number": None,
            "year": None,
            "subject": groups["subject"] or "constitucion",
        }
    kind = re.split(r"[\s-]", groups.get("kind") or "sentencia", maxsplit=1)[0]
    number = groups["number"].replace(".", "").replace(" ", "")
    year = groups["year"]
    return {"kind": "norm", "norm": kind, "number": number, "year": int(year) if year and len(year) == 4 else None}


def _frames(passage: Passage, topic: Topic, sentence: Sentence, folded: str) -> Iterator[Finding]:
    for pattern in (_GOALS, _FRAME):
        for match in _matches(pattern, folded):
            name = next(key for key, value in match.groupdict().items() if value)
            specific = _specific(folded, match)
            elements = _frame_elements(specific, folded) if topic.points else ()
            end = match.end() if specific is None else max(match.end(), specific.end())
            start = match.start() if specific is None else min(match.start(), specific.start())
            yield _finding(
                passage,
                (sentence.start + start, sentence.start + end),
                {"kind": "frame", "frame": name, "part": None if specific is None else specific["part"]},
                elements=elements,
                why=f"Se refiere a {match.group().strip()}" + (" con su parte concreta." if specific else "."),
            )


def _specific(folded: str, match: re.Match[str]) -> re.Match[str] | None:
    """The goal, line or article named near the frame, not the year of a plan."""
    near = (
        m for m in _SPECIFIC.finditer(folded) if abs(m.start() - match.end()) < 60 or abs(match.start() - m.end()) < 30
    )
    return next(near, None)


def _frame_elements(specific: re.Match[str] | None, folded: str) -> tuple[str, ...]:
    out = ["D4-Q20.marco"]
    if specific is not None:
        out.append("D4-Q20.especifico")
    if _TIES.search(folded) and _PROGRAMME.search(folded):
        out.append("D4-Q20.vinculo")
    return tuple(out)


def _finding(
    passage: Passage,
    span: tuple[int, int],
    attributes: Mapping[str, Value],
    *,
    elements: tuple[str, ...],
    why: str,
) -> Finding:
    return Finding(
        type="policy_alignment",
        passage=passage.id,
        start=passage.start + span[0],
        end=passage.start + span[1],
        attributes=attributes,
        confidence=0.8 if elements else 0.5,
        why=why,
        elements=elements,
    )


DETECTOR = Detector(id="policy_alignment", feeds=("D1-Q5", "D4-Q20"), find=_find)
