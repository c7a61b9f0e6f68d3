"""What rows, indicators, goals and responsibilities state: there the thing is plain."""

import re
from collections.abc import Iterator, Mapping, Sequence

import msgspec

from domain.contradictions.claims import Aspect, Stated, figures
from domain.contradictions.conflict import Place, with_figure
from domain.contradictions.printed import goes_on, printed
from domain.contradictions.wording import telling, tokens
from domain.document import Document, Passage
from domain.evidence import Evidence
from domain.language.entities import entities
from domain.language.numerals import number
from domain.language.sentences import Sentence
from domain.language.words import fold

BESIDE = 40
"""Characters behind an office of a broken table in which another one shares its task."""
BEFORE = 60
"""Characters before a name in which its first words may stand, cut off from it."""
LABELS = 80
"""Characters of the next passage in which a goal that was cut off may have its baseline and its target."""
FEWEST_WORDS = 2
"""Words that a thing must have to be told from others."""

_GOAL = re.compile(r"[\W\d]{0,8}(?P<verb>[A-ZÁÉÍÓÚ][a-záéíóúñ]{2,16}(?:ar|er|ir))(?:se)?\s")
_CLAUSE = re.compile(
    r"(?:^|\n|[.;:•|?)-]\s|\d%?\s|[a-záéíóúñ]\s(?=(?!Bienestar|Hogar|Mujer|Taller|Lugar)[A-Z]\w{2,16}[aei]r\s(?:al?\s|el\s|los\s|las\s)?"
    r"\d[\d.,]*%?\s(?:de\s)?[a-záéíóúñ]{3}))\s{0,3}(?P<goal>[A-ZÁÉÍÓÚ][a-záéíóúñ]{2,16}(?:ar|er|ir)\s"
    r"(?:[^.;:•|?\n]|(?<=\d)[.,](?=\d)|\n(?![A-ZÁÉÍÓÚ•*–>●▪-])){15,260})"
)
_LABELLED = re.compile(
    r"(?P<goal>[A-ZÁÉÍÓÚ][a-záéíóúñ]{2,16}(?:ar|er|ir)\s[^.;:•|]{15,300}?)\.?\s{1,3}[Ll][ií]nea\s(?:de\s)?[Bb]ase\s?[:.]?\s?"
    r"(?P<base>\d[\d.,]*%?)[^.:;|]{0,80}?[.,;]?\s{1,3}[Mm]eta\s?[:.]?\s?(?P<meta>\d[\d.,]*%?)"
)
_LABELS = re.compile(r"\s{0,3}[Ll][ií]nea\s(?:de\s)?[Bb]ase\s?[:.]?\s?\d")
_DUE_PHRASE = (
    r"(?:a|al|en|para|antes de|hasta)(?: el)?(?: ano)?(?: \w{3,9} de)?(?: 3[01] de diciembre de)?"
    r"(?: finalizar(?: el)?)? ?"
)
_DUE_LAST = re.compile(
    rf"(?P<goal>[\W\d]{{0,8}}\w{{2,16}}(?:ar|er|ir) [^\d]{{20,220}}?),? {_DUE_PHRASE}(?P<year>20[0-4]\d)\W*$"
)
_DUE_FIRST = re.compile(
    rf"\b{_DUE_PHRASE}(?P<year>20[0-4]\d),? (?:se )?hab(?:er|ra|ran) (?P<goal>[a-z]{{3,16}}d[oa]s? [^.;:\d]{{20,220}})"
)
_MEASURE = re.compile(r"(?<=[\w.,)%*] )(?:N[uú]mero|Porcentaje|Tasa|[IÍ]ndice|Proporci[oó]n|Cobertura|N°)(?= )")
_CHANGED = re.compile(r"(?:aument|increment|ampli|reduc|disminu)\w+\sen\s((?:un\s|el\s)?)")
_COUNTED = re.compile(r"(?<=[\d%])[\s)]{1,3}(?:de\s|del\s)?[a-záéíóúñ]{3}")
_ROW_GAP = re.compile(r"[\s.]*(?:N[uú]mero|Porcentaje|No\.?|N°|%|Unidad)?(?:\s*[\d.,]+%?){1,6}\s*")


def stated(document: Document, found: Sequence[Evidence]) -> tuple[Stated, ...]:
    """What rows, indicators, goals and responsibilities state, each with a thing of enough words."""
    passages = {p.id: p for p in document.passages}
    out: list[Stated] = []
    for item in found:
        if item.type == "indicator":
            out += _of_indicator(item, passages[item.passage])
    out += _offices(found, passages)
    following = (*document.passages[1:], None)
    for passage, behind in zip(document.passages, following, strict=False):
        if passage.kind != "heading":
            out += _goals(passage, behind.text if behind else "")
    return tuple(s for s in out if len(s.thing) >= FEWEST_WORDS)


def _of_indicator(item: Evidence, passage: Passage) -> Iterator[Stated]:
    name = _own_name(item)
    start, end = item.start - passage.start, item.end - passage.start
    figures_of_it = " ".join(str(item.attributes.get(k) or "") for k in ("baseline", "target", "yearly"))
    behind = (
        passage.text if passage.cells else passage.text[end : end + 40] if item.attributes.get("how") == "row" else ""
    )
    around = f"{behind} | {figures_of_it}"
    verb = str(item.attributes.get("verb") or "")
    thing = telling(tokens(f"{name} {verb if item.attributes.get('how') == 'goal' else ''}"))
    aspects: tuple[Aspect, ...] = ("target", "baseline")
    for aspect in aspects:
        said = str(item.attributes.get(aspect) or "")
        if (
            len(figures(said)) == 1
            and number(said)
            and not _cut_off(said, passage.text[max(0, start - 60) : end + 200])
            and not _is_change(said, passage.text[max(0, start - 60) : end + 200])
        ):
            place = with_figure(item, passage, said)
            before = passage.text[max(0, start - BEFORE) : start]
            year = str(item.attributes.get(f"{aspect}_year") or "")
            yield Stated(
                aspect=aspect, thing=thing, said=said, place=place, around=around, name=name, before=before, year=year
            )


