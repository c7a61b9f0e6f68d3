"""An adapter changes the layers that it names, by what it says, and nothing else."""

from io import BytesIO

import numpy as np
import pytest

from domain.errors import ModelUnavailableError
from infra.model.adapter import adapted, committed_adapter, read_adapter
from tests.fakes.bert import WIDTH, a_bert

DOWN, UP = np.full((WIDTH, 2), 0.5, np.float32), np.full((2, WIDTH), 0.25, np.float32)


def test_a_product_of_low_rank_is_added_to_the_map_that_it_names():
    bert = a_bert()
    changed = adapted(bert, {"1.query.down": DOWN, "1.query.up": UP})

    assert changed.layers[1].query.weight == pytest.approx(bert.layers[1].query.weight + 0.25)
    assert changed.layers[1].key.weight is bert.layers[1].key.weight
    assert changed.layers[0].query.weight is bert.layers[0].query.weight


def test_a_norm_is_replaced():
    gain, shift = np.full(WIDTH, 2.0, np.float32), np.zeros(WIDTH, np.float32)

    assert (
        adapted(a_bert(), {"0.narrowed_norm.gain": gain, "0.narrowed_norm.shift": shift}).layers[0].narrowed_norm.gain
        is gain
    )


@pytest.mark.parametrize(
    ("adapter", "reason"),
    [
        ({"7.query.down": DOWN, "7.query.up": UP}, "lacks"),
        ({"0.query.down": DOWN, "0.query.up": UP[:, :3]}, "another shape"),
    ],
    ids=["no such layer", "another shape"],
)
def test_an_adapter_that_does_not_fit_is_refused(adapter, reason):
    with pytest.raises(ModelUnavailableError, match=reason):
        adapted(a_bert(), adapter)


def test_a_file_that_is_no_adapter_is_refused():
    with pytest.raises(ModelUnavailableError, match="adapter"):
        read_adapter(b"none")


def test_the_committed_adapter_changes_the_upper_third_only():
    layers = {int(name.split(".")[0]) for name in committed_adapter()}

    assert layers == {8, 9, 10, 11}


def test_an_adapter_is_read_as_it_was_written():
    buffer = BytesIO()
    np.savez_compressed(buffer, **{"0.query.down": DOWN.astype(np.float16)})

    assert read_adapter(buffer.getvalue())["0.query.down"] == pytest.approx(DOWN)
