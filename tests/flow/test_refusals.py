"""Requests that cannot be served: one body for every error, never a 500, nothing left behind."""

import json

import pytest
import pytest_asyncio

from app.usecases.places import keep_record
from domain.job import JobState
from tests.fakes.world import a_job, a_key, services
from tests.flow.service import serving

KEY = {"Authorization": "Bearer s"}
JSON = {"Content-Type": "application/json"}
URL = "/api/v1/batch/upload"


@pytest_asyncio.fixture
async def world():
    return services(
        keys=(a_key("s"), a_key("reader", scopes=("read",)), a_key("stranger", tenant="other")),
        documents=3,
        text_bytes=100,
        file_bytes=1000,
        queue_capacity=5,
    )


@pytest_asyncio.fixture
async def client(world):
    async with serving(world) as client:
        yield client


def documents(*pairs: tuple[str, str]) -> dict:
    return {"documents": [{"id": name, "content": text} for name, text in pairs]}


def with_metadata(metadata: bytes) -> bytes:
    return b'{"documents": [{"id": "a", "content": "x", "metadata": ' + metadata + b"}]}"


GOOD = documents(("a", "hola"))
BAD_JSON = [
    (b"", "truncated"),
    (b"{", "truncated"),
    (b"[]", "Expected `object`"),
    (b"\xff\xfe", "invalid"),
    ('{"documents": [{"id": "a", "content": "ñ"}]}'.encode("latin-1"), "not UTF-8"),
    (b'{"documents": []}', "at least one document"),
    (b'{"documents": [{"id": "a"}]}', "content"),
    (b'{"documents": [{"id": 1, "content": "x"}]}', "Expected `str`"),
    (b'{"documents": [{"id": "", "content": "x"}]}', "length"),
    (b'{"documents": [{"id": "a\\u0000", "content": "x"}]}', "matching regex"),
    (b'{"documents": [{"id": "a", "content": "  "}]}', "empty"),
    (b'{"documents": [{"id": "a", "content": "\\ud800"}]}', ""),
    (json.dumps(documents(("a", "x"), ("a", "y"))).encode(), "not unique"),
    (json.dumps(documents(("a" * 101, "x"))).encode(), "length"),
    (json.dumps(documents(("a", "ñ" * 51))).encode(), "exceeds maximum of 100 bytes"),
    (json.dumps({**GOOD, "option": {}}).encode(), "unknown field"),
    (json.dumps({**GOOD, "options": {"priority": "urgent"}}).encode(), "Invalid enum value"),
    (json.dumps({**GOOD, "options": {"enable_causality": True}}).encode(), "unknown field"),
    (json.dumps({**GOOD, "options": {"webhook_url": "http://example.com"}}).encode(), "HTTPS"),
    (json.dumps({**GOOD, "options": {"webhook_url": "https://"}}).encode(), "HTTPS"),
    (json.dumps({**GOOD, "options": {"webhook_url": "https://[::1"}}).encode(), "HTTPS"),
    (json.dumps({**GOOD, "options": {"webhook_url": "https://example.com/a b"}}).encode(), "HTTPS"),
    (json.dumps({**GOOD, "options": {"webhook_url": "https://example.com/\r\nX-Evil: 1"}}).encode(), "HTTPS"),
    (json.dumps({**GOOD, "options": {"webhook_url": "https://example.com/\0"}}).encode(), "HTTPS"),
    (json.dumps(documents(("a\n", "x"))).encode(), "matching regex"),
    (json.dumps(documents(("a", "\u00a0\u2003"))).encode(), "empty"),
    (with_metadata(b'{"a":' * 33 + b"1" + b"}" * 33), "nested too deep"),
    (with_metadata(b'{"a":' + b"[" * 2000 + b"]" * 2000 + b"}"), "nested too deep"),
    (with_metadata(json.dumps({"a": "x" * 70_000}).encode()), "metadata is too long"),
]


