"""The rules of the house that no linter knows."""

import ast
import tomllib
from pathlib import Path

import pytest

from domain.detectors import DETECTORS
from domain.options import SWITCHES
from domain.rubric.model import Questionnaire
from tests.fakes.questionnaire import the_questionnaire

ROOT = Path(__file__).parents[2]
MODULES = [p for room in ("app", "domain", "infra") for p in sorted((ROOT / room).rglob("*.py"))]


def name_of(path):
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


def test_every_file_of_app_has_its_place_in_the_import_contract():
    contract = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"][0]
    placed = {name.strip() for layer in contract["layers"] for name in layer.split("|")}
    found = {f"app.{p.stem}" for p in (ROOT / "app").iterdir() if p.suffix == ".py" or p.is_dir()}

    assert found - placed - {"app.__init__", "app.__pycache__"} == set()


def test_every_detector_file_is_listed():
    files = {p.stem for p in (ROOT / "domain/detectors").glob("*.py")} - {"__init__"}

    assert files == {d.id for d in DETECTORS}


def test_every_detector_has_a_switch():
    assert set(SWITCHES.values()) == {d.id for d in DETECTORS}


def test_detectors_feed_only_questions_that_exist():
    questionnaire: Questionnaire = the_questionnaire()

    assert {q for d in DETECTORS for q in d.feeds} <= set(questionnaire.question)


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_module_has_one_idea_in_at_most_300_lines_and_says_which(path):
    text = path.read_text()

    assert len(text.splitlines()) <= 300
    assert path.name == "__init__.py" or ast.get_docstring(ast.parse(text))


@pytest.mark.parametrize("word", ["utils", "common", "helpers", "manager", "base"])
def test_no_module_is_named_after_nothing(word):
    assert [name_of(p) for p in MODULES if p.stem == word] == []
