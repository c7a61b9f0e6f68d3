"""A scorecard to read in a terminal: points x dimensions, band, best and weakest points, three pieces of evidence."""

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console, Group
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

COLOURS = {
    "EXCELENTE": "green",
    "BUENO": "chartreuse3",
    "SATISFACTORIO": "yellow3",
    "INSUFICIENTE": "orange3",
    "DEFICIENTE": "red3",
    "NO_APLICA": "grey50",
}
EDGES = ((85, "green"), (70, "chartreuse3"), (55, "yellow3"), (40, "orange3"), (0, "red3"))
WIDE = 100
"""From this many columns on the grid has a bar a point."""
QUOTES = 3
QUOTE_CHARACTERS = 220

TYPES = {
    "monetary": "dinero",
    "indicator": "indicador",
    "responsibility": "responsable",
    "causal_relationship": "causa y efecto",
    "feasibility": "factibilidad",
    "policy_alignment": "norma u objetivo",
    "theory_of_change": "cadena de valor",
    "statement": "enunciado",
}
"""How a person would call a type of evidence."""


def show(result: Mapping[str, Any], console: Console) -> None:
    """Print one document's result, as the API serves it."""
    grid = _grid(result, wide=console.width >= WIDE)
    console.print(Panel(Group(_headline(result), Text(), grid), border_style="grey50", padding=(1, 2), expand=False))
    console.print(Padding(_extremes(result["points"]), (0, 2)))
    for quote in _quotes(result):
        console.print(Padding(quote, (1, 2, 0, 4)))
    console.print()


def _headline(result: Mapping[str, Any]) -> Text:
    document, coverage = result["document"], result["coverage"]
    text = Text()
    text.append(f"{document['name']}\n", style="bold")
    text.append(f"{result['percent']:.1f} %  ", style=f"bold {COLOURS[result['band']]}")
    text.append(result["band"], style=f"bold {COLOURS[result['band']]}")
    text.append(f"   {result['score']:.1f} de 10\n")
    text.append(
        f"{document['pages']} páginas · {document['table_rows']} filas de tabla · {coverage['answered']} de "
        f"{coverage['questions']} preguntas respondidas, {coverage['with_evidence']} con evidencia",
        style="grey62",
    )
    for flag in document["flags"]:
        text.append(f"\n{flag['code']}: {flag['reason']}", style="orange3")
    return text


def _grid(result: Mapping[str, Any], *, wide: bool) -> Table:
    table = Table(box=None, padding=(0, 1), header_style="grey62", pad_edge=False)
    table.add_column("", min_width=3, no_wrap=True)
    table.add_column("punto", width=44 if wide else 29, no_wrap=True)
    names = [key.split("_")[0] for key in result["evaluation"]]
    for name in (*names, "total"):
        table.add_column(name, justify="right", min_width=3, no_wrap=True)
    if wide:
        table.add_column("", min_width=20, no_wrap=True)
    for point in result["points"]:
        table.add_row(point["id"], point["name"], *_row(point, len(names), wide=wide))
    return table


def _row(point: Mapping[str, Any], dimensions: int, *, wide: bool) -> list[Text]:
    if not point["applies"]:
        return [Text("·", style="grey50")] * (dimensions + 1) + [Text("no aplica", style="grey50")] * wide
    cells = [Text(f"{d['percent']:.0f}", style=_colour(d["percent"])) for d in point["dimensions"]]
    total = Text(f"{point['percent']:.0f}", style=f"bold {_colour(point['percent'])}")
    return [*cells, total] + [_bar(point["percent"])] * wide


def _bar(percent: float, width: int = 20) -> Text:
    full = round(percent / 100 * width)
    return Text("█" * full, style=_colour(percent)) + Text("░" * (width - full), style="grey23")


def _colour(percent: float) -> str:
    return next(colour for edge, colour in EDGES if percent >= edge)


def _extremes(points: Sequence[Mapping[str, Any]]) -> Text:
    ranked = sorted((p for p in points if p["applies"]), key=lambda p: (-p["percent"], p["id"]))
    text = Text()
    for label, chosen in (("Más fuertes", ranked[:2]), ("Más débiles", ranked[-2:][::-1])):
        text.append(f"{label}: ", style="grey62")
        text.append("; ".join(f"{p['name']} ({p['percent']:.0f} %)" for p in chosen) + "\n")
    return text


def _quotes(result: Mapping[str, Any]) -> list[Text]:
    """The strongest pieces of evidence, of different points and of different types."""
    by_id = {e["id"]: e for e in result["evidence"]}
    answers = sorted(result["answers"], key=lambda a: (-a["score"], -a["confidence"], a["id"]))
    points: set[str] = set()
    types: set[str] = set()
    out = []
    for answer in answers:
        if not answer["evidence"] or answer["point"] in points:
            continue
        evidence = by_id[answer["evidence"][0]]
        if evidence["type"] in types:
            continue
        points.add(answer["point"])
        types.add(evidence["type"])
        out.append(_quote(answer, evidence))
        if len(out) == QUOTES:
            break
    return out


def _quote(answer: Mapping[str, Any], evidence: Mapping[str, Any]) -> Text:
    words = " ".join(answer["quote"].split())
    if len(words) > QUOTE_CHARACTERS:
        words = words[:QUOTE_CHARACTERS].rsplit(" ", 1)[0] + "…"
    text = Text()
    text.append(f"{answer['id']}  {answer['score']}/3  ", style="bold")
    text.append(f"página {evidence['page']}, {TYPES.get(evidence['type'], evidence['type'])}\n", style="grey62")
    text.append(f"«{words}»", style="italic")
    return text