@pytest.mark.parametrize(("body", "words"), BAD_JSON)
async def test_a_json_batch_that_does_not_fit_is_a_400_that_says_why(client, world, body, words):
    response = await client.post(URL, content=body, headers=KEY | JSON)

    assert response.status_code == 400, response.text
    assert response.headers["content-type"] == "application/problem+json"
    problem = response.json()
    assert problem["error"] == "validation_error"
    assert words in problem["message"]
    assert problem["detail"] == problem["message"]
    assert world.artifacts.files == {}


async def test_an_encoded_body_is_a_415(client, world):
    response = await client.post(URL, json=GOOD, headers=KEY | {"Content-Encoding": "gzip"})

    assert (response.status_code, response.json()["details"]) == (415, {"received": "gzip"})
    assert world.artifacts.files == {}


async def test_too_many_documents_say_how_many_and_how_many_may(client):
    body = documents(*((str(n), "x") for n in range(4)))

    problem = (await client.post(URL, json=body, headers=KEY)).json()

    assert problem["message"] == "Document count exceeds maximum of 3"
    assert problem["details"] == {"received": 4, "maximum": 3}


FILES = [
    ([], {}, 400, "validation_error"),
    ([("files", ("a.pdf", b""))], {}, 400, "empty_document"),
    ([("files", ("a.pdf", b"x" * 1001))], {}, 413, "document_too_large"),
    ([("files", ("a.zip", b"PK\x03\x04\x00\x01"))], {}, 415, "unsupported_type"),
    ([("files", (f"{n}.txt", b"x")) for n in range(4)], {}, 400, "validation_error"),
    ([("files", ("a.txt", b"x"))], {"year": "mil"}, 400, "validation_error"),
    ([("files", ("a.txt", b"x"))], {"yaer": "2024"}, 400, "validation_error"),
    ([("files", ("a.txt", b"x"))], {"enable_causal_analysis": "maybe"}, 400, "validation_error"),
    ([("files", ("a.txt", b"x"))], {"notes": "x" * 20_000}, 400, "validation_error"),
    ([("files", ("a.txt", b"x"))], {"municipality": "a\x1b[2Jb"}, 400, "validation_error"),
    ([("files", ("a.txt", b"x"))], {"notes": "a\0b"}, 400, "validation_error"),
    ([("files", ("a" * 252 + ".txt", b"x"))], {}, 400, "validation_error"),
]


@pytest.mark.parametrize(("files", "fields", "status", "code"), FILES)
async def test_a_multipart_batch_that_does_not_fit_is_refused(client, world, *, files, fields, status, code):
    if not files:
        response = await client.post(URL, content=b"--b--\r\n", headers=KEY | {"Content-Type": MULTIPART})
    else:
        response = await client.post(URL, files=files, data=fields, headers=KEY)

    assert (response.status_code, response.json()["error"]) == (status, code), response.text
    assert world.artifacts.files == {}


MULTIPART = "multipart/form-data; boundary=b"


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("multipart/form-data", b"x"),
        (MULTIPART, b""),
        (MULTIPART, b"garbage"),
        (MULTIPART, b'--b\r\nContent-Disposition: form-data; name="files"; filename="a"\r\n\r\nhola'),
        (MULTIPART, b'--b\r\nContent-Disposition: form-data; name="notes"\r\n\r\n\xff\xfe\r\n--b--\r\n'),
        (MULTIPART, b"--b\r\n\r\nno header\r\n--b--\r\n"),
        (MULTIPART, b"--b\r\nContent-Disposition: attachment\r\n\r\nx\r\n--b--\r\n"),
    ],
)
async def test_a_broken_multipart_body_is_a_400(client, world, content_type, body):
    response = await client.post(URL, content=body, headers=KEY | {"Content-Type": content_type})

    assert (response.status_code, response.json()["error"]) == (400, "validation_error"), response.text
    assert world.artifacts.files == {}


