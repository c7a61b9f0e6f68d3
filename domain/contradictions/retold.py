"""Whole sentences of prose that commit to a figure, a deadline or an office.

What such a sentence is about shows only beside a statement whose thing it names.
"""

import re
from collections.abc import Iterator

from domain.contradictions.charging import ACTING, charged
from domain.contradictions.claims import YEAR, Aspect, Retold, figures
from domain.contradictions.conflict import Place
from domain.contradictions.speech import AGREED, SPEAKING
from domain.contradictions.wording import tokens
from domain.document import Document, Passage
from domain.language.entities import entities
from domain.language.sentences import Sentence
from domain.language.words import fold

MOST_FIGURES = 2
"""Figures beyond which a sentence with an office is a row that lost its lines."""
MOST_OFFICES = 3
"""Named bodies beyond which a sentence is a list."""

_GOAL = re.compile(r"[\W\d]{0,8}(?P<verb>[A-ZÁÉÍÓÚ][a-záéíóúñ]{2,16}(?:ar|er|ir))(?:se)?\s")
_FINITE = re.compile(
    r"\b\w{2,14}(?:ara|era|ira|uira)n?\b|\b\w{2,14}(?:are|ere|ire)mos\b|"
    r"\b(?:se|le|les|nos) \w{3,14}(?:a|e|o|an|en|mos)\b|"
    r"\b(?:es|son|sera|seran|esta|estan|tiene|tienen|parte|cuenta|busca|vence|recae|asciende|responde|debe|deben|hay|"
    r"puede|pueden|queda|quedan|suma|pasa|va a|compromete|corresponde|registra|senala|arroja|indica|recibimos)\b"
)
_FROM = re.compile(
    r"\blinea (?:de )?base\b|\bpart(?:e|imos|io) de\b|\bactual(?:mente|idad)?\b|"
    r"\brecib(?:i|imos|io|ieron|id[oa]s?|ir)\b|\bhoy\b|\ba la fecha\b|"
    r"\bal (?:iniciar|comenzar|empezar|inicio|comienzo|arranque)\b|"
    r"\b(?:encontro|encontramos) |\bpunto de (?:partida|inicio|arranque)\b|"
    r"\b(?:administracion|gobierno|mandato|periodo) (?:saliente|anterior|pasad[oa])\b|\b(?:en el|al) momento de\b|"
    r"\barranca\w*|\bhered\w+|\b(?:dejo|dejaron|entrego|entregaron)\b|\bdiagnostico\b|\bmedicion\b|\binicial\b|"
    r"\b(?:dato|cifra|registro|reporte|valor) (?:\w+ )?(?:disponible|mas reciente|de (?:partida|referencia|inicio))\b|"
    r"\b(?:ano|vigencia) (?:inmediatamente )?anterior\b|\binforme de empalme\b|\bpunto cero\b|"
    r"\blinea de partida\b|\bprevi[oa] (?:a|al)\b|\bmomento (?:presente|actual)\b|"
    r"\b(?:se inicia|iniciamos|empezamos|comenzamos|arrancamos) (?:el|la|este|esta|con)\b"
)
_LEVEL = re.compile(r"\bse (?:encuentran?|ubican?|situan?) en\b|\b(?:ubica|situa) ")
"""How it is, unless the sentence says that it is when the term ends."""
_BY_THEN = re.compile(
    r"\b(?:al|para el|cuando) (?:\w+ )?(?:cierre|culmin\w+|termin\w+|conclu\w+|final\w*|finalice|acabe)\b|\bhabra\w*\b|"
    r"\b(?:cerrara|quedara|llegara|pasara|debera|tendra)n?\b"
)
_PAST = re.compile(
    r"\b(?:fue|fueron|era|eran|tenia|tenian|habia|hubo|existen?|hay(?! que)|presentan?|presento|registro|alcanzo|"
    r"aumento|paso de|se tienen?(?! que| como| por| previst| program| proyect)|cuentan? con|"
    r"corresponden|dane|censo|sisben)\b"
)
_NAME = re.compile(r"((?<=[a-záéíóúñ,] )[A-ZÁÉÍÓÚ][a-záéíóúñ]+) \d+\b(?!%)")
"""A name with its number, as "Agenda 21"."""
_COUNT_FIRST = re.compile(r"\d[\d.,]*%? [a-záéíóúñ]{3,}[^|:]{15,200}: [a-záéíóúñ]{2,12} (?:es|será|son|serán) ")
"""A sentence that opens with its figure and says behind a colon what it is: "40 puentes ...: esa es la meta"."""
_RISE = re.compile(r"\bdel? \d[\d.,]*\s?%? (?:al?|hasta)(?: el| un)? \d")
_DIGITS = re.compile(r"\d[\d.,]*")
_ANNOUNCED = re.compile(r"\bfue\b(?=[^.:;]{0,40}:)")
"""Past is only the announcement: "la promesa fue clara: ..."."""
_STATE = re.compile(
    r"^(?:en \w+,? )?(?:solo |apenas |cerca del? |casi )?el \d[\d.,]*\s?% "
    r"(?:\w+ ){0,8}?(?:tienen?|poseen?|son|es|no|esta|estan)\b"
)
"""A share of people or things in the present: a diagnosis."""
_AS_SAID = re.compile(r"\b[Cc]omo (?:(?:ya|se|lo|nos|bien) ){0,2}[a-záéíóúñ]{2,14}(?:ó|aron|ieron)\b")
"""Where the sentence only repeats what was written or asked: "tal como quedó en el programa"."""
_PRETERITE = re.compile(r"(?<!\w)[a-záéíóúñ]{2,14}(?:ó|aron|ieron)\b")

