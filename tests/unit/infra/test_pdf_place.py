"""Places: rounded as Python rounds, kept once."""

import math

import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st

from infra.pdf_place import Shared, tenths

_NUMBERS = st.one_of(
    st.floats(allow_nan=False, allow_infinity=False, min_value=-1e12, max_value=1e12),
    st.integers(-(10**7), 10**7).map(lambda steps: steps / 20),  # among them all halves of a tenth
    st.integers(-(10**6), 10**6).map(lambda steps: float(np.nextafter(steps / 20, math.inf))),
    st.floats(width=32, min_value=-1e5, max_value=1e5),  # what pdfium gives
)


@given(st.lists(_NUMBERS))
@example([0.05, 0.15, 0.25, 0.35, -0.05, 2.675, 99999999.95, 1e8, 1e15 + 0.3])
def test_tenths_are_those_of_round(values):
    assert tenths(np.array(values, float)).tolist() == [round(value, 1) for value in values]


def test_what_is_no_number_stays_none():
    assert np.isnan(tenths(np.array([math.nan, 0.25]))).tolist() == [True, False]


def test_equal_numbers_are_one_object_and_zeros_keep_their_signs():
    shared = Shared()

    (first, zero), (second, other) = shared.of(np.array([71.3, -0.0])), shared.of(np.array([71.3, 0.0]))

    assert first is second
    assert (math.copysign(1, zero), math.copysign(1, other)) == (-1, 1)
