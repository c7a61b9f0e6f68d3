"""Contradictions: each kind with its near misses, because a false one costs an analyst's trust."""

import pytest

from domain.detectors.contradiction import DETECTOR
from domain.evidence import Detector, Finding, bind
from tests.fakes.evidence_made import an_amount, an_indicator
from tests.fakes.readings import a_reading, a_row_reading, several

NAME = "Tasa de mortalidad infantil por mil nacidos vivos"


def kinds(reading, *found):
    return [e.attributes["kind"] for e in bind(DETECTOR, reading, found)]


def two(first, second, name=NAME, names=None):
    """An indicator that stands twice, in two rows."""
    one, other = names or (name, name)
    reading = several(a_row_reading([("Indicador", one)]), a_row_reading([("Indicador", other)]))
    again = 1 if other.startswith(one) else 0
    return reading, an_indicator(reading, one, **first), an_indicator(reading, other, nth=again, **second)


def result(baseline, target, **more):
    return {"kind": "resultado", "baseline": baseline, "target": target, **more}


def product(baseline, target, **more):
    return {"kind": "producto", "baseline": baseline, "target": target, **more}


def test_two_targets_of_one_result_are_reported_with_both_quotes():
    reading, one, other = two(result("12", "8"), result("12", "10"))

    (found,) = bind(DETECTOR, reading, (one, other))

    assert found.attributes["kind"] == "meta_distinta"
    assert found.attributes["values"] == ("8", "10")
    assert found.start == other.start
    start, end = found.attributes["other_start"], found.attributes["other_end"]
    assert reading.document.text[start:end] == found.attributes["other_quote"] == one.text
    assert "8" in found.why
    assert "10" in found.why


def test_two_baselines_of_one_result_are_reported():
    assert kinds(*two(result("12", "8"), result("14", "8"))) == ["linea_base_distinta"]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (result("12", "8"), result("12", "8,0")),
        (result("12", "8"), result("14", "10")),
        (result("12", "8"), result("12", None)),
        (result("12", "8", target_year="2014"), result("12", "10", target_year="2015")),
        (result("12", "8", unit="casos"), result("12", "10", unit="tasa")),
        (result("12", "8"), product("12", "10")),
        (result("12", "8"), result("12", "8 9 10 11")),
        (result("12", "80"), result("12", "0,8%")),
        (product(None, "8"), product(None, "10")),
        (product("0", "8", programme="Salud"), product("4", "10", programme="Salud")),
    ],
)
def test_figures_that_may_both_hold_are_no_contradiction(first, second):
    assert kinds(*two(first, second)) == []


def test_products_of_different_programmes_are_two_products():
    first, second = product("0", "8", programme="Salud"), product("0", "10", programme="Deporte")

    assert kinds(*two(first, second)) == []


def test_names_that_differ_in_a_word_are_two_indicators():
    names = ("Tasa de mortalidad infantil en zona rural", "Tasa de mortalidad infantil en zona urbana")

    assert kinds(*two(result("12", "8"), result("12", "10"), names=names)) == []


def test_a_target_above_the_baseline_of_what_is_to_fall_is_reported():
    reading = a_row_reading([("Indicador", "Reducir la tasa de deserción escolar")])
    name = "Reducir la tasa de deserción escolar"

    assert kinds(reading, an_indicator(reading, name, kind="resultado", baseline="4,5", target="6")) == ["direccion"]
    assert kinds(reading, an_indicator(reading, name, kind="resultado", baseline="4,5", target="3")) == []
    assert kinds(reading, an_indicator(reading, name, kind="resultado", baseline="90%", target="100%")) == []


def table(*rows, headers=("Sector", "Propios", "SGP", "Total")):
    return several(*(a_row_reading(list(zip(headers, row, strict=True))) for row in rows))


GOOD_ROWS = (("Salud", "100", "200", "300"), ("Educación", "50", "70", "120"), ("Vivienda", "10", "20", "30"))


