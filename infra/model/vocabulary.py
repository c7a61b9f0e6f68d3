"""The pieces of the vocabulary that are kept for Spanish, a committed list, so that a build needs no corpus."""

import gzip
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from importlib import resources

SPACE = "\u2581"
_FILE = "vocabulary_es.txt.gz"
_SHORT = 3


def kept_pieces() -> tuple[str, ...]:
    """The committed list, in the order of the full vocabulary."""
    return read_list((resources.files("infra.model") / _FILE).read_bytes())


def read_list(content: bytes) -> tuple[str, ...]:
    """The pieces of a list, one a line."""
    return tuple(gzip.decompress(content).decode().split("\n"))


def written_list(pieces: Iterable[str]) -> bytes:
    """The list as bytes, always the same for the same pieces."""
    return gzip.compress("\n".join(pieces).encode(), compresslevel=9, mtime=0)


def chosen(vocabulary: Sequence[str], seen: Iterable[str], *, size: int) -> tuple[str, ...]:
    """At most `size` pieces of `vocabulary` (most frequent first), in its order.

    The pieces `seen` in texts come first, then every single character, number and short piece in Latin script,
    without which a rare word would have no spelling left, then the most frequent others in Latin script.
    """
    known = frozenset(vocabulary)
    kept = {piece for piece in seen if piece in known}
    for piece in _by_need(vocabulary):
        if len(kept) >= size:
            break
        kept.add(piece)
    return tuple(piece for piece in vocabulary if piece in kept)


def spellings(word: str) -> tuple[str, ...]:
    """A dictionary word as plans write it: in the text, at the head of a sentence, in a title."""
    return word, word.capitalize(), word.upper()


def _by_need(vocabulary: Sequence[str]) -> Iterator[str]:
    latin = [piece for piece in vocabulary if _is_latin(piece)]
    yield from (piece for piece in latin if len(piece.strip(SPACE)) <= 1)
    yield from (piece for piece in latin if re.fullmatch(rf"{SPACE}?[\d.,%]+", piece))
    yield from (piece for piece in latin if len(piece.strip(SPACE)) <= _SHORT)
    yield from latin


def _is_latin(piece: str) -> bool:
    return all(_is_latin_letter(char) for char in piece if char.isalpha()) and piece.isprintable()


def _is_latin_letter(char: str) -> bool:
    # Spanish, and the neighbours whose names appear in plans, write within the first two Latin blocks.
    return ord(char) < 0x180 and unicodedata.name(char, "").startswith(("LATIN", "FEMININE", "MASCULINE", "MICRO"))
