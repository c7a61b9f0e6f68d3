"""What comes over a real socket and is no request that a route gets: refused in the one error body, and survived."""

import asyncio
import json

import pytest

from tests.flow.service import running, settings_for


@pytest.fixture
async def client(tmp_path, redis, valkey_url):
    async with running(settings_for(tmp_path, valkey_url), workers=0) as client:
        yield client


@pytest.fixture
async def hurried(tmp_path, redis, valkey_url):
    """A service that waits a moment for heads, and no longer."""
    async with running(settings_for(tmp_path, valkey_url, DECALOGO_HEAD_SECONDS="0.2"), workers=0) as client:
        yield client


@pytest.fixture
async def impatient(tmp_path, redis, valkey_url):
    """A service that waits a moment for bodies, and no longer."""
    async with running(settings_for(tmp_path, valkey_url, DECALOGO_BODY_SECONDS="0.2"), workers=0) as client:
        yield client


async def said(client, data: bytes, *, until: bytes = b"") -> tuple[int, dict[str, str], bytes]:
    """What the service answers to these bytes, until it closes the connection or has said enough."""
    reader, writer = await asyncio.open_connection(client.base_url.host, client.base_url.port)
    writer.write(data)
    head = (await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 10)).decode().split("\r\n")
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:])}
    body = await asyncio.wait_for(reader.readexactly(int(headers.get("content-length", 0))), 10)
    writer.close()
    return int(head[0].split()[1]), headers, body


MALFORMED = [
    b"hola\r\n\r\n",
    b"GET\r\n\r\n",
    b"GET /health HTTP/9.9\r\n\r\n",
    b"GET /health HTTP/1.1\r\nbad header\r\n\r\n",
    b"GET /health HTTP/1.1\r\nA: b\0c\r\n\r\n",
    b"GET /hea\xc3\xb1lth HTTP/1.1\r\nHost: x\r\n\r\n",
    b"BREW /health HTTP/1.1\r\nHost: x\r\n\r\n",
    b"POST /upload HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
    b"POST /upload HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
]


@pytest.mark.parametrize("data", MALFORMED)
async def test_what_is_no_http_is_a_400_in_the_one_body(client, data):
    status, headers, body = await said(client, data)

    assert (status, headers["content-type"]) == (400, "application/problem+json")
    assert json.loads(body)["error"] == "malformed_request"
    assert headers["connection"] == "close"


@pytest.mark.parametrize(
    "head",
    [
        b"GET /health HTTP/1.1\r\nHost: x\r\nCookie: " + b"a" * 70_000 + b"\r\n\r\n",
        b"GET /health HTTP/1.1\r\nHost: x\r\n" + b"A: b\r\n" * 40_000 + b"\r\n",
        b"GET /health HTTP/1.1\r\nHost: x\r\nCookie: " + b"a" * 200_000,
    ],
)
async def test_a_head_that_is_too_large_is_a_431_even_before_it_ends(client, head):
    status, headers, body = await said(client, head)

    assert (status, headers["content-type"]) == (431, "application/problem+json")
    assert json.loads(body)["error"] == "head_too_large"


@pytest.mark.parametrize("target", [b"/" + b"a" * 9000, b"/health?" + b"a=b&" * 3000, b"/" + b"a" * 70_000])
async def test_a_path_or_a_query_that_is_too_long_is_a_414(client, target):
    status, headers, body = await said(client, b"GET " + target + b" HTTP/1.1\r\nHost: x\r\n\r\n")

    assert (status, headers["content-type"]) == (414, "application/problem+json")
    assert json.loads(body)["error"] == "uri_too_long"


async def test_a_hundred_headers_are_enough(client):
    few = b"".join(b"A%d: b\r\n" % n for n in range(99))

    answers = [
        await said(client, b"GET /health HTTP/1.1\r\nHost: x\r\n" + few + more + b"\r\n") for more in (b"", b"B: c\r\n")
    ]

    assert [status for status, _, _ in answers] == [200, 431]
    assert json.loads(answers[1][2])["error"] == "head_too_large"


