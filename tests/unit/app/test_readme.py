"""The README's picture is the pipeline's."""

import re
from pathlib import Path

from app.http.operations import OPERATIONS
from domain.pipeline import PLAN

ROOT = Path(__file__).resolve().parents[3]


def test_the_picture_shows_the_stages_of_the_plan_in_their_order() -> None:
    flows = [stage.flow for stage in PLAN]
    text = (ROOT / "README.md").read_text()
    assert [word for word in re.findall(r"[a-z]+(?:_[a-z]+)+", text) if word in flows] == flows


def test_the_scripts_that_it_names_exist() -> None:
    named = set(re.findall(r"scripts/[a-z_/]+[a-z_]", (ROOT / "README.md").read_text()))
    assert named
    assert all((ROOT / name).exists() for name in named)


def test_the_table_of_the_interface_is_that_of_its_operations() -> None:
    table = [
        (operation.method, operation.paths, operation.summary, tuple(sorted({*operation.answers, *operation.errors})))
        for operation in OPERATIONS
    ]
    rows = re.findall(
        r"^\| (GET|POST|PATCH|DELETE) \| (.+?) \| (.+?) \| ([\d ]+) \|$", (ROOT / "README.md").read_text(), re.MULTILINE
    )
    read = [
        (method, tuple(re.findall(r"`(.+?)`", paths)), summary, tuple(map(int, codes.split())))
        for method, paths, summary, codes in rows
    ]
    assert read == table
