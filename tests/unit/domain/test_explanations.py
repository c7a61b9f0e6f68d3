import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.binding import Support
from domain.explanations import quoted, why, why_not
from domain.result import Searched
from tests.fakes.evidences import an_evidence
from tests.fakes.questionnaire import the_phrases, the_questionnaire
from tests.fakes.readings import a_reading

TEXT = "En 2022 hubo 96 casos de violencia en el municipio, según Medicina Legal."
READING = a_reading(TEXT)
QUESTIONS = the_questionnaire().questions
BASELINE = the_questionnaire().question["D1-Q1"]
PRODUCT = the_questionnaire().question["D3-Q11"]
MONEY = the_questionnaire().question["D1-Q3"]


def a_support(element, quote="96 casos", **changes):
    evidence = msgspec.structs.replace(an_evidence(READING, quote), **changes)
    return Support(evidence=evidence, element=element, strength=0.9)


def said(question, *supports):
    return why(question, supports, the_phrases())


def not_said(question, indication=None, searched=()):
    return why_not(question, indication, searched, the_phrases())


def test_a_whole_answer_says_that_nothing_is_missing():
    assert said(BASELINE, *(a_support(order) for order in range(3))) == (
        "El plan da un dato cuantitativo de la situación, dice el año del dato y cita su fuente («96 casos», p. 1); "
        "no falta nada: suma los tres puntos."
    )


def test_what_stands_elsewhere_has_its_own_quote_and_page():
    assert said(BASELINE, a_support(0), a_support(1, "2022", page=7)) == (
        "El plan da un dato cuantitativo de la situación («96 casos», p. 1) y dice el año del dato («2022», p. 7); "
        "para sumar el punto siguiente falta citar su fuente."
    )


def test_elements_of_one_place_stand_together_even_when_another_comes_between():
    assert said(BASELINE, a_support(0), a_support(1, "2022"), a_support(2)) == (
        "El plan da un dato cuantitativo de la situación, cita su fuente («96 casos», p. 1) "
        "y dice el año del dato («2022», p. 1); no falta nada: suma los tres puntos."
    )


def test_the_next_point_is_the_first_element_that_is_missing():
    assert said(BASELINE, a_support(0)).endswith("; para sumar el punto siguiente falta decir el año del dato.")
    assert said(BASELINE, a_support(0), a_support(2)).endswith(" falta decir el año del dato.")


def test_what_was_read_doubtfully_only_seems_to_be_stated():
    doubtful = a_support(2, attributes={"sure": False})

    assert " y parece citar su fuente («96 casos», p. 1); " in said(BASELINE, a_support(0), doubtful)


def test_one_seeming_governs_all_that_follows_when_nothing_surer_does():
    seeming = {"attributes": {"sure": False}}

    assert said(BASELINE, a_support(0, **seeming), a_support(1, "2022", **seeming), a_support(2, **seeming)) == (
        "El plan parece dar un dato cuantitativo de la situación, citar su fuente («96 casos», p. 1) "
        "y decir el año del dato («2022», p. 1); no falta nada: suma los tres puntos."
    )
    assert said(BASELINE, a_support(0, **seeming), a_support(1, **seeming), a_support(2, "2022")).startswith(
        "El plan parece dar un dato cuantitativo de la situación, parece decir el año del dato («96 casos», p. 1) y "
        "cita su fuente"
    )


def test_a_quote_that_tells_nothing_is_left_out():
    assert " de la situación (p. 1); " in said(BASELINE, a_support(0, text="A.1"))
    assert not_said(BASELINE, a_support(0, text="?")).endswith("; el mejor indicio está en la p. 1.")


def test_the_values_of_an_indicator_stand_beside_its_name():
    indicator = a_support(0, type="indicator", attributes={"baseline": "12", "target": "1.600"})

    assert "(«96 casos», línea base 12, meta 1.600, p. 1)" in said(PRODUCT, indicator)


def test_a_value_that_is_not_known_is_not_told():
    indicator = a_support(0, type="indicator", attributes={"baseline": None, "target": "30"})

    assert "(«96 casos», meta 30, p. 1)" in said(PRODUCT, indicator)


def test_values_as_long_as_a_text_leave_the_quote_its_room():
    indicator = a_support(0, type="indicator", attributes={"baseline": "muchos " * 30, "target": "30"})

    assert "(«96 casos», p. 1)" in said(PRODUCT, indicator)


