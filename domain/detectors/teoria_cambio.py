"""The links of the theory of change as evidence: for each, the quote in which the plan makes it.

What only the layout shows, and problems that cause problems, are drawn in the graph and are evidence of nothing here.
"""

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from domain.evidence import Detector, Evidence, Finding, Reading
from domain.theory import Bond, Edge, Link, Theory, build

_ELEMENTS: Mapping[Link, tuple[str, ...]] = {
    "problema_programa": ("D2-Q8.intervencion_correspondiente",),
    "programa_producto": ("D6-Q28.actividad_producto",),
    "producto_resultado": ("D6-Q28.producto_resultado", "D3-Q15.resultado_asociado"),
    "resultado_impacto": ("D6-Q28.resultado_impacto",),
}
_CERTAINTY: Mapping[Bond, float] = {"fila": 0.85, "programa": 0.65, "capitulo": 0.45, "frase": 0.6}
_WHY: Mapping[Link, str] = {
    "problema_programa": "Una intervención actúa sobre un problema que el texto nombra",
    "programa_producto": "Un programa entrega un producto identificado",
    "producto_resultado": "Un producto queda ligado a un resultado",
    "resultado_impacto": "Un resultado queda ligado a un fin superior",
}
_HOW: Mapping[Bond, str] = {
    "fila": "ambos están en la misma fila",
    "programa": "ambos están en el mismo programa",
    "capitulo": "ambos están bajo el mismo título",
    "frase": "una misma frase lo dice",
}


def _find(reading: Reading, found: Sequence[Evidence]) -> Iterator[Finding]:
    indicators = [e for e in found if e.type == "indicator"]
    causes = [e for e in found if e.type == "causal_relationship"]
    yield from _links(build(reading, indicators, causes), found)


def _links(theory: Theory, found: Sequence[Evidence]) -> Iterator[Finding]:
    by_id = {e.id: e for e in found}
    texts = {node.id: node.text for node in theory.nodes}
    for edge in _once(theory):
        shown = by_id[edge.evidence]
        yield _finding(edge, shown, by_id.get(edge.other or ""), texts)


def _once(theory: Theory) -> Iterator[Edge]:
    """One edge a link and piece of evidence: the same row about two points is one quote."""
    seen: set[tuple[str, str]] = set()
    for edge in theory.edges:
        if edge.link in _ELEMENTS and edge.bond in _CERTAINTY and (edge.link, edge.evidence) not in seen:
            seen.add((edge.link, edge.evidence))
            yield edge


def _finding(edge: Edge, shown: Evidence, other: Evidence | None, texts: Mapping[str, str]) -> Finding:
    start, end = shown.start, shown.end
    if other is not None and other.passage == shown.passage:
        start, end = min(start, other.start), max(end, other.end)
    spoken = shown.type == "causal_relationship"
    return Finding(
        type="theory_of_change",
        passage=shown.passage,
        start=start,
        end=end,
        attributes={
            "link": edge.link,
            "bond": edge.bond,
            "source": texts[edge.source],
            "target": texts[edge.target],
        },
        confidence=_CERTAINTY[edge.bond] * (0.5 + 0.5 * shown.confidence if spoken else 1.0),
        why=f"{_WHY[edge.link]}: {_HOW[edge.bond]}.",
        elements=_ELEMENTS[edge.link],
    )


DETECTOR = Detector(id="teoria_cambio", feeds=("D2-Q8", "D3-Q15", "D6-Q28"), find=_find)


def of(theory: Theory) -> Detector:
    """The detector that reports the links of this theory, which was built from the evidence that it is given."""
    return msgspec.structs.replace(DETECTOR, find=lambda _, found: _links(theory, found))
