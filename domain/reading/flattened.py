"""Tables in text files that have lost their layout: rows recovered as far as the text allows, never guessed.

Two shapes are read: columns that tabs, bars or wide spaces still part; and cells that follow each other as lines, where
the run of values ("No. 0 4") is what a row is recognised by.
"""

import re
from collections.abc import Iterator, Sequence

import msgspec

from domain.reading.flat_header import FlatHeader, Head, flat_header
from domain.reading.tables.heads import opens_table

_SEPARATOR = re.compile(r"\s*\|\s*|\t+| {2,}")
_VALUE = (
    r"(?:\$\s?)?[-+]?\d[\d.,]*\s?%?|n\.?[da]\.?|s\.?[di]\.?|nd|por\s+(?:definir|establecer)|en\s+construcci[oó]n|[xo]"
)
_UNIT = (
    r"n[o°º]\.?|n[uú]m(?:ero)?\.?|%|porcentaje|porcentual|und?\.?|unidad(?:es)?|tasa|has?\.?|hect[aá]reas?|kms?\.?|global|"
    r"mts?2?\.?|m2|m3|ml|pesos|personas|familias|a[nñ]os|d[ií]as|[ií]ndice|toneladas?|horas|puntos?|razón|decimal"
)
_HEADING = re.compile(
    r"(?:sub)?programa\b.*:|programa\s+\d|sector\s+\d|sub-?sector|art[ií]culo|cap[ií]tulo|t[ií]tulo\s|eje\s|objetivos?\b.*:"
    r"|l[ií]nea\s+estrat|estrategias?\b.*:|dimensi[oó]n|componente\b.*:|pol[ií]tica\b.*:|tabla\s|fuente\s?:|par[aá]grafo",
    re.IGNORECASE,
)
_ENTITY = re.compile(
    r"(?i:secretar|alcald|oficina|departamento|direcci[oó]n|gobernaci|instituto|empresa|corpo|icbf|sena\b|polic|consejo"
    r"|comisar|personer|hospital|e\.?s\.?e\b|planeaci|entidad|unidad|subsecretar|asesor|gerencia|despacho|tesorer|inspecci)"
    r"|[A-ZÁÉÍÓÚ]{4,}\b",
)
_NAME = re.compile(
    r"(?:y\s|social|general|p[úu]blica?\b|municipal|econ[óo]mic|desarrollo|infraestructura|hacienda|salud|educaci|gobierno"
    r"|interior|ambiente|cultura|deporte|tr[áa]nsito|movilidad|seguridad|convivencia|vivienda|agricultura|jur[íi]dica)",
    re.IGNORECASE,
)
_OPEN_END = re.compile(
    r"(?:[,/(\-]|\b(?:de|del|la|el|los|las|y|e|o|en|con|para|por|al|a|un|una|que|su|sus))$", re.IGNORECASE
)
_FOOTER = re.compile(r"www\.|@|\bpbx\b|\btel[ée]?f?[.:]|p[áa]gina\s+\d|^plan\s.*desarrollo.*20\d\d", re.IGNORECASE)
_ACTION = re.compile(r"(?:^|[.)\d%] )[A-ZÁÉÍÓÚ][a-záéíóúñü]+[aeií]r(?:se)?\b")
_MOST_LINES = 14
"""A row of more lines than this is none: the values that were found belong elsewhere."""
_LONGEST = 420
"""Nor is one with more characters in its text columns."""


class FlatCell(msgspec.Struct, frozen=True):
    """What stands under a head; under two heads ("Meta / Indicador") where the text does not say where one ends."""

    header: str
    text: str


class FlatRow(msgspec.Struct, frozen=True):
    """A row and the lines it was read from, `first` to `last` (not included); `header_line` is that of its header."""

    first: int
    last: int
    cells: tuple[FlatCell, ...]
    header_line: int