_COMMITTING = SPEAKING | ACTING


def retold(document: Document) -> Iterator[Retold]:
    """Sentences of prose that commit to a figure, a deadline or an office."""
    for passage in document.passages:
        if passage.cells or passage.kind == "heading":
            continue
        for sentence in passage.sentences:
            if _is_prose(sentence.text):
                yield from _retold(passage, sentence)


def _is_prose(text: str) -> bool:
    """A whole sentence with a finite verb and few figures: no goal in the infinitive, no row that lost its lines."""
    folded = fold(text)
    words = folded.split()
    return (
        6 <= len(words) <= 70
        and text.rstrip().endswith((".", ";"))
        and (text[:1].isupper() or _COUNT_FIRST.match(text) is not None)
        and sum(not word.isalpha() and any(map(str.isdigit, word)) for word in words) <= 4
        and not _GOAL.match(text)
        and _has_verb(text, folded)
    )


def _has_verb(text: str, folded: str) -> bool:
    """Whether a verb with a person stands in it."""
    words = " ".join(folded.split())
    return (
        not _COMMITTING.isdisjoint(re.findall(r"[a-z]+", words))
        or _FINITE.search(words) is not None
        or _PRETERITE.search(text) is not None
    )


def _retold(passage: Passage, sentence: Sentence) -> Iterator[Retold]:
    folded = " ".join(fold(sentence.text).split())
    place = _place(passage, sentence)
    years = tuple(YEAR.findall(folded))
    much = figures(_NAME.sub(r"\1", sentence.text))
    past = _is_past(sentence.text, folded)
    if much and len(years) <= 1:
        aspect = _aspect(folded, past=past)
        if aspect:
            words = tokens(sentence.text)
            rise = _RISE.search(folded) if len(much) == 2 else None  # "de 20 a 35" reaches the second
            said = much[1:] if rise else much
            yield Retold(aspect=aspect, words=words, said=said, place=place, text=sentence.text, years=years)
    if len(years) == 1 and not past:
        yield Retold(aspect="deadline", words=tokens(sentence.text), said=years, place=place, text=sentence.text)
    yield from _charged(sentence, place)


def _aspect(folded: str, *, past: bool) -> Aspect | None:
    """Whether the figure of a sentence says where a thing starts or where it is to arrive; neither of what is told."""
    if _FROM.search(folded) or (_LEVEL.search(folded) and not _BY_THEN.search(folded)):
        return "baseline"
    return None if past or _STATE.search(folded) else "target"


def _is_past(text: str, folded: str) -> bool:
    """Whether the sentence tells how it was; what was agreed or fixed in the past is still to come."""
    told = {fold(m.group()) for m in _PRETERITE.finditer(_AS_SAID.sub("", text))}
    return _PAST.search(_ANNOUNCED.sub("", folded)) is not None or bool(told - AGREED)


def _charged(sentence: Sentence, place: Place) -> Iterator[Retold]:
    """Each office that the sentence may charge; the others are `beside` it, or part of what it is charged with."""
    if len(_DIGITS.findall(sentence.text)) > MOST_FIGURES:
        return
    named = [e for e in entities(sentence.text) if not e.generic]
    for office in charged(sentence.text, named) if 0 < len(named) <= MOST_OFFICES else ():
        rest = sentence.text[: office.start] + "." * len(office.text) + sentence.text[office.end :]
        words = tuple(t for t in tokens(rest) if t.text != ".")
        beside = tuple(e.text for e in named if e is not office)
        yield Retold(aspect="office", words=words, said=(office.text,), place=place, text=sentence.text, beside=beside)


def _place(passage: Passage, sentence: Sentence) -> Place:
    return Place(
        passage=passage.id, page=passage.page, start=passage.start + sentence.start, end=passage.start + sentence.end
    )
