"""Small evidence for tests of answering: words of a reading, and the elements that they support."""

from domain.evidence import Evidence, Reading


def an_evidence(
    reading: Reading,
    quote: str,
    *elements: str,
    confidence: float = 0.9,
    type: str = "statement",  # noqa: A002
) -> Evidence:
    """Evidence at the first place of `quote` in the reading, with the points of its passage."""
    start = reading.document.text.index(quote)
    passage, topic = next((p, t) for p, t in reading.passages() if p.start <= start < p.end)
    return Evidence(
        id=f"{type[:3]}-{start:06d}-{'+'.join(elements)}-{confidence}",
        type=type,
        text=quote,
        page=passage.page,
        start=start,
        end=start + len(quote),
        boxes=(),
        passage=passage.id,
        points=topic.points,
        elements=elements,
        attributes={},
        confidence=confidence,
        detector="test",
        why="Porque sí.",
    )