@pytest.mark.parametrize(
    ("stated_by", "amount", "told"),
    [
        ("caption", 1_680_000_000, "(«1.680», 1.680.000.000 pesos, p. 1)"),
        ("header", 2_500_000.0, "(«1.680», 2.500.000 pesos, p. 1)"),
        ("text", 1_680, "(«1.680», p. 1)"),
        ("none", None, "(«1.680», p. 1)"),
    ],
)
def test_an_amount_whose_unit_stands_elsewhere_is_told_in_pesos(stated_by, amount, told):
    attributes = {"cop": amount, "unit_stated_by": stated_by}

    assert told in said(MONEY, a_support(0, text="1.680", type="monetary", attributes=attributes))


def test_a_zero_names_the_anchor_and_the_nearest_passage():
    searched = (Searched(page=12, text="Tabla de casos.", similarity=0.3),)

    assert not_said(BASELINE, searched=searched) == (
        "El plan no da un dato cuantitativo de la situación, y sin eso no suma el primer punto; "
        "lo más cercano está en la p. 12: «Tabla de casos»."
    )


def test_a_passage_that_is_not_near_is_not_called_the_nearest():
    searched = (Searched(page=12, text="Portada", similarity=0.003),)

    assert not_said(BASELINE, searched=searched).endswith("; ningún pasaje se acerca a eso.")


def test_an_indication_comes_before_the_nearest_passage():
    searched = (Searched(page=12, text="Tabla de casos.", similarity=0.3),)

    assert not_said(BASELINE, a_support(0), searched) == (
        "El plan no llega a dar un dato cuantitativo de la situación, y sin eso no suma el primer punto; "
        "el mejor indicio está en la p. 1: «96 casos»."
    )


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("Fuente: DANE.", "«Fuente: DANE»"),
        ("Una línea\r\ny\x0b otra\u2028más", "«Una línea y otra más»"),
        ("El programa «Sacúdete» sigue", "«El programa “Sacúdete” sigue»"),
        ("a\x00b\u200bc\u202ed\u00ade\ud800f", "«abcdef»"),
        ("• Meta | 30 |", "«Meta | 30»"),
        ("1 2 3 4 5 6 7 8 9 10 11 12 13", "«1 2 3 4 5 6 7 8 9 10 11 12…»"),
        ("10 | 20 | 30 | 40 | 50 | 60 | 70 | 80", "«10 | 20 | 30 | 40 | 50 | 60 | 70 | 80»"),
        ("x" * 100, f"«{'x' * 39}…»"),
        ("quince letras o, más o menos, cuarenta palabras", "«quince letras o, más o menos, cuarenta…»"),
        ("", ""),
        (" \x07 | . ", ""),
        ("?", ""),
        ("2.1.1.3", ""),
        ("9 %", "«9 %»"),
        ("$ 4", "«$ 4»"),
    ],
)
def test_a_quote_is_one_line_of_few_whole_words(text, quote):
    assert quoted(text, 40) == quote


@given(st.text(), st.integers(2, 90))
def test_whatever_the_plan_says_a_quote_keeps_to_its_line_and_length(text, most):
    quote = quoted(text, most)

    assert len(quote) <= most + len("«»")
    assert quote.isprintable()
    assert not quote or (quote.count("«"), quote.count("»")) == (1, 1)


VALUES = st.none() | st.text(max_size=60)
PLACES = st.lists(
    st.tuples(st.text(max_size=400), st.integers(1, 2000), st.booleans(), VALUES, VALUES), min_size=3, max_size=3
)


@given(st.sampled_from(QUESTIONS), st.sampled_from([(0,), (0, 1), (0, 2), (0, 1, 2)]), PLACES)
def test_whatever_the_plan_says_its_answer_is_one_short_sentence(question, present, places):
    supports = []
    for order in present:
        text, page, sure, baseline, target = places[order]
        told = {"sure": sure, "baseline": baseline, "target": target}
        supports.append(a_support(order, text=text, page=page, start=order, type="indicator", attributes=told))

    sentence = said(question, *supports)

    assert sentence.startswith("El plan ")
    assert sentence.endswith(".")
    assert sentence.isprintable()
    assert len(sentence) <= 400


@given(st.sampled_from(QUESTIONS), st.text(), st.booleans())
def test_whatever_the_plan_says_a_zero_is_one_short_sentence(question, text, indicated):
    searched = (Searched(page=2000, text=text, similarity=1.0),)

    sentence = not_said(question, a_support(0, text=text) if indicated else None, searched)

    assert sentence.startswith("El plan no ")
    assert sentence.endswith(".")
    assert sentence.isprintable()
    assert len(sentence) <= 400
