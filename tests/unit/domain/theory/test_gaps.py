"""The missing links in Spanish, with the words of the plan."""

from itertools import pairwise

from domain.theory import Edge, Node
from domain.theory.gaps import gaps


def node(level, text, page=1):
    return Node(id=f"P3/{level}/{text.lower()}", level=level, point="P3", text=text, page=page)


def edge(source, target):
    link = f"{source.level}_{target.level}"
    return Edge(source=source.id, target=target.id, link=link, bond="fila", evidence="e")


def said(nodes, edges=()):
    return {gap.kind: gap.text for gap in gaps(nodes, edges) if gap.point == "P3"}


PROBLEM, PROGRAMME = node("problema", "Deforestación", 4), node("programa", "Cuenca viva", 9)
PRODUCT, OTHER = node("producto", "Hectáreas restauradas", 12), node("producto", "Viveros", 14)
RESULT, IMPACT = node("resultado", "Superficie deforestada", 20), node("impacto", "Bosque natural", 23)
CHAIN = (PROBLEM, PROGRAMME, PRODUCT, RESULT, IMPACT)
LINKED = tuple(edge(a, b) for a, b in pairwise(CHAIN))


def test_a_whole_chain_has_no_gap():
    assert said(CHAIN, LINKED) == {}


def test_a_point_without_anything_says_so():
    assert [(g.point, g.kind) for g in gaps((), ())] == [(f"P{n}", "sin_cadena") for n in range(1, 11)]


def test_a_product_without_a_result_is_named_with_its_words_and_page():
    named = said((*CHAIN, OTHER), (*LINKED, edge(PROGRAMME, OTHER)))

    assert named == {"producto_sin_resultado": "P3: hay 1 producto sin resultado: «Viveros» (p. 14)"}


def test_a_level_that_is_not_stated_is_named_with_what_it_leaves_hanging():
    named = said((PROBLEM, PROGRAMME, PRODUCT, RESULT), LINKED[:3])

    assert named == {
        "sin_impacto": "P3: no se enuncia impacto; 1 resultado sin impacto: «Superficie deforestada» (p. 20)"
    }


def test_a_level_that_is_not_stated_leaves_both_of_its_sides_hanging():
    named = said((PROBLEM, PROGRAMME, RESULT, IMPACT), (LINKED[0], LINKED[3]))

    assert named == {
        "sin_producto": "P3: no se enuncia producto; 1 programa sin producto: «Cuenca viva» (p. 9); "
        "1 resultado sin producto previo: «Superficie deforestada» (p. 20)"
    }


def test_a_problem_without_an_intervention_and_a_programme_without_a_problem_are_both_named():
    named = said(CHAIN, LINKED[1:])

    assert named["problema_sin_programa"] == "P3: hay 1 problema sin intervención: «Deforestación» (p. 4)"
    assert named["programa_sin_problema"] == "P3: hay 1 programa sin problema al que responder: «Cuenca viva» (p. 9)"


def test_an_effect_is_attended_through_its_cause_and_a_cause_not_through_its_effect():
    effect = node("problema", "Sequía", 5)
    through = edge(PROBLEM, effect)

    assert said((*CHAIN, effect), (*LINKED, through)) == {}
    assert "problema_sin_programa" in said((*CHAIN, effect), (edge(effect, PROGRAMME), *LINKED[1:], through))


def test_the_same_words_at_two_levels_are_no_gap_between_them():
    same = node("impacto", "Superficie deforestada", 30)

    assert said((*CHAIN[:4], same), LINKED[:3]) == {}


def test_many_are_counted_and_three_are_quoted_in_reading_order():
    many = [node("producto", f"Vivero {n}", 30 - n) for n in range(6)]
    text = said((*CHAIN, *many), LINKED)["producto_sin_resultado"]

    assert text == (
        "P3: hay 6 productos sin resultado: «Vivero 5» (p. 25); «Vivero 4» (p. 26); «Vivero 3» (p. 27) y 3 más"
    )


def test_a_gap_names_the_nodes_that_it_leaves_hanging():
    (gap,) = [g for g in gaps((PROGRAMME, PRODUCT), (edge(PROGRAMME, PRODUCT),)) if g.kind == "sin_resultado"]

    assert gap.nodes == (PRODUCT.id,)
