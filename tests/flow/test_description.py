"""The description of the interface is true: schemathesis asks the running service all that it allows, and more."""

import asyncio
import os
import sys
from pathlib import Path

import pytest

from app.http.operations import OPERATIONS
from tests.flow.service import running, settings_for

CONFIG = Path(__file__).with_name("schemathesis.toml")
TWINS = [path for operation in OPERATIONS for path in operation.paths[1:]]
"""Other names of paths, which a short look leaves out."""
LONG = int(os.environ.get("DECALOGO_TEST_FUZZ_SECONDS", "0"))
"""For how long to go on; 0 for a look that takes part of a minute."""


@pytest.mark.slow
@pytest.mark.timeout(LONG + 240)
async def test_whatever_schemathesis_sends_is_answered_as_described(tmp_path, redis, valkey_url):
    settings = settings_for(tmp_path, valkey_url, DECALOGO_EVENT_HEARTBEAT_SECONDS="0.5")
    async with running(settings) as client:
        short = [arg for path in TWINS for arg in ("--exclude-path", path)] + ["--max-examples", "5", "--seed", "5"]
        length = ["--max-time", str(LONG)] if LONG else short
        program = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "schemathesis.cli", "--config-file", str(CONFIG)),
            *("run", f"{client.base_url}/openapi.json", "--checks", "all", "--no-color"),
            *("--header", f"Authorization: {client.headers['Authorization']}"),
            *length,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            cwd=tmp_path,
        )
        said, _ = await program.communicate()

    assert program.returncode == 0, said.decode()
