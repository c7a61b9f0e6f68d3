"""Links of the theory of change as evidence: elements, quotes, and nothing without bound evidence."""

from domain.detectors.teoria_cambio import DETECTOR
from domain.evidence import bind
from tests.fakes.evidence_made import a_cause, an_indicator
from tests.fakes.readings import a_reading, a_row_reading, several


def by_link(reading, *found):
    return {e.attributes["link"]: e for e in bind(DETECTOR, reading, found)}


def test_nothing_before_gives_nothing():
    assert bind(DETECTOR, a_reading("Programa de salud para todos.")) == ()


def test_a_row_with_product_and_result_gives_both_links_and_quotes_the_row():
    reading = a_row_reading(
        [("Programa", "Deporte vivo"), ("Resultado", "Cobertura deportiva"), ("Producto", "Parques construidos")]
    )
    product = an_indicator(reading, "Parques construidos", programme="Deporte vivo")
    result = an_indicator(reading, "Cobertura deportiva", kind="resultado", programme="Deporte vivo")

    found = by_link(reading, product, result)

    assert found["programa_producto"].elements == ("D6-Q28.actividad_producto",)
    assert found["producto_resultado"].elements == ("D6-Q28.producto_resultado", "D3-Q15.resultado_asociado")
    assert found["producto_resultado"].text == "Cobertura deportiva | Parques construidos"
    assert found["producto_resultado"].confidence > found["programa_producto"].confidence


def test_a_result_and_its_higher_end_in_one_phrase_give_the_last_link():
    reading = a_reading("Reducir la pobreza rural para lograr el bienestar de las familias.")
    cause = a_cause(reading, cause="Reducir la pobreza rural", effect="lograr el bienestar de las familias")

    found = by_link(reading, cause)

    assert found["resultado_impacto"].elements == ("D6-Q28.resultado_impacto",)
    assert found["resultado_impacto"].attributes["bond"] == "frase"


def test_products_and_results_of_different_programmes_are_not_linked():
    reading = several(
        a_row_reading([("Indicador", "Parques construidos")], path=("Programa Deporte",)),
        a_row_reading([("Indicador", "Tasa de mortalidad")], path=("Programa Salud",)),
    )

    found = by_link(
        reading,
        an_indicator(reading, "Parques construidos"),
        an_indicator(reading, "Tasa de mortalidad", kind="resultado"),
    )

    assert set(found) == {"programa_producto"}


def test_one_row_about_two_points_is_quoted_once():
    reading = a_row_reading([("Programa", "Deporte vivo"), ("Producto", "Parques construidos")], points=("P4", "P6"))

    found = bind(DETECTOR, reading, (an_indicator(reading, "Parques construidos", programme="Deporte vivo"),))

    assert len(found) == 1
    assert found[0].points == ("P4", "P6")
