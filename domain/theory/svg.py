"""The drawing of a theory of change: one panel a point, from the problem on the left to the impact on the right.

Every box is at a place of its own in a grid and lines run between the columns, so that nothing covers anything.
The same theory gives the same bytes.
"""

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from domain.theory.chosen import Layer, layers
from domain.theory.lettering import escaped, wrapped
from domain.theory.model import LEVELS, Bond, Edge, Gap, Level, Node, Theory

MOST = 5
"""Boxes a level and point."""
MOST_BYTES = 200_000

_BOX, _GUTTER, _LEFT, _TOP = 226, 58, 52, 118
_HEIGHT, _GAP, _LINE, _SIZE = 70, 12, 14, 11.5
_HEAD, _FOOT, _SPACE = 58, 14, 20
_NOTE, _NOTE_LINE, _NOTE_LINES = 11.5, 16, 2
_WIDTH = 2 * _LEFT + 5 * _BOX + 4 * _GUTTER
_INNER = _WIDTH - 2 * _LEFT

_NAMES: Mapping[Level, str] = {
    "problema": "Problema",
    "programa": "Programa",
    "producto": "Producto",
    "resultado": "Resultado",
    "impacto": "Impacto",
}
_BONDS: Mapping[Bond, tuple[str, str]] = {
    "fila": ("a", "En la misma fila"),
    "columna": ("a", "En columnas de la misma fila"),
    "programa": ("b", "En el mismo programa"),
    "capitulo": ("c", "Bajo el mismo título"),
    "titulo": ("c", "Bajo el mismo título y con palabras comunes"),
    "frase": ("d", "Lo dice una frase"),
}
_LEGEND = (("a", "misma fila"), ("b", "mismo programa"), ("c", "mismo título"), ("d", "lo dice una frase"))
_STYLE = (
    "text{font-family:Helvetica,Arial,'Liberation Sans',sans-serif;font-size:11.5px;fill:#1f2933}"
    ".h{font-size:19px;font-weight:bold}.s{font-size:12.5px;fill:#52606d}.p{font-size:14px;font-weight:bold}"
    ".k{font-size:12px;font-weight:bold;fill:#52606d}.g{font-size:10px;fill:#52606d}.n{fill:#9b1c1c}"
    ".f{fill:#fff;stroke:#d9e2ec}.x{fill:none;stroke:#b9c4cf;stroke-dasharray:3 3}"
    ".problema{fill:#fdecec;stroke:#c53030}.programa{fill:#fff6e0;stroke:#b7791f}"
    ".producto{fill:#e8f2fc;stroke:#2b6cb0}.resultado{fill:#e8f7ee;stroke:#2f855a}"
    ".impacto{fill:#f2ecfb;stroke:#6b46c1}.o{stroke-dasharray:5 3;stroke-width:1.6}"
    "path{fill:none;stroke:#486581;stroke-width:1.3}.a{stroke-width:2.4}.c{stroke-dasharray:1.5 3.5}"
    ".d{stroke-dasharray:7 3}"
)


class _Place(msgspec.Struct, frozen=True):
    x: float
    y: float


def draw(theory: Theory, names: Mapping[str, str], most: int = MOST) -> str:
    """The drawing as SVG, under 200 kB: `names` has the points to draw, in order, with what each is called.

    It shows `most` boxes a level and point, or as many as that size allows, and says how many more there are.
    """
    drawn = _drawn(theory, names, most)
    while most > 1 and len(drawn.encode()) >= MOST_BYTES:
        most -= 1
        drawn = _drawn(theory, names, most)
    return drawn


def _drawn(theory: Theory, names: Mapping[str, str], most: int) -> str:
    parts: list[str] = []
    y = float(_TOP)
    for point, name in names.items():
        panel = _Panel(theory, point, most)
        parts += panel.drawn(f"{point}. {name}", y)
        y += panel.height + _SPACE
    return "\n".join([*_opening(theory, names, y), *parts, "</svg>", ""])


