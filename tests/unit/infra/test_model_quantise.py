import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.model.quantise import by_columns, by_row_blocks


def test_a_four_bit_block_is_kept_exactly():
    steps = np.random.default_rng(1).integers(-8, 8, (6, 64)).astype(np.float32)
    steps[:, [0, 32]] = -8  # Every block of the format has its largest weight at eight steps below zero.
    table = steps * np.float32(0.0137)
    kept, scales = by_row_blocks(table)
    restored = (kept.reshape(6, 2, 32) * scales[:, :, None]).reshape(6, 64)

    assert restored == pytest.approx(table, rel=1e-6)


@given(st.integers(0, 2**32 - 1), st.floats(1e-6, 1e6))
def test_a_column_is_off_by_at_most_half_a_step(seed, size):
    weight = (np.random.default_rng(seed).normal(size=(32, 5)) * size).astype(np.float32)
    steps, scales = by_columns(weight)

    assert np.all(np.abs(steps * scales - weight) <= scales * 0.501)


@given(st.integers(0, 2**32 - 1))
def test_two_products_of_a_byte_and_a_weight_fit_in_sixteen_bits(seed):
    weight = np.random.default_rng(seed).standard_cauchy((32, 5)).astype(np.float32)
    steps, _ = by_columns(weight)

    assert 2 * 255 * int(np.abs(steps.astype(int)).max()) < 2**15


def test_zeros_stay_zeros():
    steps, scales = by_columns(np.zeros((4, 3), dtype=np.float32))

    assert not steps.any()
    assert np.all(np.isfinite(scales))
