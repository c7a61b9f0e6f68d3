"""Money: every amount of a plan with its value in pesos, its source of funds, its year and what it is for.

Bare figures count only where a header, a caption or the table around them says that they are money; then their value
stays None until a unit or a currency is stated (rulings of the annotation guide).
"""

from collections.abc import Iterator, Mapping, Sequence

from domain.document import Passage
from domain.evidence import Detector, Evidence, Finding, Reading, Topic, Value
from domain.language.words import quick
from domain.money.cells import in_cells
from domain.money.funds import sgp_line, share, source
from domain.money.mention import Mention
from domain.money.text import in_text, row_label, sentence_of

# Both of text in lower case.
_DIAGNOSIS = quick(
    r"\bingresos?\b|\bdeuda\b|recaud|\bsalari|\bpobreza\b|per c[aá]pita|\bpib\b|exporta|remesas|"
    r"\bgastos de funcionamiento|ejecutad|se invirti|invirtieron|"
    r"\bfue de\b|ascendi[oó]|alcanz[oó]|\bpasivo|\bavalúo|\bmultas?\b|p[eé]rdidas"
)
_ALLOCATION = quick(
    r"presupuest|inversi[oó]n|inviert|invertir|\bcosto|\brecursos?\b|financia|plurianual|\bppi\b|asigna|destina|\bvalor\b|\bsgp\b|"
    r"regal|cofinanc|aporte"
)


def _find(reading: Reading, _found: Sequence[Evidence]) -> Iterator[Finding]:
    for passage, topic in reading.passages():
        items = list(in_cells(passage) if passage.cells else in_text(passage))
        for item in items:
            yield _finding(passage, topic, item, items)


def _about(text: str, item: Mention, items: Sequence[Mention]) -> str:
    """The words that say which source an amount comes from: its header, its row, or its share of its sentence."""
    label = item.header or row_label(text, item.amount)
    if label is not None:
        return label
    sentence = sentence_of(text, item.amount)
    begin = text.rfind(sentence, 0, item.start + len(sentence))
    starts = [i.start - begin for i in items if begin <= i.start < begin + len(sentence)]
    return share(sentence, starts, starts.index(item.start - begin))


def _finding(passage: Passage, topic: Topic, item: Mention, items: list[Mention]) -> Finding:
    around = item.header or sentence_of(passage.text, item.amount)
    about = _about(passage.text, item, items)
    fund = source(about)
    above = " ".join((passage.caption, *passage.path[-2:], *(cell.header for cell in passage.cells)))
    words = f"{around} {above} {'' if item.header else passage.text[:300]}".lower()
    allocation = bool(_ALLOCATION.search(words)) and not _DIAGNOSIS.search(words) and topic.role != "diagnostico"
    split = len({(i.header, i.year) for i in items if i.year or source(i.header)}) >= 2
    attributes: Mapping[str, Value] = {
        "cop": item.amount.cop,
        "unit_stated_by": item.stated_by,
        "absurd": item.amount.absurd,
        "source": fund,
        "source_line": sgp_line(about),
        "year": item.year,
        "purpose": item.purpose or None,
        "is_allocation": allocation,
    }
    return Finding(
        type="monetary",
        passage=passage.id,
        start=passage.start + item.start,
        end=passage.start + item.end,
        attributes=attributes,
        confidence=_confidence(item),
        why=_why(item, allocation=allocation),
        elements=_elements(item, allocation=allocation, split=split, fund=fund),
    )


def _elements(item: Mention, *, allocation: bool, split: bool, fund: str | None) -> tuple[str, ...]:
    if not allocation:
        return ()
    out = ["D1-Q3.monto"]
    if split or fund or item.year:
        out.append("D1-Q3.desagregacion")
    if item.named:
        out += ["D1-Q3.vinculo", "D3-Q13.presupuesto", "D3-Q14.recursos"]
    return tuple(out)


def _confidence(item: Mention) -> float:
    stated = {"text": 0.95, "header": 0.9, "caption": 0.85, "none": 0.7}[item.stated_by]
    return stated - (0.3 if item.amount.absurd or item.amount.face is None else 0.0)


def _why(item: Mention, *, allocation: bool) -> str:
    use = "asignado a una intervención" if allocation else "sin asignación a una intervención"
    unit = {
        "text": "el texto mismo dice su unidad",
        "header": "el encabezado dice su unidad",
        "caption": "el título de la tabla dice su unidad",
        "none": "su unidad no está escrita",
    }[item.stated_by]
    note = "; la unidad escrita es absurda y se toma el valor nominal" if item.amount.absurd else ""
    return f"Monto de dinero {use}: {unit}{note}."


DETECTOR = Detector(id="monetary", feeds=("D1-Q3", "D3-Q13", "D3-Q14"), find=_find)
