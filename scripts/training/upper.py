"""The upper layers of the encoder in torch, changed by low-rank adapters, with linear heads over texts and tokens."""

import torch
from torch import nn
from torch.nn import functional

from domain.impressions.pooling import MEAN_WEIGHT
from infra.model.adapter import DENSES, NORMS
from infra.model.bert import Bert, Dense, Layer

RANK = 16
SCALE = 2.0
"""What an adapter's product is multiplied by; it goes into the "up" half when it is written."""

DROPPED = 0.2


class Adapted(nn.Module):
    """A linear map that stays as it is, and beside it one of low rank that learns."""

    def __init__(self, dense: Dense) -> None:
        super().__init__()
        inputs, outputs = dense.weight.shape
        self.register_buffer("weight", torch.tensor(dense.weight))
        self.register_buffer("bias", torch.tensor(dense.bias))
        self.down = nn.Parameter(torch.randn(inputs, RANK) / inputs**0.5)
        self.up = nn.Parameter(torch.zeros(RANK, outputs))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """`x` (..., inputs) mapped."""
        return x @ self.weight + self.bias + (x @ self.down) @ self.up * SCALE


class UpperLayer(nn.Module):
    """One transformer layer, as infra/model/graph.py writes it."""

    def __init__(self, layer: Layer, heads: int, epsilon: float) -> None:
        super().__init__()
        self.heads, self.epsilon = heads, epsilon
        self.maps = nn.ModuleDict({name: Adapted(getattr(layer, name)) for name in DENSES})
        self.norms = nn.ParameterDict(
            {
                f"{name}_{side}": torch.tensor(getattr(getattr(layer, name), side))
                for name in NORMS
                for side in ("gain", "shift")
            }
        )

    def forward(self, x: torch.Tensor, present: torch.Tensor) -> torch.Tensor:
        """States (texts, tokens, width); `present` (texts, tokens) is false for padding."""
        texts, tokens, width = x.shape
        query, key, value = (
            self.maps[name](x).reshape(texts, tokens, self.heads, -1).transpose(1, 2)
            for name in ("query", "key", "value")
        )
        seen = functional.scaled_dot_product_attention(query, key, value, attn_mask=present[:, None, None, :])
        x = self._normed("attended_norm", x + self.maps["attended"](seen.transpose(1, 2).reshape(texts, tokens, width)))
        return self._normed("narrowed_norm", x + self.maps["narrowed"](functional.gelu(self.maps["widened"](x))))

    def _normed(self, name: str, x: torch.Tensor) -> torch.Tensor:
        return functional.layer_norm(
            x, x.shape[-1:], self.norms[f"{name}_gain"], self.norms[f"{name}_shift"], self.epsilon
        )


class Upper(nn.Module):
    """The layers from `bert.middle` on, and heads over mean and maximum of the tokens that are of the text."""

    def __init__(self, bert: Bert, outputs: int, marks: int) -> None:
        super().__init__()
        self.layers = nn.ModuleList(UpperLayer(layer, bert.heads, bert.epsilon) for layer in bert.layers[bert.middle :])
        self.heads = nn.Linear(2 * bert.dimension, outputs)
        self.marks = nn.Linear(bert.dimension, marks)
        self.dropout = nn.Dropout(DROPPED)
        nn.init.zeros_(self.heads.weight)
        nn.init.zeros_(self.marks.weight)

    def forward(self, x: torch.Tensor, present: torch.Tensor, text: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Log-odds of texts (texts, outputs) and of their tokens (texts, tokens, marks).

        `text` is false for padding and for the tokens around a text.
        """
        for layer in self.layers:
            x = layer(x, present)
        inside = text[..., None]
        mean = (x * inside).sum(1) / inside.sum(1).clamp(min=1)
        largest = x.masked_fill(~inside, -1e4).amax(1)
        whole = self.heads(self.dropout(torch.cat([mean * float(MEAN_WEIGHT), largest], dim=-1)))
        return whole, self.marks(self.dropout(x))
