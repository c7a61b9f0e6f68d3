"""A BERT sentence encoder as plain arrays, whoever it was read from.

Linear maps are kept as (inputs, outputs), so that they are applied as `x @ weight + bias`.
"""

import msgspec
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


class Dense(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """One linear map."""

    weight: Floats
    bias: Floats


class Norm(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """One layer normalisation."""

    gain: Floats
    shift: Floats


class Layer(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """One transformer layer: self-attention, then a feed-forward pair, each with its norm."""

    query: Dense
    key: Dense
    value: Dense
    attended: Dense
    attended_norm: Norm
    widened: Dense
    narrowed: Dense
    narrowed_norm: Norm


class Bert(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """The whole encoder: mean pooling and L2 normalisation come after its last layer.

    `words` has a row for every piece of the vocabulary; `places` a row for every position, with the
    (only) token type already added.
    """

    words: Floats
    places: Floats
    embedded_norm: Norm
    layers: tuple[Layer, ...]
    heads: int
    epsilon: float

    @property
    def dimension(self) -> int:
        """The width of the hidden state and of the embedding."""
        return int(self.words.shape[1])

    @property
    def middle(self) -> int:
        """The first of the layers that an adapter changes: those below it read any text, the last third our plans."""
        return len(self.layers) * 2 // 3

    @property
    def max_tokens(self) -> int:
        """The longest text the encoder can read, with its two marks."""
        return int(self.places.shape[0])


def with_words(bert: Bert, kept: NDArray[np.int64]) -> Bert:
    """The same encoder over a smaller vocabulary: row `i` is the former row `kept[i]`."""
    return msgspec.structs.replace(bert, words=np.ascontiguousarray(bert.words[kept]))
