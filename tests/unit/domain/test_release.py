import pytest

from domain.errors import ReleaseMismatchError
from domain.release import freeze, verify


def test_the_order_of_inputs_does_not_matter():
    assert freeze("r", "1", {"a": "1", "b": "2"}) == freeze("r", "1", {"b": "2", "a": "1"})


def test_any_changed_input_makes_another_release():
    assert freeze("r", "1", {"a": "1"}).id != freeze("r", "1", {"a": "2"}).id


def test_what_is_as_frozen_passes():
    frozen = freeze("r", "1", {"model": "aa", "questionnaire": "bb"})

    assert verify(frozen, freeze("r", "1", {"questionnaire": "bb", "model": "aa"})) is None


@pytest.mark.parametrize(
    ("found", "named"),
    [({"model": "ax", "q": "b"}, "model"), ({"model": "a"}, "q"), ({"model": "a", "q": "b", "z": "c"}, "z")],
)
def test_what_differs_from_the_frozen_release_is_named(found, named):
    frozen = freeze("r", "1", {"model": "a", "q": "b"})

    with pytest.raises(ReleaseMismatchError, match=named):
        verify(frozen, freeze("r", "1", found))
