"""Whether a sentence speaks of a thing, and of nothing narrower or wider.

It does when the thing's words stand close together in it, with no word between or beside them that would make it
another thing (a place, a group, another measure). Words in which a plan commits itself make no other thing.
"""

import re
from collections.abc import Sequence
from functools import lru_cache

import msgspec

from domain.contradictions.speech import DONE, FRAME, SPEAKING, SPOKEN, WHEN
from domain.contradictions.wording import Rarity, Token, stem, telling

_NARROWING = """
rural urbano urbana zona hombre mujer femenino masculino nino nina joven adolescente adulto mayor menor bruta bruto
neta neto nuevo nueva indigena afro discapacidad victima desplazado primaria secundaria media basica preescolar
superior privado publico oficial corregimiento vereda comuna barrio cabecera departamental nacional regional trimestre
semestre mensual materna infantil contributivo subsidiado primer primera segundo segunda tercera etapa fase
"""
_ENDS = re.compile(
    r"se|si|va|van|durante|tras|luego|pues|porque|dado|aunque|segun|mediante|conforme|cuando|donde|gracias|asi|como|lo|mientras|quien|cuyo|antes|despues|dentro|"
    r"(?:es|son|fue|esta|estan|este|sera|seran|sea|tiene|tienen|habra|llega|llegue|alcance|pase|pasa|"
    r"\w{2,14}(?:ara|era|ira)n?)"
)
_QUALITY = re.compile(
    r"\w{2,18}(?:al|ales|ic[oa]s?|ari[oa]s?|ad[oa]s?|id[oa]s?|iv[oa]s?|os[oa]s?|an[oa]s?|entes?|bles?|il|iles)"
)
_COLOUR = re.compile(
    r"\w{2,18}(?:ic[oa]s?|iv[oa]s?|os[oa]s?|bles?|ores|entes?|antes?|arias?|arios?|ales|al)|(?:super|may|mej)or"
)
_ACT = re.compile(r"\w{2,14}(?:ar|er|ir|ando|iendo)(?:l[aeo]s?|se)?")
_STOPS = frozenset(".,;:()|")
_PREPOSITIONS = frozenset(["de", "del", "en", "para", "por", "con", "a", "al", "sobre"])
_OF = frozenset(["de", "del"])
_ORDINALS = frozenset(["primer", "segundo", "tercer", "cuarto", "ultimo", "primera", "segunda", "ultima", "cuatro"])
_ARTICLES = "el la los las un una unos unas este esta ese esa su sus nuestro nuestra dicho dicha lo"
_DETERMINERS = frozenset(_ARTICLES.split())
_NARROW = frozenset(stem(w) for w in _NARROWING.split())

FEWEST = 3
"""Words that a thing must share before it is the same."""


class Likeness(msgspec.Struct, frozen=True):
    """Where a sentence speaks of a thing (token positions, half open) and how much of the thing it names (0-1)."""

    first: int
    last: int
    share: float


class Beside(msgspec.Struct, frozen=True):
    """Words that may stand around a thing: `near` in front of it, `acts` the verbs that may have it as their object."""

    near: frozenset[str] = frozenset()
    acts: frozenset[str] = frozenset()


def likeness(
    sentence: Sequence[Token], thing: frozenset[str], rare: Rarity, *, least: float, beside: Beside
) -> Likeness | None:
    """Where the sentence names at least the share `least` of the thing and nothing that makes it another one."""
    whole = _likeness(sentence, thing, rare, least=least, beside=beside, opening=frozenset())
    lead = _lead(sentence)
    opening = frozenset(t.stem for t in sentence[:lead] if is_alien(t)) & telling(sentence[:lead])
    if whole or not opening or not opening <= thing:
        return whole
    rest = _likeness(sentence[lead:], thing, rare, least=least, beside=beside, opening=opening)
    return rest and Likeness(rest.first + lead, rest.last + lead, rest.share)


def _likeness(
    sentence: Sequence[Token],
    thing: frozenset[str],
    rare: Rarity,
    *,
    least: float,
    beside: Beside,
    opening: frozenset[str],
) -> Likeness | None:
    window = _window(sentence, thing, rare)
    if window is None:
        return None
    first, last = window
    named = (telling(sentence[first:last]) | opening) & thing
    share = rare.of(named) / rare.of(thing)
    if len(named) < min(FEWEST, len(thing)) or share < least or (thing - named) & _NARROW:
        return None
    if any(is_alien(t) and t.stem not in thing for t in sentence[first:last]):
        return None
    if _goes_on(sentence, last, thing) or _belongs(sentence, first, thing, beside):
        return None
    return Likeness(first, last, share)