def test_a_row_total_that_its_sources_contradict_is_reported():
    reading = table(*GOOD_ROWS, ("Deporte", "40", "40", "90"))

    (found,) = bind(DETECTOR, reading)

    assert found.attributes["kind"] == "suma_fila"
    assert found.text == "90"
    assert found.attributes["other_quote"] == "40 | 40"
    assert found.attributes["values"] == ("90", "80")


def test_a_column_total_that_its_rows_contradict_is_reported():
    reading = table(*GOOD_ROWS, ("TOTAL", "160", "290", "470"))

    assert set(kinds(reading)) == {"suma_columna", "suma_fila"}


@pytest.mark.parametrize(
    "rows",
    [
        GOOD_ROWS,
        (*GOOD_ROWS, ("TOTAL", "160", "290", "450")),
        (*GOOD_ROWS, ("Deporte", "40", "40", "80,5")),
        (*GOOD_ROWS[:1], ("Deporte", "40", "40", "90")),
        (*GOOD_ROWS, ("Deporte", "40", "ND", "90")),
        (
            ("Ingresos", "900", "1", "1"),
            ("Predial", "500", "2", "9"),
            ("Otros", "400", "3", "7"),
            ("TOTAL", "900", "8", "6"),
        ),
        (),
    ],
)
def test_tables_that_add_up_or_whose_parts_are_unknown_are_left_alone(rows):
    assert kinds(table(*rows)) == []


YEARLY = ("Producto", "Meta", "2024", "2025", "2026", "2027")
ADDING_UP = (
    ("Puentes", "3", "0", "1", "1", "1"),
    ("Aulas", "10", "2", "3", "3", "2"),
    ("Parques", "7", "1", "2", "2", "2"),
)


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (("Vías en kilómetros", "48", "10", "12", "14", "10"), ["suma_fila"]),
        (("Vías en kilómetros", "46", "10", "12", "14", "10"), []),
        (("Vías en kilómetros", "14", "10", "12", "14", "14"), []),
        (("Porcentaje de vías", "48", "10", "12", "14", "10"), []),
        (("Vías en kilómetros", "90", "10", "12", "14", "10"), []),
    ],
)
def test_years_that_do_not_add_up_to_their_target_are_reported_where_others_do(row, expected):
    assert kinds(table(*ADDING_UP, row, headers=YEARLY)) == expected
    assert kinds(table(*ADDING_UP[:1], row, headers=YEARLY)) == []


def test_text_that_gives_a_programme_another_amount_than_its_table_is_reported():
    text = "El programa Vivienda digna para todos tendrá $ 900.000 en el cuatrienio."
    reading = several(a_reading(text), a_row_reading([("Programa", "Vivienda digna para todos"), ("Costo", "600.000")]))
    said = an_amount(reading, "$ 900.000", 900_000)
    row = an_amount(reading, "600.000", 600_000, purpose="Vivienda digna para todos")

    assert kinds(reading, said, row) == ["texto_y_tabla"]
    assert kinds(reading, said, an_amount(reading, "600.000", 900_000, purpose="Vivienda digna para todos")) == []
    assert kinds(reading, said, an_amount(reading, "600.000", 600_000, purpose="Vivienda rural nueva")) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Aumentar el gasto de funcionamiento. Reducir el gasto de funcionamiento.", ["intencion_opuesta"]),
        ("Aumentar la cobertura en educación. Reducir la deserción en educación.", []),
        ("Aumentar el gasto social. Reducir el gasto de funcionamiento.", []),
        ("Aumentar el gasto de funcionamiento. No reducir el gasto de funcionamiento.", []),
        ("Se busca aumentar el recaudo, pero también disminuir la evasión.", []),
        ("El municipio fijará el salario mínimo de sus habitantes.", ["competencia"]),
        ("La administración municipal otorgará visas a la población migrante.", ["competencia"]),
        ("El Gobierno Nacional fijará el salario mínimo.", []),
        ("El municipio gestionará ante Migración Colombia los permisos de permanencia.", []),
        ("", []),
    ],
)
def test_aims_are_contradictory_only_over_one_object_or_beyond_competence(text, expected):
    assert kinds(a_reading(text, role="estrategia")) == expected


