"""Tables in text files that lost their columns: rows where the values say so, nothing where they do not."""

from domain.reading.flattened import flattened_rows


def _rows(text):
    return [{cell.header: cell.text for cell in row.cells} for row in flattened_rows(text.strip("\n").split("\n"))]


def test_columns_parted_by_tabs_or_bars_or_wide_spaces_are_bound_to_their_header():
    for gap in ("\t", " | ", "    "):
        text = gap.join(["Indicador", "Línea base", "Meta"]) + "\n" + gap.join(["Aulas dotadas", "4", "12"])

        assert _rows(text) == [{"Indicador": "Aulas dotadas", "Línea base": "4", "Meta": "12"}]


def test_a_row_ends_with_its_unit_and_run_of_values_and_names_who_is_responsible():
    text = """
Indicador de
Producto Unidad Línea Base Meta 2015 Responsables
Número de convenios realizados
para la seguridad vial No 2 5
Departamento de
Movilidad
"""
    assert _rows(text) == [
        {
            "Indicador de Producto": "Número de convenios realizados para la seguridad vial",
            "Unidad": "No",
            "Línea Base": "2",
            "Meta 2015": "5",
            "Responsables": "Departamento de Movilidad",
        },
    ]


def test_target_and_indicator_are_parted_where_only_one_line_can_begin_the_indicator():
    text = """
META INDICADOR LÍNEA BASE
Mantener los niveles de
desarrollo del municipio.
Índice de desarrollo
humano. 88.69
"""
    assert _rows(text) == [
        {
            "META": "Mantener los niveles de desarrollo del municipio.",
            "INDICADOR": "Índice de desarrollo humano.",
            "LÍNEA BASE": "88.69",
        },
    ]


def test_target_and_indicator_stay_together_where_the_text_does_not_part_them():
    text = "META INDICADOR LÍNEA BASE\nImplementar el plan. Plan implementado.\n0"

    assert _rows(text) == [{"META / INDICADOR": "Implementar el plan. Plan implementado.", "LÍNEA BASE": "0"}]


def test_a_text_that_hides_a_second_row_is_given_up():
    text = "META INDICADOR LÍNEA BASE\nRealizar ferias. Ferias 3 Construir aulas nuevas\nAulas construidas.\n12"

    assert _rows(text) == []


def test_a_sentence_with_the_words_of_a_header_is_none():
    text = "El indicador tiene línea base y meta para cada producto.\nLa meta es 40."

    assert _rows(text) == []


def test_rows_stop_at_the_next_heading():
    text = "META INDICADOR LÍNEA BASE\nReforestar.\nHectáreas.\nPROGRAMA 2: Aguas\n45"

    assert _rows(text) == []
