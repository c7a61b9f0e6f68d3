"""Money in running text: amounts that say so themselves, and figures of broken tables that are money by their words."""

import re
from collections.abc import Iterator
from functools import lru_cache

from domain.document import Passage
from domain.language.amounts import Amount, declared, figures, parse, units
from domain.money.mention import COUNT_WORDS, MONEY_WORDS, YEAR, Mention

_COUNT_BEHIND = re.compile(
    r"\s{0,2}(?:de\s)?(?:habitantes|personas|niñ|hombres|mujeres|usuarios|afiliad|hect|has?\b|km|m[23²³]|ton|colombian|famili|"
    r"viviend|turist|estudiant|alumn|veh|suscript)",
    re.IGNORECASE,
)
_WORD = re.compile(r"[a-záéíóúñ]{2}", re.IGNORECASE)
_GROUP = re.compile(r"\d{1,3}[.,]\d{3}")
_DASHED_ROW = re.compile(r"^(?=.*\d[.,]\d{3}).{0,200}(?:\s-){3}", re.MULTILINE)
_NIT = re.compile(r"nit\.?\s{0,3}$|c[eé]dula\D{0,12}$|tel\D{0,10}$", re.IGNORECASE)
_PURPOSE_WORDS = re.compile(
    r"\b(?:para|destinad[oa]s? a|con destino a|en el programa|programa|proyecto)\b[^.;\n]{8,120}", re.IGNORECASE
)
_LABEL = re.compile(r"\s{0,3}[A-ZÁÉÍÓÚÑa-záéíóúñ][^\d$]{3,120}(?=\s[\d$-])")
_NAMED_PROJECT = re.compile(
    r"\b(?:sub)?programa\b|\bproyecto\b|\bproducto\b|construcci[oó]n de|adecuaci[oó]n de|\bobra\b", re.IGNORECASE
)


def in_text(passage: Passage) -> Iterator[Mention]:
    """The money of a passage without cells."""
    text = passage.text
    said = parse(text)
    bare = _bare_money(passage) if _GROUP.search(text) else []
    bare = [f for f in bare if not any(f.start < a.end and a.start < f.end for a in said)]
    for amount in sorted((*said, *bare), key=lambda a: a.start):
        shown = _under_unit(passage, amount)
        stated = "text" if shown is amount else "caption"
        yield Mention(
            amount=shown,
            start=amount.start,
            end=amount.end,
            stated_by="none" if shown.currency == "none" else stated,
            header="",
            year=_year_near(text, amount),
            purpose=_purpose_in(text, amount),
            named=bool(_NAMED_PROJECT.search(sentence_of(text, amount))),
        )


def _under_unit(passage: Passage, amount: Amount) -> Amount:
    """The amount under the unit that its broken table declares: above, in its title or below it."""
    text = passage.text
    if amount.currency != "none" and not _ends_a_row(text, amount):
        return amount
    declarations = units(text)
    before = [u for u in declarations if u.start < amount.start]
    if before:
        return amount.under(before[-1].scale) if _reaches(text, before[-1].end, amount.start) else amount
    above = declared(passage.caption, *reversed(passage.path))
    if above:
        return amount.under(above)
    return amount.under(declarations[0].scale) if declarations else amount


def _ends_a_row(text: str, amount: Amount) -> bool:
    """A "$" figure stands in a row of a table rather than in a sentence."""
    line = _line(text, amount.start)
    return _tabular(line) or (len(line) < 90 and line.rstrip().endswith(amount.text))