def _opening(theory: Theory, names: Mapping[str, str], height: float) -> Iterator[str]:
    here = [n for n in theory.nodes if n.point in names]
    counted = "; ".join(f"{_NAMES[level].lower()}: {sum(n.level == level for n in here)}" for level in LEVELS)
    links = sum(e.source.split("/")[0] in names for e in theory.edges)
    said = f"{_counted(len(here), 'nodo')} ({counted}) y {_counted(links, 'enlace')}, sin ciclos. "
    said += f"Rechazados porque cerrarían un ciclo: {len(theory.refused)}."
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{height:g}" '
        f'viewBox="0 0 {_WIDTH} {height:g}" role="img" aria-labelledby="toc-t toc-d" lang="es">'
    )
    yield '<title id="toc-t">Teoría de cambio del plan, por punto</title>'
    yield f'<desc id="toc-d">De izquierda a derecha: problema, programa, producto, resultado e impacto. {said}</desc>'
    yield f"<style>{_STYLE}</style>"
    yield f'<rect width="{_WIDTH}" height="{height:g}" fill="#f7f9fb"/>'
    yield f'<text class="h" x="{_LEFT}" y="38">Teoría de cambio: {" → ".join(LEVELS)}</text>'
    yield f'<text class="s" x="{_LEFT}" y="62">{said}</text>'
    yield from _legend()


def _legend() -> Iterator[str]:
    x = float(_LEFT)
    for style, words in _LEGEND:
        yield f'<path class="{style}" d="M{x:g} 86h40"/><text class="s" x="{x + 48:g}" y="90">{words}</text>'
        x += 190
    yield f'<rect class="o problema" x="{x:g}" y="76" width="40" height="20" rx="4"/>'
    yield f'<text class="s" x="{x + 48:g}" y="90">borde discontinuo: le falta un enlace de la cadena</text>'


class _Panel:
    """One point: its layers in columns, the links between them, and below them what is missing."""

    def __init__(self, theory: Theory, point: str, most: int) -> None:
        self._nodes = [n for n in theory.nodes if n.point == point]
        self._edges = [e for e in theory.edges if e.source.startswith(f"{point}/")]
        self._gaps = [g for g in theory.gaps if g.point == point]
        self._loose = {name for gap in self._gaps for name in gap.nodes}
        self._layers = layers(self._nodes, self._edges, most)
        self._shown = {node.id for layer in self._layers for node in layer.shown}
        self._near: dict[str, list[str]] = {}
        for edge in self._edges:
            self._near.setdefault(edge.source, []).append(edge.target)
            self._near.setdefault(edge.target, []).append(edge.source)
        self._notes = [(gap, wrapped(_bare(gap), _NOTE, _INNER - 54, _NOTE_LINES)) for gap in self._gaps]
        rows = max(len(layer.shown) for layer in self._layers)
        more = any(layer.hidden for layer in self._layers)
        self._rows = rows * (_HEIGHT + _GAP) + (18 if more else 0) if rows else 0
        noted = sum(len(lines) for _, lines in self._notes) * _NOTE_LINE
        self.height = (_HEAD if rows else 34) + self._rows + noted + _FOOT + (8 if rows else 0)

    def drawn(self, name: str, y: float) -> Iterator[str]:
        """The panel with its upper edge at `y`."""
        yield f'<g role="group"><title>{escaped(name)}</title>'
        yield f'<rect class="f" x="{_LEFT - 36}" y="{y:g}" width="{_INNER + 72}" height="{self.height:g}" rx="8"/>'
        head = wrapped(name, 14, _INNER - 150, 1)[0]
        yield f'<text class="p" x="{_LEFT}" y="{y + 24:g}">{escaped(head)}</text>'
        if self._nodes:
            tally = f"{_counted(len(self._nodes), 'nodo')} · {_counted(len(self._edges), 'enlace')}"
            yield f'<text class="s" x="{_WIDTH - _LEFT}" y="{y + 24:g}" text-anchor="end">{tally}</text>'
            yield from self._grid(y)
        yield from self._missing(y + (_HEAD + 8 if self._nodes else 34) + self._rows)
        yield "</g>"

    def _grid(self, y: float) -> Iterator[str]:
        places: dict[str, _Place] = {}
        boxes: list[str] = []
        for column, layer in enumerate(self._layers):
            x = _LEFT + column * (_BOX + _GUTTER)
            boxes.append(f'<text class="k" x="{x}" y="{y + 48:g}">{_NAMES[layer.level]} ({_count(layer)})</text>')
            for row, node in enumerate(layer.shown):
                places[node.id] = _Place(x, y + _HEAD + row * (_HEIGHT + _GAP))
                boxes += _box(node, places[node.id], loose=node.id in self._loose, more=self._undrawn(node.id))
            below = y + _HEAD + len(layer.shown) * (_HEIGHT + _GAP)
            boxes += _below(layer, x, below)
        yield from (_curve(e, places) for e in self._edges if e.source in places and e.target in places)
        yield from boxes

    def _undrawn(self, name: str) -> int:
        """How many links of a node end outside the drawing."""
        return sum(end not in self._shown for end in self._near.get(name, ()))

    def _missing(self, y: float) -> Iterator[str]:
        for gap, lines in self._notes:
            yield f"<g><title>{escaped(gap.text)}</title>"
            for at, line in enumerate(lines):
                mark = "Falta: " if not at else ""
                indent = 0 if not at else 14
                y += _NOTE_LINE
                yield f'<text class="n" x="{_LEFT + indent}" y="{y - 5:g}">{mark}{escaped(line)}</text>'
            yield "</g>"


