"""The multilingual-e5-small model in ONNX Runtime, as an embedder that answers the same whatever the company."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Self

import numpy as np
from numpy.typing import NDArray

from domain.errors import ModelUnavailableError
from domain.impressions.model import TokenStates
from domain.ports import Embedder
from infra.model.folder import GRAPH, TOKENIZER, Manifest, read_manifest, verified

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Tokenizer


class OnnxEmbedder(Embedder):
    """Reads texts one at a time, because the eight-bit arithmetic of a batch depends on all that is in it.

    The vectors are those of one kind of processor and one version of the runtime: another may differ in the last
    digits, and through the rounding to eight bits in the third. They are not rounded here: whoever hashes rounds.
    """

    def __init__(self, session: "InferenceSession", tokenizer: "Tokenizer", manifest: Manifest) -> None:
        self._session = session
        self._tokenizer = tokenizer
        self.manifest = manifest

    @classmethod
    def open(cls, folder: Path, *, threads: int = 1) -> Self:
        """The embedder of a model folder, whose files are first held against the hashes of its manifest.

        Raises `ModelUnavailableError` where the folder is absent, incomplete or altered.
        """
        manifest = read_manifest(folder)
        graph = verified(folder, manifest, GRAPH)
        tokenizer = verified(folder, manifest, TOKENIZER)
        try:
            return cls(_session(graph, threads), _tokenizer(tokenizer, manifest.max_tokens), manifest)
        except Exception as error:  # The two libraries raise their own kinds, some of them bare Exceptions.
            message = f"the model in {folder} cannot be loaded: {error}"
            raise ModelUnavailableError(message) from error

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return self.manifest.dimension

    def embed(
        self,
        texts: Sequence[str],
        *,
        kind: Literal["query", "passage"],
        on_progress: Callable[[int, int], None] | None = None,
    ) -> NDArray[np.float32]:
        """One row a text, L2 norm 1; shape (n, dimension). What exceeds `max_tokens` of a text is not read.

        `on_progress` is told after each distinct text how many of how many are done: equal texts are read once.
        """
        prefix = getattr(self.manifest.prefixes, kind)
        row_of = {text: row for row, text in enumerate(dict.fromkeys(texts))}
        rows = np.empty((len(row_of), self.dimension), dtype=np.float32)
        for text, row in row_of.items():
            rows[row] = self._vector(prefix + text)
            if on_progress is not None:
                on_progress(row + 1, len(row_of))
        return rows[[row_of[text] for text in texts]]

    def states(self, texts: Iterable[str]) -> Iterator[TokenStates]:
        """The token states of each text, read as a passage; the tokens around a text are left out."""
        for text in texts:
            spans, (last,) = self.layers(text, "last")
            real = spans[:, 1] > spans[:, 0]
            yield TokenStates(last=last[real], spans=spans[real])

    def layers(self, text: str, *outputs: str) -> tuple[NDArray[np.int32], list[NDArray[np.float32]]]:
        """The spans of all tokens of a text read as a passage, and these outputs of the graph (tokens, width).

        A token that is not of the text has an empty span.
        """
        prefix = self.manifest.prefixes.passage
        encoding = self._tokenizer.encode(prefix + text)
        spans = np.array(encoding.offsets, dtype=np.int32).reshape(-1, 2) - len(prefix)
        return np.maximum(spans, 0), self._run(encoding.ids, *outputs)

    def _vector(self, text: str) -> NDArray[np.float32]:
        return self._run(self._tokenizer.encode(text).ids, "embedding")[0]

    def _run(self, tokens: Sequence[int], *outputs: str) -> list[NDArray[np.float32]]:
        found = self._session.run(outputs, {"input_ids": np.array([tokens], dtype=np.int64)})
        return [np.asarray(array[0], dtype=np.float32) for array in found]


def _session(graph: Path, threads: int) -> "InferenceSession":
    # Imported here, because it takes most of a second that a process without the model should not spend.
    import onnxruntime  # noqa: PLC0415 - see above.

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    # Idle threads that spin would take the cores of the other children.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    # Texts have many lengths, and a memory plan for each of them is never given back.
    options.enable_mem_pattern = False
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])


def _tokenizer(description: Path, max_tokens: int) -> "Tokenizer":
    from tokenizers import Tokenizer  # noqa: PLC0415 - only where there is a model.

    tokenizer = Tokenizer.from_file(str(description))
    tokenizer.enable_truncation(max_tokens)
    return tokenizer
