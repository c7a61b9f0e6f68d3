"""Indicators in sentences: stated baselines and targets, and goals with a quantity that no indicator takes up."""

import re
from collections.abc import Iterator, Sequence

from domain.indicators.goals import FIGURE, Goal, change, goal, quantity, starts_goal
from domain.indicators.lines import header_before, is_header
from domain.indicators.model import YEAR, Indicator, kind_of, value_of, verb_in
from domain.indicators.names import LABEL

_LB_META = re.compile(
    r"l[ií]nea\s{1,2}(?:de\s{1,2})?base(?:\s{1,2}\(?20\d\d\)?)?(?:\s{0,2}[.:]\s{0,3}|\s{1,2}(?=\d))(?P<base>(?:\d|cero|n\.?d|s\.?d|no\s)[^;\n]{0,60}?)\s{0,2}[.;,]?\s{0,3}"
    r"\bmetas?(?:\s{1,2}(?:cuatrienio|al\s{1,2}20\d\d|20\d\d))?(?:\s{0,2}[.:]\s{0,3}|\s{1,2}(?=\d))(?P<meta>[^.;\n][^.;]{0,120})",
    re.IGNORECASE,
)
_COUNTED = re.compile(
    r"(\d[\d.,]{0,9}\s?%?)\s{1,2}((?:[A-Za-zÁÉÍÓÚáéíóúñ]\S{0,20}\s{1,2}){1,14}\S{2,14}[aeiou]d[oa]s?)\s{0,2}"
)
_COUNT_LINE = re.compile(
    rf"(?:^|(?<=\n))[ \t]{{0,3}}(?P<much>{FIGURE})\s(?:de\s(?:los\s|las\s|la\s)?)?"
    r"(?P<noun>[a-záéíóúñ]{4,20}\s[^\d.;]{4,200}?)(?=\.|;|\n[ \t]{0,3}(?:\d|[A-ZÁÉÍÓÚ])|\n\n|\s\d|$)"
)
_INDICATOR_COLUMN = re.compile(r"\bindicador|\bmetas?\b", re.IGNORECASE)
_META = re.compile(
    r"(?:^|(?<=[\n.•?]))\s{0,3}[-•?]?\s{0,2}metas?(?:\s{1,2}de\s{1,2}(?P<kind>resultado|producto))?(?:\s{1,2}\d{1,2})?\s{0,2}[.:]\s{0,3}(?P<goal>[^\n:][^:]{6,300}?)"
    r"(?=\.\s|\.$|\n\s{0,3}(?:meta|indicador|[-•?])|;|$)",
    re.IGNORECASE,
)
_BULLET_GOAL = re.compile(
    r"(?:^|\n|\.\s)\s{0,3}(?:[-•?\uf0b7]\s{0,2}|\(?\d{1,3}[.)]\s{0,2})?(?P<goal>[A-ZÁÉÍÓÚ][^.;]{12,320}?)(?=\.\s|\.$|;|\n\s{0,3}[-•?]|\n\n|$)"
)


def stated(text: str) -> Iterator[Indicator]:
    """ "Línea base: 12. Meta: 40 personas": what the sentence before says is measured."""
    last = 0
    for match in _LB_META.finditer(text) if _names(text, "meta") else ():
        before = text[last : match.start()].rstrip(" .,;:\n(")
        cut = max(
            (m.end() for m in re.finditer(r"(?:\.\s|\n\n|\n\s{0,3}[-•?]\s{0,2}|\(\d{1,3}\)\s{0,2})", before)), default=0
        )
        name = before[cut:].strip(" .,;:\n-•?")
        label = LABEL.match(name)
        named_as = ((label["kind"] or "indicador") if label else "").lower()
        name = name[label.end() :] if label else name
        last = match.end()
        if len(name.split()) < 2 or YEAR.fullmatch(match["base"].strip()) or is_header(match.group().split("\n")[0]):
            continue
        start = text.rfind(name, 0, match.start())
        target = value_of(match["meta"])
        counted = _COUNTED.fullmatch(match["meta"].strip())
        if counted:  # "Meta: 1 red implementada" names what is delivered better than the action before it
            start, name, target = match.start("meta") + match["meta"].index(counted[2]), counted[2].rstrip(), counted[1]
        yield Indicator(
            start=start,
            end=start + len(name),
            name=name,
            kind=kind_of(name, named_as, ""),
            baseline=value_of(match["base"]),
            target=target,
            verb=verb_in(name),
            how="sentence",
        )


def goals(text: str, taken: Sequence[Indicator], *, programmatic: bool) -> Iterator[Indicator]:
    """Goals in words that no indicator beside them takes up: "Meta: 4 sedes ampliadas", "Realizar 20 talleres"."""
    bullets = [m for m in _BULLET_GOAL.finditer(text) if starts_goal(m["goal"])]
    if not (programmatic or _several(bullets)):
        bullets = []
    spans: list[tuple[int, int]] = [(i.start, i.end) for i in taken]
    for matches in (_META.finditer(text) if _names(text, "meta") else (), bullets):
        for match in matches:
            start, end = match.span("goal")
            words = match["goal"]
            if any(start < e and s < end + 12 for s, e in spans) or _followed(end, taken):
                continue
            item = _from_goal(words, start)
            if item:
                spans.append((start, end))
                yield item
    if not _names(text, "cador", "meta"):  # no column of indicators
        return
    yield from (i for i in _counted_lines(text) if not any(i.start < e and s < i.end for s, e in spans))


def _names(text: str, *parts: str) -> bool:
    """Whether a text has one of these parts of words; a pattern that ignores case takes longer to say that it has not.

    The parts are of letters that have one small and one capital form.
    """
    low = text.lower()
    return any(part in low for part in parts)


def _several(bullets: Sequence[re.Match[str]]) -> bool:
    return sum(quantity(m["goal"]) is not None for m in bullets) >= 2


def _counted_lines(text: str) -> Iterator[Indicator]:
    """Cells of an indicator column that begin with their target: "13 consejeros electos"."""
    for match in _COUNT_LINE.finditer(text):
        if not _INDICATOR_COLUMN.search(header_before(text, match.start())):
            continue
        name = match["noun"].rstrip(" ,.:\n")
        if not YEAR.fullmatch(match["much"]):
            yield Indicator(
                start=match.start("noun"),
                end=match.start("noun") + len(name),
                name=name,
                kind=kind_of(name, "", ""),
                target=match["much"],
                how="goal",
            )


def _followed(end: int, taken: Sequence[Indicator]) -> bool:
    """An indicator follows within the next words, so the goal speaks through it."""
    return any(0 <= i.start - end < 45 for i in taken)


def _from_goal(words: str, at: int) -> Indicator | None:
    changed = change(words)
    if changed:
        raw = words[changed.what_start : changed.what_end]
        name = re.sub(r"^\s{0,3}(?:la|el|los|las)\s{1,2}", "", raw, flags=re.IGNORECASE).strip(" ,.\n")
        if len(name) > 5:
            start = at + changed.what_start + raw.index(name)
            return Indicator(
                start=start,
                end=start + len(name),
                name=name,
                kind=kind_of(name, "", ""),
                baseline=changed.low,
                target=changed.high,
                verb=changed.verb,
                how="goal",
            )
    counted: Goal | None = goal(words)
    if not counted:
        return None
    return Indicator(
        start=at + counted.start,
        end=at + counted.end,
        name=counted.noun,
        kind=kind_of(counted.noun, "", ""),
        target=counted.quantity.text,
        verb=verb_in(words),
        how="goal",
    )