def is_alien(token: Token) -> bool:
    """Whether a word outside a thing's name says something else than that a plan speaks."""
    return token.telling and len(token.stem) > 2 and not _is_said(token.text, token.stem)


@lru_cache(maxsize=20_000)
def _is_said(word: str, root: str) -> bool:
    return word in SPOKEN or root in FRAME or _ENDS.fullmatch(word) is not None


def _window(sentence: Sequence[Token], thing: frozenset[str], rare: Rarity) -> tuple[int, int] | None:
    """The stretch that has most of the thing's words and least of others."""
    best: tuple[float, int, int] | None = None
    score, start, seen = 0.0, -1, set[str]()
    for i, token in enumerate(sentence):
        if token.stem in thing:
            if start < 0:
                score, start, seen = 0.0, i, set()
            score += rare.weight(token.stem) if token.stem not in seen else 0.0
            seen.add(token.stem)
            if best is None or score > best[0]:
                best = (score, start, i + 1)
        elif start >= 0 and (is_alien(token) or token.text in ".;"):
            score -= rare.weight(token.stem) if is_alien(token) else 10.0
            start = start if score > 0 else -1
    return best and best[1:]


def _lead(sentence: Sequence[Token]) -> int:
    """Where "In rural schools, ..." ends: a sentence may open with the last part of a name."""
    comma = next((i for i, token in enumerate(sentence[:20]) if token.text == ","), 0)
    return comma if comma and sentence[0].text in _PREPOSITIONS else 0


def _goes_on(sentence: Sequence[Token], at: int, thing: frozenset[str]) -> bool:
    """Whether the phrase goes on behind the stretch with words that narrow it: "... de la zona rural"."""
    link = ""
    for i, token in enumerate(sentence[at:], at):
        if token.text in _STOPS or _ENDS.fullmatch(token.text) or token.text in SPEAKING:
            return False
        if token.text in _PREPOSITIONS or token.text in ("y", "e", "o", "que"):
            link = token.text
        elif link and link not in _OF and _is_when(sentence, i):
            return False
        elif is_alien(token) and token.stem not in thing:
            return bool(link) or bool(_QUALITY.fullmatch(token.text))
    return False


def _is_when(sentence: Sequence[Token], at: int) -> bool:
    """Whether a word says when, at once or behind its ordinal: "en el segundo semestre"."""
    following = sentence[at + 1].stem if at + 1 < len(sentence) else ""
    return sentence[at].stem in WHEN or (sentence[at].text in _ORDINALS and following in WHEN)


def _belongs(sentence: Sequence[Token], at: int, thing: frozenset[str], beside: Beside) -> bool:
    """Whether the stretch belongs to another noun or verb: "dotación de ...", "dotar ..."."""
    for i in range(at - 1, -1, -1):
        token = sentence[i]
        if token.text in _STOPS or token.text == "que" or _ENDS.fullmatch(token.text):
            return False
        if token.text in SPOKEN or token.text in beside.acts:
            return False
        if token.stem in FRAME:
            if not _owned(sentence, i):
                return False
        elif is_alien(token) and token.text not in DONE and not _qualifies(sentence, i, beside):
            reflexive = i > 0 and sentence[i - 1].text == "se"  # "se registra 40 en ...": a verb, no noun
            if sentence[i + 1].text[0].isdigit() and not _ACT.fullmatch(token.text):
                return False  # "... a su disposición 40 puentes": a figure opens a phrase of its own
            return not reflexive and token.stem not in thing | beside.near
    return False


def _qualifies(sentence: Sequence[Token], at: int, beside: Beside) -> bool:
    """Whether a word owns nothing: an adjective of a commitment ("un propósito superior") or "lo relativo a"."""
    if at and sentence[at - 1].text == "lo":  # "en lo relativo a ..."
        return True
    if "ante" in (t.text for t in sentence[max(0, at - 3) : at]):  # "responde ante la comunidad por ..."
        return True
    before = at - 1 if at and sentence[at - 1].text not in ("mas", "muy", "tan") else at - 2
    noun = sentence[before].stem in FRAME or sentence[before].text in beside.acts if before >= 0 else False
    return noun and _COLOUR.fullmatch(sentence[at].text) is not None


def _owned(sentence: Sequence[Token], at: int) -> bool:
    """Whether a noun is itself of another one: "el cumplimiento de la meta"."""
    before = [t.text for t in sentence[max(0, at - 4) : at] if t.text not in _DETERMINERS]
    return bool(before) and before[-1] in _OF
