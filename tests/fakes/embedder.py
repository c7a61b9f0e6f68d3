"""An embedder without a model: the words of a text, hashed into a fixed number of places."""

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from domain.impressions.model import TokenStates
from domain.ports import Embedder


class FakeEmbedder(Embedder):
    """Texts that share words are near each other, all others are not; a query and a passage are read alike."""

    def __init__(self, dimension: int = 384) -> None:
        self._dimension = dimension
        self.asked: list[tuple[str, tuple[str, ...]]] = []
        """The kind and the texts of each call, in order."""

    @property
    def dimension(self) -> int:
        return self._dimension

    def embed(
        self,
        texts: Sequence[str],
        *,
        kind: Literal["query", "passage"],
        on_progress: Callable[[int, int], None] | None = None,
    ) -> NDArray[np.float32]:
        self.asked.append((kind, tuple(texts)))
        rows = {text: self._vector(text) for text in texts}
        if on_progress is not None:
            for done in range(1, len(rows) + 1):
                on_progress(done, len(rows))
        return np.array([rows[text] for text in texts], dtype=np.float32).reshape(len(texts), self._dimension)

    def states(self, texts: Iterable[str]) -> Iterator[TokenStates]:
        for text in texts:
            words = list(re.finditer(r"\w+", text))
            rows = [self._vector(word.group()) for word in words]
            spans = [word.span() for word in words]
            yield TokenStates(
                last=np.array(rows, dtype=np.float32).reshape(-1, self._dimension),
                spans=np.array(spans, dtype=np.int32).reshape(-1, 2),
            )

    def _vector(self, text: str) -> NDArray[np.float32]:
        counts = np.zeros(self._dimension, dtype=np.float64)
        counts[0] = 0.1  # A text without words has a direction too.
        for word in re.findall(r"\w+", text.lower()):
            place = int.from_bytes(hashlib.blake2b(word.encode(), digest_size=4).digest())
            counts[1 + place % (self._dimension - 1)] += 1
        return (counts / np.linalg.norm(counts)).astype(np.float32)
