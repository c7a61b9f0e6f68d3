"""Plans that nobody wrote, for measuring: from a seed and a number of words to headings, prose, lists and tables.

Two seeds share the skeleton and the words of planning, but no municipality, place or figure, so their passages differ.
"""

import random
from collections.abc import Callable, Iterator
from itertools import count
from typing import NamedTuple, TypeAlias

from scripts.bench.plans.sentences import Teller
from scripts.bench.plans.vocabulary import FUNDS, SECTORS, SOURCES, Sector

MEDIAN_WORDS = 57_000
"""Words of a plan of middling length, among real ones."""

_YEARS = (2024, 2025, 2026, 2027)


class Heading(NamedTuple):
    """A heading; level 1 opens a part."""

    level: int
    text: str


class Paragraph(NamedTuple):
    """Prose."""

    text: str


class Items(NamedTuple):
    """A list with marks."""

    texts: tuple[str, ...]


class Table(NamedTuple):
    """Rows under a header; `widths` are relative."""

    caption: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[float, ...]


Block: TypeAlias = Heading | Paragraph | Items | Table
_Section: TypeAlias = Callable[[Teller, Sector, str], Iterator[Block]]


class MadePlan(NamedTuple):
    """A plan: its title and its blocks in order."""

    title: str
    blocks: tuple[Block, ...]

    @property
    def words(self) -> int:
        """All words, those of tables included."""
        return sum(words(block) for block in self.blocks)


def words(block: Block) -> int:
    """The words of one block, as our reader writes it: with a stroke between the cells of a table."""
    if isinstance(block, Table):
        cells = [*block.header, *(cell for row in block.rows for cell in row)]
        texts = [block.caption, *(f"{cell} |" for cell in cells)]
    else:
        texts = [*block.texts] if isinstance(block, Items) else [block.text]
    return sum(len(text.split()) for text in texts)


def made_plan(seed: int, wanted: int = MEDIAN_WORDS) -> MadePlan:
    """The plan of a seed with about so many words; the same for the same arguments."""
    teller = Teller(random.Random(f"plan {seed}"))  # noqa: S311 - the same seed gives the same plan; nothing is secret
    blocks: list[Block] = []
    tables = count(1)
    for title, share, section in _PARTS:
        blocks.append(Heading(1, title))
        left, size, number = share * wanted, 0, 0
        while left > size / 2:
            sector = SECTORS[number % len(SECTORS)]
            made = list(section(teller, sector, sector.name if number < len(SECTORS) else _local(teller, sector)))
            size = sum(words(block) for block in made)
            blocks += [_numbered(block, tables) for block in made]
            left -= size
            number += 1
    return MadePlan(f"Plan de Desarrollo Municipal de {teller.town} 2024-2027", tuple(blocks))


def _numbered(block: Block, tables: Iterator[int]) -> Block:
    return block._replace(caption=f"Tabla {next(tables)}. {block.caption}") if isinstance(block, Table) else block


def _local(teller: Teller, sector: Sector) -> str:
    return f"{sector.name} en {teller.place()} y {teller.place()}"


def _diagnosis(teller: Teller, sector: Sector, title: str) -> Iterator[Block]:
    yield Heading(2, title)
    yield Paragraph(teller.paragraph(sector, "situation", "situation", "causal"))
    yield Heading(3, f"Situación de {teller.place()} y {teller.place()}")
    yield Paragraph(teller.paragraph(sector, "situation", "causal", "situation", "situation"))
    yield Paragraph(teller.paragraph(sector, "causal", "situation", "situation"))
    rows = tuple((name, *(teller.figure() for _ in range(4)), teller.pick(SOURCES)) for name, _ in sector.measures)
    header = ("Indicador", "2020", "2021", "2022", "2023", "Fuente")
    yield Table(f"Indicadores de {title.lower()}, 2020-2023", header, rows, (3, 1, 1, 1, 1, 1.6))
    yield Paragraph(teller.paragraph(sector, "causal", "causal", "situation"))
    yield Paragraph(teller.paragraph(sector, "situation", "situation"))
    yield Paragraph(teller.paragraph(sector, "situation", "causal", "situation"))


def _strategy(teller: Teller, sector: Sector, title: str) -> Iterator[Block]:
    programme = teller.pick(sector.programmes)
    yield Heading(2, f"{title}: {programme}")
    yield Paragraph(teller.paragraph(sector, "aim", "aim", "causal"))
    yield Paragraph(teller.paragraph(sector, "aim", "aim", "aim", "causal"))
    yield Items(tuple(teller.sentence("item", sector) for _ in range(4)))
    yield Paragraph(teller.paragraph(sector, "aim", "causal", "aim"))
    header = (
        "Código",
        "Producto",
        "Unidad de medida",
        "Línea base",
        "Meta cuatrienio",
        *map(str, _YEARS),
        "Responsable",
    )
    rows = tuple(_product(teller, sector, *product) for product in sector.products)
    widths = (1.1, 3.2, 1.3, 0.9, 1.2, 0.8, 0.8, 0.8, 0.8, 2.4)
    yield Table(f"Metas de producto del programa {programme}", header, rows, widths)
    yield Paragraph(teller.paragraph(sector, "aim", "aim", "aim"))


def _product(teller: Teller, sector: Sector, product: str, unit: str) -> tuple[str, ...]:
    base, steps = teller.chance.randint(0, 400), [teller.chance.randint(5, 900) for _ in _YEARS]
    code = str(teller.chance.randint(170_000_000, 459_999_999))
    numbers = (str(base), str(base + sum(steps)), *map(str, steps))
    return (code, f"{product} en {teller.place()}", unit, *numbers, sector.office)


def _investment(teller: Teller, sector: Sector, title: str) -> Iterator[Block]:
    yield Heading(2, f"Inversión en {title.lower()}")
    yield Paragraph(teller.paragraph(sector, "money", "money"))
    rows = tuple(_cost(teller, programme) for programme in sector.programmes for _ in range(2))
    header = ("Programa", "Fuente", *map(str, _YEARS), "Total")
    caption = f"Plan plurianual de inversiones: {title.lower()} (cifras en millones de pesos)"
    yield Table(caption, header, rows, (2.6, 1.8, 1, 1, 1, 1, 1.1))


def _cost(teller: Teller, programme: str) -> tuple[str, ...]:
    costs = [teller.chance.randint(20, 9000) for _ in _YEARS]
    figures = tuple(f"{cost:,}".replace(",", ".") for cost in (*costs, sum(costs)))
    return (f"{programme} en {teller.place()}", teller.pick(FUNDS), *figures)


def _following(teller: Teller, sector: Sector, title: str) -> Iterator[Block]:
    yield Heading(2, f"Seguimiento de {title.lower()}")
    yield Paragraph(teller.paragraph(sector, "following", "following", "causal"))
    yield Items(tuple(teller.sentence("following", sector) for _ in range(2)))


_PARTS: tuple[tuple[str, float, _Section], ...] = (
    ("Diagnóstico", 0.55, _diagnosis),
    ("Componente estratégico", 0.3, _strategy),
    ("Plan plurianual de inversiones", 0.1, _investment),
    ("Seguimiento y evaluación", 0.05, _following),
)
"""The parts, the share of the words that each takes, and what one section of each is made of."""
