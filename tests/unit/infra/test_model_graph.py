import numpy as np
import onnxruntime
import pytest

from infra.model.bert import with_words
from infra.model.graph import encoder_graph, reference_graph
from tests.fakes.bert import a_bert, computed_by_hand

TOKENS = [0, 5, 6, 7, 9, 2]


def run(graph, tokens):
    session = onnxruntime.InferenceSession(graph, providers=["CPUExecutionProvider"])
    return session.run(["embedding"], {"input_ids": np.array([tokens], dtype=np.int64)})[0][0]


def test_the_float_graph_computes_what_the_paper_says():
    bert = a_bert()

    assert run(reference_graph(bert), TOKENS) == pytest.approx(computed_by_hand(bert, TOKENS), abs=1e-5)


def test_the_quantised_graph_comes_near_the_float_one():
    bert = a_bert()

    assert run(encoder_graph(bert, float_layers=()), TOKENS) @ computed_by_hand(bert, TOKENS) > 0.99


def test_layers_kept_in_float_come_nearer():
    bert = a_bert()
    exact = computed_by_hand(bert, TOKENS)
    coarse = run(encoder_graph(bert, float_layers=()), TOKENS) @ exact
    finer = run(encoder_graph(bert, float_layers={0, 1}), TOKENS) @ exact

    assert finer > coarse


def test_the_same_weights_give_the_same_bytes():
    assert encoder_graph(a_bert(), float_layers={1}) == encoder_graph(a_bert(), float_layers={1})


def test_a_vector_does_not_depend_on_where_a_piece_stands_in_the_vocabulary():
    bert = a_bert()
    kept = np.array([0, 1, 2, 3, 5, 6, 7, 9])
    renumbered = [kept.tolist().index(token) for token in TOKENS]
    whole = run(encoder_graph(bert, float_layers=()), TOKENS)
    small = run(encoder_graph(with_words(bert, kept), float_layers=()), renumbered)

    assert whole.tobytes() == small.tobytes()


def test_the_graph_takes_one_text_a_call():
    session = onnxruntime.InferenceSession(encoder_graph(a_bert(), float_layers=()), providers=["CPUExecutionProvider"])

    assert session.get_inputs()[0].shape == [1, "tokens"]
