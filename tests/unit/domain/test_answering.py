import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.answering import Basis, answer_all
from domain.calibration import FEATURES, Calibration
from tests.fakes.evidences import an_evidence
from tests.fakes.nearness import near
from tests.fakes.questionnaire import the_phrases, the_questionnaire
from tests.fakes.readings import a_reading, a_row_reading, several

ALIKE = tuple(0.5 if name in ("strongest", "strongest_bound") else 0.0 for name in FEATURES)
NONE, ONES = (0.0,) * len(FEATURES), (1.0,) * len(FEATURES)
BY_STRENGTH = Calibration(means=NONE, spreads=ONES, intercept=0, weights=(ALIKE, ALIKE, ALIKE))
"""Present is what is supported with .5, freely and bound to its anchor taken together."""

APPLIES = {f"P{i}": True for i in range(1, 11)}


def a_basis(reading, **changes):
    questionnaire = the_questionnaire()
    basis = Basis(
        reading=reading,
        questionnaire=questionnaire,
        phrases=the_phrases(),
        similarities=near(reading.document),
        calibration=BY_STRENGTH,
        applies=APPLIES,
        not_evaluated=frozenset(),
    )
    return msgspec.structs.replace(basis, **changes)


def answers(reading, *evidence, **changes):
    return {a.id: a for a in answer_all(evidence, a_basis(reading, **changes))}


def test_all_300_questions_are_answered_even_when_nothing_was_found():
    given = answers(a_reading("Nada."))

    assert len(given) == 300
    assert {a.score for a in given.values()} == {0}


def test_nothing_found_shows_what_was_searched():
    answer = answers(a_reading("Se construirán vías."))["P4-D1-Q1"]

    assert answer.evidence == ()
    assert [s.text for s in answer.searched] == ["Se construirán vías."]


def test_an_element_without_its_anchor_is_worth_nothing():
    reading = a_reading("En 2019, según el DANE.")

    answer = answers(reading, an_evidence(reading, "2019", "D1-Q1.anio"))["P4-D1-Q1"]

    assert (answer.elements, answer.score) == ((0, 0, 0), 0)


def test_a_row_question_does_not_join_two_rows():
    reading = several(
        a_row_reading([("Proyecto", "Comedores"), ("Costo", "$ 10")]),
        a_row_reading([("Proyecto", "Vías"), ("2024", "$ 4"), ("2025", "$ 6")]),
    )
    found = (
        an_evidence(reading, "$ 10", "D1-Q3.monto"),
        an_evidence(reading, "Comedores", "D1-Q3.vinculo"),
        an_evidence(reading, "$ 4", "D1-Q3.desagregacion"),
    )

    answer = answers(reading, *found)["P4-D1-Q3"]

    assert answer.elements == (1, 0, 1)


def test_a_row_question_does_not_join_two_sentences_of_a_paragraph():
    reading = a_reading("Se invertirán $ 10 millones en salud. La escuela tendrá recursos en 2025.")
    found = (an_evidence(reading, "$ 10 millones", "D1-Q3.monto"), an_evidence(reading, "2025", "D1-Q3.desagregacion"))

    answer = answers(reading, *found)["P4-D1-Q3"]

    assert answer.elements == (1, 0, 0)


def test_a_passage_question_joins_the_next_paragraph_under_the_same_heading():
    reading = several(a_reading("Mueren 12 de mil.", path=["Salud"]), a_reading("Fuente: DANE.", path=["Salud"]))
    found = (an_evidence(reading, "12 de mil", "D1-Q1.valor"), an_evidence(reading, "DANE", "D1-Q1.fuente"))

    answer = answers(reading, *found)["P4-D1-Q1"]

    assert answer.elements == (1, 0, 1)


def test_a_passage_question_does_not_reach_over_a_heading():
    reading = several(a_reading("Mueren 12 de mil.", path=["Salud"]), a_reading("Fuente: DANE.", path=["Vías"]))
    found = (an_evidence(reading, "12 de mil", "D1-Q1.valor"), an_evidence(reading, "DANE", "D1-Q1.fuente"))

    answer = answers(reading, *found)["P4-D1-Q1"]

    assert answer.elements == (1, 0, 0)


def test_a_point_question_joins_what_stands_far_apart():
    reading = several(a_reading("Faltan 300 viviendas."), a_reading("Otra cosa."), a_reading("No hay datos."))
    found = (
        an_evidence(reading, "300 viviendas", "D1-Q2.poblacion_afectada"),
        an_evidence(reading, "No hay datos", "D1-Q2.vacio_de_informacion"),
    )

    answer = answers(reading, *found)["P4-D1-Q2"]

    assert (answer.elements, answer.score) == ((1, 0, 1), 2)


