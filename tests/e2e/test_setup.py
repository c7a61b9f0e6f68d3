"""scripts/setup: a clear message for everything that can be missing, and no trace of a try that was interrupted."""

import os
import shutil
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.e2e.processes import Started, eventually, started, surroundings

ROOT = Path(__file__).resolve().parents[2]
TOOLS = [
    "bash",
    "cat",
    "cut",
    "dirname",
    "env",
    "find",
    "flock",
    "grep",
    "ln",
    "mkdir",
    "mv",
    "rm",
    "sha256sum",
    "sleep",
    "tail",
    "touch",
    "tr",
]
STAGES = ("venv", "pip", "model")

FAKE_PYTHON = """#!/usr/bin/env bash
# Stands for python3: its venv, its pip and its model build do nothing, or fail, or hang, as FAKE_* say.
at() {
  [ "${FAKE_HANGS_AT:-}" != "$1" ] || { echo "hangs at $1" >"$FAKE_SIGN"; sleep 1000; }
  [ "${FAKE_FAILS_AT:-}" != "$1" ] || { echo "$FAKE_WORDS"; exit 1; }
}
case "$*" in
-c*) echo "$FAKE_SELF" ;;
"-ISc ") ;;
-ISc*) exec "$FAKE_REAL" "$@" ;;
"-m venv "*)
  mkdir -p "$3/bin"
  at venv
  for name in python decalogo; do ln -s "$FAKE_SELF" "$3/bin/$name"; done
  ;;
"-m pip "*) at pip ;;
"model build --to "*)
  mkdir -p "$(dirname "$4")/.model-half"
  at model
  mv "$(dirname "$4")/.model-half" "$4"
  echo '{}' >"$4/manifest.json"
  ;;
here) echo "here is $PWD" ;;
esac
"""


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """What scripts/setup reads, in a place of its own."""
    root = tmp_path / "repository"
    for name in ("scripts", "requirements"):
        shutil.copytree(ROOT / name, root / name)
    shutil.copy(ROOT / "pyproject.toml", root)
    return root


