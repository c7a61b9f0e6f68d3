"""Goals in words: an action with a quantity ("Realizar 20 talleres", "al 100 % de los hogares", "de 12 a 40")."""

import re

import msgspec

from domain.language.numerals import NUMBER_WORD

FIGURE = r"(?:\d{1,3}(?:[.,]\d{3}){1,3}(?:,\d{1,2})?|\d{1,9}(?:[.,]\d{1,4})?)(?:\s?%)?"
_WORD_FIGURE = rf"(?i:{NUMBER_WORD}(?:\s(?:y\s)?{NUMBER_WORD}){{0,4}})(?![a-záéíóúñ])(?:\s?\(\s?\d{{1,9}}\s?%?\s?\))?"
_HUNDRED = r"(?i:ciento\s{1,2}por\s{1,2}ciento)(?:\s?\(\s?100\s?%?\s?\))?"
_QUANTITY = re.compile(rf"(?<![\w.,/°º-])(?:{_HUNDRED}|{FIGURE}(?![\w.,]?\d)(?![°º)])|{_WORD_FIGURE})(?=[\s.;:,(]|$)")

INFINITIVE = r"[A-ZÁÉÍÓÚ][a-záéíóúñ]{2,16}(?:ar|er|ir)(?:se|les?|los|las)?"
_STARTS = re.compile(
    rf"\s{{0,3}}(?:[-•?\uf0b7x]\s{{1,3}}|\(?\d{{1,3}}(?:\.\d{{1,3}}){{0,3}}[.)]?\s{{1,3}})?{INFINITIVE}\s"
)
_FROM_TO = re.compile(
    rf"\b(?:de(?:l)?|desde(?:\s{{1,2}}el)?)\s{{1,3}}(?:un\s{{1,2}})?(?P<low>{FIGURE})[^.;\d]{{0,40}}?\s{{1,3}}(?:a(?:l)?|hasta(?:\s{{1,2}}el)?)\s{{1,3}}(?:un\s{{1,2}})?(?P<high>{FIGURE})",
    re.IGNORECASE,
)
_BY = re.compile(
    rf"\b(?P<verb>reducir|disminuir|bajar|aumentar|incrementar|ampliar|mejorar|elevar)\b(?P<what>[^.;\d]{{3,160}}?)"
    rf"\b(?:en|al?|hasta)\s{{1,3}}(?:(?:un|el|al\s{{1,2}}menos)\s{{1,2}}){{0,2}}(?P<figure>{FIGURE})",
    re.IGNORECASE,
)
_TO = re.compile(
    rf"\b(?P<verb>reducir|disminuir|bajar|aumentar|incrementar|ampliar|mejorar|elevar|mantener)\s{{1,3}}(?:por\s{{1,2}}debajo\s{{1,2}}del?\s{{1,2}}|a(?:l)?\s{{1,2}}|en\s{{1,2}}|hasta\s{{1,2}}(?:en\s{{1,2}})?)?"
    rf"(?:un\s{{1,2}})?(?P<figure>{FIGURE}(?:\s{{1,2}}por\s{{1,2}}(?:cada\s{{1,2}})?[\d.]{{3,9}}(?:\s{{1,2}}(?:nacidos\s{{1,2}}vivos|habitantes))?)?)\s{{1,3}}(?:de\s{{1,2}})?(?:la|el|los|las)\s{{1,3}}"
    rf"(?P<what>[^.;\n][^.;]{{4,180}})",
    re.IGNORECASE,
)
_YEARS = re.compile(r"(?:19|20)\d\d")
_NO_COUNT = re.compile(
    r"(?:ley|decreto|acuerdo|art[ií]culo|resoluci[oó]n|conpes|año|años|resultado|producto|objetivo|eje|programa|proyecto|cap[ií]tulo|diciembre|enero|anexo|numeral|fase|grado|nivel|etapa|entre|página|tabla|estrato|n[°º]|no\.?)\s{0,3}$",
    re.IGNORECASE,
)
_AGE = re.compile(r"\s{1,2}(?:(?:a|y)\s\d{1,2}\s)?(?:años|meses|dosis)\b", re.IGNORECASE)
_ONE = re.compile(r"una?|uno", re.IGNORECASE)
_NOUN_END = re.compile(
    r"\.\s|\.$|;|\n\s{0,3}[-•?]|\n\n|\b(?:durante|en\s{1,2}el\s{1,2}cuatrienio|anual(?:es|mente)?\b|para\s{1,2}el\s{1,2}año|mediante|con\s{1,2}el\s{1,2}fin)",
    re.IGNORECASE,
)
_LINKS = re.compile(r"(?:de\s{1,2}(?:los|las|la)\s|de\s|del\s|nuev[oa]s\s|\)\s?)", re.IGNORECASE)


