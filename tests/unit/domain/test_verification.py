from pathlib import Path

import msgspec
import pytest

from app.evaluator import compose
from app.usecases.stages import StageLog
from domain import verification
from domain.document import PageSpan, single_passage
from domain.evidence import Reading, Topic
from domain.options import Options
from domain.pipeline import PLAN, execute
from domain.registry import seal
from domain.release import freeze
from domain.theory import Edge, Node, Theory
from tests.fakes.embedder import FakeEmbedder
from tests.fakes.evidences import an_evidence
from tests.fakes.questionnaire import the_questionnaire

SAMPLE = Path(__file__).parents[2] / "golden/plan_corto.txt"


@pytest.fixture(scope="module")
def made():
    evaluate = compose(FakeEmbedder(), freeze("test", "0", {}))
    given = {
        "upload": SAMPLE.read_bytes(),
        "options": Options(),
        "questionnaire": evaluate.questionnaire,
        "release": evaluate.release,
    }
    return execute(PLAN, evaluate._steps(), given, StageLog(lambda: 0))


def broken(made, change):
    """The contract's complaints about an evaluation whose first scored answer was changed."""
    evaluation = made["evaluation"]
    at = next(i for i, a in enumerate(evaluation.answers) if a.score)
    answers = list(evaluation.answers)
    answers[at] = change(answers[at])
    changed = msgspec.structs.replace(evaluation, answers=tuple(answers))
    return verification.contract(changed, made["document"], made["registry"], the_questionnaire())


def test_an_evaluation_as_it_was_made_keeps_its_contract(made):
    check = verification.contract(made["evaluation"], made["document"], made["registry"], the_questionnaire())

    assert (check.holds, check.problems) == (True, ())


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (lambda a: msgspec.structs.replace(a, id="P1-D9-Q99"), "not the 300 questions"),
        (lambda a: msgspec.structs.replace(a, score=a.score + 1), "score"),
        (lambda a: msgspec.structs.replace(a, elements=(0, 1, 0), score=0), "without the anchor"),
        (lambda a: msgspec.structs.replace(a, evidence=()), "no evidence for"),
        (lambda a: msgspec.structs.replace(a, evidence=(*a.evidence, "sta-unknown")), "is not registered"),
        (lambda a: msgspec.structs.replace(a, applies=False), "a score where none may be"),
        (lambda a: msgspec.structs.replace(a, quote=""), "a score without a quote"),
        (lambda a: msgspec.structs.replace(a, quote="words that no plan has"), "the quote is not in the text"),
    ],
)
def test_a_broken_answer_is_a_contract_violation(made, change, complaint):
    check = broken(made, change)

    assert not check.holds
    assert any(complaint in problem for problem in check.problems)


def test_a_missing_answer_is_a_contract_violation(made):
    short = msgspec.structs.replace(made["evaluation"], answers=made["evaluation"].answers[1:])

    assert not verification.contract(short, made["document"], made["registry"], the_questionnaire()).holds


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [({"text": "Otras palabras."}, "not at its span"), ({"page": 7}, "not on page 7"), ({"text": ""}, "span")],
)
def test_a_quote_that_is_not_where_it_says_is_a_contract_violation(made, changes, complaint):
    items = made["registry"].items
    forged = seal([msgspec.structs.replace(items[0], **changes)], items[1:])

    check = verification.contract(made["evaluation"], made["document"], forged, the_questionnaire())

    assert any(complaint in problem for problem in check.problems)


def test_pages_may_be_numbered_from_any_number(made):
    text = "Faltan 300 viviendas."
    document = msgspec.structs.replace(single_passage(text), pages=(PageSpan(number=19, start=0, end=len(text)),))
    reading = Reading(document=document, topics=(Topic(points=("P4",), weights=(1.0,)),))
    item = msgspec.structs.replace(an_evidence(reading, "300 viviendas", "D1-Q1.valor"), page=19)

    check = verification.contract(made["evaluation"], document, seal([item]), the_questionnaire())

    assert not any(item.id in problem for problem in check.problems)


def test_evidence_that_changed_after_sealing_is_seen(made):
    items = made["registry"].items
    tampered = msgspec.structs.replace(made["registry"], items=(msgspec.structs.replace(items[0], why="x"), *items[1:]))

    assert not verification.immutability(tampered, made["evaluation"]).holds


def test_answers_that_depend_on_the_order_of_evidence_are_seen(made):
    check = verification.determinism(made["answers"], made["registry"].items, lambda evidence: made["answers"][::-1])

    assert not check.holds


def test_an_evaluation_whose_hash_is_not_its_own_is_seen(made):
    forged = msgspec.structs.replace(made["evaluation"], percent=99.0)

    assert not verification.reproducibility(forged).holds


def test_a_circle_in_the_theory_of_change_is_named():
    names = ("a", "b", "c")
    nodes = tuple(Node(id=n, point="P1", level="producto", text=n) for n in names)
    edges = tuple(
        Edge(source=s, target=t, link="producto_resultado", bond="fila", evidence="e")
        for s, t in zip(names, (*names[1:], names[0]), strict=True)
    )

    check = verification.acyclicity(Theory(nodes=nodes, edges=edges))

    assert not check.holds
    assert "a" in check.problems[0]
