"""The drawing: well formed whatever the plan says, the same twice, nothing on top of anything, never too big."""

import re
from itertools import combinations, pairwise
from xml.etree import ElementTree as ET

import pytest

from domain.theory import LEVELS, Edge, Node, Theory
from domain.theory.gaps import gaps
from domain.theory.lettering import width, wrapped
from domain.theory.svg import MOST_BYTES, draw

SVG = "{http://www.w3.org/2000/svg}"
NAMES = {f"P{n}": f"Punto número {n}" for n in range(1, 11)}


def theory(columns, points=("P1",), *, word="Acueductos veredales construidos"):
    """Chains side by side: `columns` of each level, the nth linked to the nth of the next."""
    nodes = tuple(
        Node(id=f"{p}/{level}/{n}", level=level, point=p, text=f"{word} {n}", page=n)
        for p in points
        for level in LEVELS
        for n in range(columns)
    )
    edges = tuple(
        Edge(source=f"{p}/{a}/{n}", target=f"{p}/{b}/{n}", link=f"{a}_{b}", bond="fila", evidence="e")
        for p in points
        for a, b in pairwise(LEVELS)
        for n in range(columns)
    )
    return Theory(nodes=nodes, edges=edges, gaps=gaps(nodes, edges))


def read(drawn):
    return ET.fromstring(drawn)


def boxes(drawn):
    """Place and size of each node's box."""
    rects = [r for r in read(drawn).iter(f"{SVG}rect") if set((r.get("class") or "").split()) & set(LEVELS)]
    return [tuple(float(r.get(k)) for k in ("x", "y", "width", "height")) for r in rects][
        1:
    ]  # the first is the legend's


def words(drawn):
    return [" ".join("".join(t.itertext()).split()) for t in read(drawn).iter(f"{SVG}text")]


def test_the_same_theory_gives_the_same_bytes():
    assert draw(theory(3), NAMES) == draw(theory(3), NAMES)


def test_an_empty_theory_is_drawn_with_what_is_missing():
    drawn = draw(Theory(gaps=gaps((), ())), NAMES)

    assert boxes(drawn) == []
    assert words(drawn).count("Falta: no se enuncia ningún eslabón de la cadena") == 10


def test_it_says_what_it_is_to_those_who_do_not_see_it():
    root = read(draw(theory(2), {"P1": "Mujeres"}))
    described = root.find(f"{SVG}desc").text

    assert root.get("role") == "img"
    assert root.get("lang") == "es"
    assert root.get("aria-labelledby").split() == [root.find(f"{SVG}{tag}").get("id") for tag in ("title", "desc")]
    assert "10 nodos (problema: 2; programa: 2; producto: 2; resultado: 2; impacto: 2) y 8 enlaces" in described


@pytest.mark.parametrize("columns", [1, 5, 20])
def test_no_two_boxes_overlap_and_all_are_inside(columns):
    drawn = draw(theory(columns, ("P1", "P2", "P7")), NAMES)
    _, _, wide, high = (float(v) for v in read(drawn).get("viewBox").split())

    assert boxes(drawn)
    for x, y, w, h in boxes(drawn):
        assert x >= 0
        assert x + w <= wide
        assert y + h <= high
    for (x, y, w, h), (u, v, s, t) in combinations(boxes(drawn), 2):
        assert x + w <= u or u + s <= x or y + h <= v or v + t <= y


def test_lines_run_between_the_columns_only():
    drawn = draw(theory(5), NAMES)
    spans = {(x, x + w) for x, _, w, _ in boxes(drawn)}
    lines = re.findall(r'class="[a-d]" d="M([\d.]+) [\d.]+C[\d. ]+ ([\d.]+) [\d.]+"', drawn)

    assert len(lines) == 20
    for start, end in lines:
        assert not any(left < float(start) < right or left < float(end) < right for left, right in spans)


def test_a_hundred_nodes_are_cut_to_so_many_a_level_and_the_rest_is_counted():
    drawn = draw(theory(20), {"P1": "Mujeres"})

    assert len(boxes(drawn)) == 25
    assert words(drawn).count("y 15 más") == 5
    assert "Producto (20)" in words(drawn)


def test_a_chain_is_shown_whole_before_what_stands_alone():
    lone = tuple(
        Node(id=f"P1/producto/a{n}", level="producto", point="P1", text=f"Suelto {n}", page=0) for n in range(9)
    )
    chain = theory(1, word="Cadena")
    drawn = draw(Theory(nodes=(*lone, *chain.nodes), edges=chain.edges), {"P1": "Mujeres"})

    assert sum(line.startswith("Cadena 0") for line in words(drawn)) == 5


def test_links_to_what_is_not_drawn_are_counted_in_the_box():
    full = theory(1)
    more = tuple(Node(id=f"P1/producto/x{n}", level="producto", point="P1", text=f"Otro {n}", page=9) for n in range(6))
    spread = tuple(
        Edge(source="P1/programa/0", target=n.id, link="programa_producto", bond="fila", evidence="e") for n in more
    )
    drawn = draw(Theory(nodes=(*full.nodes, *more), edges=(*full.edges, *spread)), {"P1": "Mujeres"})

    assert "p. 0 · 2 enlaces sin dibujar" in words(drawn)


def test_long_words_are_cut_and_stand_whole_in_the_title():
    long = "Mejoramiento de la infraestructura " * 8
    drawn = draw(theory(1, word=long), {"P1": "Mujeres"})
    titles = ["".join(t.itertext()) for t in read(drawn).iter(f"{SVG}title")]

    assert any(" ".join(long.split()) in title for title in titles)
    assert any(line.rstrip().endswith("…") for line in drawn.replace("</tspan>", "\n").splitlines())


def test_what_a_plan_says_cannot_break_the_drawing():
    hostile = '</text><script>alert("x")</script> & \x00\x0b\ufffe\ud800 ]]>'
    root = read(draw(theory(1, word=hostile), {"P1": hostile}).encode())

    assert not list(root.iter(f"{SVG}script"))


def test_the_largest_drawing_stays_under_its_limit():
    big = theory(15, tuple(NAMES), word='ñ&<"' * 70)

    assert len(draw(big, NAMES, most=8).encode()) < MOST_BYTES


@pytest.mark.parametrize("text", ["a", "una línea corta", "palabra" * 40, "MAYÚSCULAS " * 9, "", "x " * 300])
@pytest.mark.parametrize("lines", [1, 3])
def test_wrapped_words_fit_their_room(text, lines):
    made = wrapped(text, 11.5, 208, lines)

    assert 1 <= len(made) <= lines
    assert all(width(line, 11.5) <= 208 for line in made)
    if not made[-1].endswith("…"):
        assert "".join(made).replace(" ", "") == text.replace(" ", "")
