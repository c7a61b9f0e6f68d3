"""The header of a table in a text file that has lost its columns: heads in a row, split by what heads are called."""

import re
from collections.abc import Sequence
from typing import Literal, TypeAlias

import msgspec

HeadKind: TypeAlias = Literal["text", "unit", "value", "who"]

_YEARS = r"(?:20[0-6]\d)(?:\s*[-–]\s*20[0-6]\d)?"
_OF = r"(?:\s+de(?:l|\s+la|\s+los|\s+las)?)?"
_HEADS: tuple[tuple[str, HeadKind], ...] = (
    (rf"l[ií]nea{_OF}\s+base(?:\s+{_YEARS})?|l\.?\s?b\.?(?=\s|$)", "value"),
    (rf"metas?{_OF}\s+(?:cuatrienio|cuatrenio)|metas?\s+{_YEARS}|valor\s+esperado|vr\.?\s+esperado", "value"),
    (rf"(?:l[ií]nea|valor)\s+actual|situaci[oó]n\s+actual|{_YEARS}", "value"),
    (r"(?:costos?|valor|presupuesto)(?:\s+(?:total|estimado|en\s+(?:miles|millones)(?:\s+de\s+pesos)?))?", "value"),
    (r"unidad(?:es)?(?:\s+de\s+medida)?|u\.?\s?m\.?(?=\s|$)|und\.?", "unit"),
    (r"(?:dependencia|entidad|secretar[ií]a)s?\s+responsables?|responsables?|entidad(?:es)?", "who"),
    (
        rf"(?:nombre|descripci[oó]n){_OF}\s+(?:metas?|indicador(?:es)?|proyectos?|programas?)(?:{_OF}\s+producto)?",
        "text",
    ),
    (rf"(?:metas?|indicador(?:es)?){_OF}\s+(?:producto|resultados?|gesti[oó]n|impacto|las\s+metas|metas?)", "text"),
    (
        r"indicador(?:es)?|metas?|productos?|programas?|subprogramas?|proyectos?|actividad(?:es)?|acci[oó]n(?:es)?",
        "text",
    ),
    (
        r"descripci[oó]n|estrategias?|objetivos?(?:\s+espec[ií]ficos?)?|componentes?|sectores|sector|ejes?|fuente",
        "text",
    ),
)
_NEXT = re.compile(
    "|".join(f"(?P<h{k}>{pattern})(?=[\\s|:]|$)" for k, (pattern, _) in enumerate(_HEADS)), re.IGNORECASE
)
_LONGEST = 150


class Head(msgspec.Struct, frozen=True):
    """The head of one column as it is written, and what stands in that column."""

    text: str
    kind: HeadKind


class FlatHeader(msgspec.Struct, frozen=True):
    """The heads in their order, and how many lines they take."""

    heads: tuple[Head, ...]
    lines: int


def flat_header(lines: Sequence[str], at: int) -> FlatHeader | None:
    """The header that begins at line `at` and takes up to four lines; None when the lines say anything else besides.

    There are three heads at least, one of them of values (a base line, a target, a year), all values side by side.
    """
    if not _NEXT.match(lines[at].strip()) or len(lines[at]) > _LONGEST:
        return None
    best: FlatHeader | None = None
    text = ""
    for count, line in enumerate(lines[at : at + 4], start=1):
        text = f"{text} {line.strip()}".strip()
        heads = _heads(text) if line.strip() and len(text) <= _LONGEST else ()
        if heads and _is_sound(heads):
            best = FlatHeader(heads=heads, lines=count)
        elif not line.strip() or (best is not None and not heads):
            break
    return best


def _heads(text: str) -> tuple[Head, ...]:
    """The heads that the text consists of; none when something is left over."""
    found: list[Head] = []
    place = 0
    while place < len(text):
        match = _NEXT.match(text, place)
        if match is None or match.lastgroup is None:
            return ()
        found.append(Head(" ".join(match.group().split()), _HEADS[int(match.lastgroup[1:])][1]))
        place = match.end()
        while place < len(text) and text[place] in " \t|:":
            place += 1
    return _told_apart(found)


def _told_apart(found: Sequence[Head]) -> tuple[Head, ...]:
    """A bare "Meta" right after the base line is its number, elsewhere it is the wording of the target."""
    result: list[Head] = []
    for head in found:
        after_base = bool(result) and result[-1].kind == "value"
        bare = head.text.casefold() in {"meta", "metas"}
        result.append(Head(head.text, "value") if bare and after_base else head)
    return tuple(result)


def _is_sound(heads: Sequence[Head]) -> bool:
    kinds = [head.kind for head in heads]
    values = [k for k, kind in enumerate(kinds) if kind == "value"]
    if len(heads) < 3 or not values or "text" not in kinds:
        return False
    side_by_side = values[-1] - values[0] + 1 == len(values)
    texts = [k for k, kind in enumerate(kinds) if kind == "text"]
    units = [k for k, kind in enumerate(kinds) if kind == "unit"]
    return side_by_side and max(texts) < values[0] and (not units or units == [values[0] - 1])
