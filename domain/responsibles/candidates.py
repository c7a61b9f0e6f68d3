"""Where the name of somebody responsible may stand: its possible first words, and for each its possible last ones.

Deliberately generous, in sentences and in broken tables: what is really meant is chosen in `selection`.
"""

import re
from functools import lru_cache

import msgspec

from domain.language.entities import normalised
from domain.language.words import fold, quick
from domain.responsibles import vocabulary as words
from domain.responsibles.forms import case_of, form_of

LONGEST = 14
_TOKEN = re.compile(r"[^\W\d_]+(?:[.&'´’][^\W\d_]+)*|\d[\d.,]*%?|\n|[^\w\s]|_")
_CELLS = quick(r"responsable|dependencia|ejecutor|competencia|a cargo|lider(?:es)?\s{0,2}:")
_HEADER = quick(r"respon\s?sable|dependencias?|ejecutor|sectores de\s{1,2}competencia|a cargo")
_LABEL = quick(r"corresponsables?\s{0,2}:|responsables?\s{0,2}:|lider\s{0,2}:|dependencia\w{0,2}\s{0,2}:")
_SHORT_LINES = 75
_INNER_CAPITAL = re.compile(r"[A-ZÁÉÍÓÚÑ]?[a-záéíóúñ]+[A-ZÁÉÍÓÚÑ][\w]*|[A-ZÁÉÍÓÚÑ](?:\.[A-ZÁÉÍÓÚÑ])+\.?")


class Token(msgspec.Struct, frozen=True, gc=False):
    """A word, a number, a mark or the end of a line (`kind` w, n, p or l), folded, with its case and verb form."""

    start: int
    end: int
    text: str
    plain: str
    kind: str
    case: str
    form: str


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """The tokens of a text and what holds of it as a whole."""

    text: str
    tokens: tuple[Token, ...]
    cells: bool
    """Its lines look like cells, or a header of responsibles stands in it."""
    headers: tuple[int, ...]
    """Where words end that head a column of responsibles."""
    labels: tuple[int, ...]
    """Where labels such as "Responsable:" end."""


class Candidate(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A name that may begin at token `first` and end with any of the tokens `lasts`; why it may begin there."""

    first: int
    lasts: tuple[int, ...]
    kinds: tuple[str, ...]


def paged(text: str) -> Page:
    """The tokens of a text."""
    folded = fold(text)
    tokens = tuple([Token(*m.span(), m[0], *_looks(m[0])) for m in _TOKEN.finditer(text)])
    lines = [line for line in text.splitlines() if line.strip()]
    short = len(lines) > 2 and sum(map(len, lines)) / len(lines) < _SHORT_LINES
    return Page(
        text=text,
        tokens=tokens,
        cells=short or bool(_CELLS.search(folded)),
        headers=tuple(m.end() for m in _HEADER.finditer(folded)),
        labels=tuple(m.end() for m in _LABEL.finditer(folded)),
    )


def candidates(page: Page) -> list[Candidate]:
    """Every place where a name may begin, in order."""
    out = []
    for at, token in enumerate(page.tokens):
        if token.kind == "w" and (kinds := _kinds(page, at)):
            lasts = _lasts(page.tokens, at)
            if lasts:
                out.append(Candidate(first=at, lasts=lasts, kinds=kinds))
    return out


def same_name(page: Page, first: int, last: int) -> str:
    """The form in which spellings of one name agree."""
    return normalised(page.text[page.tokens[first].start : page.tokens[last].end])


def neighbour(tokens: tuple[Token, ...], at: int, step: int) -> int:
    """The next token that is no end of a line, or -1."""
    at += step
    while 0 <= at < len(tokens) and tokens[at].kind == "l":
        at += step
    return at if 0 <= at < len(tokens) else -1


# A plan has few distinct words.
@lru_cache(maxsize=20_000)
def _looks(text: str) -> tuple[str, str, str, str]:
    """What a token is by itself: folded, its kind, its case and its verb form."""
    kind, plain = _kind(text), fold(text)
    form = form_of(text.lower(), plain) if kind == "w" else "plain"
    return plain, kind, case_of(text), form


def _kind(text: str) -> str:
    if text == "\n":
        return "l"
    return "n" if text[0].isdigit() else "w" if text[0].isalpha() else "p"


def _kinds(page: Page, at: int) -> tuple[str, ...]:
    tokens, token = page.tokens, page.tokens[at]
    plain = token.plain
    if plain in words.LINKS or plain in words.STOPS or (len(plain) < 3 and not token.text.isupper()):
        return ()
    out = [name for name, known in (("office", words.OFFICES), ("body", words.BODIES)) if plain in known]
    if plain in words.ACRONYMS or _acronym(tokens, at):
        out.append("acronym")
    before = tokens[at - 1] if at else None
    if token.text[0].isupper() and _run_begins(tokens, at):
        out.append("capital")
    edge = before is None or before.kind in "ln" or before.text in "/,;:•-–()?*|"
    if page.cells and edge:
        out.append("cell")
    return tuple(out)


def _acronym(tokens: tuple[Token, ...], at: int) -> bool:
    text = tokens[at].text
    if text.islower():
        return False
    if _INNER_CAPITAL.fullmatch(text):
        return True
    if len(text) < 2 or not text.isupper():
        return False
    around = [tokens[i].text for i in (at - 1, at + 1) if 0 <= i < len(tokens) and tokens[i].kind == "w"]
    return not any(len(w) > 3 and w.isupper() for w in around)


def _run_begins(tokens: tuple[Token, ...], at: int) -> bool:
    """A capitalised word that neither opens a sentence nor goes on a capitalised run."""
    before = tokens[at - 1] if at else None
    if before is None or before.text in ".?!":
        return False
    back = at - 1
    while back >= 0 and tokens[back].kind == "w" and tokens[back].plain in words.LINKS and at - back < 4:
        back -= 1
    return not (back >= 0 and tokens[back].kind == "w" and tokens[back].text[0].isupper())


def _lasts(tokens: tuple[Token, ...], first: int) -> tuple[int, ...]:
    out, at, count = [], first, 0
    while at < len(tokens) and count < LONGEST:
        token = tokens[at]
        if token.kind == "w":
            if at > first and token.plain in words.STOPS:
                break
            count += 1
            if token.plain not in words.LINKS:
                out.append(at)
        elif not _passes(tokens, at):
            if token.text == ")" and any(t.text == "(" for t in tokens[first:at]):
                out.append(at)
            break
        at += 1
    return tuple(out)


def _passes(tokens: tuple[Token, ...], at: int) -> bool:
    """Whether a name may go on over a mark or the end of a line."""
    token = tokens[at]
    if token.kind == "l":
        return at + 1 < len(tokens) and tokens[at + 1].kind in "wp"
    if token.text == ".":
        return tokens[at - 1].plain in words.SHORTENED
    return token.text in ",-–(&"
