"""The words that decide an answer, with as much around them as a reader needs to see what they are about."""

import re

from domain.document import Passage
from domain.evidence import Evidence

FEWEST, MOST = 8, 60
"""Words: with fewer the row or sentence around them is quoted, and no quote is longer."""

_WORD = re.compile(r"\S+")


def quote(evidence: Evidence, passage: Passage) -> str:
    """The evidence's words, or where they are few the row or sentence that they stand in: verbatim, from the passage.

    A cell by itself ("15.000") says nothing; its row names what it is for. At most MOST words, those of the evidence
    among them.
    """
    text, start, end = passage.text, evidence.start - passage.start, evidence.end - passage.start
    first, last = start, end
    if len(evidence.text.split()) < FEWEST:
        first, last = (0, len(text)) if passage.cells else _sentence(passage, start, end)
    return _cut(text, (first, last), start)


def _sentence(passage: Passage, start: int, end: int) -> tuple[int, int]:
    """The stretch of the sentences that the span touches."""
    touched = [s for s in passage.sentences if s.start < end and s.end > start]
    return min([start, *(s.start for s in touched)]), max([end, *(s.end for s in touched)])


def _cut(text: str, span: tuple[int, int], at: int) -> str:
    """The span, or the MOST words of it in which the word at `at` stands as near the middle as can be."""
    words = [(m.start(), m.end()) for m in _WORD.finditer(text, *span)]
    if not words:
        return text[slice(*span)]
    middle = sum(end <= at for _, end in words)
    first = max(0, min(middle - MOST // 2, len(words) - MOST))
    kept = words[first : first + MOST]
    return text[kept[0][0] : kept[-1][1]]
