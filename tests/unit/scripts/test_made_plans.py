"""Made plans: the same from the same seed, others from others, of the length that was asked for, and readable."""

import io

import pypdfium2
import pytest

from domain.reading.normalisation import normalise
from domain.reading.segmentation import segment
from infra.reader import DocumentReader
from scripts.bench.plans.files import as_pdf, as_text
from scripts.bench.plans.made import MEDIAN_WORDS, Heading, Items, Paragraph, Table, made_plan
from scripts.bench.plans.sources import corpus_pages, corpus_pieces, corpus_plans, made_pages, made_plans


def read(data):
    return segment(normalise(DocumentReader().read(data)))


def rows_of(plan):
    return [row for block in plan.blocks if isinstance(block, Table) for row in block.rows]


def said(seed):
    blocks = made_plan(seed, 20_000).blocks
    prose = {block.text for block in blocks if isinstance(block, Paragraph)}
    return prose | {text for block in blocks if isinstance(block, Items) for text in block.texts}


def test_the_same_seed_gives_the_same_bytes():
    one, other = made_plan(5, 2000), made_plan(5, 2000)

    assert (as_text(one), as_pdf(one)) == (as_text(other), as_pdf(other))


def test_plans_of_two_seeds_share_next_to_no_passage():
    assert len(said(1)) > 200
    assert len(said(1) & said(2)) < 0.02 * len(said(1))


@pytest.mark.parametrize("wanted", [8000, MEDIAN_WORDS, 300_000])
def test_a_plan_is_about_as_long_as_it_was_asked_to_be(wanted):
    assert made_plan(1, wanted).words == pytest.approx(wanted, rel=0.05 if wanted < 10_000 else 0.02)


def test_the_pdf_is_read_back_with_its_pages_rows_and_headings():
    plan = made_plan(3, 4000)
    pdf = as_pdf(plan)

    document = read(pdf)

    passages = document.passages
    found = {tuple(cell.text for cell in p.cells) for p in passages if p.kind == "table_row"}
    assert len(document.pages) == len(pypdfium2.PdfDocument(pdf)) > 5
    assert len(found & set(rows_of(plan))) > 0.95 * len(rows_of(plan))
    titles = " ".join(p.text for p in passages if p.kind == "heading")
    assert all(block.text in titles for block in plan.blocks if isinstance(block, Heading))
    assert len(document.text.split()) == pytest.approx(plan.words, rel=0.03)


def test_the_text_is_read_back_with_pages_and_every_word():
    plan = made_plan(3, 4000)

    document = read(as_text(plan))

    assert len(document.pages) > 5
    assert len(document.text.split()) == pytest.approx(plan.words, rel=0.05)


def test_a_plan_of_so_many_pages_has_exactly_these():
    plan = made_pages(7, seed=2)

    assert plan.pages == 7
    assert len(read(plan.data).pages) == 7


def test_a_plan_says_how_long_it_is():
    (plan,) = made_plans(1, words=1500)

    assert plan.words == pytest.approx(1500, rel=0.3)
    assert plan.pages == len(pypdfium2.PdfDocument(plan.data))


@pytest.fixture
def shared(tmp_path):
    """A corpus of two texts and a PDF."""
    for folder in ("txt", "pdf"):
        (tmp_path / "corpus" / folder).mkdir(parents=True)
    for seed in (1, 2):
        (tmp_path / f"corpus/txt/town_{seed}.txt").write_bytes(as_text(made_plan(seed, 12_000)))
    (tmp_path / "corpus/pdf/town_pdm_2020.pdf").write_bytes(as_pdf(made_plan(3, 20_000)))
    return tmp_path


def test_plans_of_a_corpus_come_as_pdf_those_of_middling_length_first(shared):
    plans = list(corpus_plans(shared, 2))

    assert plans[0].name == "town_pdm_2020.pdf"
    assert all(plan.data.startswith(b"%PDF-") for plan in plans)
    assert plans[1].words == pytest.approx(12_000, rel=0.15)


def test_a_document_is_put_together_from_pages_of_the_corpus_until_they_run_out(shared):
    pieces = corpus_pieces(corpus_plans(shared, 3))

    plan = corpus_pages(pieces, 25, "long.pdf")

    texts = [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(io.BytesIO(plan.data))]
    assert len(set(texts)) == plan.pages == 25
    with pytest.raises(ValueError, match="not 2000"):
        corpus_pages(pieces, 2000, "longer.pdf")
