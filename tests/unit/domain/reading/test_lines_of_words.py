"""Words into lines and rows: gathered by height, they are those that taking word after word gives."""

from hypothesis import given
from hypothesis import strategies as st

from domain.document import Word
from domain.reading.mending import mended, word_book
from domain.reading.reading_order import rows_of
from domain.reading.tables.lines import levels

_PLACES = st.integers(0, 60).map(lambda tenths: tenths / 10)
_SIZES = st.sampled_from([0.0, 2.0, 9.0, 11.0])
_WORDS = st.lists(st.builds(Word, st.sampled_from(["de", "agua", "1"]), _PLACES, _PLACES, _PLACES, _PLACES, _SIZES))


def _by_level(words):
    found = []
    for word in sorted(words, key=lambda word: (word.bottom, word.x0)):
        size = max([w.size for w in found[-1]] + [word.size]) if found else 0.0
        if found and word.bottom - found[-1][0].bottom < 0.38 * size:
            found[-1].append(word)
        else:
            found.append([word])
    return [sorted(line, key=lambda word: word.x0) for line in found]


def _by_middle(words):
    def tall(word):
        return max(word.bottom - word.top, 0.6 * word.size, 1.0)

    def centre(word):
        return (word.top + word.bottom) / 2

    found = []
    for word in sorted(words, key=lambda word: (word.top + word.bottom, word.x0)):
        reach = 0.45 * max([tall(w) for w in found[-1]] + [tall(word)]) if found else 0.0
        if found and abs(centre(word) - centre(found[-1][0])) < reach:
            found[-1].append(word)
        else:
            found.append([word])
    return [sorted(row, key=lambda word: word.x0) for row in found]


@given(_WORDS)
def test_lines_are_those_of_one_word_after_the_other(words):
    few = words[:12]  # of more it is asked first whether their boxes hug the ink

    assert [line for _, line in levels(few)] == _by_level(few)


@given(_WORDS)
def test_rows_are_those_of_one_word_after_the_other(words):
    assert rows_of(words) == _by_middle(words)


_TOKENS = st.sampled_from(["desa", "rrollo", "desarrollo", "de", "la", "arte", "sano,", "artesano", "vi", "da", "vida"])


@given(st.lists(st.lists(_TOKENS, min_size=1, max_size=8), min_size=1, max_size=12))
def test_a_line_that_the_book_leaves_is_one_that_mending_does_not_change(lines):
    book = word_book(lines)

    assert [book.leaves(line) for line in lines] == [mended(" ".join(line), book) == " ".join(line) for line in lines]
