"""scripts/run: one command from nothing to a scorecard, and nothing left of it however it ends."""

import os
import re
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import msgspec
import pytest

from tests.e2e.processes import Started, eventually, started, surroundings

ROOT = Path(__file__).resolve().parents[2]
RUN = ROOT / "scripts/run"
DECALOGO = ROOT / ".venv/bin/decalogo"
MODEL = Path(surroundings().get("DECALOGO_MODEL_DIR", ROOT / ".var/model"))
BANDS = "EXCELENTE|BUENO|SATISFACTORIO|INSUFICIENTE|DEFICIENTE"

pytestmark = [
    pytest.mark.skipif(not (MODEL / "manifest.json").exists(), reason=f"there is no model in {MODEL}"),
    pytest.mark.timeout(120),
]

ENDS = [Started.ctrl_c, lambda run: run.send(signal.SIGTERM)]
END_NAMES = ["ctrl-c", "sigterm"]


@contextmanager
def running(tmp_path: Path, *arguments: str | Path, name: str = "run") -> Iterator[Started]:
    """scripts/run on data of its own and any free port."""
    command = (RUN, "--port", "0", "--data", tmp_path / "data", *arguments)
    with started(command, surroundings(), tmp_path / f"{name}.out", tmp_path) as run:
        yield run


