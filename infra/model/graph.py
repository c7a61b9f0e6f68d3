"""Writes a BERT sentence encoder as an ONNX graph: one text in; its unit vector and the states of its tokens out.

The graph takes a single text (`input_ids` of shape (1, tokens)), so there is no padding and no mask, and
nothing about one text can leak into the vector of another.
"""

from collections.abc import Collection

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from infra.model.bert import Bert, Dense, Layer, Norm
from infra.model.quantise import ROW_BLOCK, by_columns, by_row_blocks

_MICROSOFT = "com.microsoft"
# Fixed, so that the same weights give the same bytes whatever version of the writer is installed.
_OPSET = 17
_IR_VERSION = 8


def encoder_graph(bert: Bert, *, float_layers: Collection[int]) -> bytes:
    """The quantised encoder. The layers in `float_layers` keep their narrowing map in float32."""
    return _Writer(bert).encoder(float_layers=frozenset(float_layers), quantised=True)


def reference_graph(bert: Bert) -> bytes:
    """The same encoder with every weight in float32: slow and large, the measure of the quantised one."""
    return _Writer(bert).encoder(float_layers=frozenset(), quantised=False)


class _Writer:
    """Collects the nodes and constants of one graph; every method returns the name of what it computed."""

    def __init__(self, bert: Bert) -> None:
        self._bert = bert
        self._nodes: list[onnx.NodeProto] = []
        self._constants: dict[str, onnx.TensorProto] = {}
        self._quantised = False

    def encoder(self, *, float_layers: frozenset[int], quantised: bool) -> bytes:
        self._quantised = quantised
        state = self._embedded()
        for number, layer in enumerate(self._bert.layers):
            if number == self._bert.middle:
                self._node("Identity", [state], "middle")
            state = self._layer(f"layer{number}", layer, state, in_float=number in float_layers)
        self._node("Identity", [state], "last")
        mean = self._node("ReduceMean", [state], "mean", axes=[1], keepdims=0)
        self._node("LpNormalization", [mean], "embedding", axis=-1, p=2)
        return self._serialised()

    def _embedded(self) -> str:
        tokens = self._node("Shape", ["input_ids"], "tokens", start=1, end=2)
        places = self._node(
            "Slice",
            [self._constant("places", self._bert.places), self._integers("zero", [0]), tokens],
            "places_here",
        )
        summed = self._node("Add", [self._words(), places], "embedded")
        return self._normalised("embedded_norm", self._bert.embedded_norm, summed)

    def _words(self) -> str:
        if not self._quantised:
            return self._node("Gather", [self._constant("words", self._bert.words), "input_ids"], "words_here")
        width = self._bert.dimension
        table, scales = by_row_blocks(self._bert.words)
        steps = self._node("Gather", [self._constant("words", table), "input_ids"], "word_steps")
        scale = self._node("Gather", [self._constant("word_scales", scales[:, :, None]), "input_ids"], "word_scale")
        floats = self._node("Cast", [steps], "word_floats", to=TensorProto.FLOAT)
        blocks_shape = self._integers("blocks_shape", [1, -1, width // ROW_BLOCK, ROW_BLOCK])
        blocks = self._node("Reshape", [floats, blocks_shape], "word_blocks")
        scaled = self._node("Mul", [blocks, scale], "word_scaled")
        return self._node("Reshape", [scaled, self._integers("row_shape", [1, -1, width])], "words_here")

    def _layer(self, name: str, layer: Layer, state: str, *, in_float: bool) -> str:
        joined = Dense(
            weight=np.concatenate([layer.query.weight, layer.key.weight, layer.value.weight], axis=1),
            bias=np.concatenate([layer.query.bias, layer.key.bias, layer.value.bias]),
        )
        asked = self._dense(f"{name}_asked", joined, state)
        parts = [f"{name}_query", f"{name}_key", f"{name}_value"]
        sizes = self._integers("three_parts", [self._bert.dimension] * 3)
        self._nodes.append(helper.make_node("Split", [asked, sizes], parts, name=f"{name}_parts", axis=-1))
        seen = self._node("MultiHeadAttention", parts, f"{name}_seen", domain=_MICROSOFT, num_heads=self._bert.heads)
        attended = self._dense(f"{name}_attended", layer.attended, seen)
        state = self._added(f"{name}_attended_norm", layer.attended_norm, attended, state)
        widened = self._dense(f"{name}_widened", layer.widened, state)
        bent = self._node("Gelu", [widened], f"{name}_bent", domain=_MICROSOFT)
        narrowed = self._dense(f"{name}_narrowed", layer.narrowed, bent, in_float=in_float)
        return self._added(f"{name}_narrowed_norm", layer.narrowed_norm, narrowed, state)

    def _dense(self, name: str, dense: Dense, state: str, *, in_float: bool = False) -> str:
        bias = self._constant(f"{name}_bias", dense.bias)
        if in_float or not self._quantised:
            weight = self._constant(f"{name}_weight", dense.weight)
            product = self._node("MatMul", [state, weight], f"{name}_product")
            return self._node("Add", [product, bias], name)
        steps, scales = by_columns(dense.weight)
        weight = self._constant(f"{name}_weight", steps)
        scale = self._constant(f"{name}_scale", scales)
        inputs = [state, weight, scale, "", bias]
        return self._node("DynamicQuantizeMatMul", inputs, name, domain=_MICROSOFT)

    def _added(self, name: str, norm: Norm, update: str, state: str) -> str:
        # The fused operator for this, SkipLayerNormalization, was measured a tenth slower than the two in sequence.
        return self._normalised(name, norm, self._node("Add", [update, state], f"{name}_sum"))

    def _normalised(self, name: str, norm: Norm, state: str) -> str:
        gain, shift = self._constant(f"{name}_gain", norm.gain), self._constant(f"{name}_shift", norm.shift)
        return self._node("LayerNormalization", [state, gain, shift], name, axis=-1, epsilon=self._bert.epsilon)

    def _node(self, operator: str, inputs: list[str], output: str, **attributes: object) -> str:
        self._nodes.append(helper.make_node(operator, inputs, [output], name=output, **attributes))  # type: ignore[arg-type]
        return output

    def _constant(self, name: str, array: NDArray[np.generic]) -> str:
        if name not in self._constants:
            self._constants[name] = numpy_helper.from_array(np.ascontiguousarray(array), name)
        return name

    def _integers(self, name: str, values: list[int]) -> str:
        return self._constant(name, np.array(values, dtype=np.int64))

    def _serialised(self) -> bytes:
        graph = helper.make_graph(
            self._nodes,
            "sentence_encoder",
            [helper.make_tensor_value_info("input_ids", TensorProto.INT64, [1, "tokens"])],
            [
                helper.make_tensor_value_info("embedding", TensorProto.FLOAT, [1, self._bert.dimension]),
                helper.make_tensor_value_info("middle", TensorProto.FLOAT, [1, "tokens", self._bert.dimension]),
                helper.make_tensor_value_info("last", TensorProto.FLOAT, [1, "tokens", self._bert.dimension]),
            ],
            initializer=list(self._constants.values()),
        )
        opsets = [helper.make_opsetid("", _OPSET), helper.make_opsetid(_MICROSOFT, 1)]
        model = helper.make_model(graph, opset_imports=opsets, producer_name="decalogo")
        model.ir_version = _IR_VERSION
        return bytes(model.SerializeToString(deterministic=True))