class Quantity(msgspec.Struct, frozen=True, kw_only=True):
    """How much, at `text[start:end]`, as printed."""

    start: int
    end: int
    text: str


class Goal(msgspec.Struct, frozen=True, kw_only=True):
    """A quantity and the noun phrase it counts, at `text[start:end]`."""

    start: int
    end: int
    noun: str
    quantity: Quantity


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """A stated change: from `low` to `high`, or by or to `high` when no start is given."""

    verb: str
    what_start: int
    what_end: int
    low: str | None
    high: str


def starts_goal(text: str) -> bool:
    """Whether the text begins as goals do: with an infinitive, perhaps behind a bullet or number."""
    return bool(_STARTS.match(text))


def quantity(text: str) -> Quantity | None:
    """The quantity of a goal: its first figure or number in words that counts something, or "ciento por ciento".

    "Un" and "una" do not count: in Spanish they are articles more often than numbers.
    """
    best = next((m for m in _QUANTITY.finditer(text) if _counts(text, m) and not _ONE.fullmatch(m.group())), None)
    return Quantity(start=best.start(), end=best.end(), text=" ".join(best.group().split())) if best else None


def goal(text: str) -> Goal | None:
    """What a goal sentence counts: the quantity and the noun phrase behind it ("20", "talleres sobre autocuidado")."""
    much = quantity(text)
    if not much:
        return None
    start = much.end + len(text[much.end :]) - len(text[much.end :].lstrip(" \n()"))
    linked = _LINKS.match(text, start)
    start = linked.end() if linked else start
    stop = _NOUN_END.search(text, start)
    end = min(stop.start() if stop else len(text), start + 220)
    noun = text[start:end].rstrip(" .,;:\n")
    if len(noun) < 5 or not noun[:1].isalpha():
        return None
    return Goal(start=start, end=start + len(noun), noun=noun, quantity=much)


def change(text: str) -> Change | None:
    """ "Aumentar la cobertura de 12 a 40", "reducir la tasa en 10 %": what changes, and from and to where."""
    by = _BY.search(text)
    between = _FROM_TO.search(text)
    if between and not (_YEARS.fullmatch(between["low"]) or _YEARS.fullmatch(between["high"])):
        verb = re.search(
            r"\b(reducir|disminuir|bajar|aumentar|incrementar|ampliar|mejorar|elevar|pasar)\b",
            text[: between.start()],
            re.IGNORECASE,
        )
        if verb:
            return Change(
                verb=verb[1].lower(),
                what_start=verb.end(),
                what_end=between.start(),
                low=between["low"],
                high=between["high"],
            )
    to = _TO.search(text)
    if to and not _YEARS.fullmatch(to["figure"]):
        return Change(
            verb=to["verb"].lower(),
            what_start=to.start("what"),
            what_end=to.end("what"),
            low=None,
            high=" ".join(to["figure"].split()),
        )
    if by and not _YEARS.fullmatch(by["figure"]):
        return Change(
            verb=by["verb"].lower(), what_start=by.start("what"), what_end=by.end("what"), low=None, high=by["figure"]
        )
    return None


def _counts(text: str, match: re.Match[str]) -> bool:
    if _YEARS.fullmatch(match.group()) or _NO_COUNT.search(text[max(0, match.start() - 14) : match.start()]):
        return False
    if match.start() < 5 and re.match(r"\s{0,3}[.)]", text[match.end() :]):
        return False
    low = match.group().lower()
    if _AGE.match(text, match.end()) or len(re.sub(r"\D", "", low)) >= 9:
        return False
    return low not in {"mil", "y", "millones"} and not (
        low == "un" and text[match.end() :].lstrip()[:3].lower() == "100"
    )
