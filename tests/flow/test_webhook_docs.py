"""The verifiers that the documentation shows verify what the service sends, and nothing else."""

import asyncio
import re
import subprocess
from pathlib import Path

import pytest

from domain.addresses import networks_of
from domain.webhook_ports import Message
from infra.clock_system import SystemClock
from infra.webhooks_httpcore import HttpcoreSender
from tests.fakes.receiver import receiving
from tests.fakes.webhooks import a_secret

TEXT = (Path(__file__).resolve().parents[2] / "docs" / "webhooks.md").read_text()


def block(mark):
    (code,) = re.findall(rf"^```{mark}\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)
    return code


def in_python(mark):
    names = {}
    exec(block(mark), names)

    def verify(secret, headers, body):
        try:
            return bool(names["verify"](secret, headers, body))
        except Exception:  # noqa: BLE001 - each library has its own
            return False

    return verify


def in_shell(secret, headers, body, folder):
    (folder / "body").write_bytes(body)
    words = [secret, *(headers[f"webhook-{name}"] for name in ("id", "timestamp", "signature")), str(folder / "body")]
    script = f'{block("bash")}\nverify "$@"'
    return subprocess.run(["bash", "-euo", "pipefail", "-c", script, "sh", *words], check=False).returncode == 0


@pytest.fixture
async def sent():
    """What a receiver got, signed with two secrets: (headers, body, secrets)."""
    secrets = (a_secret(), a_secret())
    async with receiving() as receiver:
        sender = HttpcoreSender(networks=networks_of("127.0.0.0/8"))
        url, at = f"http://127.0.0.1:{receiver.port}/", SystemClock().now()
        body = '{"type":"batch.completed","á":1}'
        await sender.send(Message(id="msg_1", url=url, body=body, secrets=secrets, at=at))
        await sender.close()
    (call,) = receiver.calls
    return call.headers, call.body, secrets


@pytest.fixture(params=["python library", "python plain", "bash"])
def verify(request: pytest.FixtureRequest, tmp_path):
    if request.param == "bash":
        return lambda *about: in_shell(*about, tmp_path)
    return in_python(request.param)


async def test_a_webhook_is_verified_with_either_secret_and_what_was_changed_is_not(verify, sent):
    headers, body, secrets = sent
    old = headers | {"webhook-timestamp": str(int(headers["webhook-timestamp"]) - 301)}
    early = headers | {"webhook-timestamp": str(int(headers["webhook-timestamp"]) + 400)}
    unsigned = headers | {"webhook-signature": "v1,AAAA"}

    def all_of_it():
        good = [verify(secret, headers, body) for secret in secrets]
        changed = [(a_secret(), headers, body), (secrets[0], headers, body.replace(b"1", b"2"))]
        changed += [(secrets[0], other, body) for other in (old, early, unsigned, headers | {"webhook-id": "msg_2"})]
        return good, [verify(*about) for about in changed]

    assert await asyncio.to_thread(all_of_it) == ([True, True], [False] * 6)


def test_the_settings_that_it_names_exist():
    from app.settings import VARIABLES

    named = set(re.findall(r"DECALOGO_[A-Z_]+[A-Z]", TEXT))
    assert len(named) >= 7
    assert named - set(VARIABLES) == set()


def test_the_errors_that_it_names_are_those_that_there_are():
    from infra.webhooks_httpcore import _CODES

    assert [code for _, code in _CODES if f"`{code}`" not in TEXT] == []
