"""Where sentences end, which they are, and how a long text is cut into pieces of a readable length."""

import re
from collections.abc import Iterator

import msgspec

AIM = 600
"""Characters: a piece is closed when it has as many as this and the next sentence does not fit."""
MOST = 900
LIMIT = 1200
"""No piece is longer; a sentence that is gets cut at a semicolon, a comma or a space."""

_SHORTEST_TAIL = 150
_END = re.compile(r"[.!?…][\"”»’)\]]*\s+(?=[\"“«(¿¡•]*[A-ZÁÉÍÓÚÑÜ0-9¿¡•])|\n")
_SHORTENED = re.compile(
    r"(?i)(?:\b(?:art|arts|no|nro|núm|num|sr|sra|dr|dra|ing|lic|pág|pag|págs|cap|tel|av|cra|cll|km|mts|aprox|etc|vs|"
    r"ej|fig|vol|ed|ref|res|dec|hab|mpio|dpto|depto|s\.a|e\.s\.e|ee\.uu|ff\.aa)|\b[A-ZÁÉÍÓÚÑ]|\b\d{1,2}(?:\.\d{1,2})*)$"
)
_SOFTER = ("; ", ": ", ", ", " ")


def sentence_ends(text: str) -> list[int]:
    """Offsets at which a new sentence begins; the end of the text is the last."""
    ends = []
    for match in _END.finditer(text):
        if match.group().startswith(".") and _SHORTENED.search(text, max(0, match.start() - 8), match.start()):
            continue
        ends.append(match.end())
    return [*ends, len(text)]


def pieces(text: str) -> list[tuple[int, int]]:
    """Half open spans without outer spaces that cut the text at sentence ends; none is longer than LIMIT."""
    cuts: list[tuple[int, int]] = []
    start = last = 0
    for end in sentence_ends(text):
        if end - start > MOST and last > start and (last - start >= AIM // 2 or end - start > LIMIT):
            cuts.append((start, last))
            start = last
        while end - start > LIMIT:
            at = _softer_cut(text, start)
            cuts.append((start, at))
            start = at
        last = end
    if start < len(text):
        if cuts and len(text) - start < _SHORTEST_TAIL and len(text) - cuts[-1][0] <= LIMIT:
            start = cuts.pop()[0]
        cuts.append((start, len(text)))
    return [span for cut in cuts if (span := _trimmed(text, *cut))[0] < span[1]]


def _softer_cut(text: str, start: int) -> int:
    for mark in _SOFTER:
        at = text.rfind(mark, start + AIM // 2, start + MOST)
        if at >= 0:
            return at + len(mark)
    return start + MOST


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


_SHORT = (
    "art arts no nos núm num nro pág págs pag pags cap tit sr sra srs dr dra dres ing lic arq "
    "gral gob min sec depto dpto mpio mun cra cr cl av tel ext etc ej p pp vs aprox máx mín hab has km mts mt vda "
    "san sta sto prof cia cía ltda sa esp ese ips eps st vol ed fig"
)
_SHORT_AT_END = "etc hab has km mts mt ltda sa esp ese ips eps mun p pp"
_ABBREVIATIONS = frozenset(_SHORT.split())
# Of these, a new sentence may still follow when the next word starts with a capital letter.
_MAY_END = frozenset(_SHORT_AT_END.split())
_BREAK = re.compile(
    r"\n[ \t]*\n|\n?[•▪●◦►✓❖➢][ \t]?|\s\?\s(?=[A-ZÁÉÍÓÚÑ])|(?<=[.;:])\s*\n[ \t]*(?=[-–•\d])|"
    r"[.!?…]+[\"”»')\]]{0,2}(?=\s)|;(?=\s)"
)
_LAST_WORD = re.compile(r"(\w{1,12})\W?$")
_NEXT = re.compile(r"\s+[\"“«'(¿¡\[]{0,2}(\w)")


class Sentence(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A sentence of a text: `text == whole[start:end]`, without the white space around it."""

    text: str
    start: int
    end: int


def sentences(text: str) -> tuple[Sentence, ...]:
    """All sentences in reading order; together they hold everything but white space and list bullets.

    A point ends a sentence only where a writer would have ended it: not after an abbreviation, not inside a number,
    not before a small letter. Bullets and semicolons end one too, because plans are full of lists without full stops;
    a mere line end does not, because lines of plain text are wrapped.
    """
    spans = (_trimmed(text, start, end) for start, end in _stretches(text))
    return tuple(Sentence(text=text[start:end], start=start, end=end) for start, end in spans if start < end)


def _stretches(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for mark in _BREAK.finditer(text):
        first = mark.group()[0]
        if first in ".!?…":
            if not _closes(text, start, mark):
                continue
            yield start, mark.end()
        else:
            yield start, mark.end() if first == ";" else mark.start()
        start = mark.end()
    yield start, len(text)


def _closes(text: str, start: int, mark: re.Match[str]) -> bool:
    """Whether the stop closes a sentence that began at `start`."""
    follower = _NEXT.match(text, mark.end())
    if follower is None:
        return True
    if follower.group(1).islower():
        return False
    word = _LAST_WORD.search(text, max(start, mark.start() - 13), mark.start())
    if mark.group() != "." or word is None:
        return True
    last = word.group(1).lower()
    if last in _ABBREVIATIONS:
        return last in _MAY_END and follower.group(1).isalpha()
    # "1. Objetivo" numbers an item, "A. Restitución" letters one: the item starts here, it does not end.
    return not (mark.start() - start <= 3 and (last.isdigit() or len(last) == 1))
