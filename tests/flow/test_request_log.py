"""The one log line of each request says who asked, what was answered, and why when it was refused."""

import pytest
import structlog
from structlog.testing import LogCapture

from tests.fakes.world import a_key, services
from tests.flow.service import batch, serving


@pytest.fixture
def log():
    """What is logged, with what is bound to the context."""
    before, capture = structlog.get_config(), LogCapture()
    structlog.configure(
        processors=[structlog.contextvars.merge_contextvars, capture],
        wrapper_class=structlog.make_filtering_bound_logger("info"),
    )
    yield capture.entries
    structlog.configure(**before)


@pytest.fixture
async def client(log):
    async with serving(services(keys=(a_key("s"),))) as client:
        client.headers["Authorization"] = "Bearer s"
        yield client


def served(log) -> dict:
    (line,) = (entry for entry in log if entry["event"] == "request_served")
    return line


async def test_a_request_with_a_key_is_logged_with_its_tenant(client, log):
    await client.post("/upload", json=batch("hola"))

    line = served(log)
    assert (line["tenant"], line["status"], line["route"]) == ("acme", 202, "/upload")
    assert "error" not in line


@pytest.mark.parametrize(("key", "error"), [("s", "job_not_found"), ("wrong", "unauthorized")])
async def test_a_refusal_is_logged_with_its_code(client, log, key, error):
    await client.get("/status/x", headers={"Authorization": f"Bearer {key}"})

    assert served(log)["error"] == error
