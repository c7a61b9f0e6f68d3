import re

from hypothesis import given
from hypothesis import strategies as st

from domain.contradictions.printed import goes_on, printed


@given(st.text("12.,a ", max_size=30), st.text("12.,%", min_size=1, max_size=4), st.integers(0, 9), st.integers(9, 30))
def test_a_figure_is_printed_where_a_pattern_that_looks_behind_for_digits_finds_it(
    text: str, figure: str, start: int, end: int
) -> None:
    pattern = re.compile(rf"(?<![\d.,])(?={re.escape(figure)})")
    expected = [at for m in pattern.finditer(text, start) if (at := m.start()) + len(figure) <= min(end, len(text))]
    assert list(printed(text, figure, start, end)) == expected


def test_a_longer_figure_goes_on_behind_its_first_part() -> None:
    assert goes_on("1.464", 1)
    assert not goes_on("1. Salud", 1)
