"""Amounts of money in Colombian text: where they stand, word for word, and what they are worth in pesos.

Sources of the rules: research/domain.md section 3 (what earlier parsers got wrong) and the annotation guide.
A billón is a million millions. A value is None when the text states neither "$", nor pesos, nor a unit.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise
from typing import Literal, TypeAlias

import msgspec

from domain.language.numerals import NUMBER_WORD, words

Currency: TypeAlias = Literal["COP", "foreign", "none"]

MILLION = 10**6
ABSURD_FACE = 10**8
"""A face value from which "millones" cannot be meant: a hundred billones is a fifth of the nation's budget."""

ABSURD_UNDER = {10**3: 10**10, MILLION: ABSURD_FACE}
"""From these face values on, a unit stated over a table cannot be meant: the figure already shows its zeros."""

_SCALES = {
    "mil": 10**3,
    "miles": 10**3,
    "millon": MILLION,
    "millones": MILLION,
    "mill": MILLION,
    "billon": 10**12,
    "billones": 10**12,
}

# Figures: grouped by points or commas, or plain; then cents, and the last digits when a line break split them.
_GROUPED = r"\d{1,3}(?:(?:\.\d{3}){1,5}|(?:,\d{3}){1,5}|['’´]\d{3}(?:[.,'’´]\d{3}){0,4})(?:[.,](?:\d{1,2}(?!\d)|oo))?"
_SPLIT = r"\d{1,3}(?:\.\d{3}){1,4}\.(?:\d{2}\s\d|\d\s\d{2})(?![\d.,])"
_PLAIN = r"\d{1,15}(?:[.,]\d{1,6}){0,3}"
_NUMBER = rf"(?:{_SPLIT}|{_GROUPED}(?![\d]|[.,]\d)|{_PLAIN})"
_SCALE = (
    r"(?:mil\s{1,3}millones|mil\s{1,3}mill[oó]n|millones|mill[oó]n|mill\.|billones|bill[oó]n|miles|mil)(?![a-záéíóú])"
)
_PESOS = r"(?:de\s{1,3})?pesos(?![a-záéíóú])(?:\s{1,3}(?:m/cte|colombianos))?"
_FOREIGN_WORD = r"(?:de\s{1,3})?(?:d[oó]lares|euros|usd)(?![a-záéíóú])"
_MARK = r"(?P<foreign>US\s?\$|U\$S?|USD\s?\$?|EUR|€)|(?P<peso>(?:COP|COL|\$\s?COP|MCOP)?\s?\$|COP)"

_MARKED = re.compile(
    rf"(?:{_MARK})\s{{0,3}}(?P<lead>\d\s(?=\d,\d{{3}},\d{{3}}))?(?P<number>{_NUMBER})"
    rf"(?:\s{{1,3}}(?P<scale>{_SCALE}))?(?:\s{{1,3}}(?P<word>{_PESOS}|{_FOREIGN_WORD}))?",
    re.IGNORECASE,
)
_WORDED = re.compile(
    rf"(?<![\d.,$])(?P<number>{_NUMBER})(?:\s{{1,3}}(?P<scale>{_SCALE}))?\s{{1,3}}(?:(?P<word>{_PESOS})|(?P<foreign>{_FOREIGN_WORD}))",
    re.IGNORECASE,
)
_SCALED = re.compile(
    rf"(?<![\d.,$])(?P<number>{_NUMBER})\s{{1,3}}(?P<scale>{_SCALE})(?!\s{{1,3}}de\s{{1,3}}\w)", re.IGNORECASE
)
_SPELLED = re.compile(
    rf"(?<![\w])(?!miles|(?:m|b)illones)(?P<number>{NUMBER_WORD}(?:\s{{1,3}}(?:y\s{{1,3}})?{NUMBER_WORD}){{0,9}})\s{{1,3}}(?P<word>{_PESOS})",
    re.IGNORECASE,
)
_BARE = re.compile(
    rf"(?<![\w$.,/-])(?:{_SPLIT}|{_GROUPED}|\d{{1,12}}(?:,\d{{1,2}})?)(?![\d%]|[.,]\d|\s?%|[a-z/º°-])", re.IGNORECASE
)
_DIGIT = re.compile(r"\d")
_RANGE = re.compile(r"\s{0,3}(?:y|a|-|–|hasta)\s{0,3}", re.IGNORECASE)
_RATE = re.compile(r"por\s{1,3}cada\s{1,3}$", re.IGNORECASE)
_MONEY_WORD = re.compile(
    r"inversi|inverti|recurso|presupuest|costo|valor|monto|suma|deuda|ingreso|gasto|recaud|aporte|financi|subsidio|transferenc",
    re.IGNORECASE,
)
_DECLARED = re.compile(
    r"\b(?:en|cifras|valores?|[(/])\s{0,3}(?:en\s{1,3})?(?P<a>miles|millones)\b(?:\s{1,3}de)?(?:\s{1,3}(?:pesos|\$))?"
    r"|(?<!mil )\b(?P<b>miles|millones)\s{1,3}(?:de\s{1,3})?(?:pesos|\$)"
    r"|\$\s?(?P<d>miles|millones)\b|\b(?P<e>miles|millones)\s{0,2}\(\s?\$"
    r"|(?P<c>\(\s{0,2}(?:en\s{1,3}|cifras\s{1,3}en\s{1,3})?(?:pesos|\$)[^)\n]{0,25}\)|\ben\s{1,3}pesos\b|\bcifras\s{1,3}en\s{1,3}pesos\b|\bpesos\s{1,3}mensuales)",
    re.IGNORECASE,
)
_CENTS = re.compile(r"(.*)[.,](?:\d{1,2}|oo)", re.DOTALL | re.IGNORECASE)