@pytest.mark.parametrize("name", [b"a\0.txt", b"a\x1b[31m.txt", "a\u009b.txt".encode()])
async def test_a_file_name_that_would_command_a_terminal_is_refused(client, world, name):
    part = b'--b\r\nContent-Disposition: form-data; name="files"; filename="' + name + b'"\r\n\r\nhola\r\n--b--\r\n'

    response = await client.post(URL, content=part, headers=KEY | {"Content-Type": MULTIPART})

    assert (response.status_code, response.json()["error"]) == (400, "validation_error"), response.text
    assert world.artifacts.files == {}


@pytest.mark.parametrize(
    ("name", "data", "status"), [("vacio.txt", b"", 400), ("a.pdf", b"PK\x03\x04\0", 415), ("b.pdf", b"x" * 1001, 413)]
)
async def test_a_file_that_is_refused_is_named_and_nothing_of_its_batch_stays(client, world, *, name, data, status):
    response = await client.post(URL, files=[("files", ("ok.txt", b"hola")), ("files", (name, data))], headers=KEY)

    problem = response.json()
    assert (response.status_code, problem["details"]["name"]) == (status, name)
    assert problem["message"].startswith(f"{name} is ")
    assert world.artifacts.files == {}


async def test_a_field_that_does_not_fit_is_named(client):
    response = await client.post(URL, files=[("files", ("a.txt", b"x"))], data={"year": "mil"}, headers=KEY)

    assert response.json()["details"] == {"path": "$.year"}


@pytest.mark.parametrize(
    "header",
    [
        b"Content-Transfer-Encoding: base64",
        b"Content-Transfer-Encoding: quoted-printable",
        b"Content-Type: multipart/mixed; boundary=in",
    ],
)
async def test_a_part_that_is_encoded_or_has_parts_of_its_own_is_refused(client, world, header):
    disposition = b'Content-Disposition: form-data; name="files"; filename="a.txt"'
    part = b"--b\r\n" + disposition + b"\r\n" + header + b"\r\n\r\naG9sYQ==\r\n--b--\r\n"

    response = await client.post(URL, content=part, headers=KEY | {"Content-Type": MULTIPART})

    assert (response.status_code, response.json()["details"]) == (400, {"field": "files", "name": "a.txt"})
    assert world.artifacts.files == {}


@pytest.mark.parametrize(
    ("given", "name"),
    [
        (b"filename=\"=?utf-8?B?QW5vcsOtLnBkZg==?=\"; filename*=utf-8''Anor%C3%AD.pdf", "Anorí.pdf"),
        (b"filename*=UTF-8'es'Anor%C3%AD.pdf", "Anorí.pdf"),
        (b"filename=\"plain.pdf\"; filename*=utf-8''%ff", "plain.pdf"),
        (b"filename=\"plain.pdf\"; filename*=klingon''x", "plain.pdf"),
    ],
)
async def test_a_name_with_accents_arrives_as_other_clients_write_it(client, world, given, name):
    disposition = b'Content-Disposition: form-data; name="files"; ' + given
    part = b"--b\r\n" + disposition + b"\r\n\r\nhola\r\n--b--\r\n"

    response = await client.post(URL, content=part, headers=KEY | {"Content-Type": MULTIPART})

    assert response.status_code == 202, response.text
    job = await world.jobs.get(response.json()["job_id"])
    assert job.documents[0].name == name


async def test_notes_may_have_lines_and_metadata_some_depth(client):
    files = [("files", ("a.txt", b"hola"))]

    lines = await client.post(URL, files=files, data={"notes": "una\r\n\tdos"}, headers=KEY)
    deep = await client.post(URL, content=with_metadata(b'{"a":' * 32 + b"1" + b"}" * 32), headers=KEY | JSON)

    assert (lines.status_code, deep.status_code) == (202, 202), lines.text + deep.text


@pytest.mark.parametrize("content_type", ["text/plain", "application/xml", ""])
async def test_another_content_type_is_a_415(client, content_type):
    response = await client.post(URL, content=b"x", headers=KEY | {"Content-Type": content_type})

    assert response.status_code == 415, response.text


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer wrong", "Basic s", "s", "Bearer s x"])
async def test_without_a_good_key_nothing_is_read(client, world, header):
    response = await client.post(URL, json=GOOD, headers={"Authorization": header})

    assert response.status_code == 401
    assert response.json()["error"] == "unauthorized"
    assert response.json()["message"] == "Invalid or missing authentication token"
    assert response.headers["www-authenticate"].startswith("Bearer")
    assert world.artifacts.files == {}


