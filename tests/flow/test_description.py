"""The description of the interface is true: schemathesis asks the running service all that it allows, and more.

A look takes part of a minute and asks the same each time. `DECALOGO_TEST_FUZZ_SECONDS=600` goes on for ten minutes.
"""

import asyncio
import os
import sys
from pathlib import Path

import pytest

from app.http.operations import OPERATIONS
from tests.flow.service import running, settings_for

CONFIG = Path(__file__).with_name("schemathesis.toml").read_text()
LONG = int(os.environ.get("DECALOGO_TEST_FUZZ_SECONDS", "0"))
TWINS = [f"--exclude-path={path}" for operation in OPERATIONS for path in operation.paths[1:]]
"""Other names of paths, which a look leaves out."""


@pytest.mark.slow
@pytest.mark.timeout(LONG + 300)
async def test_whatever_schemathesis_sends_is_answered_as_described(tmp_path, redis, valkey_url):
    config = tmp_path / "schemathesis.toml"
    config.write_text(CONFIG if LONG else f'{CONFIG}\n[phases.coverage]\nunexpected-methods = ["PATCH"]\n')
    length = [f"--max-time={LONG}"] if LONG else ["--max-examples=5", "--seed=5", *TWINS]
    settings = settings_for(tmp_path / "data", valkey_url, DECALOGO_EVENT_HEARTBEAT_SECONDS="0.5")
    async with running(settings) as client:
        program = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "schemathesis.cli", f"--config-file={config}"),
            *("run", f"{client.base_url}/openapi.json", "--checks=all", "--no-color"),
            f"--header=Authorization: {client.headers['Authorization']}",
            *length,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            cwd=tmp_path,
        )
        said, _ = await program.communicate()

    assert program.returncode == 0, said.decode()
