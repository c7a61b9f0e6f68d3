"""What speaks for a name being made responsible: the words around it, its place in a table, the rules that bind it."""

import re
from bisect import bisect_right
from collections.abc import Sequence
from functools import lru_cache

from domain.language.words import quick
from domain.responsibles import vocabulary as words
from domain.responsibles.candidates import Candidate, Page, Token, neighbour
from domain.responsibles.forms import case_of

NEAR, STEM = 7, 7
HEADER_REACH, LABEL_REACH = 1500, 200
_SOURCE = quick(r"fuente|elabor[oó]|c[aá]lculos")
_FURNITURE = quick(
    r"p[aá]g|nit|tel[eé]?f|www|@|calle|carrera|plan de desarrollo|acuerdo|decreto|rep[uú]blica|\bcl\b|despacho"
)
_LAW = quick(r"\bley\b|\bdecreto\b|\bart[ií]culo\b|\bresoluci[oó]n\b|\bconstituci[oó]n\b|\bconpes\b")


def page_features(page: Page) -> list[str]:
    """What holds of the text as a whole."""
    text = page.text[:4000]
    out = [f"p.cells:{page.cells}"]
    if page.headers and page.headers[0] <= len(text):
        out.append("p.header")
    if page.labels and page.labels[0] <= len(text):
        out.append("p.label")
    if _LAW.search(text.lower()):
        out.append("p.law")
    numbers = sum(t.kind == "n" for t in page.tokens[:600])
    out.append(f"p.numbers:{min(numbers // 8, 4)}")
    return out


def features(
    page: Page, candidate: Candidate, last: int, *, rules: Sequence[str], whole: Sequence[str], repeats: int
) -> list[str]:
    """The features of one candidate name with its end chosen."""
    tokens, first = page.tokens, candidate.first
    spoken = [t for t in tokens[first : last + 1] if t.kind == "w"]
    out = [*whole, f"s.size:{min(len(spoken), 6)}", f"s.repeats:{min(repeats, 4)}", f"s.case:{spoken[0].case}"]
    out += [f"s.kind:{k}" for k in candidate.kinds]
    out.append("s.kinds:" + "+".join(candidate.kinds))
    out += [f"r.{rule}" for rule in rules] or ["r.none"]
    head = spoken[0].plain
    out.append(f"h.{head[: STEM + 2]}" if head in words.OFFICES or head in words.BODIES else "h.other")
    alone = "alone" if len(spoken) == 1 else "long"
    out.append(f"h.{alone}:{candidate.kinds[0]}")
    out += [f"i.{t.plain[:STEM]}" for t in spoken[1:] if t.plain not in words.LINKS]
    before = _words_before(tokens, first)
    behind = _words_behind(tokens, last)
    out += _before_features(tokens, first, before)
    out += _behind_features(tokens, last, behind)
    out += _line_features(page, first, last)
    table = "p.header" in whole or "p.label" in whole
    if table:
        out += [f"{f}|table" for f in out if f.startswith(("l.", "s.kinds", "b.sort", "a.sort", "h.alone"))]
    return out


def _words_before(tokens: tuple[Token, ...], first: int) -> list[Token]:
    out: list[Token] = []
    at = first
    while (at := at - 1) >= 0 and len(out) < NEAR and first - at < 16:
        token = tokens[at]
        if token.text in ".;" and (at + 1 >= len(tokens) or not tokens[at + 1].text.islower()):
            break
        if token.kind == "w":
            out.append(token)
    return out


def _words_behind(tokens: tuple[Token, ...], last: int) -> list[Token]:
    out: list[Token] = []
    at = _past_aside(tokens, last)
    end = at + 16
    while (at := at + 1) < min(len(tokens), end) and len(out) < NEAR:
        token = tokens[at]
        if token.text in ".;":
            break
        if token.kind == "w":
            out.append(token)
    return out


def _past_aside(tokens: tuple[Token, ...], last: int) -> int:
    """The end of "(IMDER)" or ", como ente rector," behind a name, or its own last token."""
    at = neighbour(tokens, last, 1)
    if at < 0 or tokens[at].text not in "(,-–":
        return last
    close = ")" if tokens[at].text == "(" else tokens[at].text
    for stop in range(at + 2, min(at + 14, len(tokens))):
        if tokens[stop].text == close:
            return stop if close != "," or _acts_next(tokens, stop) else last
    return last


def _acts_next(tokens: tuple[Token, ...], at: int) -> bool:
    """Whether a finite verb follows the token."""
    following = neighbour(tokens, at, 1)
    return following >= 0 and tokens[following].form in ("future", "duty", "present")


