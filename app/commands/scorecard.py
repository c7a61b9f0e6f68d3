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
    console.print(Panel(Group(_headline(result), Text(), _grid(result)), border_style="grey50", padding=(1, 2)))
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


def _grid(result: Mapping[str, Any]) -> Table:
    table = Table(box=None, padding=(0, 1), header_style="grey62")
    table.add_column("")
    table.add_column("punto", max_width=44, no_wrap=True)
    names = list(result["evaluation"])
    for key in names:
        table.add_column(key.split("_")[0], justify="right")
    table.add_column("total", justify="right")
    table.add_column("")
    for point in result["points"]:
        if not point["applies"]:
            table.add_row(point["id"], point["name"], *("·" for _ in names), "·", Text("no aplica", style="grey50"))
            continue
        cells = [Text(f"{d['percent']:.0f}", style=_colour(d["percent"])) for d in point["dimensions"]]
        total = Text(f"{point['percent']:.0f}", style=f"bold {_colour(point['percent'])}")
        table.add_row(point["id"], point["name"], *cells, total, _bar(point["percent"]))
    return table


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
    words = " ".join(evidence["text"].split())
    if len(words) > QUOTE_CHARACTERS:
        words = words[:QUOTE_CHARACTERS].rsplit(" ", 1)[0] + "…"
    text = Text()
    text.append(f"{answer['id']}  {answer['score']}/3  ", style="bold")
    text.append(f"página {evidence['page']}, {TYPES.get(evidence['type'], evidence['type'])}\n", style="grey62")
    text.append(f"«{words}»", style="italic")
    return text