AMBIGUOUS = {
    "two lengths": b"Content-Length: 1\r\nContent-Length: 2",
    "the same length twice": b"Content-Length: 1\r\nContent-Length: 1",
    "a length and pieces": b"Content-Length: 5\r\nTransfer-Encoding: chunked",
    "pieces and a length": b"Transfer-Encoding: chunked\r\nContent-Length: 5",
    "pieces twice": b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
    "pieces that are not the last coding": b"Transfer-Encoding: chunked, identity",
    "a coding that nobody knows": b"Transfer-Encoding: xchunked",
    "a length with a sign": b"Content-Length: +5",
    "a length with two numbers": b"Content-Length: 5, 5",
    "a name with a space behind it": b"Content-Length : 5",
    "a folded line": b"A: b\r\n c",
    "two hosts": b"Host: y",
    "two keys": b"Authorization: Bearer a\r\nAuthorization: Bearer b",
    "two types": b"Content-Type: application/json\r\nContent-Type: text/plain",
    "a carriage return alone": b"A: b\rContent-Length: 3",
}


@pytest.mark.parametrize("lines", AMBIGUOUS.values(), ids=AMBIGUOUS)
async def test_what_may_mean_another_thing_to_a_proxy_is_a_400_and_ends_the_connection(client, lines):
    hidden = b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n"

    reader, writer = await asyncio.open_connection(client.base_url.host, client.base_url.port)
    writer.write(b"POST /upload HTTP/1.1\r\nHost: x\r\n" + lines + b"\r\n\r\n0\r\n\r\n" + hidden)
    told = await asyncio.wait_for(reader.read(), 10)
    writer.close()

    assert told.startswith(b"HTTP/1.1 400 ")
    assert told.count(b"HTTP/1.1 ") - told.count(b"HTTP/1.1 request") == 1
    assert b"malformed_request" in told


async def test_a_request_without_a_host_is_a_400_but_in_the_old_protocol(client):
    new, _, _ = await said(client, b"GET /health HTTP/1.1\r\n\r\n")
    old, _, _ = await said(client, b"GET /health HTTP/1.0\r\n\r\n")

    assert (new, old) == (400, 200)


async def test_a_head_that_does_not_come_is_a_408(hurried):
    status, _, body = await said(hurried, b"GET /health HTTP/1.1\r\nHost: x\r\n")

    assert (status, json.loads(body)["error"]) == (408, "request_timeout")


async def test_a_connection_that_is_kept_may_wait_between_requests_and_send_bodies_that_take_long(hurried):
    reader, writer = await asyncio.open_connection(hurried.base_url.host, hurried.base_url.port)
    key = hurried.headers["authorization"]
    head = f"POST /upload HTTP/1.1\r\nHost: x\r\nAuthorization: {key}\r\nContent-Type: application/json\r\n"
    for _ in range(2):
        writer.write(f"{head}Content-Length: 2\r\n\r\n{{".encode())
        await asyncio.sleep(0.4)  # time itself is what is tested
        writer.write(b"}")
        answer = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 10)
        length = int(answer.lower().partition(b"content-length: ")[2].split()[0])
        assert answer.startswith(b"HTTP/1.1 400")
        assert json.loads(await reader.readexactly(length))["error"] == "validation_error"
        await asyncio.sleep(0.4)  # same
    writer.close()


BEGUN = {
    "application/json": b'{"documents": [{"id": "a", "content": "hol',
    "multipart/form-data; boundary=b": (
        b'--b\r\nContent-Disposition: form-data; name="files"; filename="a.txt"\r\n\r\nhol'
    ),
}


