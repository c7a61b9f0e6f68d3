"""Pages for a text file, which has none: by form feeds, by its own printed page numbers, or by length.

Form feeds win when there are any at a page's distance. Else, when the numbers printed at the foot or head of the pages
("34", "Página 34", "34 | Plan de Desarrollo") can be followed through the file, the text is cut there and the pages
bear the printed numbers. Else a page is about 3,000 characters, cut at the end of a line.
"""

import re
from collections import defaultdict
from collections.abc import Sequence

from domain.document import SourcePage

PAGE_CHARS = 3000
_FEED_CHARS = 400  # form feeds closer than this are no page breaks
_NUMBER = re.compile(r"(?<![\d.,])\d{1,4}(?![\d.,]*\d)")
_MARKER_CHARS = 120
_FEWEST = 5
_STEP = 4  # pages without a printed number may lie between two with one
_COVERED = 0.6
_NO_PAGE = 24_000  # characters between two numbers; more, and the count has begun anew somewhere
_LONGEST = 8000  # characters a page, on average; more, and the numbers are something else


def paginate(text: str) -> tuple[SourcePage, ...]:
    """The pages of a text in order; their texts together are the text, but for form feeds and line ends (`\\n`)."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if (feeds := text.count("\f")) and len(text) / (feeds + 1) >= _FEED_CHARS:
        return tuple(SourcePage(number=i, text=part) for i, part in enumerate(text.split("\f"), start=1))
    lines = text.replace("\f", "\n").split("\n")
    if marks := _printed_numbers(lines):
        pages = _at_marks(lines, marks)
        if max(len(page.text or "") for page in pages) <= _NO_PAGE:
            return pages
    return _by_length(lines)


def _by_length(lines: Sequence[str]) -> tuple[SourcePage, ...]:
    pages: list[list[str]] = [[]]
    length = 0
    for line in lines:
        if length and length + len(line) > PAGE_CHARS:
            pages.append([])
            length = 0
        pages[-1].append(line)
        length += len(line) + 1
    return tuple(SourcePage(number=i, text="\n".join(page)) for i, page in enumerate(pages, start=1))


def _at_marks(lines: Sequence[str], marks: Sequence[tuple[int, int]]) -> tuple[SourcePage, ...]:
    """Cut before each mark where numbers stand at the head of a page, after it where they stand at the foot."""
    at_foot = _numbers_stand_at_foot(lines, marks)
    cuts = [line + 1 if at_foot else line for line, _ in marks]
    numbers = [number for _, number in marks]
    starts, ends = [0, *cuts], [*cuts, len(lines)]
    named = [*numbers, numbers[-1] + 1] if at_foot else [max(1, numbers[0] - 1), *numbers]
    if not at_foot and numbers[0] == 1:  # a cover and the like before page 1 belong to it
        starts, ends, named = starts[:1] + starts[2:], ends[1:], numbers
    pages: list[SourcePage] = []
    for start, end, number, after in zip(starts, ends, named, [*named[1:], None], strict=True):
        if not any(line.strip() for line in lines[start:end]):
            continue
        parts = _by_length(lines[start:end])
        if after is not None and len(parts) > (room := max(1, after - number)):
            parts = (*parts[: room - 1], _one(number, parts[room - 1 :]))
        pages += [SourcePage(number=number + i, text=part.text) for i, part in enumerate(_unless_short(parts))]
    return tuple(pages)


def _unless_short(parts: Sequence[SourcePage]) -> Sequence[SourcePage]:
    """A page of ordinary length stays whole: only where numbers are missing is it cut by length."""
    return parts if len(parts) > 2 else (_one(1, parts),)


def _one(number: int, parts: Sequence[SourcePage]) -> SourcePage:
    return SourcePage(number=number, text="\n".join(part.text or "" for part in parts))


def _numbers_stand_at_foot(lines: Sequence[str], marks: Sequence[tuple[int, int]]) -> bool:
    """Extractors leave a space at the end of a page's last line: it tells on which side of the number pages end."""
    before = sum(lines[at - 1].endswith(" ") for at, _ in marks if at)
    after = sum(lines[at].endswith(" ") for at, _ in marks)
    return after > before


def _printed_numbers(lines: Sequence[str]) -> list[tuple[int, int]]:
    """(line, number) of the page numbers printed in the text; empty when no row of them spans most of it."""
    shapes: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for at, line in enumerate(lines):
        stripped = line.strip()
        if 0 < len(stripped) <= _MARKER_CHARS:
            for match in _NUMBER.finditer(stripped):
                if match.start() == 0 or match.end() == len(stripped) or "gina" in stripped.lower():
                    shape = f"{stripped[: match.start()]}#{stripped[match.end() :]}"
                    shapes[shape].append((at, int(match.group())))
    pool = sorted({mark for found in shapes.values() if len(found) >= _FEWEST for mark in found})
    chain = _longest_rise(pool)
    if len(chain) < _FEWEST or chain[-1][0] - chain[0][0] < _COVERED * len(lines):
        return []
    if sum(map(len, lines)) > _LONGEST * len(chain):
        return []
    return chain


def _longest_rise(found: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest row of marks whose numbers rise by small steps with a page's worth of lines between them."""
    length = [1] * len(found)
    before = [-1] * len(found)
    latest: dict[int, int] = {}
    for i, (_, number) in enumerate(found):
        for step in range(1, _STEP + 1):
            j = latest.get(number - step, -1)
            if j >= 0 and found[i][0] - found[j][0] >= 4 and length[j] + 1 > length[i]:
                length[i], before[i] = length[j] + 1, j
        other = latest.get(number, -1)
        if other < 0 or length[i] >= length[other]:
            latest[number] = i
    end = max(range(len(found)), key=length.__getitem__, default=-1)
    chain: list[tuple[int, int]] = []
    while end >= 0:
        chain.append(found[end])
        end = before[end]
    return chain[::-1]
