"""Where money comes from: the sources of municipal budgets, and the lines of the Sistema General de Participaciones."""

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

from domain.language.words import fold

_SOURCES: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(pattern))
    for name, pattern in (
        ("regalias", r"\bsgr\b|regalias"),
        ("sgp", r"\bs\.?g\.?p\b|sistema general de participaci|participaciones"),
        ("propios", r"\bpropios\b|\bicld\b|libre destinaci|fondos comunes"),
        ("cofinanciacion", r"cofinanc"),
        ("credito", r"credito|emprestito"),
        ("nacion", r"\bnacion\b|\bnacional(?:es)?\b|\bfosyga\b|\badres\b|\betesa\b"),
        ("departamento", r"departament|gobernacion"),
        ("otros", r"\botr[oa]s\b(?:\s(?:recursos|fuentes|aportes|entidades)\b|\W*(?:20\d\d)?$)|cooperacion|donaci"),
    )
)
_LINES = "|".join(
    f"(?P<{name}>{pattern})"
    for name, pattern in (
        ("agua_potable", r"agua potable|apsb|saneamiento basico"),
        ("alimentacion_escolar", r"alimentacion escolar|restaurantes? escolar"),
        ("primera_infancia", r"primera infancia"),
        ("resguardos", r"resguardos|aesgpri"),
        ("riberenos", r"riberen|(?:municipios )?rio (?:grande )?magdalena"),
        ("educacion", r"educaci|sector educativ|calidad educativ"),
        ("salud", r"salud|regimen subsidiado"),
        ("cultura", r"cultura"),
        ("deporte", r"deporte"),
        ("libre_inversion", r"(?:proposito general\W{1,5})?(?:libre|forzosa) inversi"),
        ("libre_destinacion", r"(?:proposito general\W{1,5}(?:de )?)?libre dest"),
        ("proposito_general", r"proposito general"),
    )
)
# At most one word stands between the system and its line ("SGP - Sector Salud"), or the line is another matter's.
_SGP_LINE = re.compile(
    rf"(?:\bs\.?\s?g\.?\s?p\b|sistema general de participaci\w+(?:\s?\(?sgp\)?)?)[\W_]{{0,5}}(?:(?!sin\s)\w{{1,8}}\s)?"
    rf"(?:{_LINES})"
)


# Every amount of a table asks for the source of the same headers.
@lru_cache(maxsize=256)
def source(words: str) -> str | None:
    """The source that the words name, `regalias` before `sgp` before the others; None where they name none."""
    folded = fold(words)
    return next((name for name, pattern in _SOURCES if pattern.search(folded)), None)


def sgp_line(words: str) -> str | None:
    """The line of the Sistema General de Participaciones that the words name (Law 715 of 2001, Law 1176 of 2007)."""
    match = _SGP_LINE.search(fold(words))
    return match and match.lastgroup


def share(sentence: str, amounts: Sequence[int], which: int) -> str:
    """The part of a sentence that speaks of one of its amounts, which start at `amounts`.

    Each amount has the words before it where the first has a source before it ("del SGP $5 y de regalías $3"), else
    those behind it ("$5 del SGP y $3 de regalías"). Where that part names no source, the sentence speaks for all.
    """
    leads = source(sentence[: amounts[0]]) is not None
    cuts = [0, *amounts[1:], len(sentence)] if not leads else [0, *amounts]
    start, end = list(pairwise(cuts))[which]
    part = sentence[start:end]
    return part if source(part) else sentence