@pytest.mark.parametrize("kind", BEGUN)
@pytest.mark.parametrize("key", ["", "Idempotency-Key: k1\r\n"], ids=["no key", "key"])
async def test_an_upload_that_stalls_is_a_408_that_ends_the_connection_and_leaves_nothing(
    impatient, tmp_path, kind, key
):
    authorization = impatient.headers["authorization"]
    head = f"POST /upload HTTP/1.1\r\nHost: x\r\nAuthorization: {authorization}\r\nContent-Type: {kind}\r\n{key}"
    upload = f"{head}Content-Length: 1000\r\n\r\n".encode() + BEGUN[kind]

    for _ in range(2):  # the first one left its key free
        status, headers, body = await said(impatient, upload)

        assert (status, headers["content-type"], headers["connection"]) == (408, "application/problem+json", "close")
        assert json.loads(body)["error"] == "request_timeout"
    assert [p for p in (tmp_path / "artifacts").rglob("*") if p.is_file() and p.parent.name != "keys"] == []


@pytest.mark.parametrize("host", ["[", "a b", "x:99999", "\xff", "a/b", "a@b"])
async def test_a_host_that_is_none_is_a_400(client, host):
    status, headers, body = await said(client, f"GET /health HTTP/1.1\r\nHost: {host}\r\n\r\n".encode("latin-1"))

    assert status in (200, 400)
    assert status == 200 or (headers["content-type"], json.loads(body)["status"]) == ("application/problem+json", 400)


PATHS = [
    "/api/v1/batch/status/%ff%fe",
    "/api/v1/batch/%00",
    "/api/v1/batch/a/documents/%ff",
    "/api/v1/batch/a/documents/..%2f..%2fetc",
    "/%ff",
    "/api/v1/batch/a/events?last_event_id=%ff",
    "/status/" + "a" * 5000,
]


@pytest.mark.parametrize("path", PATHS)
async def test_a_path_that_leads_nowhere_is_a_404(client, path):
    response = await client.get(path)

    assert (response.status_code, response.headers["content-type"]) == (404, "application/problem+json"), response.text


QUERIES = [
    "limit=0",
    "limit=101",
    "limit=" + "9" * 5000,
    "limit=1e3",
    "limit=%00",
    "limit=1&limit=2",
    "cursor=%ff",
    "cursor=!!!",
    "status=done",
    "created_from=ayer",
    "created_from=9999-12-31T23:59:59-12:00",
    "created_to=0001-01-01T00:00:00%2B14:00",
    "created_from=2026-01-01T00:00:00",
    "year=mil",
    "municipality=%00",
    "page=2",
    "%ff=1",
]


@pytest.mark.parametrize("query", QUERIES)
async def test_a_query_that_does_not_fit_is_a_400(client, query):
    response = await client.get(f"/api/v1/batch?{query}")

    assert (response.status_code, response.json()["error"]) == (400, "validation_error"), response.text


async def test_a_body_where_none_belongs_is_not_read(client):
    key = client.headers["authorization"]
    head = f"GET /api/v1/batch HTTP/1.1\r\nHost: x\r\nAuthorization: {key}\r\nContent-Length: 99000000000\r\n\r\n"

    status, _, _ = await said(client, head.encode() + b"x" * 100_000)

    assert status == 200


async def test_what_reaches_no_route_is_logged_and_counted(client):
    await client.get("/nowhere")
    await client.put("/upload")

    text = (await client.get("/metrics")).text

    assert 'http_requests_total{method="GET",route="unknown",status="404"} 1.0' in text
    assert 'http_requests_total{method="PUT",route="unknown",status="405"} 1.0' in text


@pytest.mark.parametrize("path", ["/health", "/metrics", "/api/v1/batch", "/openapi.json"])
async def test_head_is_answered_wherever_get_is(client, path):
    response = await client.head(path)

    assert (response.status_code, response.content) == (200, b"")
    assert response.headers["content-type"] == (await client.get(path)).headers["content-type"]
