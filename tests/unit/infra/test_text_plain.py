"""Text files: encodings, and what is no text."""

import pytest

from domain.errors import UndecodableTextError, UnsupportedTypeError
from infra.text_plain import read_text


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_each_encoding_is_told_and_read(encoding):
    pages, told = read_text("Educación y salud para la niñez – «todos»".encode(encoding))

    assert pages[0].text == "Educación y salud para la niñez – «todos»"
    assert told == encoding


def test_a_few_bad_bytes_do_not_make_utf8_another_encoding():
    data = ("Educación y niñez. " * 40).encode() + b"\xff"

    pages, told = read_text(data)

    assert told == "utf-8"
    assert pages[0].text.startswith("Educación")


@pytest.mark.parametrize(
    "data",
    [
        b"<html><body>404</body></html>",
        b"  <!DOCTYPE html>",
        b"PK\x03\x04rest",
        b"abc\0def",
        b"\x89PNG\r\n",
        bytes(range(1, 32)) * 9,
    ],
)
def test_what_is_no_text_is_refused(data):
    with pytest.raises(UnsupportedTypeError):
        read_text(data)


@pytest.mark.parametrize("data", ["Educación".encode("utf-16"), b"Educaci\x81n y ni\x8dez"])
def test_text_in_an_encoding_that_is_not_read_says_so(data):
    with pytest.raises(UndecodableTextError):
        read_text(data)
