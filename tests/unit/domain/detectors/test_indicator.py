import pytest

from domain.detectors.indicator import DETECTOR
from domain.evidence import bind
from tests.fakes.readings import a_reading, a_row_reading


def triplets(reading):
    return [
        (" ".join(e.text.split()), e.attributes["baseline"], e.attributes["target"]) for e in bind(DETECTOR, reading)
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            """Indicador de Producto Unidad Línea
Base Meta 2015 Responsables
Número de Foros de socialización de
la ley 1448 No 0 12 Secretaría de
Gobierno""",
            [("Número de Foros de socialización de la ley 1448", "0", "12")],
        ),
        (
            """Cobertura de acueducto rural Porcentaje 36,7% 49,4%
Planeación /
infraestructura
Viviendas beneficiadas (urbano) Núm. ND 939
""",
            [
                ("Cobertura de acueducto rural", "36,7%", "49,4%"),
                ("Viviendas beneficiadas (urbano)", None, "939"),
            ],
        ),
        (
            """Meta de resultado: Alfabetizar 400 personas.
Indicador de resultado: Número de personas alfabetizadas.
331 400
106
""",
            [("Número de personas alfabetizadas", "331", "400")],
        ),
        (
            """Gestionar al menos cinco proyectos ante el Plan Departamental de Aguas.
Indicador. Número de proyectos gestionados.""",
            [("Número de proyectos gestionados", None, "cinco")],
        ),
        (
            "Apoyar a las familias rurales. Línea base: 120. Meta: 300.",
            [("Apoyar a las familias rurales", "120", "300")],
        ),
        (
            "Meta: 4 sedes administrativas ampliadas y dotadas.",
            [("sedes administrativas ampliadas y dotadas", None, "4")],
        ),
        ("Metas:\n- Aumentar la cobertura de 12 a 40 por ciento.", [("cobertura", "12", "40")]),
        (
            """A 2015 haber adecuado la pista 0 1
Indicador: Número de pistas adecuadas
A 2015 haber realizado dos (2) campañas 0 2
Indicador: Número de campañas realizadas""",
            [("Número de pistas adecuadas", "0", "1"), ("Número de campañas realizadas", "0", "2")],
        ),
        (
            """Porcentaje de
personas que
llegan a la
ciudad de
Pereira y
declaran""",
            [("Porcentaje de personas que llegan a la ciudad de Pereira y declaran", None, None)],
        ),
        (
            """Vincular hasta 600 jóvenes al deporte
600
No. de jóvenes
vinculados
Dotar los escenarios del municipio""",
            [("No. de jóvenes vinculados", None, "600")],
        ),
        ("1 Dolor abdominal 28.095 14.0\n2 Infección urinaria 27.140 13.6\nFuente: SIVIGILA", []),
        ("Salud 1.253.906.840 1.267.804.341", []),
        ("El municipio tiene 12 escuelas.", []),
        ("", []),
    ],
)
def test_indicators_in_text(text, found):
    assert triplets(a_reading(text, role="otro")) == found


@pytest.mark.parametrize(
    ("cells", "found"),
    [
        (
            [("Indicador", "Número de redes instaladas"), ("Línea base", "12"), ("Meta", "40")],
            ("Número de redes instaladas", "12", "40"),
        ),
        (
            [("Indicador de producto", "Aulas construidas"), ("LB 2023", "ND"), ("Meta cuatrienio", "15")],
            ("Aulas construidas", None, "15"),
        ),
        (
            [
                ("Indicador", "Tasa de deserción"),
                ("Línea base", ""),
                ("2024", "5"),
                ("2025", "4"),
                ("2026", "3"),
                ("2027", "2"),
            ],
            ("Tasa de deserción", None, "2"),
        ),
        (
            [("Producto", "Parques adecuados"), ("Unidad", "Número"), ("Meta", "8"), ("Costo", "$ 900.000.000")],
            ("Parques adecuados", None, "8"),
        ),
    ],
)
def test_an_indicator_of_a_table_row(cells, found):
    assert triplets(a_row_reading(cells)) == [found]


def test_a_figure_with_a_comma_and_points_among_the_values_is_read_over():
    text = """Indicador de Producto Línea
Base Meta 2012 2013 2014 2015
Número de hectáreas reforestadas 100 900 1,287.440 200 300 400
"""

    assert [name for name, _, _ in triplets(a_reading(text))] == ["Número de hectáreas reforestadas"]


def test_a_row_without_an_indicator_yields_none():
    assert triplets(a_row_reading([("Vereda", "El Carmen"), ("Habitantes", "320")])) == []


def test_two_indicators_in_one_row_keep_their_own_values():
    cells = [
        ("Indicador de resultado", "Cobertura neta"),
        ("Línea base", "80%"),
        ("Meta", "90%"),
        ("Indicador de producto", "Aulas construidas"),
        ("Línea base", "2"),
        ("Meta", "10"),
    ]
    found = bind(DETECTOR, a_row_reading(cells))

    assert [(e.text, e.attributes["kind"], e.attributes["baseline"], e.attributes["target"]) for e in found] == [
        ("Cobertura neta", "resultado", "80%", "90%"),
        ("Aulas construidas", "producto", "2", "10"),
    ]


def test_yearly_targets_and_code_are_kept_and_support_their_questions():
    cells = [
        ("Código", "450104800"),
        ("Indicador de producto", "Número de talleres"),
        ("Línea base 2023", "0"),
        ("Meta cuatrienio", "40"),
        ("Meta 2024", "10"),
        ("Meta 2025", "10"),
        ("Meta 2026", "10"),
        ("Meta 2027", "10"),
    ]
    (evidence,) = bind(DETECTOR, a_row_reading(cells))

    assert evidence.attributes["yearly"] == ("10", "10", "10", "10")
    assert evidence.attributes["baseline_year"] == "2023"
    assert evidence.attributes["code"] == "450104800"
    assert set(evidence.elements) >= {"D3-Q11.linea_base", "D3-Q11.meta", "D3-Q14.anualizacion", "D3-Q13.producto"}


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Tasa de mortalidad infantil", "resultado"),
        ("Índice de pobreza multidimensional", "resultado"),
        ("Porcentaje de hogares con agua", "resultado"),
        ("Número de casos de dengue", "producto"),
        ("Porcentaje de actividades realizadas", "producto"),
        ("Personas atendidas", "producto"),
    ],
)
def test_a_rate_is_a_result_and_a_count_a_product(name, kind):
    (evidence,) = bind(DETECTOR, a_row_reading([("Indicador", name), ("Meta", "5")]))

    assert evidence.attributes["kind"] == kind
