"""What one atom looks like: its kind, how it opens and ends, and the words of tables that it holds."""

import re
from collections.abc import Sequence
from itertools import pairwise

import msgspec

from domain.indicators.atoms import Atom
from domain.indicators.goals import INFINITIVE
from domain.indicators.lines import is_furniture, is_header, is_heading
from domain.indicators.names import LABEL, STARTER
from domain.language.words import quick

_SMALL = r"(?:de|del|la|el|los|las|y|e|en|a|al|con|por|para|que|o|su|sus|un|una)"
_OPENINGS = (
    ("starter", STARTER),
    ("haber", re.compile(r"(?:A\s(?:20|31)|Al\s(?:20|final)|Haber\s|Se\sha|haber\s|se\sha)")),
    ("infinitive", re.compile(rf"{INFINITIVE}(?:\s|$)")),
    ("action", re.compile(r"[A-ZÁÉÍÓÚ][a-záéíóúñ]{3,16}(?:ci[oó]n|miento|si[oó]n)(?:\s|$)")),
    ("small", re.compile(rf"{_SMALL}(?:\s|$)")),
    ("article", re.compile(r"(?:Los?|Las?|El|En|Por|Para|Con|Se|Una?|Este|Esta|Al?|De|Que)(?:\s|$)")),
    (
        "office",
        re.compile(
            r"(?:Secretar|Sec\.|Oficina|Direcci|Alcald|Planeaci|Gobierno|Hospital|Instituto|Minist|ICBF|SENA)",
            re.IGNORECASE,
        ),
    ),
    (
        "delivered",
        re.compile(r"[A-ZÁÉÍÓÚ][a-záéíóúñ]{2,18}\s(?:[a-záéíóúñ]{1,16}\s){0,6}[a-záéíóúñ]{2,14}[aeiou]d[oa]s?(?:\W|$)"),
    ),
    ("upper", re.compile(r"[A-ZÁÉÍÓÚÑ]{3}")),
    ("capital", re.compile(r"[A-ZÁÉÍÓÚÑ]")),
    ("lower", re.compile(r"[a-záéíóúñ]")),
)
_ENDINGS = (
    ("small", re.compile(rf"(?:.{{0,400}}\s)?{_SMALL}", re.IGNORECASE | re.DOTALL)),
    ("delivered", re.compile(r"[\w\W]{0,400}(?:[aeiou]d[oa]s?|hech[oa]s?|funcionando|operando)\)?", re.IGNORECASE)),
    ("upper", re.compile(r"[\w\W]{0,400}[A-ZÁÉÍÓÚÑ]{3}")),
)
_UNIT = re.compile(
    r"(?:n[uú]m(?:ero)?\.?|no\.?|n[°º]\.?|#|porcentaje|porcentual|%|unidad(?:es)?|und\.?|personas?|tasa|kms?2?|m2|m3|"
    r"has?\.?|hect[aá]reas|metros(?:\slineales)?|m\.?l\.?|global|familias?|toneladas?|ton|[íi]ndice|puntos?|raz[oó]n|"
    r"viviendas?|documentos?|plan|proyectos?|programas?|empresas?)",
    re.IGNORECASE,
)
_WORDS = (
    ("meta", r"\bmetas?\b"),
    ("indicador", r"\bindicador"),
    ("base", r"\bbase\b|\blb\b|l\.\s?b"),
    ("responsable", r"\bresponsable"),
    ("programa", r"\bprograma|\bsubprograma"),
    ("proyecto", r"\bproyecto"),
    ("fuente", r"\bfuente"),
    ("objetivo", r"\bobjetivo|\bestrategia"),
    ("unidad", r"\bunidad"),
    ("total", r"\btotal"),
    ("ley", r"\bley\b|decreto|art[ií]culo|acuerdo"),
    ("percent", r"%"),
    ("slash", r"/"),
)
WORDS = tuple((name, quick(pattern)) for name, pattern in _WORDS)
_ANY_WORD = quick("|".join(pattern for _, pattern in _WORDS))


class Traits(msgspec.Struct, frozen=True, kw_only=True, cache_hash=True):
    """One atom's looks: `first` and `last` class of its outer words, `kind` refined, the table words it holds."""

    kind: str
    first: str
    last: str
    size: str
    gap: str
    stop: str
    words: tuple[str, ...]
    labelled: bool


def traits(text: str, atoms: Sequence[Atom]) -> tuple[Traits, ...]:
    """The traits of each atom."""
    labels = {m.end() for m in LABEL.finditer(text)}
    lines = _lines(text)
    return tuple(_of(text, atom, labels, lines) for atom in atoms)


def _lines(text: str) -> dict[int, str]:
    """What each line is whose beginning says it: header, heading or furniture, by its place."""
    out = {}
    breaks = [-1, *(i for i, c in enumerate(text) if c == "\n"), len(text)]
    for a, b in pairwise(breaks):
        line = text[a + 1 : min(b, a + 400)]
        if is_header(line):
            out[a + 1 + len(line) - len(line.lstrip())] = "header"
        elif b - a < 160 and is_furniture(line):
            out[a + 1 + len(line) - len(line.lstrip())] = "furniture"
        elif is_heading(line):
            out[a + 1 + len(line) - len(line.lstrip())] = "heading"
    return out


def _table_words(low: str) -> tuple[str, ...]:
    if not _ANY_WORD.search(low):
        return ()
    return tuple(name for name, pattern in WORDS if pattern.search(low))


def _of(text: str, atom: Atom, labels: set[int], lines: dict[int, str]) -> Traits:
    shown = text[atom.start : min(atom.end, atom.start + 400)]
    kind = atom.kind
    if kind == "words":
        if atom.gap in "np":
            kind = lines.get(atom.start, kind)
        if kind == "words" and is_header(shown):
            kind = "column"
        elif kind == "words" and _UNIT.fullmatch(shown):
            kind = "unit"
    return Traits(
        kind=kind,
        first=next((n for n, p in _OPENINGS if p.match(shown)), "sign") if atom.kind == "words" else atom.kind,
        last=next((n for n, p in _ENDINGS if p.fullmatch(shown)), "other") if atom.kind == "words" else atom.kind,
        size=str(next((n for n in (1, 2, 4, 8, 14) if atom.words <= n), 20)),
        gap=atom.gap,
        stop=atom.stop,
        words=_table_words(shown.lower()) if atom.kind == "words" else (),
        labelled=atom.start in labels,
    )
