import gzip
import os

import pytest

from app.http.compression import compressed_pieces, compressing, expanded, takes_gzip

JSON = b'{"a":"' + b"b" * 5000 + b'"}'

TAKES = [
    (None, False),
    ("", False),
    ("identity", False),
    ("br, zstd", False),
    ("gzip", True),
    ("gzip, deflate, br", True),
    ("GZIP;q=0.5", True),
    ("gzip;q=0", False),
    ("gzip;q=0.000, identity", False),
    ("*", True),
    ("*;q=0", False),
    ("br, *;q=0.1", True),
    ("gzip;q=0, *", False),
    ("gzip;q=nan", False),
    ("gzip;q=viel", False),
    ("xgzip", False),
]


def scope(accept):
    return {"headers": [] if accept is None else [(b"accept-encoding", accept.encode())]}


@pytest.mark.parametrize(("accept", "expected"), TAKES)
def test_who_takes_gzip_says_so(accept, expected):
    assert takes_gzip(scope(accept)) is expected


async def sent(*bodies, accept="gzip", kind=b"application/json", **headers):
    """Headers and messages of an answer in these pieces, as they go out."""
    out = []

    async def send(message):
        out.append(message)

    through = compressing(scope(accept), send)
    given = [(b"content-type", kind), *((name.replace("_", "-").encode(), value) for name, value in headers.items())]
    await through({"type": "http.response.start", "status": 200, "headers": given})
    for number, body in enumerate(bodies, 1):
        await through({"type": "http.response.body", "body": body, "more_body": number < len(bodies)})
    assert out[0]["type"] == "http.response.start"
    return {bytes(n).lower(): bytes(v) for n, v in out[0]["headers"]}, [m["body"] for m in out[1:]]


@pytest.mark.parametrize("kind", [b"application/json", b"application/problem+json", b"text/plain; version=0.0.4"])
async def test_text_goes_out_smaller(kind):
    headers, (body,) = await sent(JSON, kind=kind, content_length=b"5009")

    assert headers[b"content-encoding"] == b"gzip"
    assert int(headers[b"content-length"]) == len(body) < len(JSON) / 10
    assert gzip.decompress(body) == JSON


async def test_what_is_large_is_the_same_afterwards():
    data = b'"' + os.urandom(300_000).hex().encode() + b'"'

    _, (body,) = await sent(data)

    assert gzip.decompress(body) == data


UNTOUCHED = {
    "small": ((b"{}",), {}),
    "already compressed": ((JSON,), {"content_encoding": b"gzip"}),
    "no text": ((JSON,), {"kind": b"application/pdf"}),
    "in pieces": ((JSON, JSON), {}),
    "to one who does not take it": ((JSON,), {"accept": "identity"}),
}


@pytest.mark.parametrize(("bodies", "how"), UNTOUCHED.values(), ids=UNTOUCHED)
async def test_some_answers_go_out_as_they_are(bodies, how):
    headers, told = await sent(*bodies, **how)

    assert told == list(bodies)
    assert headers.get(b"content-encoding") == how.get("content_encoding")


async def test_pieces_are_one_gzip():
    async def pieces():
        for number in range(50):
            yield b"%d " % number * 100

    packed = b"".join([piece async for piece in compressed_pieces(pieces())])

    assert gzip.decompress(packed) == await expanded(packed) == b"".join([piece async for piece in pieces()])


def test_not_a_number_is_no_weight():
    assert not takes_gzip(scope("gzip;q=-1"))