def _bare(gap: Gap) -> str:
    return gap.text.removeprefix(f"{gap.point}: ")


def _counted(number: int, thing: str) -> str:
    return f"{number} {thing}" + ("" if number == 1 else "s")


def _count(layer: Layer) -> int:
    return len(layer.shown) + layer.hidden


def _box(node: Node, place: _Place, *, loose: bool, more: int) -> Sequence[str]:
    """A node in its box: the words that fit, the page, all of its words to whoever points at it."""
    where = f"p. {node.page}" + (f" · {_counted(more, 'enlace')} sin dibujar" if more else "")
    lines = wrapped(node.text, _SIZE, _BOX - 18, 3)
    x, y = place.x + 9, place.y + 16
    words = "".join(f'<tspan x="{x:g}" y="{y + at * _LINE:g}">{escaped(line)}</tspan>' for at, line in enumerate(lines))
    style = f"{node.level} o" if loose else node.level
    lacks = " Le falta un enlace de la cadena." if loose else ""
    return (
        f"<g><title>{_NAMES[node.level]}, p. {node.page}: {escaped(node.text)}.{lacks}</title>",
        f'<rect class="{style}" x="{place.x:g}" y="{place.y:g}" width="{_BOX}" height="{_HEIGHT}" rx="6"/>',
        f'<text>{words}</text><text class="g" x="{x:g}" y="{place.y + _HEIGHT - 6:g}">{where}</text></g>',
    )


def _below(layer: Layer, x: float, y: float) -> Sequence[str]:
    """How many more there are, or an empty place where nothing is stated."""
    if layer.hidden:
        return (f'<text class="s" x="{x + 9:g}" y="{y + 10:g}">y {layer.hidden} más</text>',)
    if layer.shown:
        return ()
    said = f"No se enuncia {layer.level}"
    return (
        f'<rect class="x" x="{x:g}" y="{y:g}" width="{_BOX}" height="{_HEIGHT}" rx="6"/>',
        f'<text class="n" x="{x + 9:g}" y="{y + _HEIGHT / 2 + 4:g}">{said}</text>',
    )


def _curve(edge: Edge, places: Mapping[str, _Place]) -> str:
    """A line between two columns; between two boxes of one column it bends through the margin on their left."""
    source, target = places[edge.source], places[edge.target]
    start, end = source.y + _HEIGHT / 2, target.y + _HEIGHT / 2
    style, why = _BONDS[edge.bond]
    if source.x == target.x:
        bend = source.x - 30
        way = f"M{source.x:g} {start + 8:g}C{bend:g} {start + 8:g} {bend:g} {end - 8:g} {target.x - 6:g} {end - 8:g}"
    else:
        left, right = source.x + _BOX, target.x - 6
        middle = (left + right) / 2
        way = f"M{left:g} {start:g}C{middle:g} {start:g} {middle:g} {end:g} {right:g} {end:g}"
    tip = f"M{target.x - 7:g} {_tip(edge, end) - 4:g}l6 4l-6 4"
    return f'<g><title>{why} (p. {edge.page})</title><path class="{style}" d="{way}"/><path d="{tip}"/></g>'


def _tip(edge: Edge, end: float) -> float:
    return end - 8 if edge.link == "problema_problema" else end