def test_ups_and_downs_of_a_diagnosis_are_no_aims():
    text = "Aumentar el gasto de funcionamiento. Reducir el gasto de funcionamiento."

    assert kinds(a_reading(text, role="diagnostico")) == []


MEASURED = "Cobertura neta en educación media"


def retold(sentence, row=(MEASURED, "45 %", "58 %"), **more):
    """A sentence of prose, and far from it the row of an indicator."""
    name, baseline, target = row
    text = f"{sentence} El sector avanza con la comunidad."
    reading = several(
        a_reading(text, role="estrategia"),
        a_row_reading([("Indicador", name), ("Línea base", baseline), ("Meta", target)]),
    )
    again = reading.document.text.count(name) - 1
    return reading, an_indicator(reading, name, nth=again, baseline=baseline, target=target, **more)


def test_prose_that_gives_an_indicator_another_target_is_reported_with_both_quotes():
    reading, row = retold("La meta del cuatrienio para la cobertura neta en educación media es de 70 %.")

    (found,) = bind(DETECTOR, reading, (row,))

    assert found.attributes["kind"] == "meta_distinta"
    assert found.attributes["values"] == ("70 %", "58 %")
    assert found.text.startswith("La meta del cuatrienio")
    assert found.attributes["other_quote"] == f"{MEASURED} | 45 % | 58 %"


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("La meta del cuatrienio para la cobertura neta en educación media es de 58 %.", []),
        ("En educación media, la meta es llegar a una cobertura neta de 70 %.", ["meta_distinta"]),
        ("La línea base de la cobertura neta en educación media es de 40 %.", ["linea_base_distinta"]),
        ("En educación media, con lo descrito se espera que la cobertura neta llegue a 70 %.", ["meta_distinta"]),
        ("La meta para la cobertura neta en educación media rural es de 70 %.", []),
        ("La meta para la cobertura neta en educación media y técnica es de 70 %.", []),
        ("La meta para la cobertura bruta en educación media es de 70 %.", []),
        ("La meta es dotar la cobertura neta en educación media con 70 % más de recursos.", []),
        ("En 2009 la meta de cobertura neta en educación media fue de 70 %.", []),
        ("La meta anual para la cobertura neta en educación media es de 70 %.", []),
        ("La cobertura neta en educación media preocupa a 70 % de los padres.", []),
    ],
)
def test_prose_contradicts_an_indicator_only_about_the_same_thing_and_time(sentence, expected):
    assert kinds(*retold(sentence)) == expected


def test_a_figure_that_is_added_is_no_level():
    name, text = "Cobertura de saneamiento básico rural", "Cobertura de saneamiento básico rural: aumento en un 90%."
    told = "La meta para la cobertura de saneamiento básico rural es de 68%."
    reading = several(a_reading(told, role="estrategia"), a_reading(text))

    assert kinds(reading, an_indicator(reading, name, target="90%")) == []


def test_cells_that_ran_together_before_a_measure_are_no_part_of_its_name():
    name = "Construir 8 edificios Número de plantas físicas mantenidas en edificios institucionales"
    told = "La línea base de plantas físicas mantenidas en edificios institucionales es de 5."
    reading = several(a_reading(told, role="estrategia"), a_row_reading([("Indicador", name), ("Base", "2")]))

    assert kinds(reading, an_indicator(reading, name, baseline="2", target="10")) == ["linea_base_distinta"]


