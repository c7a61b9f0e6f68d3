"""Doubts about a document that the reader of a result should know of: lost pages, and texts that are no plan."""

import re
from collections.abc import Iterator, Sequence

from domain.document import Document, Flag
from domain.language.words import fold

_PROBLEMS = (
    ("pages_lost", "damaged", "no se pudieron leer, o no enteras"),
    ("pages_without_text", "no_text_layer", "son imágenes sin texto"),
)
# The edge of a word is looked for behind its first letter: letters are searched fast, edges are not.
_PLANNING = re.compile(
    r"(?:m(?<=\bm)etas?|i(?<=\bi)ndicador(?:es)?|l(?<=\bl)inea (?:de )?base|p(?<=\bp)rogramas?|s(?<=\bs)ubprogramas?|"
    r"p(?<=\bp)royectos?|o(?<=\bo)bjetivos?|e(?<=\be)strateg\w+|"
    r"p(?<=\bp)lan (?:municipal |distrital |territorial |departamental |nacional )?de (?:desarrollo|gobierno))\b"
)
_MEASURING = re.compile(r"(?:m(?<=\bm)etas?|i(?<=\bi)ndicador(?:es)?|l(?<=\bl)inea (?:de )?base)\b")
_ARTICLES = re.compile(r"a(?<=\ba)rticulos?\b")
_LAWMAKING = re.compile(
    r"(?:p(?<=\bp)resente ley|c(?<=\bc)ongreso de (?:la republica|colombia)|d(?<=\bd)ecreta|d(?<=\bd)iario oficial|"
    r"c(?<=\bc)orte constitucional|i(?<=\bi)nexequibles?)\b"
)
_FEWEST_WORDS = 150
# A thousand words of the 51 Colombian plans of the corpus have 5 to 46 words of planning, 0.6 to 43 of measuring and
# 0.0 to 0.1 of lawmaking; Ley 1152 de 2007 has 6, 0.0 and 1.5, and 8 times "artículo".
_PLANNING_IN_A_PLAN = 3.5
_MEASURING_IN_A_PLAN = 0.5
_LAWMAKING_IN_A_LAW = 0.5
_ARTICLES_IN_A_LAW = 3.0


def flags_of(document: Document) -> tuple[Flag, ...]:
    """The flags of a document: `pages_lost`, `pages_without_text`, `unlikely_plan`, each with its reason."""
    return (*_lost(document), *_unlikely(document))


def _lost(document: Document) -> Iterator[Flag]:
    for code, problem, what in _PROBLEMS:
        pages = [page.number for page in document.pages if page.problem == problem]
        if pages:
            yield Flag(code=code, reason=f"{len(pages)} de {len(document.pages)} páginas {what}: {_ranges(pages)}.")


def _unlikely(document: Document) -> Iterator[Flag]:
    text = fold(document.text)
    words = len(text.split())
    if words < _FEWEST_WORDS:
        yield Flag(code="unlikely_plan", reason=f"El documento tiene solo {words} palabras.")
        return

    def often(pattern: re.Pattern[str]) -> float:
        return 1000 * sum(1 for _ in pattern.finditer(text)) / words

    articles, lawmaking, measuring = often(_ARTICLES), often(_LAWMAKING), often(_MEASURING)
    if articles >= _ARTICLES_IN_A_LAW and lawmaking >= _LAWMAKING_IN_A_LAW and measuring < _MEASURING_IN_A_PLAN:
        yield Flag(
            code="unlikely_plan",
            reason=f"Se lee como una ley: de cada mil palabras, {articles:.1f} nombran artículos y {measuring:.1f} "
            "metas o indicadores.",
        )
    elif (planning := often(_PLANNING)) < _PLANNING_IN_A_PLAN:
        yield Flag(
            code="unlikely_plan",
            reason=f"De cada mil palabras, {planning:.1f} son de planeación (metas, indicadores, programas, proyectos, "
            "objetivos); los planes tienen 5 o más.",
        )


def _ranges(numbers: Sequence[int]) -> str:
    """Pages as people write them: 1-3, 7."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in runs)
