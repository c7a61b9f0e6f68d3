"""Each flow of PLAN must matter: take its output away and the result is another, or the evaluation fails."""

from pathlib import Path

import msgspec
import numpy as np
import pytest

from app.evaluator import compose
from app.usecases.evaluate import Alignment, Change
from app.usecases.stages import StageLog
from domain.canonical import digest
from domain.errors import DecalogoError
from domain.options import Options
from domain.pipeline import PLAN, execute, problems
from domain.registry import seal
from domain.release import freeze
from domain.result import Check
from domain.theory import Theory
from tests.fakes.embedder import FakeEmbedder

SAMPLE = Path(__file__).parents[1] / "golden/plan_corto.txt"
BROKEN = Check(name="emptied", holds=False, problems=("nothing was checked",))

EMPTIED = {
    "source": lambda made: half_of(made["source"]),
    "layout": lambda made: made["emptied_layout"],
    "document": lambda made: msgspec.structs.replace(made["document"], passages=made["document"].passages[:1]),
    "impressions": lambda made: msgspec.structs.replace(
        made["impressions"],
        of_stretch=np.zeros_like(made["impressions"].of_stretch),
        of_unit=np.zeros_like(made["impressions"].of_unit),
    ),
    "similarities": lambda made: msgspec.structs.replace(
        made["similarities"],
        points=np.zeros_like(made["similarities"].points),
        of_stretch=np.zeros_like(made["similarities"].of_stretch),
    ),
    "alignment": lambda made: Alignment(
        reading=msgspec.structs.replace(
            made["alignment"].reading,
            topics=tuple(msgspec.structs.replace(t, points=(), weights=()) for t in made["alignment"].reading.topics),
        ),
        references=(),
    ),
    "theory": lambda made: Change(graph=Theory(), evidence=()),
    "registry": lambda made: seal(),
    "applicability": lambda made: dict.fromkeys(made["applicability"], False),
    "answers": lambda made: made["answers"][:1],
    "scorecard": lambda made: msgspec.structs.replace(made["scorecard"], percent=0.0, score=0.0),
    "evaluation": lambda made: msgspec.structs.replace(made["evaluation"], answers=()),
    "contract": lambda made: BROKEN,
    "acyclicity": lambda made: BROKEN,
    "immutability": lambda made: BROKEN,
    "determinism": lambda made: BROKEN,
    "verdict": lambda made: msgspec.structs.replace(made["verdict"], checks=()),
}
"""What "no work was done" looks like for each thing that a stage gives; the evidence groups become empty tuples."""


def half_of(source):
    page = source.pages[0]
    return msgspec.structs.replace(source, pages=(msgspec.structs.replace(page, text=page.text[:1500]),))


@pytest.fixture(scope="module")
def run():
    evaluate = compose(FakeEmbedder(), freeze("test", "0", {}))
    given = {
        "upload": SAMPLE.read_bytes(),
        "options": Options(),
        "questionnaire": evaluate.questionnaire,
        "release": evaluate.release,
    }
    steps = evaluate._steps()
    made = execute(PLAN, steps, given, StageLog(lambda: 0))
    made["emptied_layout"] = steps["text_normalization"](source=half_of(made["source"]))
    return steps, made


def outcome(made):
    return digest((made["evaluation"], made["verdict"]))


def test_the_whole_run_keeps_its_contract(run):
    _, made = run

    assert [c for c in made["verdict"].checks if not c.holds] == []


@pytest.mark.parametrize("index", range(len(PLAN)), ids=[stage.flow for stage in PLAN])
def test_without_the_work_of_a_flow_the_result_is_another(run, index):
    steps, made = run
    stage = PLAN[index]
    emptied = EMPTIED[stage.gives](made) if stage.gives in EMPTIED else ()
    known = {name: made[name] for name in ("upload", "options", "questionnaire", "release")}
    known |= {s.gives: made[s.gives] for s in PLAN[:index]} | {stage.gives: emptied}
    rest = PLAN[index + 1 :]

    assert problems(rest, tuple(known)) == []
    try:
        again = execute(rest, steps, known, StageLog(lambda: 0))
    except (DecalogoError, KeyError, IndexError, ValueError, StopIteration):
        return
    assert outcome(again) != outcome(made)
