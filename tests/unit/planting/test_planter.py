"""The planter: one contradiction a copy, of the kind it says, the same for the same seed."""

import random

import pytest

from tests.planting.apart import outcomes_apart
from tests.planting.measure import Outcome, contradictions, hits, recall
from tests.planting.planter import Planted, another, plants
from tests.planting.statements import Statement, statements
from tests.planting.templates import HELD_OUT, TEMPLATES

PROSE = """
La administración trabaja de la mano de las comunidades del campo y de la ciudad en cada uno de los
sectores que este Plan desarrolla, con los recursos que la Nación y el departamento transfieren.
Las mesas de trabajo recogieron las necesidades de los habitantes de la zona rural y de los barrios, que
quedaron escritas en las actas de cada una de las sesiones del Consejo Territorial de Planeación.
"""
PLAN = f"""PLAN DE DESARROLLO 2012 - 2015
El periodo 2012 - 2015 se rige por este Plan de Desarrollo 2012 - 2015.
Construir 20 puentes peatonales sobre la quebrada principal del corregimiento.
Reducir la contaminación de las aguas de la quebrada principal.
Formular el plan de manejo ambiental del humedal de la vereda alta a 2015.
La Secretaría de Salud será responsable de la vacunación canina de las veredas del municipio.
La Secretaría de Hacienda será responsable de la fiscalización del impuesto predial de los predios rurales.
{PROSE * 8}
"""


def test_statements_of_every_kind_are_found_in_plain_text():
    found = {s.form: s for s in statements(PLAN)}

    assert {"counted", "direction", "deadline", "responsible"} <= set(found)
    assert found["counted"].said == "20"
    assert found["deadline"].said == "2015"
    assert PLAN[found["direction"].start : found["direction"].end].strip().startswith("Reducir")


def test_rows_of_piped_tables_state_what_their_headers_say():
    table = (
        "Código | Indicador de producto | Línea base | Meta cuatrienio 2024-2027 | Meta por año / 2024 | Responsable\n"
        "19 | Personas atendidas por los equipos básicos rurales | 210 | 9.600 | 1.800 | Secretaría de Salud\n"
    )
    found = {s.form: s.said for s in statements(table)}

    assert found == {"baseline": "210", "target": "9.600", "responsible": "Secretaría de Salud"}


def test_a_copy_has_one_sentence_more_and_nothing_else_changed():
    for planted in plants(PLAN, each=2, seed=4):
        added = len(planted.text) - len(PLAN)

        assert planted.text[: planted.start] + planted.text[planted.start + added :] == PLAN
        assert planted.sentence.split() == planted.text[planted.start : planted.start + added].split()
        assert planted.said in planted.sentence
        assert planted.said != planted.statement.said


def test_every_kind_is_planted_far_from_what_it_contradicts():
    made = list(plants(PLAN, each=1, seed=4))

    assert {p.kind for p in made} == {"number", "entity", "deadline", "direction"}
    assert all(abs(p.start - p.statement.start) > 0.05 * len(PLAN) for p in made)


def test_the_same_seed_plants_the_same_and_another_one_does_not():
    first, again, other = (list(plants(PLAN, each=2, seed=seed)) for seed in (7, 7, 8))

    assert first == again
    assert [p.text for p in first] != [p.text for p in other]


def test_held_out_templates_are_others_and_are_marked():
    assert {t for form in HELD_OUT.values() for t in form}.isdisjoint(t for form in TEMPLATES.values() for t in form)
    for seed in range(6):
        for planted in plants(PLAN, each=1, seed=seed):
            assert planted.held_out == (planted.template in HELD_OUT[planted.statement.form])


@pytest.mark.parametrize(
    ("form", "said", "thing"),
    [
        ("target", "98%", "la cobertura de acueducto rural"),
        ("counted", "2", "puentes sobre la quebrada principal"),
        ("amount", "$ 1.200.000 millones", "programa de vivienda rural nueva"),
        ("deadline", "2015", "formular el plan de manejo"),
    ],
)
def test_what_is_planted_differs_and_a_share_stays_one(form, said, thing):
    statement = Statement(form=form, thing=thing, said=said, start=0, end=1)
    for seed in range(30):
        other = another(statement, (), random.Random(seed))

        assert other != said
        if "%" in said:
            assert 0 < float(other.rstrip("%")) <= 98


def test_an_office_of_the_same_area_is_no_other_office():
    statement = Statement(form="responsible", thing="la vacunación", said="Secretaría de Salud", start=0, end=1)

    assert another(statement, ("Secretaría de Salud Pública",), random.Random(1)) is None
    assert another(statement, ("Secretaría de Hacienda",), random.Random(1)) == "Secretaría de Hacienda"


def test_a_planted_contradiction_counts_as_found_only_when_one_side_is_the_planted_sentence():
    planted = next(p for p in plants(PLAN, each=1, seed=4, kinds=("direction",)))
    found, text = contradictions(planted.text.encode())
    elsewhere = Planted(**{f: getattr(planted, f) for f in planted.__struct_fields__} | {"sentence": "Otra frase."})

    assert [hits(e, planted, text) for e in found] == [True]
    assert [hits(e, elsewhere, text) for e in found] == [False]


def test_recall_is_counted_by_kind_and_over_all():
    made = list(plants(PLAN, each=1, seed=4))
    results = [Outcome(planted=p, found=p.kind == "number", reported=1) for p in made]

    counts = recall(results)

    assert counts["number"] == (1, 1)
    assert counts["all"] == (1, len(made))
    assert recall([]) == {}


def test_sentences_behind_a_plan_are_judged_in_known_or_in_held_out_wordings():
    for held_out in (False, True):
        made = outcomes_apart(PLAN.encode(), PLAN, each=1, seed=4, kinds=("direction",), held_out=held_out)

        assert [(o.planted.kind, o.planted.held_out) for o in made] == [("direction", held_out)]