def _before_features(tokens: tuple[Token, ...], first: int, before: list[Token]) -> list[str]:
    out = [f"b.bag:{t.plain[:STEM]}" for t in before]
    at = neighbour(tokens, first, -1)
    out.append(f"b.sort:{_place(tokens, first)}")
    firm = [t for t in before if t.plain not in ("la", "el", "los", "las")]
    if at >= 0 and tokens[at].kind == "w":
        out.append(f"b.1:{tokens[at].plain[:STEM]}")
        if firm:
            out.append(f"b.firm:{firm[0].plain[:STEM]}")
            out.append(f"b.form:{firm[0].form}")
        if len(firm) > 1:
            out.append(f"b.2:{firm[1].plain[:STEM]}_{firm[0].plain[:STEM]}")
            small = firm[0].plain in words.LINKS or firm[0].plain in words.STOPS
            out.append(f"b.form2:{firm[1].form}_{firm[0].plain[:4] if small else ''}")
    elif at < 0:
        out.append("b.1:start")
    else:
        out.append(f"b.1:{tokens[at].text if tokens[at].kind == 'p' else 'number'}")
    out += [f"b.forms:{t.form}" for t in before[:5] if t.form != "plain"]
    return out


def _place(tokens: tuple[Token, ...], first: int) -> str:
    """What stands right before the name, with the end of a line between or not."""
    at = neighbour(tokens, first, -1)
    if at < 0:
        return "start"
    token, line = tokens[at], "line" if tokens[first - 1].kind == "l" else "same"
    if token.kind == "n":
        return f"number|{line}"
    if token.kind == "p":
        return f"{token.text}|{line}"
    sort = "link" if token.plain in words.LINKS else "stop" if token.plain in words.STOPS else token.case
    return f"{sort}|{line}"


def _behind_features(tokens: tuple[Token, ...], last: int, behind: list[Token]) -> list[str]:
    out = [f"a.bag:{t.plain[:STEM]}" for t in behind]
    at = neighbour(tokens, last, 1)
    line = "line" if at > last + 1 else "same"
    if at < 0:
        return [*out, "a.sort:end"]
    token = tokens[at]
    sort = {"n": "number", "p": token.text}.get(token.kind) or token.form
    out.append(f"a.sort:{sort}|{line}" + (f"|{token.case}" if sort == "plain" else ""))
    if behind:
        out.append(f"a.1:{behind[0].plain[:STEM]}")
        out.append(f"a.form1:{behind[0].form}")
    if len(behind) > 1:
        out.append(f"a.2:{behind[0].plain[:4]}_{behind[1].form}")
    out += [f"a.forms:{t.form}" for t in behind[:5] if t.form != "plain"]
    return out


def _line_features(page: Page, first: int, last: int) -> list[str]:
    tokens, text = page.tokens, page.text
    start, end = tokens[first].start, tokens[last].end
    left = text.rfind("\n", max(0, start - 200), start) + 1 or max(0, start - 200)
    right = text.find("\n", end, end + 200)
    right = min(len(text), end + 200) if right < 0 else right
    before, behind = text[left:start].strip(), text[end:right].strip(" .,-–")
    out = [f"l.fills:{not before}{not behind}", f"l.long:{min((right - left) // 30, 3)}"]
    if _is_source(before):
        out.append("l.source")
    if _is_furniture(text[left:right]):
        out.append("l.furniture")
    above = text[max(0, left - 120) : max(0, left - 1)].rsplit("\n", 1)[-1].strip()
    edge = before or above
    out.append(f"l.edge:{_edge(edge)}|{bool(before)}")
    out.append(f"l.up:{_edge(above)}")
    below = text[right + 1 : right + 120].split("\n", 1)[0].strip()
    out.append(f"l.down:{'none' if not below else 'digit' if below[0].isdigit() else case_of(below[:2])}")
    out += _below(page, start)
    return out


def _below(page: Page, start: int) -> list[str]:
    """How far below the nearest header of responsibles, and behind the nearest label."""
    out = []
    header = _nearest(page.headers, start, HEADER_REACH)
    if header >= 0:
        gap = page.text.count("\n", header, start)
        far = "0" if gap == 0 else "1" if gap == 1 else "2-4" if gap < 5 else "5-14" if gap < 15 else "far"
        out.append(f"l.header:{far}")
    label = _nearest(page.labels, start, LABEL_REACH)
    if label >= 0:
        lines = page.text.count("\n", label, start)
        out.append(f"l.label:{min(lines, 3)}|{min((start - label) // 30, 3)}")
    return out


def _nearest(places: tuple[int, ...], start: int, reach: int) -> int:
    """The last of the places before `start` and within reach, or -1."""
    at = bisect_right(places, start) - 1
    return places[at] if at >= 0 and places[at] >= start - reach else -1


@lru_cache(maxsize=256)
def _is_source(line: str) -> bool:
    return bool(_SOURCE.search(line.lower()))


@lru_cache(maxsize=256)
def _is_furniture(line: str) -> bool:
    return bool(_FURNITURE.search(line.lower()))


@lru_cache(maxsize=256)
def _edge(text: str) -> str:
    """How a line ends: with a figure, a mark, an unfinished or a finished phrase."""
    if not text:
        return "none"
    tail = text.rsplit(None, 1)[-1]
    if re.fullmatch(r"[\d.,]+%?|ND|SD|NA|NS|N\.?D\.?|%|Ns", tail):
        return "figure"
    if tail[-1] in ".:;,/-–•?":
        return tail[-1]
    low = tail.lower()
    return "link" if low in words.LINKS or low in ("con", "por", "su") else case_of(tail)