def flattened_rows(lines: Sequence[str]) -> tuple[FlatRow, ...]:
    """The rows of all tables that the lines hold, in order; rows never share a line, and headers are in none."""
    rows: list[FlatRow] = []
    at = 0
    while at < len(lines):
        parted = _parted(lines, at)
        if parted:
            rows += parted
            at = parted[-1].last
            continue
        header = flat_header(lines, at)
        if header is None:
            at += 1
            continue
        found = list(_scrambled(lines, at, header))
        rows += found
        at = found[-1].last if found else at + header.lines
    return tuple(rows)


def _parted(lines: Sequence[str], at: int) -> list[FlatRow]:
    """The rows of a table whose cells are still parted, below the header at this line; none where there is none."""
    heads = _cells(lines[at])
    if len(heads) < 3 or not opens_table(heads):
        return []
    rows: list[FlatRow] = []
    for number in range(at + 1, len(lines)):
        cells = _cells(lines[number])
        if cells and all(re.fullmatch(r"[-:=+ ]*", cell) for cell in cells):
            continue
        if len(cells) != len(heads):
            break
        bound = tuple(FlatCell(head, cell) for head, cell in zip(heads, cells, strict=True))
        rows.append(FlatRow(number, number + 1, bound, at))
    return rows


def _cells(line: str) -> list[str]:
    text = line.strip()
    if text.startswith("|") and text.endswith("|") and len(text) > 1:
        return [cell.strip() for cell in text[1:-1].split("|")]
    return [cell.strip() for cell in _SEPARATOR.split(text)] if _SEPARATOR.search(text) else []


def _scrambled(lines: Sequence[str], at: int, header: FlatHeader) -> Iterator[FlatRow]:
    """The rows below a header whose columns are lost: text up to the run of values, then who is responsible."""
    kinds = [head.kind for head in header.heads]
    run = _run(kinds.count("value"), unit="unit" in kinds)
    who = kinds[-1] == "who" and kinds.index("value") < len(kinds) - 1
    first = at + header.lines
    place = first
    while place < len(lines) and place - first < _MOST_LINES:
        line = lines[place].strip()
        if not line or _HEADING.match(line) or flat_header(lines, place) is not None:
            return
        match, after = _values(lines, place, run)
        if match is None or not (texts := _texts(lines[first:place], match)):
            place += 1
            continue
        last = _end_of_who(lines, after) if who else _end_of_remark(lines, after)
        rest = [(match["rest"] or "").strip(), *(text.strip() for text in lines[after:last])]
        if _is_one_row(texts, run):
            yield FlatRow(first, last, _bound(header.heads, texts, match, rest), at)
        first = place = last


def _is_one_row(texts: Sequence[str], run: re.Pattern[str]) -> bool:
    """No other row is hidden in the text: no line that is a value, no run of values, no second "Realizar ..."."""
    joined = " ".join(texts)
    if len(joined) > _LONGEST or any(re.fullmatch(_VALUE, text, re.IGNORECASE) for text in texts):
        return False
    inner = run.pattern.removeprefix("(?P<lead>.*?)(?:^|\\s)").removesuffix("(?P<rest>\\s+\\D.*)?$")
    if len(_ACTION.findall(joined)) > 1:
        return False
    strong = run.groups > 3
    return not (strong and re.search(rf"\s{inner}\s", joined, re.IGNORECASE))


def _end_of_remark(lines: Sequence[str], after: int) -> int:
    """A line in brackets below a value belongs to it: "100%", "(1.995 niños y niñas)"."""
    line = lines[after].strip() if after < len(lines) else ""
    return after + 1 if line.startswith("(") and line.endswith(")") else after


def _run(count: int, *, unit: bool) -> re.Pattern[str]:
    """A unit, where the table has them, and as many values, at the end of a line or before the name of an entity."""
    head = rf"(?P<unit>{_UNIT})\s+" if unit else ""
    values = r"\s+".join(f"(?P<v{k}>{_VALUE})" for k in range(count))
    return re.compile(rf"(?P<lead>.*?)(?:^|\s){head}{values}(?P<rest>\s+\D.*)?$", re.IGNORECASE)


