"""The README's batch that survives, run as the README writes it."""

import json
import re
import socket
import sys
from pathlib import Path

import pytest

from tests.e2e.processes import started, surroundings

ROOT = Path(__file__).resolve().parents[2]


def written(folder: Path, port: int) -> str:
    """The commands, with this test's interpreter, folder and port, and plans that a small child sleeps over."""
    text = (ROOT / "README.md").read_text().split("## A batch that survives")[1]
    commands = re.split(r"^```$", text, flags=re.MULTILINE)[1]
    for old, new in {
        ".venv/bin/decalogo": f"{sys.executable} -m app.cli",
        ".var/first_key": f"{folder}/data/first_key",
        ":8000": f":{port}",
        "/tmp/plan_": f"{folder}/plan_",
        "Anexo $n.": "Anexo $n. SLEEP 1",
    }.items():
        assert old in commands
        commands = commands.replace(old, new)
    ask = 'echo; echo "THE {} $(curl -sH "$key" $api/{})"'
    told = [ask.format("BATCH", "$job"), ask.format("OTHER", "$other"), ask.format("RESULTS", "results/$job")]
    return "\n".join([commands, *told, "kill $up; wait"])


def said(output: str, what: str) -> dict:
    """The JSON behind these words; log lines may follow it."""
    return json.JSONDecoder().raw_decode(output.partition(what)[2])[0]


@pytest.mark.slow
@pytest.mark.timeout(180)
def test_ten_plans_survive_a_dead_worker_and_a_restart(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    environ = surroundings() | {
        "DECALOGO_CHILD": "tests.fakes.small_child:make",
        "DECALOGO_CONCURRENCY": "2",
        "DECALOGO_DATA_DIR": str(tmp_path / "data"),
        "DECALOGO_PORT": str(port),
    }
    # Not -e: without a model there are no scorecards, and `watch` fails at showing them when it has waited for the end.
    with started(["bash", "-c", written(tmp_path, port)], environ, tmp_path / "out", ROOT) as program:
        program.wait(150)
        output = program.output()

    results, other = said(output, "THE RESULTS "), said(output, "THE OTHER ")
    assert (results["status"], results["documents_completed"], results["documents_failed"]) == ("completed", 10, 0)
    assert len(set(results["summary"]["evaluation_hashes"].values())) == 10
    assert any(d["attempts"] > 1 for d in said(output, "THE BATCH ")["documents"])
    assert (other["status"], other["documents_completed"]) == ("cancelled", 0)
    assert "event: snapshot" in output
    # Which of them depends on how far the batch was when the reader came.
    assert re.search("^event: document_(started|stage|retried|ended)$", output, flags=re.MULTILINE)
