"""The reliability of confidences as an SVG: what was claimed against what readers confirmed."""

from collections.abc import Sequence

from scripts.training.agreement import Bin, calibration_error

SIDE, MARGIN = 320, 56


def plot(bins: Sequence[Bin]) -> str:
    """A square from 0 to 1 either way, a dot a bin, its area by the number of answers."""

    def x(value: float) -> float:
        return round(MARGIN + value * SIDE, 1)

    def y(value: float) -> float:
        return round(MARGIN / 2 + (1 - value) * SIDE, 1)

    total = sum(b.count for b in bins)
    line = " L".join(f"{x(b.confidence)} {y(b.right)}" for b in bins)
    ticks = [i / 5 for i in range(6)]
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIDE + 1.5 * MARGIN:.0f} {SIDE + 1.6 * MARGIN:.0f}">',
        "<style>text { font: 11px sans-serif; fill: #333 }</style>",
        f"<title>Reliability of the confidence of {total} answers</title>",
        '<rect width="100%" height="100%" fill="#fff"/>',
        *(f'<path d="M{x(0)} {y(t)}H{x(1)}M{x(t)} {y(0)}V{y(1)}" stroke="#ddd"/>' for t in ticks),
        *(f'<text x="{x(t)}" y="{y(0) + 16}" text-anchor="middle">{t:.1f}</text>' for t in ticks),
        *(f'<text x="{x(0) - 8}" y="{y(t) + 4}" text-anchor="end">{t:.1f}</text>' for t in ticks),
        f'<path d="M{x(0)} {y(0)}L{x(1)} {y(1)}" stroke="#999" stroke-dasharray="4 4"/>',
        f'<path d="M{line}" fill="none" stroke="#1f5fa8"/>',
        *(
            f'<circle cx="{x(b.confidence)}" cy="{y(b.right)}" r="{3 + 22 * (b.count / total) ** 0.5:.1f}" '
            f'fill="#1f5fa8" fill-opacity="0.5"><title>{b.count} answers</title></circle>'
            for b in bins
        ),
        f'<text x="{x(0.5)}" y="{y(0) + 36}" text-anchor="middle">confidence of the answer</text>',
        f'<text transform="translate(14 {y(0.5)}) rotate(-90)" text-anchor="middle">readers confirm</text>',
        f'<text x="{x(0.03)}" y="{y(0.93)}">expected calibration error {calibration_error(bins):.3f}</text>',
        "</svg>",
    ]
    return "\n".join(parts) + "\n"
