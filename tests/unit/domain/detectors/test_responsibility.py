import pytest

from domain.detectors.responsibility import DETECTOR
from domain.evidence import bind
from domain.language.entities import normalised
from tests.fakes.readings import a_reading, a_row_reading


def named(reading):
    return [(e.text.replace("\n", " "), e.attributes["how"]) for e in bind(DETECTOR, reading)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("La Secretaría de Salud implementará la ruta de atención.", [("Secretaría de Salud", "verb")]),
        ("El programa estará a cargo de la Comisaría de Familia.", [("Comisaría de Familia", "verb")]),
        ("Un sistema administrado por el Ministerio de Salud.", [("Ministerio de Salud", "verb")]),
        ("Responsable: Secretaría de Gobierno", [("Secretaría de Gobierno", "label")]),
        (
            "Sectores responsables:\n- Hábitat\n- Movilidad\n1) Disminuir",
            [("Hábitat", "label"), ("Movilidad", "label")],
        ),
        ("Foros realizados No 0 12 Secretaría de\nGobierno\n", [("Secretaría de Gobierno", "row")]),
        (
            "Casos de homicidio. Número 1.151 927 Secretaría de Gobierno,\nConvivencia y Seguridad\n",
            [("Secretaría de Gobierno, Convivencia y Seguridad", "row")],
        ),
        ("Es necesario que el municipio avance en la cobertura.", [("municipio", "verb")]),
        ("El municipio cuenta con una Secretaría de Cultura y Turismo.", []),
        ("Según datos suministrados por la Secretaría de Salud, hubo 12 casos.", []),
        ("Fuente: Secretaría de Educación Municipal", []),
        ("En la sede de la Policía Nacional hay 40 cupos.", []),
        ("Unidad de medida", []),
        ("", []),
    ],
)
def test_who_is_made_responsible(text, found):
    assert named(a_reading(text)) == found


def test_the_column_of_responsibles_binds_each_name_to_its_product():
    reading = a_row_reading(
        [("Producto", "Vías terciarias mejoradas"), ("Responsable", "Secretaría de Obras Públicas / Sec. Agricultura")]
    )
    found = bind(DETECTOR, reading)

    assert [e.text for e in found] == ["Secretaría de Obras Públicas", "Sec. Agricultura"]
    assert {e.attributes["what"] for e in found} == {"Vías terciarias mejoradas"}
    assert all(e.elements == ("D2-Q6.responsable", "D3-Q13.responsable") for e in found)


def test_a_responsible_of_no_known_kind_is_taken_from_its_column():
    assert named(a_row_reading([("Meta", "3 foros"), ("Entidad responsable", "RedEquidad / Operador")])) == [
        ("RedEquidad", "header"),
        ("Operador", "header"),
    ]


def test_a_source_column_names_no_responsible():
    assert named(a_row_reading([("Indicador", "Cobertura"), ("Fuente", "Secretaría de Salud")])) == []


@pytest.mark.parametrize(
    "name", ["Secretaría de Salud", "SECRETARIA DE SALUD MUNICIPAL", "Sec. de Salud", "Sría. Salud"]
)
def test_spellings_of_one_office_have_one_form(name):
    assert normalised(name) == "secretaria salud"
