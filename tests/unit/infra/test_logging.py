"""One JSON object a line on standard error, whatever is in it, from us and from the libraries."""

import json
import logging

import pytest
import structlog

from infra.telemetry.logging_structlog import configure


@pytest.fixture
def lines(capfd):
    """What is on standard error, line by line, once logging has been set up."""
    before, handlers = structlog.get_config(), logging.getLogger().handlers[:]
    configure(level="INFO", form="json", bound={"service": "test"}, trace_ids=lambda: {"trace_id": "t"})
    yield lambda: [json.loads(line) for line in capfd.readouterr().err.splitlines()]
    structlog.configure(**before)
    logging.getLogger().handlers[:] = handlers


def test_a_line_says_what_when_and_where(lines):
    structlog.get_logger().info("batch_queued", documents=2, name="Plan de Nariño")

    (line,) = lines()
    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "event": "batch_queued",
        "documents": 2,
        "name": "Plan de Nariño",
        "level": "info",
        "trace_id": "t",
        "category": "app",
        "service": "test",
    }


def test_what_is_no_unicode_is_logged_all_the_same(lines):
    structlog.get_logger().info("read", name=b"plan\xff.pdf".decode(errors="surrogateescape"), what={1, 2})

    (line,) = lines()
    assert line["name"] == "plan\udcff.pdf"
    assert line["what"] == "{1, 2}"


def test_an_exception_is_an_object_and_a_library_speaks_the_same_way(lines):
    try:
        int("no")
    except ValueError:
        structlog.get_logger().exception("failed")
    logging.getLogger("arq").warning("job %s expired", "j")

    ours, theirs = lines()
    assert ours["exception"][0]["exc_type"] == "ValueError"
    assert (theirs["event"], theirs["logger"], theirs["service"]) == ("job j expired", "arq", "test")


def test_what_is_below_the_level_is_not_written(lines):
    structlog.get_logger().debug("detail")

    assert lines() == []