@pytest.fixture(scope="module")
def a_plan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A plan of a few sentences: evaluated as fast as it goes."""
    file = tmp_path_factory.mktemp("plans") / "breve.txt"
    file.write_text(
        "PLAN DE DESARROLLO\n\nDerechos de las mujeres\n\nLa Secretaría de la Mujer atenderá a 120 mujeres víctimas de "
        "violencia de género cada año, con $ 350 millones de recursos propios, y pasará de 12 a 40 comisarías.\n"
    )
    return file


@pytest.mark.slow
def test_once_it_shows_the_scorecard_of_the_sample_and_leaves_nothing_running(tmp_path: Path) -> None:
    with running(tmp_path, "--once") as run:
        assert run.wait(110) == 0, run.output()
        said = run.output()
        assert run.left() == []
    assert re.search(rf"\d+\.\d %\s+({BANDS})", said)
    assert len(re.findall(r"página \d+", said)) == 3
    assert "Más fuertes" in said
    results = re.search(r"Full results\s+(\S+)", said)
    assert results
    assert list(Path(results[1]).glob("*/evaluation_results.json*"))
    key = re.search(r"Key\s+(\S+)", said)
    assert key
    assert Path(key[1]).stat().st_mode & 0o077 == 0


def test_it_stays_up_until_ctrl_c(tmp_path: Path, a_plan: Path) -> None:
    with running(tmp_path, a_plan) as run:
        eventually(run.says("The service stays up"), "it stays", 60)
        curl = re.search(r'Bearer \$\(cat (\S+)\)" (\S+)', run.output())
        assert curl
        answer = httpx.get(curl[2], headers={"authorization": f"Bearer {Path(curl[1]).read_text().strip()}"})
        assert msgspec.json.decode(answer.content)["status"] == "completed"
        run.ctrl_c()
        assert run.wait(30) == 130
        assert run.left() == []
    assert run.output().endswith("Stopped.\n")


@pytest.mark.parametrize("end", ENDS, ids=END_NAMES)
def test_interrupted_in_mid_run_it_leaves_nothing_running(tmp_path: Path, end: Callable[[Started], None]) -> None:
    with running(tmp_path) as run:
        eventually(run.says("plan.pdf: processing"), "the evaluation begins", 60)
        end(run)
        assert run.wait(30) == 130
        assert run.left() == []
    assert "Stopped." in run.output()


@pytest.mark.parametrize("program", ["scripts/setup", "decalogo run", "decalogo up", "valkey-server", "app.worker"])
def test_interrupted_while_it_starts_it_leaves_nothing_running(tmp_path: Path, program: str) -> None:
    with running(tmp_path) as run:
        eventually(lambda: any(program in command for command in run.commands()), f"{program} is there")
        run.ctrl_c()
        assert run.wait(30) in (130, -signal.SIGINT)  # a shell makes 130 of the second
        assert run.left() == []


def test_killed_it_takes_everything_with_it_and_the_next_run_works(tmp_path: Path, a_plan: Path) -> None:
    with running(tmp_path) as run:
        eventually(run.says("plan.pdf: processing"), "the evaluation begins", 60)
        assert len(run.commands()) >= 4
        run.send(signal.SIGKILL)
        eventually(lambda: not run.commands(), "everything dies with it")
    with running(tmp_path, a_plan, "--once", name="next") as again:
        assert again.wait(60) == 0, again.output()


def test_a_port_that_is_taken_is_named_and_nothing_starts(tmp_path: Path, a_plan: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        with running(tmp_path, a_plan, "--once", "--port", port) as run:
            assert run.wait(30) == 3
            assert run.left() == []
    assert f"Port {port} of 127.0.0.1 cannot be had" in run.output()
    assert not (tmp_path / "data/valkey").exists()


def test_a_document_that_cannot_be_read_is_told_with_its_reason_beside_one_that_can(
    tmp_path: Path, a_plan: Path
) -> None:
    damaged = tmp_path / "damaged.pdf"
    damaged.write_bytes(b"%PDF-1.7\n" + os.urandom(2000))
    with running(tmp_path, a_plan, damaged, "--once") as run:
        assert run.wait(60) == 0, run.output()
    assert "damaged.pdf: The PDF is damaged and no page of it can be read. (damaged_pdf)" in run.output()
    assert re.search(rf"({BANDS})", run.output())


def test_when_no_document_can_be_evaluated_it_says_so_by_its_exit_status(tmp_path: Path) -> None:
    damaged = tmp_path / "damaged.pdf"
    damaged.write_bytes(b"%PDF-1.7\n" + os.urandom(2000))
    with running(tmp_path, damaged, "--once") as run:
        assert run.wait(60) == 1
        assert run.left() == []


def test_a_file_that_is_not_there_is_named_before_anything_starts(tmp_path: Path) -> None:
    with running(tmp_path, "nowhere.pdf") as run:
        assert run.wait(30) == 1
    assert "There is no file nowhere.pdf" in run.output()
    assert not (tmp_path / "data").exists()


def test_submit_and_watch_talk_to_the_service_that_runs(tmp_path: Path, a_plan: Path) -> None:
    with running(tmp_path, a_plan) as run:
        eventually(run.says("The service stays up"), "it stays", 60)
        url = re.search(r"stays up at (http://\S+?)\.\s", run.output())
        assert url
        there = ("--url", url[1], "--key-file", tmp_path / "data/first_key")
        with started((DECALOGO, "submit", a_plan, *there), surroundings(), tmp_path / "submit", tmp_path) as submit:
            assert submit.wait(30) == 0, submit.output()
        job = submit.output().strip()
        with started((DECALOGO, "watch", job, *there), surroundings(), tmp_path / "watch", tmp_path) as watch:
            assert watch.wait(60) == 0, watch.output()
        assert re.search(BANDS, watch.output())
        with started((DECALOGO, "watch", "nothing", *there), surroundings(), tmp_path / "none", tmp_path) as none:
            assert none.wait(30) == 1
        assert "No job found with ID: nothing (job_not_found)" in none.output()


def test_without_a_service_submit_says_how_to_start_one(tmp_path: Path, a_plan: Path) -> None:
    key = tmp_path / "key"
    key.write_text("dk_x")
    command = (DECALOGO, "submit", a_plan, "--url", "http://127.0.0.1:9", "--key-file", key)
    with started(command, surroundings(), tmp_path / "submit", tmp_path) as submit:
        assert submit.wait(30) == 1
    assert "No service answers at http://127.0.0.1:9" in submit.output()
    assert "decalogo up" in submit.output()
