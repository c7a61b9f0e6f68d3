"""Numbers as Colombian plans print them, in figures ("1.200", "12,5 %") and in words ("mil doscientos millones")."""

import re

_FIGURE = re.compile(r"-?\d[\d.,]*")
_DOTTED = re.compile(r"-?\d{1,3}(?:\.\d{3})+(?:,\d+)?")
_COMMAED = re.compile(r"-?\d{1,3}(?:,\d{3})+(?:\.\d+)?")

_ONES = """
    cero un dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis diecisiete
    dieciocho diecinueve veinte veintiún veintidós veintitrés veinticuatro veinticinco veintiséis veintisiete
    veintiocho veintinueve
"""
_TENS = "treinta cuarenta cincuenta sesenta setenta ochenta noventa"
_HUNDREDS = "ciento doscientos trescientos cuatrocientos quinientos seiscientos setecientos ochocientos novecientos"
_SCALES = {"mil": 10**3, "millón": 10**6, "millones": 10**6, "billón": 10**12, "billones": 10**12}

_VALUES: dict[str, int] = {
    **{word: value for value, word in enumerate(_ONES.split())},
    **{word: 30 + 10 * i for i, word in enumerate(_TENS.split())},
    **{word: 100 * (i + 1) for i, word in enumerate(_HUNDREDS.split())},
    "uno": 1,
    "una": 1,
    "veintiuno": 21,
    "veintiuna": 21,
    "cien": 100,
}
_PLAIN = str.maketrans("áéíóú", "aeiou")
_WORDS = {word.translate(_PLAIN): value for word, value in _VALUES.items()}
_SCALE_WORDS = {word.translate(_PLAIN): value for word, value in _SCALES.items()}

NUMBER_WORD = "(?:" + "|".join(sorted({*_VALUES, *_SCALES, *_WORDS, *_SCALE_WORDS}, key=len, reverse=True)) + ")"
"""A pattern for one word of a number; case is the caller's."""


def number(text: str | None) -> float | None:
    """The first figure of a text, or None: a point before three digits groups thousands, a comma is decimal.

    "1,200" is 1.2 and "1,200,000" is 1200000, as a comma alone is decimal in Colombia.
    """
    found = _FIGURE.search(text or "")
    if not found:
        return None
    digits = found.group().rstrip(".,")
    if _DOTTED.fullmatch(digits):
        digits = digits.replace(".", "").replace(",", ".")
    elif _COMMAED.fullmatch(digits) and digits.count(",") + ("." in digits) > 1:
        digits = digits.replace(",", "")
    else:
        digits = digits.replace(",", ".")
    try:
        return float(digits)
    except ValueError:  # "5.510.4" or "1.2.3": no number, though it looks like one
        return None


def words(text: str) -> int | None:
    """The value of a number in words ("mil doscientos millones" is 1200000000), or None when a word is no numeral."""
    total = below_million = below_thousand = 0
    seen = False
    for word in text.lower().translate(_PLAIN).split():
        if word in {"y", "de"}:
            continue
        if word in _WORDS:
            below_thousand += _WORDS[word]
        elif word == "mil":
            below_million += (below_thousand or 1) * 1000
            below_thousand = 0
        elif word in _SCALE_WORDS:
            total += ((below_million + below_thousand) or 1) * _SCALE_WORDS[word]
            below_million = below_thousand = 0
        else:
            return None
        seen = True
    return total + below_million + below_thousand if seen else None
