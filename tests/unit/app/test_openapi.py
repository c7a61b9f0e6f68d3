"""The description of the interface agrees with its routes, and its examples with its shapes."""

import re

import msgspec
import pytest

from app.http import errors as http_errors
from app.http.examples import ANSWERS, UPLOAD_JSON, notification
from app.http.openapi import description
from app.http.operations import ALLOWED, OPERATIONS
from app.http.wire_in import UploadIn
from app.http.wire_webhooks import Notification
from app.knobs import Settings
from app.main import create_app
from tests.fakes.routes import routes_of

DOCUMENT = description("1")


def test_every_route_is_described_and_nothing_else_is():
    described = {(method.upper(), path) for path, methods in DOCUMENT["paths"].items() for method in methods}

    assert described == {(m, p) for m, p in routes_of(create_app(Settings())) if m not in ("HEAD", "OPTIONS")}


def test_the_methods_that_options_names_are_those_of_the_routes():
    routes = routes_of(create_app(Settings()))

    assert {(method, path) for path, methods in ALLOWED.items() for method in methods} == routes


def test_every_status_of_an_error_is_described_with_an_example_of_the_one_body():
    schema = {"$ref": "#/components/schemas/Problem"}
    responses = DOCUMENT["components"]["responses"]

    assert {f"Error{s}" for s in (400, 401, 403, 404, 409, 413, 415, 422, 429, 503)} <= set(responses)
    for name, response in responses.items():
        content = response["content"]["application/problem+json"]
        assert content["schema"] == schema
        assert {e["value"]["status"] for e in content["examples"].values()} == {int(name[5:])}
        assert all(e["value"]["error"] == code for code, e in content["examples"].items())


def test_the_errors_of_the_service_that_a_caller_can_meet_are_described():
    described = {int(name[5:]) for name in DOCUMENT["components"]["responses"]}

    assert {status for status in http_errors.STATUS.values() if status < 500} <= described


SHAPES = {
    answer.example: answer.shape
    for operation in OPERATIONS
    for answer in operation.answers.values()
    if answer.example and answer.shape
}


@pytest.mark.parametrize("name", sorted(SHAPES))
def test_the_example_of_an_answer_has_its_shape(name):
    kind = SHAPES[name]

    read = msgspec.convert(ANSWERS[name], kind)

    assert set(ANSWERS[name]) <= set(msgspec.structs.asdict(read))


def test_every_example_is_shown():
    assert set(SHAPES) == set(ANSWERS)


def test_the_example_of_an_upload_is_one():
    assert msgspec.convert(UPLOAD_JSON, UploadIn).documents[0].id == "doc_001"


@pytest.mark.parametrize("kind", ["completed", "failed", "cancelled"])
def test_each_end_of_a_batch_has_a_webhook(kind):
    assert msgspec.convert(notification(kind), Notification).type == f"batch.{kind}"
    assert f"batch.{kind}" in DOCUMENT["webhooks"]


def test_every_reference_leads_somewhere():
    text = msgspec.json.encode(DOCUMENT).decode()
    for room, name in set(re.findall(r'"#/components/(\w+)/(\w+)"', text)):
        assert name in DOCUMENT["components"][room], name


def test_no_pattern_is_pythons_own():
    assert r"\\Z" not in msgspec.json.encode(DOCUMENT).decode()


def test_every_keyed_operation_names_its_scope_and_how_to_ask():
    for operation in OPERATIONS:
        for path in operation.paths:
            described = DOCUMENT["paths"][path][operation.method.lower()]
            assert described["security"] == ([{"key": [operation.scope]}] if operation.scope else [])
            assert ("401" in described["responses"]) == bool(operation.scope)


def test_ids_of_operations_are_unique():
    ids = [o["operationId"] for methods in DOCUMENT["paths"].values() for o in methods.values()]

    assert len(ids) == len(set(ids))
