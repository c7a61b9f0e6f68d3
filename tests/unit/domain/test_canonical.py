import hashlib

import msgspec
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.canonical import canonical, digest, digests

TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
WITHOUT_FLOATS = st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | TEXTS
SCALARS = (
    WITHOUT_FLOATS
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from([0.0, -0.0, 1e21, 1e-7, 123456789012345680.0, 100.0, 5e-324, 1e16, 1e22, 0.1])
    | st.sampled_from(['"', "\\", '\\"', "\x7f", "\u2028", "😀", '": 1.0', "-0.0", "1e5,", "0000000000000000"])
    | st.sampled_from([":5.0,", ',"a":5.0,', "5.0\n", "1e5"])
)


def nested(scalars):
    return st.recursive(scalars, lambda inner: st.lists(inner) | st.dictionaries(TEXTS, inner), max_leaves=20)


VALUES = nested(SCALARS)


class Pair(msgspec.Struct, frozen=True):
    b: int
    a: int


def test_keys_are_sorted_and_nothing_is_between_them():
    assert canonical(Pair(b=1, a=2)) == b'{"a":2,"b":1}'


def test_numbers_are_written_as_rfc_8785_has_them():
    assert canonical([1.0, 1e21, 0.1, 1e-7]) == b"[1,1e+21,0.1,1e-7]"


@given(nested(WITHOUT_FLOATS))
def test_a_value_read_back_has_the_same_digest(value):
    assert digest(msgspec.json.decode(canonical(value))) == digest(value)


@given(VALUES)
@settings(max_examples=1000, deadline=None)
def test_every_value_is_written_as_the_reference_implementation_writes_it(value):
    assert canonical(value) == rfc8785.dumps(value)


def test_a_string_that_looks_like_a_number_behind_its_key_is_left_as_it_is():
    value = {"a": 5.0, "b": [":5.0,", 7.0], "c\\": 3.0, "d": ',"a":5.0,', "e": -2.0}
    assert canonical(value) == rfc8785.dumps(value)


@given(st.lists(VALUES))
@settings(deadline=None)
def test_many_values_have_the_digests_that_each_has_by_itself(values):
    assert digests(values) == [digest(value) for value in values]


def test_values_with_keys_in_another_order_have_their_own_digests_too():
    values = [{"\U0001f600": 1.0, "\uffff": 2.5}, {"a": 1.0}]
    assert digests(values) == [digest(value) for value in values]


@given(st.lists(VALUES, min_size=1, max_size=3), st.integers(1, 400))
@settings(max_examples=50, deadline=None)
def test_a_long_sequence_has_the_hash_of_its_canonical_bytes(values, times):
    assert digest(values * times) == hashlib.sha256(rfc8785.dumps(values * times)).hexdigest()