def _values(lines: Sequence[str], place: int, run: re.Pattern[str]) -> tuple[re.Match[str] | None, int]:
    """The run of values that begins on this line, on it alone or with the next lines where it stands on its own."""
    text = ""
    for after in range(place + 1, min(place + 4, len(lines)) + 1):
        piece = lines[after - 1].strip()
        if text and not re.match(rf"(?:{_VALUE}|{_UNIT})(?:\s|$)", piece, re.IGNORECASE):
            break
        text = f"{text} {piece}".strip()
        match = run.match(text)
        if match and _is_run(match):
            return match, after
    return None, place


def _is_run(match: re.Match[str]) -> bool:
    """Values, not the end of a sentence that happens to close with a number ("... a diciembre de 2011")."""
    lead = match["lead"].strip()
    rest = (match["rest"] or "").strip()
    single = sum(name.startswith("v") for name in match.groupdict()) == 1 and "unit" not in match.groupdict()
    # One value with words behind it is part of a sentence; two values, or a unit and a value, are not.
    if rest and (single or not (_ENTITY.match(rest) or rest[0].isupper())):
        return False
    return not (lead and (_OPEN_END.search(lead) or (single and not lead.endswith("."))))


def _texts(before: Sequence[str], match: re.Match[str]) -> list[str]:
    return [
        text
        for text in (*(line.strip() for line in before), match["lead"].strip())
        if text and not _FOOTER.search(text)
    ]


def _end_of_who(lines: Sequence[str], after: int) -> int:
    """Where the names of those responsible end: at the first line that neither names an entity nor goes on one."""
    last = after
    while last < min(len(lines), after + 8):
        line = lines[last].strip()
        goes_on = bool(_OPEN_END.search(lines[last - 1].strip())) or (last > after and line[:1] in "/-(")
        small = line[:1].islower() and last > after
        names = bool(_ENTITY.match(line)) or (len(line) < 40 and ("/" in line or (last > after and _NAME.match(line))))
        if not line or _HEADING.match(line) or not (names or goes_on or small):
            break
        last += 1
    return last


def _bound(
    heads: Sequence[Head], texts: Sequence[str], match: re.Match[str], rest: Sequence[str]
) -> tuple[FlatCell, ...]:
    wording = [head.text for head in heads if head.kind == "text"]
    cells = [FlatCell(h, t) for h, t in zip(*_split(wording, texts), strict=True)]
    values = iter([match[f"v{k}"] for k in range(sum(head.kind == "value" for head in heads))])
    for head in heads:
        if head.kind == "unit":
            cells.append(FlatCell(head.text, match["unit"].strip()))
        elif head.kind == "value":
            value = next(values).strip()
            remark = rest[-1] if head is heads[-1] and rest[-1:] and rest[-1].startswith("(") else ""
            cells.append(FlatCell(head.text, f"{value} {remark}".strip()))
        elif head.kind == "who" and any(rest):
            cells.append(FlatCell(head.text, " ".join(text for text in rest if text)))
    return tuple(cells)


def _split(wording: Sequence[str], texts: Sequence[str]) -> tuple[list[str], list[str]]:
    """The text columns: parted where exactly one line can begin the second one, in one cell where more can."""
    if len(wording) == 2:
        begins = [k for k in range(1, len(texts)) if _begins(texts[k - 1], texts[k])]
        if len(begins) == 1:
            return list(wording), [" ".join(texts[: begins[0]]), " ".join(texts[begins[0] :])]
    return [" / ".join(wording)], [" ".join(texts)]


def _begins(previous: str, line: str) -> bool:
    """A new cell may begin here: a capital or a sign, after a line that does not ask for more."""
    return (line[0].isupper() or line[0] in "%#") and not _OPEN_END.search(previous)