def test_one_other_place_that_agrees_with_the_sentence_settles_the_matter():
    reading, row = retold("La meta para la cobertura neta en educación media es de 70 %.")
    again = several(reading, a_row_reading([("Anexo", MEASURED), ("Fin", "70 %")]))
    agreeing = an_indicator(again, MEASURED, nth=1, baseline="45 %", target="70 %")

    assert not any("La meta para" in e.text for e in bind(DETECTOR, again, (row, agreeing)))


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("El municipio va a construir 35 puentes peatonales sobre la quebrada principal.", ["meta_distinta"]),
        ("El municipio va a construir veinte (20) puentes peatonales sobre la quebrada principal.", []),
        ("El municipio va a pintar 35 puentes peatonales sobre la quebrada principal.", []),
        ("El municipio va a construir 35 puentes vehiculares sobre la quebrada principal.", []),
        ("El municipio va a construir 35 puentes peatonales sobre la quebrada principal cada año.", []),
    ],
)
def test_prose_that_promises_another_number_than_a_goal_is_reported(sentence, expected):
    goal = "Construir 20 puentes peatonales sobre la quebrada principal."

    assert kinds(several(a_reading(goal), a_reading(sentence, role="estrategia"))) == expected


def test_a_goal_that_stands_twice_with_two_figures_is_reported_when_it_is_one_goal():
    goal = "Vincular el {} % de las familias priorizadas en pobreza extrema a mecanismos financieros y cooperativas."
    filler = a_reading("La comunidad participó en las mesas de trabajo de cada sector. " * 10, role="otro")

    def twice(one, other):
        return several(a_reading(goal.format(one)), filler, a_reading(goal.format(other)))

    assert kinds(twice(50, 80)) == ["meta_distinta"]
    assert kinds(twice(50, 50)) == []
    assert kinds(several(a_reading(goal.format(50)), a_reading(goal.format(80)))) == []


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("El plazo para formular el plan de manejo del humedal La Esperanza vence en 2013.", ["plazo_distinto"]),
        ("El plazo para formular el plan de manejo del humedal La Esperanza vence en 2015.", []),
        ("El plazo para evaluar el plan de manejo del humedal La Esperanza vence en 2013.", []),
    ],
)
def test_another_deadline_for_the_same_goal_is_reported(sentence, expected):
    goal = "Formular el plan de manejo del humedal La Esperanza a 2015."

    assert kinds(several(a_reading(goal), a_reading(sentence, role="estrategia"))) == expected


def an_office(reading, text, what):
    """An office that a header makes responsible for something, as the responsibility detector leaves it."""
    at = reading.document.text.rindex(text)
    passage = next(p for p in reading.document.passages if p.start <= at < p.end)
    attributes = {"entity_normalised": text.lower(), "what": what, "how": "header", "generic": False}
    place = {"passage": passage.id, "start": at, "end": at + len(text)}
    finding = Finding(type="responsibility", attributes=attributes, confidence=0.95, why="dado", **place)
    return bind(Detector(id="made", feeds=(), find=lambda _reading, _found: (finding,)), reading)[0]


@pytest.mark.parametrize(
    ("office", "expected"),
    [("Secretaría de Hacienda", ["responsable_distinto"]), ("Secretaría de Salud", []), ("Alcaldía", [])],
)
def test_another_office_for_the_same_thing_is_reported(office, expected):
    sentence = f"La jornada de vacunación canina rural estará a cargo de la {office}."
    what = "Jornada de vacunación canina rural"
    row = a_row_reading([("Actividad", what), ("Responsable", "Secretaría de Salud Pública")])
    reading = several(a_reading(sentence, role="estrategia"), row)
    said = an_office(reading, "Secretaría de Salud Pública", what)

    assert kinds(reading, said) == expected


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        (
            "La dotación de la sede de la Secretaría de Salud está a cargo de la Gerencia de Proyectos.",
            ["responsable_distinto"],
        ),
        (
            "La dotación de la sede de la Secretaría de Salud está a cargo de la Gerencia de Obras y la Oficina Legal.",
            [],
        ),
    ],
)
def test_an_office_in_the_name_of_the_thing_is_not_charged_with_it(sentence, expected):
    what = "Dotación de la sede de la Secretaría de Salud"
    row = a_row_reading([("Actividad", what), ("Responsable", "Secretaría de Hacienda")])
    reading = several(a_reading(sentence, role="estrategia"), row)

    assert kinds(reading, an_office(reading, "Secretaría de Hacienda", what)) == expected


