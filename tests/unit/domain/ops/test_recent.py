from hypothesis import given
from hypothesis import strategies as st

from domain.ops.recent import Recent

KEYS = st.integers(0, 12)
ACTS = st.lists(st.tuples(st.sampled_from(["get", "put", "drop"]), KEYS, st.integers(0, 3000)), max_size=80)


def test_what_was_not_asked_for_the_longest_goes_first():
    recent = Recent(limit=11_000)
    for key in range(10):
        recent.put(key, key, size=600, until=9)  # an entry takes half a kilobyte beside its value
    assert recent.get(0, 1) is None
    recent.get(1, 1)

    recent.put(10, 10, size=600, until=9)

    assert recent.names() == (3, 4, 5, 6, 7, 8, 9, 1, 10)
    assert recent.evictions == 2


def test_what_takes_an_eighth_of_the_bound_is_not_kept():
    recent = Recent(limit=8000)

    recent.put("large", 1, size=1000, until=9)

    assert recent.get("large", 0) is None


def test_with_no_bytes_nothing_is_kept():
    recent = Recent(limit=0)

    recent.put("a", 1, size=0, until=9)

    assert len(recent) == 0


def test_an_entry_is_there_until_its_time():
    recent = Recent(limit=80_000)
    recent.put("a", 1, size=10, until=5.0)

    assert (recent.get("a", 4.9), recent.get("a", 5.0), recent.bytes) == (1, None, 0)


@given(ACTS)
def test_it_never_holds_more_than_its_bound_nor_counts_wrongly(acts):
    recent: Recent[int, int] = Recent(limit=30_000)
    last: dict[int, int] = {}
    for act, key, size in acts:
        if act == "put":
            recent.put(key, size, size=size, until=1)
            last[key] = size
        elif act == "drop":
            recent.drop(key)
            last.pop(key, None)
        else:
            assert recent.get(key, 0) in (None, last.get(key))
        assert recent.bytes <= 30_000
    for key in recent.names():
        recent.drop(key)
    assert recent.bytes == 0