async def test_a_key_without_the_scope_is_a_403(client):
    response = await client.post(URL, json=GOOD, headers={"Authorization": "Bearer reader"})

    assert (response.status_code, response.json()["error"]) == (403, "forbidden")


async def test_another_tenants_job_does_not_exist(client, world):
    await world.jobs.create(a_job("a"))

    answers = [
        await client.get(f"/api/v1/batch/{what}/{job}", headers={"Authorization": "Bearer stranger"})
        for what in ("status", "results")
        for job in ("batch_1", "batch_2")
    ]

    assert {a.status_code for a in answers} == {404}
    bodies = [{**a.json(), "instance": "", "message": "", "detail": "", "details": {}} for a in answers]
    assert all(body == bodies[0] for body in bodies)


@pytest.mark.parametrize("job_id", ["nope", "..%2f..%2fetc", "%00", "a" * 300, "~", "-rf"])
async def test_a_job_that_is_none_is_a_404(client, job_id):
    response = await client.get(f"/api/v1/batch/status/{job_id}", headers=KEY)

    assert response.status_code == 404, response.text
    assert response.headers["content-type"] == "application/problem+json"


async def test_an_unknown_format_names_the_known_ones(client, world):
    await world.jobs.create(a_job("a"))

    response = await client.get("/api/v1/batch/results/batch_1?format=docx", headers=KEY)

    assert response.status_code == 400
    assert response.json()["details"]["received"] == "docx"


async def test_a_query_that_does_not_parse_is_a_400(client, world):
    await world.jobs.create(a_job("a"))

    response = await client.get("/api/v1/batch/results/batch_1?include_evidence=perhaps", headers=KEY)

    assert (response.status_code, response.json()["error"]) == (400, "validation_error")


async def test_a_full_queue_is_a_503_with_its_figures(client, world):
    for n in range(5):
        await world.queue.enqueue_documents("j", {str(n): 1}, priority="normal")

    response = await client.post(URL, json=GOOD, headers=KEY)

    assert response.status_code == 503
    problem = response.json()
    assert problem["error"] == "service_unavailable"
    assert problem["message"] == "Queue capacity exceeded, please retry later"
    assert (problem["queue_size"], problem["queue_capacity"]) == (5, 5)
    assert response.headers["retry-after"] == str(problem["retry_after_seconds"])
    assert world.artifacts.files == {}


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/nowhere", 404), ("DELETE", "/api/v1/batch/upload", 405), ("GET", "/upload", 405)],
)
async def test_a_path_or_method_that_is_none_has_the_same_body(client, method, path, status):
    response = await client.request(method, path, headers=KEY)

    assert response.status_code == status
    assert set(response.json()) >= {"type", "title", "status", "detail", "error", "message"}


async def test_a_defect_tells_the_caller_nothing_about_itself(client, world):
    async def broken(job_id: str):
        raise ZeroDivisionError("secret detail")

    world.jobs.seen = broken

    response = await client.get("/api/v1/batch/status/batch_1", headers=KEY)

    assert (response.status_code, response.json()["error"]) == (500, "internal_error")
    assert "secret" not in response.text


@pytest.mark.parametrize("path", ["/health", "/api/v1/health", "/health/ready", "/metrics"])
async def test_health_and_metrics_need_no_key(client, path):
    assert (await client.get(path)).status_code == 200


async def test_a_job_that_the_store_no_longer_has_is_told_from_its_files(client, world):
    await keep_record(world, a_job("a", state=JobState.COMPLETED))

    response = await client.get("/api/v1/batch/status/batch_1", headers=KEY)

    assert (response.status_code, response.json()["status"]) == (200, "completed")
