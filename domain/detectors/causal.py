"""Causes and means: what, by the plan's own words, brings about what, and what is done in order to get what.

Only a marker makes a pair ("debido a", "genera", "para", "mediante"); that two things stand side by side does not.
The confidence is the chance that a careful reader would have marked the same pair, as measured on labelled passages.
"""

from collections.abc import Iterator, Sequence

from domain.causality.markers import is_negated
from domain.causality.marks import Heard
from domain.causality.model import Learned, packaged
from domain.causality.pairs import Pair, pairs
from domain.causality.windows import Sentence
from domain.document import Passage
from domain.evidence import Detector, Evidence, Finding, Reading
from domain.impressions.marks import Marks
from domain.language.sentences import sentences
from domain.language.words import quick

# Of text in lower case.
_PROBLEM = quick(
    r"\bfalta\b|\bausencia|carencia|deficien|insuficien|\bescas|problem|\bdéficit|pobreza|violencia|violaci|deterioro|contamina|"
    r"desempleo|\bmuerte|mortalidad|morbilidad|enfermedad|deserci|\bbaj[oa]s?\b|débil|dificult|riesgo|vulnerab|desplaza|conflicto|"
    r"delito|delincuen|insegur|desnutri|embarazo|consumo|maltrato|abandono|hacinamiento|inunda|desliza|deforest|degrada|pérdida|"
    r"exclus|desigual|discrimina|\bno\s+(?:se|hay|existe|cuenta|tiene)|\bpoc[oa]s?\b|impid|afecta|amenaza|desarticula|abuso|abandon|trata\b"
)


def _find(reading: Reading, _found: Sequence[Evidence]) -> Iterator[Finding]:
    model = packaged() if reading.fitted is None else reading.fitted.causes
    read = [p for p, _topic in reading.passages() if p.kind not in {"heading", "table_header"}]
    marks = [Marks() if reading.marks is None else reading.marks.between(p.start, p.end) for p in read]
    heard = [n for n, m in enumerate(marks) if len(m.spans)]
    unheard = [n for n, m in enumerate(marks) if not len(m.spans)]
    found = [
        *_pairs(read, heard, model.marked, [marks[n] for n in heard]),
        *_pairs(read, unheard, model.plain, None),
    ]
    for passage, pair in sorted(found, key=lambda f: f[0]):
        yield _finding(read[passage], pair)


def _pairs(
    read: Sequence[Passage], some: Sequence[int], learned: Learned, marks: Sequence[Marks] | None
) -> Iterator[tuple[int, Pair]]:
    """The pairs of some passages, each with the number of its passage; `marks` are theirs."""
    if not some:
        return
    texts = [read[n].text for n in some]
    clauses = [Sentence(text, start, end) for text, n in enumerate(some) for start, end in _clauses(read[n])]
    heard = Heard(marks) if marks else None
    for text, found in pairs(texts, clauses, learned, heard):
        yield from ((some[text], pair) for pair in found)


def _clauses(passage: Passage) -> Iterator[tuple[int, int]]:
    """Stretches of the passage that a pair may not leave: sentences, and in a table row the sentences of one cell."""
    places = [(c.start - passage.start, c.end - passage.start) for c in passage.cells] or [(0, len(passage.text))]
    for left, right in places:
        for sentence in sentences(passage.text[left:right]):
            yield left + sentence.start, left + sentence.end


def _finding(passage: Passage, pair: Pair) -> Finding:
    text, hit = passage.text, pair.hit
    words = text[slice(*pair.cause)], text[slice(*pair.effect)]
    link, negated = hit.marker.link, is_negated(text, hit)
    marker = text[hit.start : hit.end]
    return Finding(
        type="causal_relationship",
        passage=passage.id,
        start=passage.start + min(pair.cause[0], pair.effect[0], hit.start),
        end=passage.start + max(pair.cause[1], pair.effect[1], hit.end),
        attributes={"cause": words[0], "effect": words[1], "marker": marker, "kind": link, "negated": negated},
        confidence=pair.trust * (0.5 if negated else 1.0),
        why=_why(marker, causal=link == "causa", negated=negated),
        elements=_elements(words) if link == "causa" and not negated else (),
    )


def _elements(words: tuple[str, str]) -> tuple[str, ...]:
    """The elements that a cause supports by itself: causes and consequences of a problem.

    Means and ends support none: readers grant too few of the elements that such pairs would claim (docs/quality.md);
    statements weigh them as one fact among others.
    """
    cause, effect = (side.lower() for side in words)
    out: list[str] = []
    if _PROBLEM.search(effect):
        out += ["D6-Q26.causa", "D2-Q8.problema"]
    if _PROBLEM.search(cause):
        out.append("D6-Q26.consecuencia")
    return tuple(out)


def _why(marker: str, *, causal: bool, negated: bool) -> str:
    quoted = " ".join(marker.split())
    if negated:
        return f"El texto niega que lo uno lleve a lo otro («{quoted}»)."
    if causal:
        return f"El texto dice que lo uno causa lo otro («{quoted}»)."
    return f"El texto dice que lo uno se hace como medio para lo otro («{quoted}»)."


DETECTOR = Detector(id="causal", feeds=("D2-Q8", "D6-Q26"), find=_find)
