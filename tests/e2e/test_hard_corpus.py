"""Real hard files: each ends within ten seconds with its own code, or read as far as it can be."""

import time
from pathlib import Path

import pytest

from domain.errors import DocumentError
from domain.reading.normalisation import normalise
from domain.reading.segmentation import segment
from infra.reader import DocumentReader

HARD = Path(__file__).resolve().parents[3] / "shared" / "corpus" / "hard"
LAW = HARD.parent / "pdf" / "neg_colombia_ley_1152_2007.pdf"
DEADLINE_S = 10.0

pytestmark = pytest.mark.skipif(not HARD.is_dir(), reason="the shared corpus is not on this machine")


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("empty.pdf", "empty_document"),
        ("html_named_pdf.pdf", "unsupported_type"),
        ("florencia_imageonly_skew_noise_120dpi_12pp.pdf", "no_text_layer"),
        ("scan_cali_acuerdo_0592_2024.pdf", "no_text_layer"),
        ("scan_dnp_contexto_prueba_ocr.pdf", "no_text_layer"),
        ("timbiqui_encrypted_userpw_aes256.pdf", "password_required"),
    ],
)
def test_a_file_that_cannot_be_read_ends_with_its_code(name, code):
    data = (HARD / name).read_bytes()
    start = time.process_time()

    with pytest.raises(DocumentError) as caught:
        DocumentReader().read(data)

    assert caught.value.code == code
    assert time.process_time() - start < DEADLINE_S


@pytest.mark.parametrize(
    ("name", "pages", "words"),
    [
        ("florencia_encrypted_ownerpw_rc4.pdf", 116, 50_000),
        ("timbiqui_bad_startxref.pdf", 78, 19_000),
        ("florencia_400_random_bytes.pdf", 116, 25_000),
    ],
)
def test_a_file_that_can_be_read_is_read(name, pages, words):
    data = (HARD / name).read_bytes()
    start = time.process_time()

    document = segment(normalise(DocumentReader().read(data)))

    assert len(document.pages) == pages
    assert len(document.text.split()) > words * 0.9
    assert time.process_time() - start < DEADLINE_S


def test_the_damaged_file_says_which_pages_were_lost():
    document = segment(normalise(DocumentReader().read((HARD / "florencia_400_random_bytes.pdf").read_bytes())))

    lost = [flag for flag in document.flags if flag.code == "pages_lost"]

    assert lost
    assert lost[0].reason.startswith("76 de 116 páginas")


def test_the_law_is_evaluated_and_flagged():
    document = segment(normalise(DocumentReader().read(LAW.read_bytes())))

    assert [flag.code for flag in document.flags] == ["unlikely_plan"]
    assert len(document.passages) > 100