def test_opposite_aims_over_the_same_thing_are_reported_across_the_plan():
    filler = [a_reading("La comunidad participó en las mesas.", role="otro") for _ in range(5)]
    up, down = "Aumentar la evasión del impuesto predial.", "El plan busca reducir la evasión del impuesto predial."

    assert kinds(several(a_reading(up), *filler, a_reading(down))) == ["intencion_opuesta"]
    assert kinds(several(a_reading(up), *filler, a_reading("Reducir la evasión del impuesto de industria."))) == []


def test_a_figure_read_in_part_is_no_target():
    reading = several(
        a_reading("El municipio va a lograr 1.464 familias formadas en huertas caseras.", role="estrategia"),
        a_reading("Familias formadas en huertas caseras. Meta: 1.464 familias."),
    )
    misread = an_indicator(reading, "Familias formadas en huertas caseras", target="1")

    assert kinds(reading, misread) == []


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Al culminar el mandato, la cobertura neta en educación media deberá situarse en 70 %.", ["meta_distinta"]),
        ("Frente a la cobertura neta en educación media, la expectativa es cerrar con 70 %.", ["meta_distinta"]),
        ("Se acordó con los rectores llevar la cobertura neta en educación media a 70 %.", ["meta_distinta"]),
        ("La cobertura neta en educación media pasará de 45 % a 70 %.", ["meta_distinta"]),
        ("La cobertura neta en educación media pasará de 45 % a 58 %.", []),
        ("La administración saliente dejó la cobertura neta en educación media en 40 %.", ["linea_base_distinta"]),
        ("El censo ubicó la cobertura neta en educación media en 70 %.", []),
        ("Se espera evaluar la cobertura neta en educación media en 70 % de los colegios.", []),
        ("La meta para la cobertura neta en educación media es beneficiar a 70 % de los colegios.", []),
    ],
)
def test_how_a_plan_speaks_of_a_commitment_makes_no_other_thing_of_it(sentence, expected):
    assert kinds(*retold(sentence)) == expected


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("En 2013 se formuló el plan de manejo del humedal La Esperanza.", []),
        ("El gobierno se obliga a formular el plan de manejo del humedal La Esperanza en 2013.", ["plazo_distinto"]),
    ],
)
def test_what_was_done_in_another_year_is_no_other_deadline(sentence, expected):
    goal = "Formular el plan de manejo del humedal La Esperanza a 2015."

    assert kinds(several(a_reading(goal), a_reading(sentence, role="estrategia"))) == expected


def test_an_aim_that_is_intended_counts_among_diagnoses_too():
    up = a_reading("Aumentar la evasión del impuesto predial.", role="estrategia")
    down = "Se ha acordado reducir la evasión del impuesto predial."

    assert kinds(several(up, a_reading(down, role="diagnostico"))) == ["intencion_opuesta"]


