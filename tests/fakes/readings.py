"""Small readings for tests of detectors: one paragraph, one table row, or several of them in one document."""

from collections.abc import Sequence

from domain.document import Cell, Document, PageSpan, Passage, PassageKind
from domain.evidence import Reading, Role, Topic

GAP = "\n\n"


def a_reading(
    text: str,
    *,
    points: Sequence[str] = ("P4",),
    role: Role = "programacion",
    kind: PassageKind = "paragraph",
    path: Sequence[str] = (),
    caption: str = "",
) -> Reading:
    """A document of one passage (id "p1") about `points`, the first one strongest."""
    passage = Passage(id="p1", kind=kind, text=text, page=1, start=0, end=len(text), path=tuple(path), caption=caption)
    return _reading((passage,), (_topic(points, role),), text)


def a_row_reading(
    cells: Sequence[tuple[str, str]],
    *,
    caption: str = "",
    points: Sequence[str] = ("P4",),
    role: Role = "programacion",
    path: Sequence[str] = (),
) -> Reading:
    """A document of one table row (id "p1"): `cells` are pairs of header and text, joined by " | "."""
    made, at = [], 0
    for header, text in cells:
        made.append(Cell(header=header, text=text, start=at, end=at + len(text)))
        at += len(text) + len(" | ")
    text = " | ".join(text for _, text in cells)
    passage = Passage(
        id="p1",
        kind="table_row",
        text=text,
        page=1,
        start=0,
        end=len(text),
        path=tuple(path),
        cells=tuple(made),
        caption=caption,
        table=1,
    )
    return _reading((passage,), (_topic(points, role),), text)


def several(*readings: Reading) -> Reading:
    """One document of the passages of all, in order (ids "p1", "p2", ...); rows keep their cells' places.

    Neighbouring rows under the same headers belong to one table.
    """
    passages: list[Passage] = []
    topics: list[Topic] = []
    text, table = "", 0
    headers: tuple[str, ...] = ()
    for reading in readings:
        for passage, topic in reading.passages():
            text += GAP if text else ""
            above = tuple(cell.header for cell in passage.cells)
            table += bool(above) and above != headers
            headers = above
            passages.append(_moved(passage, len(text), f"p{len(passages) + 1}", table if above else 0))
            topics.append(topic)
            text += passage.text
    return _reading(tuple(passages), tuple(topics), text)


def _topic(points: Sequence[str], role: Role) -> Topic:
    weights = tuple(round(1 - 0.1 * i, 1) for i in range(len(points)))
    return Topic(points=tuple(points), weights=weights, role=role)


def _moved(passage: Passage, start: int, name: str, table: int) -> Passage:
    by = start - passage.start
    return Passage(
        id=name,
        kind=passage.kind,
        text=passage.text,
        page=passage.page,
        start=start,
        end=passage.end + by,
        path=passage.path,
        cells=tuple(Cell(header=c.header, text=c.text, start=c.start + by, end=c.end + by) for c in passage.cells),
        caption=passage.caption,
        table=table,
    )


def _reading(passages: tuple[Passage, ...], topics: tuple[Topic, ...], text: str) -> Reading:
    document = Document(
        sha256="0" * 64,
        kind="text",
        text=text,
        pages=(PageSpan(number=1, start=0, end=len(text)),),
        passages=passages,
    )
    return Reading(document=document, topics=topics)