class Amount(msgspec.Struct, frozen=True, kw_only=True):
    """An amount at `text[start:end]`; `face` is its figure, `cop` its value in pesos where the words state one."""

    start: int
    end: int
    text: str
    face: float | None
    scale: int
    currency: Currency
    absurd: bool = False

    @property
    def cop(self) -> int | float | None:
        """Pesos, or None for foreign money, an unreadable figure, or a figure without "$", pesos or unit."""
        if self.face is None or self.currency != "COP":
            return None
        return plain(self.face if self.absurd else self.face * self.scale)

    def under(self, scale: int) -> "Amount":
        """The same amount under a unit declared by its header, caption or text; its own unit and good sense win."""
        if (
            self.scale > 1
            or self.face is None
            or self.currency == "foreign"
            or self.face >= ABSURD_UNDER.get(scale, 10**15)
        ):
            return self
        return msgspec.structs.replace(self, scale=scale, currency="COP")


class Unit(msgspec.Struct, frozen=True, kw_only=True):
    """A declaration such as "en miles de pesos" at `start:end`: what one unit is worth in pesos."""

    start: int
    end: int
    scale: int


def plain(value: float) -> int | float:
    """A value for canonical JSON: an int while doubles hold it exactly, else a float; cents stay."""
    value = round(value, 2)
    return int(value) if value == int(value) and abs(value) < 2**53 else float(value)


def parse(text: str) -> tuple[Amount, ...]:
    """Amounts that say themselves that they are money, in order of place; zeros and percentages are left out."""
    taken: list[Amount] = []
    for pattern in _patterns(text):
        for match in pattern.finditer(text):
            if any(match.start() < a.end and a.start < match.end() for a in taken):
                continue
            if pattern is _SCALED and not _about_money(text, match.start()):
                continue
            if _RATE.search(text[max(0, match.start() - 12) : match.start()]):
                continue
            amount = _amount(text, match)
            if amount and amount.face != 0 and not re.match(r"\s?%", text[amount.end : amount.end + 2]):
                taken.append(amount)
    return _ranges(text, sorted(taken, key=lambda a: a.start))


def _patterns(text: str) -> Iterator[re.Pattern[str]]:
    """The patterns that can match at all, stated amounts first; most passages have no money and are left at once."""
    low = text.lower()
    digits = _DIGIT.search(text) is not None
    if digits and ("$" in text or "cop" in low or "€" in text or "us" in low or "eur" in low):
        yield _MARKED
    if digits and ("peso" in low or "lares" in low or "euro" in low or "usd" in low):
        yield _WORDED
    if "pesos" in low:
        yield _SPELLED
    if digits and ("mill" in low or "bill" in low):
        yield _SCALED