def _bare_money(passage: Passage) -> list[Amount]:
    """Figures of a broken table (cells of a row in running text) that its words make money."""
    text = passage.text
    context = f"{text} {passage.caption} {' '.join(passage.path[-2:])}"
    low = context.lower()
    strong, counts = len(MONEY_WORDS.findall(low)), len(COUNT_WORDS.findall(low))
    out = [f for f in figures(text) if _GROUP.match(f.text) and not _counts_things(text, f)]
    large = [f for f in out if (f.face or 0) >= 10**6]
    dashed = len(_DASHED_ROW.findall(text)) >= 2
    unit = bool(units(context))
    if not (large or unit or dashed):
        # A graph or table of thousands without a unit: only where nothing but money is spoken of.
        rows = [f for f in out if _tabular(_line(text, f.start))]
        return rows if strong >= 3 and not counts and len(rows) >= 6 else []
    huge = [f for f in large if (f.face or 0) >= 10**8]
    if not (strong or dashed):
        return large if len(huge) >= 2 else [f for f in large if (f.face or 0) >= 10**9]
    if counts > 2 * strong and not unit and not dashed:
        return huge
    return [f for f in out if f in large or _tabular(_line(text, f.start))]


def _counts_things(text: str, figure: Amount) -> bool:
    """The figure counts people or hectares, is a number of identity, or a year with a point ("2.012")."""
    line_before = text[text.rfind("\n", 0, figure.start) + 1 : figure.start]
    small = (figure.face or 0) < 10**6
    return bool(
        _COUNT_BEHIND.match(text, figure.end)
        or _NIT.search(text[max(0, figure.start - 12) : figure.start])
        or re.fullmatch(r"20[0-4]\d", figure.text.replace(".", ""))
        or (small and COUNT_WORDS.search(line_before.lower()))
    )


# Every amount of a line asks for it, some more than once.
@lru_cache(maxsize=64)
def _tabular(line: str) -> bool:
    """Whether most tokens of a line are figures, dashes or marks."""
    tokens = line.split()
    numeric = sum(not _WORD.search(t) for t in tokens)
    return bool(tokens) and numeric * 3 >= len(tokens)


def _reaches(text: str, declared_at: int, at: int) -> bool:
    """A unit holds for the table below it, not for the prose after that table."""
    between = text[declared_at:at].splitlines()
    return sum(len(line) > 80 and not _tabular(line) for line in between) < 2


def _line(text: str, at: int) -> str:
    start = text.rfind("\n", 0, at) + 1
    end = text.find("\n", at)
    return text[start : end if end >= 0 else len(text)]


def sentence_of(text: str, amount: Amount) -> str:
    """The words that speak of an amount: its row in a broken table, else its sentence."""
    line = _line(text, amount.start)
    if _tabular(line):
        return line
    breaks = (". ", ".\n", "\n\n")
    start = max(text.rfind(mark, 0, amount.start) for mark in breaks) + 1
    ends = [e for mark in breaks if (e := text.find(mark, amount.end)) >= 0]
    return text[max(start, amount.start - 400) : min([*ends, amount.end + 400, len(text)])]


def row_label(text: str, amount: Amount) -> str | None:
    """The words in front of the figures among which an amount stands in a broken table; None outside of one.

    A plan's text may have lost its line breaks, so that many rows share a line.
    """
    if not _tabular(_line(text, amount.start)):
        return None
    before = text[: amount.start]
    end = max((i + 1 for i, c in enumerate(before) if c.isalpha()), default=0)
    start = max((i + 1 for i, c in enumerate(before[:end]) if c.isdigit() or c == "$"), default=0)
    return before[start:end]


def _year_near(text: str, amount: Amount) -> str | None:
    """The year named closest before the amount in its clause, else right behind it."""
    before = YEAR.findall(text[max(0, amount.start - 60) : amount.start])
    behind = YEAR.search(text[amount.end : amount.end + 25])
    found: str | None = behind[1] if behind else before[-1] if before else None
    return found


def _purpose_in(text: str, amount: Amount) -> str:
    """What the money is for: the label of its row, else the words that say so in its sentence."""
    line = _line(text, amount.start)
    if _tabular(line):
        label = _LABEL.match(line)
        return " ".join(label.group().split()) if label else ""
    found = _PURPOSE_WORDS.search(sentence_of(text, amount))
    return " ".join(found.group().split())[:200] if found else ""
