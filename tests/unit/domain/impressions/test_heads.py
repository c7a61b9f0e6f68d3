"""Pooling and heads: numbers by hand, and files that are none."""

from io import BytesIO

import numpy as np
import pytest

from domain.errors import ReleaseMismatchError
from domain.impressions.heads import columns, decode
from domain.impressions.pooling import pooled

STATES = np.array([[1.0, 4.0], [3.0, 0.0], [5.0, 5.0]], np.float32)
MARKS = {"mark_names": np.array(["cause.begin"]), "mark_weight": np.ones((1, 1)), "mark_bias": np.zeros(1)}


def file_of(**arrays):
    buffer = BytesIO()
    np.savez(buffer, **arrays)
    return buffer.getvalue()


def test_a_vector_is_three_times_the_mean_beside_the_maximum():
    assert pooled(STATES).tolist() == [9.0, 9.0, 5.0, 5.0]


def test_no_tokens_have_a_vector_of_zeros():
    assert pooled(STATES[:0]).tolist() == [0.0, 0.0, 0.0, 0.0]


def test_heads_are_a_linear_map_with_names():
    text = {"names": np.array(["P1", "P2"]), "weight": np.array([[1.0, 0], [0, 2]]), "bias": np.array([0.5, 0])}
    heads = decode(file_of(**text, **MARKS))

    assert heads.of_text.log_odds(np.array([[1.0, 1.0]], np.float32)).tolist() == [[1.5, 2.0]]
    assert columns(heads.of_text.names, ("P2",)) == [1]
    assert heads.of_token.names == ("cause.begin",)


def test_a_head_that_is_missing_is_told():
    with pytest.raises(ReleaseMismatchError, match="no output"):
        columns(("P1", "P2"), ("P9",))


@pytest.mark.parametrize(
    "content",
    [
        b"no archive",
        file_of(weight=np.ones((2, 1)), bias=np.zeros(1)),
        file_of(names=np.array(["P1", "P2"]), weight=np.ones((2, 1)), bias=np.zeros(1), **MARKS),
        file_of(names=np.array(["P1"]), weight=np.ones((2, 1)), bias=np.zeros(1)),
    ],
    ids=["no archive", "no names", "lengths differ", "no marks"],
)
def test_a_file_that_holds_no_heads_is_refused(content):
    with pytest.raises(ReleaseMismatchError, match="heads"):
        decode(content)
