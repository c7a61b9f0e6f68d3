"""Cost and memory by length of the document as an SVG: two panels over one logarithmic axis of pages."""

from collections.abc import Sequence
from math import ceil, log

from scripts.bench.evaluation.figures import Point

WIDTH, HEIGHT, MARGIN = 560, 150, 56
_MIB = 1024**2
_STEPS = (1, 2, 2.5, 5, 10)


def plot(points: Sequence[Point]) -> str:
    """Processor seconds a page above, peak memory below, a dot a size. Raises ValueError with fewer than two sizes."""
    if len(points) < 2:
        raise ValueError("a curve has two points at least")
    height = 2 * (HEIGHT + MARGIN)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH + 1.5 * MARGIN:.0f} {height + MARGIN / 2:.0f}">',
        "<style>text { font: 11px sans-serif; fill: #333 }</style>",
        "<title>What a page costs, and the memory of a child, by the length of the document</title>",
        '<rect width="100%" height="100%" fill="#fff"/>',
        *_panel(points, [p.cpu_a_page for p in points], MARGIN / 2, "processor seconds a page"),
        *_panel(points, [p.peak_rss / _MIB for p in points], HEIGHT + 1.5 * MARGIN, "peak memory of the child, MiB"),
        f'<text x="{MARGIN + WIDTH / 2}" y="{height + 12}" text-anchor="middle">pages of the document</text>',
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _panel(points: Sequence[Point], values: Sequence[float], top: float, name: str) -> list[str]:
    first, last = (log(points[k].pages) for k in (0, -1))
    step = _step(max(values) / 4)
    lines = ceil(max(values) * 1.05 / step)

    def x(pages: int) -> float:
        return round(MARGIN + (log(pages) - first) / (last - first) * WIDTH, 1)

    def y(value: float) -> float:
        return round(top + HEIGHT * (1 - value / (lines * step)), 1)

    ticks = [k * step for k in range(lines + 1)]
    spots = [(x(p.pages), y(value)) for p, value in zip(points, values, strict=True)]
    path = " L".join(f"{a} {b}" for a, b in spots)
    return [
        *(f'<path d="M{MARGIN} {y(t)}H{MARGIN + WIDTH}" stroke="#ddd"/>' for t in ticks),
        *(f'<text x="{MARGIN - 8}" y="{y(t) + 4}" text-anchor="end">{t:g}</text>' for t in ticks),
        *(f'<text x="{x(p.pages)}" y="{y(0) + 16}" text-anchor="middle">{p.pages}</text>' for p in points),
        f'<text x="{MARGIN}" y="{top - 8}">{name}</text>',
        f'<path d="M{path}" fill="none" stroke="#1f5fa8"/>',
        *(
            f'<circle cx="{a}" cy="{b}" r="4" fill="#1f5fa8"><title>{p.pages} pages: {value:.4g}</title></circle>'
            for (a, b), p, value in zip(spots, points, values, strict=True)
        ),
    ]


def _step(least: float) -> float:
    """The round number that is at least so large."""
    power = 10.0
    while power > least:
        power /= 10
    return float(f"{next(power * s for s in _STEPS if power * s >= least):g}")
