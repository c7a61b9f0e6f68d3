"""Changes of low rank to the upper layers of the encoder, learned from readers' labels and added into its weights.

After the sum nothing is left of the adapter at run time: the adapted encoder costs what the plain one does.
Source: Hu et al., LoRA: Low-Rank Adaptation of Large Language Models, 2021.
"""

from importlib import resources
from io import BytesIO
from typing import TypeAlias

import msgspec
import numpy as np

from domain.errors import ModelUnavailableError
from infra.model.bert import Bert, Dense, Floats, Layer, Norm

Adapter: TypeAlias = dict[str, Floats]
"""Arrays "8.query.down" (inputs, rank), "8.query.up" (rank, outputs) and "8.attended_norm.gain" by layer and part."""

DENSES = ("query", "key", "value", "attended", "widened", "narrowed")
NORMS = ("attended_norm", "narrowed_norm")
_FILE = "adapter.npz"


def committed_adapter() -> Adapter:
    """The adapter of the release, as `scripts/train_heads` wrote it."""
    return read_adapter((resources.files("infra.model") / _FILE).read_bytes())


def read_adapter(content: bytes) -> Adapter:
    """The arrays of an adapter's file. Raises `ModelUnavailableError` where it is none."""
    try:
        with np.load(BytesIO(content), allow_pickle=False) as arrays:
            return {name: arrays[name].astype(np.float32) for name in arrays.files}
    except (OSError, ValueError) as error:
        message = f"the adapter of the encoder cannot be read: {error}"
        raise ModelUnavailableError(message) from error


def adapted(bert: Bert, adapter: Adapter) -> Bert:
    """The encoder with the adapter's changes in its weights. Raises `ModelUnavailableError` where it fits no layer."""
    layers = tuple(_layer(layer, str(number), adapter) for number, layer in enumerate(bert.layers))
    known = {name for number in range(len(layers)) for name in _names(str(number))}
    if strange := sorted(set(adapter) - known):
        message = f"the adapter has parts that the encoder lacks: {', '.join(strange)}"
        raise ModelUnavailableError(message)
    return msgspec.structs.replace(bert, layers=layers)


def _names(number: str) -> tuple[str, ...]:
    maps = (f"{number}.{part}.{side}" for part in DENSES for side in ("down", "up"))
    norms = (f"{number}.{part}.{side}" for part in NORMS for side in ("gain", "shift"))
    return (*maps, *norms)


def _layer(layer: Layer, number: str, adapter: Adapter) -> Layer:
    maps = {part: _dense(getattr(layer, part), f"{number}.{part}", adapter) for part in DENSES}
    norms = {part: _norm(getattr(layer, part), f"{number}.{part}", adapter) for part in NORMS}
    return msgspec.structs.replace(layer, **maps, **norms)


def _dense(dense: Dense, name: str, adapter: Adapter) -> Dense:
    if f"{name}.down" not in adapter:
        return dense
    # In double precision the sum of sixteen products of half-precision numbers is exact, whatever adds them up.
    change = adapter[f"{name}.down"].astype(np.float64) @ adapter[f"{name}.up"].astype(np.float64)
    if change.shape != dense.weight.shape:
        message = f"the adapter's {name} has another shape than the encoder's"
        raise ModelUnavailableError(message)
    return Dense(weight=(dense.weight + change).astype(np.float32), bias=dense.bias)


def _norm(norm: Norm, name: str, adapter: Adapter) -> Norm:
    if f"{name}.gain" not in adapter:
        return norm
    return Norm(gain=adapter[f"{name}.gain"], shift=adapter[f"{name}.shift"])
