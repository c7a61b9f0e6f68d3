"""A made plan as the files that a municipality would publish: plain text, or a PDF with tables ruled by lines."""

import textwrap
from collections.abc import Iterable

import typst

from scripts.bench.plans.made import Block, Heading, Items, MadePlan, Table

_PAGE_CHARS = 3000
_LINE_CHARS = 96
_STYLE = """
#set document(title: {title}, date: none)
#set page(paper: "us-letter", margin: (x: 2.7cm, top: 2.6cm, bottom: 2.3cm),
  header: align(right, text(8pt, {title})),
  footer: align(right, text(8pt)[Página #context counter(page).display()]))
#set text(size: 11.3pt, lang: "es", hyphenate: false)
#set par(justify: true, leading: 0.9em, spacing: 1.2em)
#set heading(numbering: "1.1.1")
#set table(stroke: 0.5pt, inset: 3pt)
#show heading.where(level: 1): it => {{ pagebreak(weak: true); it }}
#show table: set text(8pt)
#show table: set par(justify: false)
#align(center + horizon, text(22pt, {title}))
"""


def as_text(plan: MadePlan) -> bytes:
    """The plan as text in UTF-8, wrapped, a form feed where a page ends."""
    pages: list[list[str]] = [[plan.title, ""]]
    length = 0
    numbers: list[int] = []
    for block in plan.blocks:
        lines = _lines(block)
        if isinstance(block, Heading):
            numbers = _next(numbers, block.level)
            lines = [f"{'.'.join(map(str, numbers))}. {block.text}"]
        pages[-1] += [*lines, ""]
        length += sum(len(line) + 1 for line in lines)
        if length > _PAGE_CHARS:
            pages.append([])
            length = 0
    return "\f".join("\n".join(lines) for lines in pages if lines).encode()


def as_pdf(plan: MadePlan) -> bytes:
    """The plan as PDF, the same bytes for the same plan and the same version of typst."""
    return typeset(plan.title, (_markup(block) for block in plan.blocks))


def typeset(title: str, markup: Iterable[str]) -> bytes:
    """A document of this title in the style of made plans."""
    source = _STYLE.format(title=quoted(title)) + "\n".join(markup)
    # Tags for screen readers would be four fifths of the file.
    return bytes(typst.compile(source.encode(), format="pdf", ignore_system_fonts=True, pdf_tags=False))


def quoted(text: str) -> str:
    """A string of Typst's language."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _next(numbers: list[int], level: int) -> list[int]:
    """The number of the heading that comes after the one with `numbers`."""
    kept = (numbers + [0] * level)[:level]
    return [*kept[:-1], kept[-1] + 1]


def _lines(block: Block) -> list[str]:
    if isinstance(block, Table):
        return [block.caption, *("  ".join(row) for row in (block.header, *block.rows))]
    if isinstance(block, Items):
        return [line for text in block.texts for line in textwrap.wrap(f"- {text}", _LINE_CHARS)]
    return textwrap.wrap(block.text, _LINE_CHARS)


def _markup(block: Block) -> str:
    if isinstance(block, Heading):
        return f"#heading(level: {block.level}, {quoted(block.text)})"
    if isinstance(block, Table):
        return _table(block)
    if isinstance(block, Items):
        return f"#list({', '.join(map(quoted, block.texts))})"
    return f"#par({quoted(block.text)})"


def _table(table: Table) -> str:
    widths = ", ".join(f"{width}fr" for width in table.widths)
    header = ", ".join(f"strong({quoted(cell)})" for cell in table.header)
    cells = ",\n".join(", ".join(map(quoted, row)) for row in table.rows)
    caption = f"#text(9pt, strong({quoted(table.caption)}))"
    return f"{caption}\n#table(columns: ({widths}), table.header({header}),\n{cells})"