def _own_name(item: Evidence) -> str:
    """The indicator's name without the cells that ran together with it: it begins at its last capital measure."""
    name = " ".join(str(item.attributes.get("name") or item.text).split())
    starts = [m.start() for m in _MEASURE.finditer(name) if len(telling(tokens(name[m.start() :]))) > FEWEST_WORDS]
    return name[starts[-1] :] if starts else name


def _cut_off(said: str, text: str) -> bool:
    """Whether the text has the figure only as the beginning of a longer one ("1" of "1.464")."""
    figure = said.split(maxsplit=1)[0].rstrip("%")
    longer = [goes_on(text, at + len(figure)) for at in printed(text, figure)]
    return bool(longer) and all(longer)


def _is_change(said: str, text: str) -> bool:
    """Whether the text has the figure as what is added or taken ("aumento en un 90%"), which is no level."""
    figure, folded = said.split(maxsplit=1)[0], fold(text)
    return any(
        folded.startswith(figure, at) for match in _CHANGED.finditer(folded) for at in (match.start(1), match.end())
    )


def _goals(passage: Passage, behind: str) -> Iterator[Stated]:
    """The goals of a passage; their baseline and target may have gone to the one behind it."""
    for clause in _clauses(passage):
        much = figures(clause.text)
        if len(much) == 1 and number(much[0]):
            stated_goal = _goal("target", passage, clause, clause.text, much[0])
            yield msgspec.structs.replace(stated_goal, goal=_counts(fold(clause.text), much[0]))
    figures_behind = behind[:LABELS] if _LABELS.match(behind) else ""
    for match in _LABELLED.finditer(f"{passage.text}\n{figures_behind}" if figures_behind else passage.text):
        if match.start() >= len(passage.text):
            continue
        place = Sentence(text=match.group(), start=match.start("goal"), end=min(match.end(), len(passage.text)))
        yield _goal("baseline", passage, place, match["goal"], match["base"])
        yield _goal("target", passage, place, match["goal"], match["meta"])
    for sentence in passage.sentences:
        folded = " ".join(fold(sentence.text).split())
        due = (_DUE_LAST.match(folded) if _GOAL.match(sentence.text) else None) or _DUE_FIRST.search(folded)
        if due:
            yield _goal("deadline", passage, sentence, due["goal"], due["year"])


def _counts(folded: str, figure: str) -> bool:
    """Whether what is counted stands right behind the figure."""
    return any(folded.endswith(figure, 0, match.start()) for match in _COUNTED.finditer(folded))


def _clauses(passage: Passage) -> Iterator[Sentence]:
    """Goals in the infinitive, to their stop or to the line that opens another cell."""
    for match in _CLAUSE.finditer(passage.text):
        text = match["goal"].rstrip()
        yield Sentence(text=text, start=match.start("goal"), end=match.start("goal") + len(text))


def _goal(aspect: Aspect, passage: Passage, sentence: Sentence, thing: str, said: str) -> Stated:
    return Stated(
        aspect=aspect,
        thing=telling(tokens(thing)),
        said=said,
        place=Place(
            passage=passage.id,
            page=passage.page,
            start=passage.start + sentence.start,
            end=passage.start + sentence.end,
        ),
        around=sentence.text,
        name=thing,
    )


def _offices(found: Sequence[Evidence], passages: Mapping[str, Passage]) -> Iterator[Stated]:
    """Each office with what it answers for: its own words for it, and the indicator of its row."""
    answering: dict[str, list[Evidence]] = {}
    for item in found:
        if item.type == "responsibility" and not item.attributes.get("generic") and not _decides(item.text):
            answering.setdefault(item.passage, []).append(item)
            passage = passages[item.passage]
            at = item.start - passage.start
            around = (
                passage.text if passage.cells else passage.text[max(0, at - 10) : item.end - passage.start + BESIDE]
            )
            yield _office(item, str(item.attributes.get("what") or ""), (item.text, item.start), around)
    for item in found:
        if item.type != "indicator":
            continue
        passage, name = passages[item.passage], _own_name(item)
        at = item.start - passage.start
        before = passage.text[max(0, at - BEFORE) : at]
        if passage.cells:
            for office in answering.get(item.passage, ()):
                yield _office(office, name, (office.text, office.start), passage.text, before)
        elif (behind := passage.text[item.end - passage.start :][:240]) and (gap := _ROW_GAP.match(behind)):
            named = [e for e in entities(behind[gap.end() :]) if e.start == 0 and not e.generic]
            for entity in named:
                around = behind[: gap.end() + entity.end + BESIDE]
                yield _office(item, name, (entity.text, item.end + gap.end()), around, before)


def _decides(office: str) -> bool:
    return re.match(r"(?:consejo|concejo|junta|comite|mesa|asamblea|comision)\b", fold(office)) is not None


def _office(item: Evidence, name: str, office: tuple[str, int], around: str, before: str = "") -> Stated:
    said, start = office
    place = Place(passage=item.passage, page=item.page, start=min(item.start, start), end=start + len(said))
    thing = telling(tokens(name))
    return Stated(aspect="office", thing=thing, said=said, place=place, around=around, name=name, before=before)
