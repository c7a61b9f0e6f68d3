"""What every embedder promises, the real one and the fake."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from infra.embedder_onnx import OnnxEmbedder
from tests.fakes.embedder import FakeEmbedder

ROOT = Path(__file__).resolve().parents[2]
MODEL = Path(os.environ.get("DECALOGO_MODEL_DIR") or ROOT / ".var" / "model")
TEXTS = (
    "El municipio construirá 12 kilómetros de vías terciarias en la zona rural.",
    "Se construirá una vía terciaria de 8 kilómetros en la zona rural del municipio.",
    "Los talleres de danza y música se dictan en la casa de la cultura.",
    "",
    "NIÑOS, NIÑAS Y ADOLESCENTES",
    "Meta: reducir la mortalidad infantil de 14,2 a 10,5. " * 60,
)


@pytest.fixture(scope="module", params=["fake", "onnx"])
def embedder(request):
    if request.param == "fake":
        return FakeEmbedder()
    if not MODEL.is_dir():
        pytest.skip(f"there is no model in {MODEL}: build it with `decalogo model build`")
    return OnnxEmbedder.open(MODEL)


def test_each_text_gets_a_row_of_the_dimension(embedder):
    vectors = embedder.embed(TEXTS, kind="passage")

    assert vectors.shape == (len(TEXTS), embedder.dimension)
    assert vectors.dtype == np.float32


def test_every_vector_has_norm_one(embedder):
    vectors = embedder.embed(TEXTS, kind="passage")

    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)


def test_no_texts_give_no_rows(embedder):
    assert embedder.embed([], kind="query").shape == (0, embedder.dimension)


def test_a_text_has_the_same_bytes_in_any_order(embedder):
    forwards = embedder.embed(TEXTS, kind="passage")
    backwards = embedder.embed(TEXTS[::-1], kind="passage")

    assert forwards.tobytes() == backwards[::-1].tobytes()


def test_a_text_has_the_same_bytes_alone_and_in_company(embedder):
    together = embedder.embed(TEXTS, kind="passage")
    alone = np.concatenate([embedder.embed([text], kind="passage") for text in TEXTS])

    assert together.tobytes() == alone.tobytes()


def test_equal_texts_have_equal_vectors(embedder):
    first, other, again = embedder.embed([TEXTS[0], TEXTS[2], TEXTS[0]], kind="passage")

    assert first.tobytes() == again.tobytes()
    assert first.tobytes() != other.tobytes()


def test_similar_texts_are_nearer_than_unrelated_ones(embedder):
    road, other_road, dance = embedder.embed(TEXTS[:3], kind="passage")

    assert road @ other_road > road @ dance


def test_a_query_finds_the_passage_that_answers_it(embedder):
    (query,) = embedder.embed(["construirá vías terciarias en la zona rural"], kind="query")
    road, _, dance = embedder.embed(TEXTS[:3], kind="passage")

    assert query @ road > query @ dance


def test_progress_counts_up_to_the_distinct_texts(embedder):
    heard = []
    embedder.embed([*TEXTS[:3], TEXTS[0]], kind="passage", on_progress=lambda *told: heard.append(told))

    assert heard == [(1, 3), (2, 3), (3, 3)]


def test_the_result_is_the_callers_to_change(embedder):
    embedder.embed(TEXTS[:1], kind="passage")[:] = 0

    assert np.linalg.norm(embedder.embed(TEXTS[:1], kind="passage")) == pytest.approx(1, abs=1e-5)


_IN_ANOTHER_PROCESS = """
import hashlib, sys
from pathlib import Path
from infra.embedder_onnx import OnnxEmbedder
from tests.fakes.embedder import FakeEmbedder
model, threads, *texts = sys.argv[1:]
embedder = OnnxEmbedder.open(Path(model), threads=int(threads)) if model else FakeEmbedder()
print(hashlib.sha256(embedder.embed(texts, kind="passage").tobytes()).hexdigest())
"""


@pytest.mark.parametrize("threads", [1, 2])
def test_another_process_with_more_threads_says_the_same(embedder, threads):
    model = str(MODEL) if isinstance(embedder, OnnxEmbedder) else ""
    here = hashlib.sha256(embedder.embed(TEXTS, kind="passage").tobytes()).hexdigest()
    there = subprocess.run(
        [sys.executable, "-c", _IN_ANOTHER_PROCESS, model, str(threads), *TEXTS],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )

    assert there.stdout.strip() == here


def test_the_states_of_a_text_have_a_row_for_each_token_and_spans_within_it(embedder):
    (states,) = embedder.states(["Construirá vías terciarias."])

    assert states.last.shape == (len(states.spans), embedder.dimension)
    assert states.spans.min() >= 0
    assert states.spans.max() <= len("Construirá vías terciarias.")
    assert (states.spans[:, 0] < states.spans[:, 1]).all()


def test_a_text_without_a_token_has_no_state(embedder):
    (states,) = embedder.states([" \n "])

    assert states.last.shape == (0, embedder.dimension)
    assert states.spans.shape == (0, 2)


def test_states_do_not_depend_on_the_company(embedder):
    together = [s.last.tobytes() for s in embedder.states(TEXTS)]
    alone = [next(iter(embedder.states([text]))).last.tobytes() for text in TEXTS]

    assert together == alone
