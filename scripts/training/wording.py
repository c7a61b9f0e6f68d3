"""When two readers' spans and values are the same, as shared/quality/score.py compares them."""

import re
from collections import Counter


def words_of(text: str) -> Counter[str]:
    """The words of a span; groups of digits are one word."""
    joined = re.sub(r"(?<=\d)[.,'’](?=\d)", "", text.lower())
    return Counter(re.sub(r"\W+", " ", joined).split())


def alike(a: Counter[str], b: Counter[str]) -> float:
    """The share of the words of both that they have in common."""
    union = sum((a | b).values())
    return sum((a & b).values()) / union if union else 0.0


def places_of(text: str, span: str) -> list[tuple[int, int]]:
    """Where the words of a span stand in a text whose lines may break anywhere."""
    pattern = r"\s+".join(map(re.escape, span.split()))
    return [m.span() for m in re.finditer(pattern, text)] or [
        m.span() for m in re.finditer(pattern, text, re.IGNORECASE)
    ]


def same_value(a: str | None, b: str | None) -> bool:
    """Equal numbers, or equal words where there is no number; None is no value."""
    first, second = ("" if x is None else x for x in (a, b))
    if not words_of(first) or not words_of(second):
        return not words_of(first) and not words_of(second)
    x, y = number_in(first), number_in(second)
    return x == y if x is not None or y is not None else list(words_of(first)) == list(words_of(second))


def number_in(text: str) -> float | None:
    """The first number of a Spanish figure ("1.200", "12,5 %")."""
    found = re.search(r"-?\d[\d.,]*", text)
    if not found:
        return None
    digits = found.group().rstrip(".,")
    if re.fullmatch(r"-?\d{1,3}(\.\d{3})+(,\d+)?", digits):
        digits = digits.replace(".", "").replace(",", ".")
    elif re.fullmatch(r"-?\d{1,3}(,\d{3})+(\.\d+)?", digits) and not re.fullmatch(r"-?\d{1,3},\d{3}", digits):
        digits = digits.replace(",", "")
    else:
        digits = digits.replace(",", ".")
    try:
        return float(digits)
    except ValueError:
        return None
