import msgspec
from hypothesis import given
from hypothesis import strategies as st

from domain.canonical import canonical, digest

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner),
    max_leaves=20,
)


class Pair(msgspec.Struct, frozen=True):
    b: int
    a: int


def test_keys_are_sorted_and_nothing_is_between_them():
    assert canonical(Pair(b=1, a=2)) == b'{"a":2,"b":1}'


def test_numbers_are_written_as_rfc_8785_has_them():
    assert canonical([1.0, 1e21, 0.1, 1e-7]) == b"[1,1e+21,0.1,1e-7]"


@given(VALUES)
def test_a_value_read_back_has_the_same_digest(value):
    assert digest(msgspec.json.decode(canonical(value))) == digest(value)