def figures(text: str) -> tuple[Amount, ...]:
    """Bare figures that could be money when their table says so: no "$", no unit, no percentage, no zero."""
    found = _BARE.finditer(text)
    out = []
    for match in found:
        face = _face(match.group(), thousands=True)
        if face:
            out.append(
                Amount(start=match.start(), end=match.end(), text=match.group(), face=face, scale=1, currency="none")
            )
    return tuple(out)


# Every amount of a table asks for the unit of the same words.
@lru_cache(maxsize=64)
def units(text: str) -> tuple[Unit, ...]:
    """Declarations of a unit, in order: "(en miles)", "cifras en millones de pesos", "(pesos)"."""
    low = text.lower()
    if not any(word in low for word in ("miles", "millones", "pesos", "$")):
        return ()
    out = []
    for match in _DECLARED.finditer(text):
        if match["b"] and re.search(r"\d\s{0,3}$|\bmil\s{0,3}$", text[max(0, match.start() - 6) : match.start()]):
            continue  # "40 millones de pesos" is an amount, not a unit
        word = (match["a"] or match["b"] or match["d"] or match["e"] or "").lower()
        out.append(Unit(start=match.start(), end=match.end(), scale={"miles": 1000, "millones": MILLION}.get(word, 1)))
    return tuple(out)


def declared(*texts: str) -> int | None:
    """The unit that a header, caption or title declares: the first of `texts` that does."""
    return next((found[-1].scale for text in texts if (found := units(text))), None)


def _amount(text: str, match: re.Match[str]) -> Amount | None:
    groups = match.groupdict()
    scale_words = " ".join((groups.get("scale") or "").lower().replace("ó", "o").rstrip(".").split())
    scale = 1
    for word in scale_words.split():
        scale *= _SCALES[word]
    foreign = bool(groups.get("foreign")) or bool(
        re.search(r"d[oó]lar|euro|usd", groups.get("word") or "", re.IGNORECASE)
    )
    figure = (groups.get("lead") or "") + match["number"]
    spelled = not figure[:1].isdigit()
    face = float(words(figure) or 0) if spelled else _face(figure, thousands=scale < 10**12)
    start = match.start() + len(match.group()) - len(match.group().lstrip())
    end = match.end()
    return Amount(
        start=start,
        end=end,
        text=text[start:end],
        face=face,
        scale=scale,
        currency="foreign" if foreign else "COP",
        absurd=face is not None and scale >= MILLION and face >= ABSURD_FACE,
    )


def _face(figure: str, *, thousands: bool) -> float | None:
    """The figure's value: grouped digits, cents behind another mark; `thousands` reads "109,828" as grouped."""
    digits = re.sub(r"\s", "", figure).replace("'", ".").replace("’", ".").replace("´", ".")
    if re.fullmatch(r"\d{1,3}(\.\d{3})+", digits) or (thousands and re.fullmatch(r"\d{1,3}(,\d{3})+", digits)):
        return float(re.sub(r"[.,]", "", digits))
    cents = _CENTS.fullmatch(digits)
    if cents and re.fullmatch(r"\d{1,3}(\.\d{3})+|\d{1,3}(,\d{3})+", cents[1]):
        tail = digits[len(cents[1]) + 1 :]
        if len(tail) == 1 and digits[len(cents[1])] in cents[1]:
            return None  # "5.510.4": digits were lost and any value would be a guess
        return float(re.sub(r"[.,]", "", cents[1])) + (float("0." + tail) if tail.isdigit() else 0.0)
    try:
        return float(digits.replace(",", "."))
    except ValueError:  # more marks than a number has
        return None


def _about_money(text: str, at: int) -> bool:
    return bool(_MONEY_WORD.search(text[max(0, at - 120) : at]))


def _ranges(text: str, amounts: list[Amount]) -> tuple[Amount, ...]:
    """ "$200 a $300 millones" states one unit for both ends."""
    out = list(amounts)
    for i, (low, high) in enumerate(pairwise(amounts)):
        between = text[low.end : high.start]
        if (
            low.scale == 1 < high.scale
            and _RANGE.fullmatch(between)
            and low.face
            and high.face
            and low.face < high.face * 2
        ):
            out[i] = msgspec.structs.replace(low, scale=high.scale)
    return tuple(out)
