"""Pooling and heads: numbers by hand, and files that are none."""

from io import BytesIO

import numpy as np
import pytest

from domain.errors import ReleaseMismatchError
from domain.impressions.heads import decode
from domain.impressions.pooling import pooled, pooled_between

STATES = np.array([[1.0, 4.0], [3.0, 0.0], [5.0, 5.0]], np.float32)
MARKS = {"mark_names": np.array(["cause.begin"]), "mark_weight": np.ones((1, 1)), "mark_bias": np.zeros(1)}
SPANS = np.array([[0, 0], [0, 4], [5, 9]], np.int32)


def file_of(**arrays):
    buffer = BytesIO()
    np.savez(buffer, **arrays)
    return buffer.getvalue()


def test_a_vector_is_three_times_the_mean_beside_the_maximum():
    assert pooled(STATES).tolist() == [9.0, 9.0, 5.0, 5.0]


def test_only_tokens_that_cover_the_span_are_pooled():
    assert pooled_between(STATES, SPANS, 5, 9).tolist() == [15.0, 15.0, 5.0, 5.0]
    assert pooled_between(STATES, SPANS, 0, 9).tolist() == [12.0, 7.5, 5.0, 5.0]


def test_a_span_without_tokens_is_read_with_all():
    assert pooled_between(STATES, SPANS, 20, 30).tolist() == pooled(STATES).tolist()


def test_heads_are_a_linear_map_with_names():
    text = {"names": np.array(["P1", "P2"]), "weight": np.array([[1.0, 0], [0, 2]]), "bias": np.array([0.5, 0])}
    heads = decode(file_of(**text, **MARKS))

    assert heads.of_text.log_odds(np.array([[1.0, 1.0]], np.float32)).tolist() == [[1.5, 2.0]]
    assert heads.of_text.columns(("P2",)) == [1]
    assert heads.of_token.names == ("cause.begin",)


def test_a_head_that_is_missing_is_told():
    heads = decode(file_of(names=np.array(["P1"]), weight=np.ones((2, 1)), bias=np.zeros(1), **MARKS))

    with pytest.raises(ReleaseMismatchError, match="no output"):
        heads.of_text.columns(("P9",))


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