def test_evidence_counts_only_for_the_points_of_its_passage():
    reading = a_reading("Faltan 300 viviendas.", points=("P4",))

    given = answers(reading, an_evidence(reading, "300 viviendas", "D1-Q2.poblacion_afectada"))

    assert [a.point for a in given.values() if a.score] == ["P4"]


def test_weak_evidence_does_not_reach_the_threshold():
    reading = a_reading("Faltan 300 viviendas.")
    weak = an_evidence(reading, "300 viviendas", "D1-Q2.poblacion_afectada", confidence=0.4)

    answer = answers(reading, weak)["P4-D1-Q2"]

    assert answer.score == 0
    assert answer.confidence == pytest.approx(0.6, abs=0.01)


def test_of_two_bound_readings_the_one_with_more_elements_counts():
    reading = several(a_row_reading([("Meta", "40")]), a_row_reading([("Programa", "Comer"), ("Meta", "60")]))
    found = (
        an_evidence(reading, "40", "D2-Q6.intervencion", confidence=1.0),
        an_evidence(reading, "Comer", "D2-Q6.intervencion", confidence=0.6),
        an_evidence(reading, "60", "D2-Q6.meta", confidence=0.6),
    )

    answer = answers(reading, *found)["P4-D2-Q6"]

    assert answer.elements == (1, 1, 0)
    assert answer.evidence[0] == found[1].id


def test_a_question_of_a_switched_off_detector_is_not_evaluated():
    reading = a_reading("Se invertirán $ 10.")
    found = an_evidence(reading, "$ 10", "D1-Q3.monto")

    answer = answers(reading, found, not_evaluated=frozenset({"D1-Q3"}))["P4-D1-Q3"]

    assert (answer.evaluated, answer.score) == (False, 0)


def test_a_point_that_does_not_apply_has_no_score():
    reading = a_reading("Hay hacinamiento en la cárcel.", points=("P9",))
    found = an_evidence(reading, "hacinamiento", "D2-Q8.problema")

    answer = answers(reading, found, applies={**APPLIES, "P9": False})["P9-D2-Q8"]

    assert (answer.applies, answer.score) == (False, 0)


def test_a_positive_answer_says_where_each_element_stands_and_what_comes_next():
    reading = several(a_reading("Mueren 12 de mil.", path=["Salud"]), a_reading("Fuente: DANE.", path=["Salud"]))
    found = (an_evidence(reading, "12 de mil", "D1-Q1.valor"), an_evidence(reading, "DANE", "D1-Q1.fuente"))

    assert answers(reading, *found)["P4-D1-Q1"].why == (
        "El plan da un dato cuantitativo de la situación («12 de mil», p. 1) y cita su fuente («DANE», p. 1); "
        "para sumar el punto siguiente falta decir el año del dato."
    )


def test_a_zero_shows_the_strongest_indication_that_was_too_weak():
    reading = a_reading("Faltan 300 viviendas y 20 aulas.")
    weak = [
        an_evidence(reading, words, "D1-Q2.poblacion_afectada", confidence=confidence)
        for words, confidence in (("20 aulas", 0.2), ("300 viviendas", 0.4))
    ]

    assert answers(reading, *weak)["P4-D1-Q2"].why == (
        "El plan no llega a cuantificar la población afectada, y sin eso no suma el primer punto; "
        "el mejor indicio está en la p. 1: «300 viviendas»."
    )


def test_a_zero_without_any_indication_says_that_the_anchor_is_not_stated():
    why = answers(a_reading("Nada."))["P4-D1-Q5"].why

    assert why.startswith("El plan no cita una norma o política propia del tema, y sin eso no suma el primer punto; ")


def test_an_answer_carries_at_most_five_pieces_of_evidence():
    reading = several(*(a_reading(f"Faltan {i}00 viviendas.") for i in range(1, 9)))
    found = [an_evidence(reading, f"{i}00 viviendas", "D1-Q2.poblacion_afectada") for i in range(1, 9)]

    assert len(answers(reading, *found)["P4-D1-Q2"].evidence) == 5


READING = several(*(a_reading(f"Faltan {i}00 viviendas y {i} datos.", path=["Vivienda"]) for i in range(1, 6)))
FOUND = [
    an_evidence(READING, quote.format(i), element, confidence=confidence)
    for i in range(1, 6)
    for quote, element, confidence in (
        ("{}00 viviendas", "D1-Q2.poblacion_afectada", 0.7),
        ("{} datos", "D1-Q2.vacio_de_informacion", 0.7),
        ("{}00 viviendas", "D1-Q1.valor", 0.9),
    )
]


@settings(deadline=None)
@given(st.permutations(FOUND))
def test_the_order_of_the_evidence_changes_no_answer(shuffled):
    assert answer_all(shuffled, a_basis(READING)) == answer_all(FOUND, a_basis(READING))