@pytest.fixture
def bare_path(tmp_path: Path) -> Path:
    """A PATH with the ordinary tools and no Python."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for tool in TOOLS:
        found = shutil.which(tool)
        assert found, f"{tool} is needed for this test"
        (folder / tool).symlink_to(found)
    return folder


@pytest.fixture
def fake(bare_path: Path, tmp_path: Path) -> dict[str, str]:
    """An environment whose python3 is FAKE_PYTHON."""
    program = _program(bare_path / "python3", FAKE_PYTHON)
    return {
        "PATH": str(bare_path),
        "FAKE_SELF": str(program),
        "FAKE_REAL": sys.executable,
        "FAKE_SIGN": str(tmp_path / "sign"),
    }


def _program(file: Path, text: str) -> Path:
    file.write_text(text)
    file.chmod(file.stat().st_mode | stat.S_IXUSR)
    return file


def _setup(repository: Path, environ: dict[str, str], *arguments: str) -> tuple[int, str]:
    done = subprocess.run(
        [repository / "scripts/setup", *(arguments or ("run",))],
        env=environ,
        cwd=repository.parent,
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def test_without_python_it_says_which_python_it_needs(repository: Path, bare_path: Path) -> None:
    status, said = _setup(repository, {"PATH": str(bare_path)})
    assert status == 4
    assert "Python 3.11 or newer is needed and there is no python3 on the PATH" in said


def test_a_python_that_is_too_old_is_named_with_its_version(repository: Path, bare_path: Path) -> None:
    old = '#!/usr/bin/env bash\n[ "$1" = -V ] && echo "Python 3.9.2" || exit 1\n'
    python = _program(bare_path / "python3", old)
    status, said = _setup(repository, {"PATH": str(bare_path)})
    assert status == 4
    assert f"{python} is Python 3.9.2" in said
    assert not (repository / ".venv").exists()


def test_without_network_it_gives_up_soon_and_says_so(repository: Path) -> None:
    environ = {name: value for name, value in surroundings().items() if not name.startswith("PIP_")}
    environ |= {
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_INDEX_URL": "http://127.0.0.1:9/simple",
        "PIP_NO_CACHE_DIR": "1",
    }
    begin = time.monotonic()
    status, said = _setup(repository, environ)
    assert status == 4, said
    assert "no network, or the package index does not answer" in said
    assert str(Path(".var/pip.log")) in said
    assert time.monotonic() - begin < 45
    assert not list((repository / ".venv").glob("installed-*"))


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("error: command 'gcc' failed: No such file or directory", "there is no C compiler. Install one"),
        ("error: [Errno 2] No such file or directory: 'cc'", "there is no C compiler. Install one"),
        ("unable to execute 'x86_64-linux-gnu-gcc': No such file or directory", "there is no C compiler"),
        ("error: Could not install packages due to an OSError: [Errno 28] No space left on device", "the disk is full"),
        ("ERROR: No matching distribution found for onnxruntime==1.31.1", "none for this machine and this Python"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.", "its hash differs"),
        ("Temporary failure in name resolution\nNo matching distribution found for arq", "no network"),
    ],
)
def test_what_pip_says_becomes_something_to_act_on(
    repository: Path, fake: dict[str, str], words: str, message: str
) -> None:
    status, said = _setup(repository, {**fake, "FAKE_FAILS_AT": "pip", "FAKE_WORDS": words})
    assert status == 4
    assert message in said


@pytest.fixture(params=STAGES)
def hanging(
    request: pytest.FixtureRequest, repository: Path, fake: dict[str, str], tmp_path: Path
) -> Iterator[Started]:
    """A set-up that has come to one of its stages and stays there."""
    environ = {**fake, "FAKE_HANGS_AT": request.param}
    with started([repository / "scripts/setup", "run"], environ, tmp_path / "said", tmp_path) as setup:
        eventually((tmp_path / "sign").exists, f"{request.param} begins")
        yield setup


@pytest.mark.parametrize(
    "interrupt",
    [Started.ctrl_c, lambda setup: setup.send(signal.SIGTERM), lambda setup: setup.send(signal.SIGHUP)],
    ids=["ctrl-c", "sigterm", "hang-up"],
)
def test_interrupted_it_leaves_nothing_running_and_the_next_run_completes(
    hanging: Started, interrupt: Callable[[Started], None], repository: Path, fake: dict[str, str]
) -> None:
    interrupt(hanging)
    assert hanging.wait(10) == 130
    assert hanging.left() == []
    assert "interrupted; the next run goes on from here" in hanging.output()
    assert not (repository / ".var/model").exists()
    assert not list((repository / ".var").glob(".model-*"))
    assert _setup(repository, fake)[0] == 0
    assert (repository / ".var/model/manifest.json").exists()


def test_killed_it_takes_its_work_with_it_and_the_next_run_sweeps_and_completes(
    hanging: Started, repository: Path, fake: dict[str, str]
) -> None:
    hanging.send(signal.SIGKILL)
    hanging.wait(10)
    eventually(lambda: _only_orphans_of_the_fake(hanging), "its children die")
    for process in hanging.living():
        process.kill()
    assert not (repository / ".var/model").exists()
    assert _setup(repository, fake)[0] == 0
    assert not list((repository / ".var").glob(".model-*"))
    assert not (repository / ".var/tmp").exists()


def _only_orphans_of_the_fake(setup: Started) -> bool:
    """The fake's own `sleep` is a grandchild, which a real pip does not have for longer than a moment."""
    return all(command.startswith("sleep") for command in setup.commands())


def test_a_second_setup_waits_for_the_first_and_then_finds_everything_done(
    hanging: Started, repository: Path, fake: dict[str, str], tmp_path: Path
) -> None:
    with started([repository / "scripts/setup", "run"], fake, tmp_path / "second", tmp_path) as second:
        eventually(second.says("Another set-up is at work here"), "the second waits")
        hanging.send(signal.SIGTERM)
        assert second.wait(20) == 0, second.output()


def test_the_second_time_it_is_silent_and_quick(repository: Path, fake: dict[str, str]) -> None:
    first, said = _setup(repository, fake)
    assert first == 0
    assert "Installing the " in said
    begin = time.monotonic()
    assert _setup(repository, fake) == (0, "")
    assert time.monotonic() - begin < 2


def test_what_it_becomes_runs_in_the_folder_that_it_was_called_from(repository: Path, fake: dict[str, str]) -> None:
    assert _setup(repository, fake, "run", "here")[1].startswith(f"here is {repository.parent}\n")


def test_a_repository_that_was_moved_gets_a_new_environment(repository: Path, fake: dict[str, str]) -> None:
    _setup(repository, fake)
    moved = repository.rename(repository.with_name("moved"))
    status, said = _setup(moved, fake)
    assert status == 0
    assert "Making the environment" in said


@pytest.mark.slow
def test_a_model_build_that_is_killed_leaves_no_half_model(tmp_path: Path) -> None:
    command = (Path(sys.executable).with_name("decalogo"), "model", "build", "--to", tmp_path / "model")
    with started(command, surroundings(), tmp_path / "said", tmp_path) as build:
        eventually(lambda: any(tmp_path.glob(".model-*/*")) or build.over(), "the build writes", 55)
        build.send(signal.SIGKILL)
    assert not (tmp_path / "model").exists()
    assert any(tmp_path.glob(".model-*"))
