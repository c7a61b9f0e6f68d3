"""The graph is acyclic, exactly: circles are refused with the circle, and the order proves itself."""

import itertools
import random

import msgspec
import pytest

from domain import verification
from domain.theory import Edge, Node, Theory, build, cycles
from domain.theory.order import admit, disorder, ranked
from tests.fakes.evidence_made import a_cause
from tests.fakes.readings import a_reading, several

ROUND = several(
    a_reading("La pobreza rural genera violencia intrafamiliar."),
    a_reading("La violencia intrafamiliar genera pobreza rural."),
)
BOTH = ("D6-Q26.causa", "D6-Q26.consecuencia")


def problem(cause, effect):
    return msgspec.structs.replace(a_cause(ROUND, cause=cause, effect=effect, kind="causa"), elements=BOTH)


def edge(source, target):
    return Edge(source=source, target=target, link="problema_problema", bond="frase", evidence="e")


def node(name):
    return Node(id=name, level="problema", point="P1", text=name)


def test_a_sentence_that_closes_a_circle_is_refused_and_kept_with_the_circle():
    there = problem("pobreza rural", "violencia intrafamiliar")
    back = problem("violencia intrafamiliar", "pobreza rural")

    theory = build(ROUND, (), (there, back))

    assert [(e.source, e.target) for e in theory.edges] == [
        ("P4/problema/pobreza rural", "P4/problema/violencia intrafamiliar")
    ]
    (refusal,) = theory.refused
    assert refusal.edge.evidence == back.id
    assert refusal.cycle == (
        "P4/problema/violencia intrafamiliar",
        "P4/problema/pobreza rural",
        "P4/problema/violencia intrafamiliar",
    )
    assert verification.acyclicity(theory).holds


def test_what_is_its_own_cause_is_refused():
    kept, refused = admit([edge("a", "a")])

    assert kept == []
    assert [r.cycle for r in refused] == [("a", "a")]


@pytest.mark.parametrize("seed", range(20))
def test_what_is_admitted_is_acyclic_and_what_is_refused_would_not_be(seed):
    rng = random.Random(seed)
    edges = [edge(a, b) for a, b in itertools.product("abcdefg", repeat=2)]
    rng.shuffle(edges)
    kept, refused = admit(edges)
    pairs = {(e.source, e.target) for e in kept}

    assert cycles(Theory(edges=tuple(kept))) == []
    assert len(kept) + len(refused) == len(edges)
    for refusal in refused:
        assert refusal.cycle[:2] == (refusal.edge.source, refusal.edge.target)
        assert refusal.cycle[0] == refusal.cycle[-1]
        assert set(itertools.pairwise(refusal.cycle[1:])) <= pairs


def test_the_order_has_causes_before_effects():
    nodes = tuple(node(name) for name in "abcd")
    edges = (edge("d", "a"), edge("a", "c"))
    order = ranked(nodes, edges)

    assert [nodes[at].id for at in order] == ["b", "d", "a", "c"]
    assert disorder(Theory(nodes=nodes, edges=edges, order=order)) == []


@pytest.mark.parametrize("order", [(0, 1), (1, 0, 2), (0, 1, 1), (0, 1, 5), ()])
def test_an_order_that_proves_nothing_breaks_the_check(order):
    nodes = tuple(node(name) for name in "abc")
    theory = Theory(nodes=nodes, edges=(edge("a", "b"),), order=order)

    assert not verification.acyclicity(theory).holds


def test_an_edge_to_no_node_breaks_the_check():
    theory = Theory(nodes=(node("a"),), edges=(edge("a", "z"),), order=(0,))

    assert verification.acyclicity(theory).problems == ("a -> z: no such node",)
