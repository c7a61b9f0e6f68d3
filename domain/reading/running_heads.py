"""Running heads, feet and page numbers: what stands on many pages at the same place says nothing about any of them."""

import re
from collections import Counter
from collections.abc import Sequence

from domain.document import SourcePage, Word
from domain.reading.reading_order import line_of, rows_of

_MARGIN = 0.16  # of the page's height, above and below
_FEWEST = 3
_SHARE = 0.08  # of the pages
_SHARE_OF_TEXT_PAGES = 0.2
_NEAR = 4.0  # points
_EDGE_LINES = 8
_FEWEST_LETTERS = 5
_MOST_PAGES = 0.6
_COLUMN_NAME = re.compile(
    r"(?i)\b(?:metas?|indicador(?:es)?|responsables?|base|producto|unidad|cuatrieni\w*|cuatrenio|proyectos?|programas?|"
    r"sector(?:es)?|vigencia|recursos)\b"
)
_LETTERHEAD = re.compile(r"(?i)\b(?:plan|municip\w+|alcald\w+|concejo|departamento|rep[úu]blica|acuerdo|decreto)\b")
_DIGITS = re.compile(r"\d+")
_ONLY_NUMBER = re.compile(r"(?i)^\W*(?:p[áa]g(?:ina|\.)?\s*)?[\divxlc]{1,6}(?:\s*(?:de|/|\|)\s*\d{1,4})?\W*$")


def without_heads(pages: Sequence[SourcePage]) -> tuple[SourcePage, ...]:
    """The pages of a PDF without the words that repeat at the same height in the margins."""
    rows = [_margin_rows(page) for page in pages]
    seen = Counter(key for page in rows for key in {key for key, _ in page})
    full = sum(bool(page.words) for page in pages)
    needed, most = _needed(full, _SHARE), _needed(full, _MOST_PAGES)
    cleaned = []
    for page, found in zip(pages, rows, strict=True):
        gone = {
            id(word)
            for key, row in found
            if (times := _near_count(seen, key)) >= needed and (times >= most or not _names_columns(key[0]))
            for word in row
        }
        cleaned.append(_keeping(page, gone) if gone else page)
    return _without_numbers(cleaned)


def text_without_heads(pages: Sequence[tuple[int, Sequence[str]]]) -> list[list[str]]:
    """The lines of numbered pages of a text file without those that repeat at the edges and without page numbers."""
    edges = Counter(key for _, lines in pages for key in {_key(line) for line in _edges(lines)})
    counts = Counter(_key(line) for _, lines in pages for line in lines)
    pages_with = Counter(key for _, lines in pages for key in {_key(line) for line in lines})
    needed = _needed(len(pages), _SHARE_OF_TEXT_PAGES)
    heads = {
        key
        for key, times in counts.items()
        if times <= 1.5 * pages_with[key]
        and sum(char.isalpha() for char in key) >= _FEWEST_LETTERS
        and not _names_columns(key)
        and (edges[key] >= needed or pages_with[key] > max(_FEWEST, len(pages) // 2))
    }
    return [
        [line for i, line in enumerate(lines) if not _is_head(line, i, lines, number, heads)] for number, lines in pages
    ]


def _is_head(line: str, at: int, lines: Sequence[str], number: int, heads: set[str]) -> bool:
    if line.strip().isdigit():
        return line.strip().lstrip("0") == str(number) and (at < _EDGE_LINES or at >= len(lines) - _EDGE_LINES)
    return _key(line) in heads


def _edges(lines: Sequence[str]) -> Sequence[str]:
    return (*lines[:_EDGE_LINES], *lines[-_EDGE_LINES:])


def _names_columns(line: str) -> bool:
    """Whether a line looks like the header of a table that goes on from page to page: that must stay."""
    return bool(_COLUMN_NAME.search(line)) and not _LETTERHEAD.search(line)


def _needed(pages: int, share: float) -> int:
    return max(_FEWEST if pages > _FEWEST else 2, round(share * pages))


def _key(line: str) -> str:
    return _DIGITS.sub("#", " ".join(line.split()).lower())


def _margin_rows(page: SourcePage) -> list[tuple[tuple[str, int], list[Word]]]:
    head, foot = page.height * _MARGIN, page.height * (1 - _MARGIN)
    words = [word for word in page.words if word.bottom <= head or word.top >= foot]
    found = []
    for row in rows_of(words):
        line = line_of(row)
        text = "#" if _ONLY_NUMBER.match(line.text) else _key(line.text)
        # From the nearer edge, so that a foot is the same foot on a page that lies across.
        place = line.top if line.bottom <= head else line.top - page.height
        found.append(((text, round(place / _NEAR)), row))
    return found


def _near_count(seen: Counter[tuple[str, int]], key: tuple[str, int]) -> int:
    text, place = key
    return sum(seen[text, place + by] for by in (-1, 0, 1))


def _without_numbers(pages: Sequence[SourcePage]) -> tuple[SourcePage, ...]:
    """Without page numbers, wherever they stand: at one height on many pages, and rising with them."""
    numbers = [
        [
            ((int(word.text) - page.number, round(word.top / _NEAR)), word)
            for word in page.words
            if word.text.isdigit() and word.text.isascii() and len(word.text) <= 4
        ]
        for page in pages
    ]
    seen = Counter(key for page in numbers for key in {key for key, _ in page})
    needed = _needed(sum(bool(page.words) for page in pages), _SHARE)
    cleaned = []
    for page, found in zip(pages, numbers, strict=True):
        gone = {id(word) for (by, place), word in found if sum(seen[by, place + d] for d in (-1, 0, 1)) >= needed}
        cleaned.append(_keeping(page, gone) if gone else page)
    return tuple(cleaned)


def _keeping(page: SourcePage, gone: set[int]) -> SourcePage:
    words = tuple([word for word in page.words if id(word) not in gone])
    return SourcePage(
        number=page.number,
        width=page.width,
        height=page.height,
        words=words,
        rules=page.rules,
        reader=page.reader,
        problem=page.problem,
    )
