from hypothesis import given
from hypothesis import strategies as st

from domain.language.entities import _BEGINS, _BY_GENERIC, _NAMED
from domain.language.words import fold
from domain.responsibles.vocabulary import BODIES, OFFICES

_WORDS = sorted({*OFFICES, *BODIES, "dirección", "sría.", "comité", "policía", "Ejército", "subsecretaría", "ICBF"})
_SPELLED = st.builds(
    lambda word, spell: spell(word), st.sampled_from(_WORDS), st.sampled_from([str, str.title, str.upper])
)


@given(st.lists(st.one_of(_SPELLED, st.sampled_from(["de", "la", "Salud", "municipal", "\n", ","])), max_size=8))
def test_every_name_begins_with_one_of_the_heads(words: list[str]) -> None:
    text = " ".join(words)
    heads = {m.start() for m in _BEGINS.finditer(fold(text))}
    assert {m.start() for pattern in (_NAMED, _BY_GENERIC) for m in pattern.finditer(text)} <= heads
