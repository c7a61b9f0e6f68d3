import pytest
from tokenizers import Tokenizer

from domain.errors import ModelUnavailableError
from infra.model.tokenizer import serialised, trimmed, xlm_roberta
from tests.fakes.bert import TEXTS, some_pieces


def tokens(description, text):
    return Tokenizer.from_str(serialised(description).decode()).encode(text).tokens


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("agua vías", ["<s>", "\u2581agua", "\u2581vía", "s", "</s>"]),
        ("  agua\n\tvía  ", ["<s>", "\u2581agua", "\u2581vía", "</s>"]),
        ("agua\u200bvi\u0301a", ["<s>", "\u2581agua", "\u2581vía", "</s>"]),
        ("ag\x02ua", ["<s>", "\u2581agua", "</s>"]),
        ("agua\ufeff\u2581vía", ["<s>", "\u2581agua", "\u2581vía", "</s>"]),
        ("ａｇｕａ", ["<s>", "\u2581agua", "</s>"]),
        ("", ["<s>", "</s>"]),
    ],
)
def test_a_text_is_normalised_and_split(text, expected):
    assert tokens(xlm_roberta(some_pieces()), text) == expected


def test_trimming_keeps_the_marks_and_the_order():
    description, numbers = trimmed(xlm_roberta(some_pieces()), {"s", "\u2581agua"})

    assert numbers.tolist() == [0, 1, 2, 3, 5, 7]
    assert [text for text, _ in description["model"]["vocab"]] == ["<s>", "<pad>", "</s>", "<unk>", "\u2581agua", "s"]


def test_a_text_of_kept_pieces_is_split_as_before():
    whole = xlm_roberta(some_pieces())
    small, _ = trimmed(whole, set(TEXTS) - {"蜘"})

    assert tokens(small, "agua vías") == tokens(whole, "agua vías")


def test_a_character_without_a_piece_is_unknown():
    small, _ = trimmed(xlm_roberta(some_pieces()), {"\u2581"})

    assert Tokenizer.from_str(serialised(small).decode()).encode("蜘").ids == [0, 4, 3, 2]


def test_a_tokenizer_of_another_family_is_refused():
    with pytest.raises(ModelUnavailableError, match="unigram"):
        trimmed({"model": {"type": "WordPiece", "vocab": {"[PAD]": 0}}}, set())