TAXED = "la evasión del impuesto predial"


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        (f"La política pública apunta a reducir {TAXED} de manera progresiva.", ["intencion_opuesta"]),
        (f"Es propósito superior de este gobierno recortar {TAXED}.", ["intencion_opuesta"]),
        (f"Se busca la reducción de {TAXED}.", ["intencion_opuesta"]),
        (f"El gobierno le apuesta a una disminución gradual de {TAXED} durante el cuatrienio.", ["intencion_opuesta"]),
        (f"Haremos lo posible para que disminuya {TAXED}.", ["intencion_opuesta"]),
        (f"Se espera que {TAXED} se reduzca.", ["intencion_opuesta"]),
        (f"Se atiende a los afectados por la reducción de {TAXED}.", []),
        (f"Se busca evitar que disminuya {TAXED}.", []),
        (f"Se busca no reducir {TAXED}.", []),
        (f"Se busca reducir {TAXED} de comercio.", []),
    ],
)
def test_the_opposite_direction_is_known_as_verb_noun_and_clause_where_it_is_meant(sentence, expected):
    up = a_reading(f"Aumentar {TAXED}.", role="estrategia")

    assert kinds(several(up, a_reading(sentence, role="estrategia"))) == expected


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("La cobertura neta en educación media habrá sido un éxito si se ubica en 70 % al cierre.", ["meta_distinta"]),
        ("En lo relativo a cobertura neta en educación media, el plan se impone 70 %.", ["meta_distinta"]),
        ("Como quedó en el tablero, la cobertura neta en educación media será de 70 %.", ["meta_distinta"]),
        ("Es un compromiso ineludible llegar a 70 % de cobertura neta en educación media.", ["meta_distinta"]),
        (
            "Según el último dato disponible, el municipio presenta 40 % en cobertura neta en educación media.",
            ["linea_base_distinta"],
        ),
        (
            "El 31 de diciembre del año anterior la cobertura neta en educación media era de 40 %.",
            ["linea_base_distinta"],
        ),
        ("El 70 % de los jóvenes tienen cobertura neta en educación media.", []),
    ],
)
def test_more_ways_of_telling_a_figure(sentence, expected):
    assert kinds(*retold(sentence)) == expected


@pytest.mark.parametrize(
    "sentence",
    [
        "40 puentes peatonales sobre la quebrada principal: esa es la cifra que se consigna.",
        "Se dedicará el gobierno a construir 40 puentes peatonales sobre la quebrada principal.",
        "La comunidad recibirá 40 puentes peatonales sobre la quebrada principal.",
    ],
)
@pytest.mark.parametrize(
    "goal",
    [
        "Construir 20 puentes peatonales sobre la quebrada principal.",
        "? Construir 20 puentes peatonales sobre la quebrada principal ? Construir 4 km de vías de acceso",
        "Actividades realizadas por el consejo Construir 20 puentes peatonales sobre la quebrada principal.",
    ],
)
def test_a_goal_that_stands_among_others_is_still_that_goal(goal, sentence):
    assert kinds(several(a_reading(goal), a_reading(sentence, role="estrategia"))) == ["meta_distinta"]


def test_a_goal_may_have_its_figures_in_the_passage_behind_it():
    goal, labels = "(2) Adecuar los centros de atención inmediata del oriente.", "Línea Base: 12 Meta: 12 centros."
    told = "Este gobierno se propone adecuar 30 centros de atención inmediata del oriente."

    reading = several(a_reading(goal), a_reading(labels), a_reading(told, role="estrategia"))

    assert kinds(reading) == ["meta_distinta"]


def test_a_deadline_may_name_a_half_of_its_year():
    goal = "Formular el plan de manejo del humedal La Esperanza a 2015."
    told = "Está programado formular el plan de manejo del humedal La Esperanza en el segundo semestre de 2013."

    assert kinds(several(a_reading(goal), a_reading(told, role="estrategia"))) == ["plazo_distinto"]


@pytest.mark.parametrize(
    ("sentence", "stated", "expected"),
    [
        ("Compete a la {} todo lo relativo a la jornada de vacunación canina rural.", "Secretaría de Salud", True),
        (
            "Quien responde ante la comunidad por la jornada de vacunación canina rural es la {}.",
            "Secretaría de Salud",
            True,
        ),
        ("La {} dirigirá todas las actividades de la jornada de vacunación canina rural.", "Secretaría de Salud", True),
        ("La jornada de vacunación canina rural estará a cargo de la {}.", "Consejo de Planeación", False),
    ],
)
def test_idioms_that_charge_an_office_and_a_council_that_is_none(sentence, stated, expected):
    what = "Jornada de vacunación canina rural"
    row = a_row_reading([("Actividad", what), ("Responsable", stated)])
    reading = several(a_reading(sentence.format("Secretaría de Hacienda"), role="estrategia"), row)

    assert kinds(reading, an_office(reading, stated, what)) == (["responsable_distinto"] if expected else [])
