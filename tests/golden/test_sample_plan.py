"""The sample plan, whose truth is known: what is read from its PDF, and what the detectors make of it."""

import json
import os
import re
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest

from app.evaluator import compose
from app.usecases.artifacts import drawing, results
from app.usecases.stages import StageLog
from domain.options import Options
from domain.reading.normalisation import normalise
from domain.reading.segmentation import segment
from domain.release import freeze
from infra.embedder_onnx import OnnxEmbedder
from infra.reader import DocumentReader

ROOT = Path(__file__).parents[2]
MODEL = Path(os.environ.get("DECALOGO_MODEL_DIR") or ROOT / ".var/model")
PDF = ROOT / "samples/plan_san_jacinto_del_rio/plan.pdf"
TRUTH = json.loads((ROOT / "samples/truth.json").read_text())

pytestmark = pytest.mark.timeout(180)


def plain(text):
    return re.sub(r"[\W_]+", "", text).lower()


def share(wanted, found):
    """How much of a multiset was found."""
    wanted, found = Counter(wanted), Counter(found)
    return sum((wanted & found).values()) / sum(wanted.values())


@pytest.fixture(scope="module")
def document():
    return segment(normalise(DocumentReader().read(PDF.read_bytes())))


@pytest.fixture(scope="module")
def evaluated():
    if not MODEL.is_dir():
        pytest.skip(f"there is no model in {MODEL}: build it with `decalogo model build`")
    evaluate = compose(OnnxEmbedder.open(MODEL, threads=2), freeze("test", "0", {}))
    return evaluate(PDF.read_bytes(), Options(), StageLog(lambda: 0))


def test_every_passage_is_the_text_at_its_span_and_spans_rise(document):
    passages = document.passages

    assert all(document.text[p.start : p.end] == p.text for p in passages)
    assert all(before.end <= after.start for before, after in pairwise(passages))


def test_table_rows_are_read_with_all_their_cells(document):
    wanted = [tuple(plain(c) for c in r["cells"] if plain(c)) for t in TRUTH["tables"] for r in t["rows"]]
    found = [tuple(plain(c.text) for c in p.cells if plain(c.text)) for p in document.passages if p.cells]

    assert share(wanted, found) >= 0.98


def test_cells_stand_under_their_headers(document):
    wanted = [
        (plain(header), plain(cell))
        for t in TRUTH["tables"]
        for r in t["rows"]
        for header, cell in zip(t["header"], r["cells"], strict=True)
        if plain(cell)
    ]
    found = [(plain(c.header), plain(c.text)) for p in document.passages for c in p.cells]

    assert share(wanted, found) >= 0.97


def test_running_head_and_foot_are_no_part_of_any_passage(document):
    texts = [plain(p.text) for p in document.passages]

    assert [t for t in texts if plain(TRUTH["running"]["head"]) in t] == []
    assert [t for t in texts if plain(TRUTH["running"]["foot"]) in t] == []


def test_words_that_were_hyphenated_are_whole_again(document):
    words = set(re.findall(r"\w+", document.text.lower()))
    wanted = {h["word"].lower() for h in TRUTH["hyphenated"] if h["word"].isalpha()}

    assert len(wanted & words) / len(wanted) >= 0.97


def test_headings_are_recognised_on_their_pages(document):
    wanted = [(plain(h["text"]), h["page"]) for h in TRUTH["headings"] if h["text"] != "Contenido"]
    found = [(plain(p.text), p.page) for p in document.passages if p.kind == "heading"]
    hits = sum(any(w[0] in f[0] and w[1] == f[1] for f in found) for w in wanted)

    assert hits / len(wanted) >= 0.9


def test_amounts_of_the_prose_are_found_with_their_value(evaluated):
    found = {(plain(e.text), e.attributes["cop"]) for e in evaluated.registry.items if e.type == "monetary"}
    wanted = {(plain(a["text"]), a["cop"]) for a in TRUTH["amounts"]}

    assert len(wanted & found) / len(wanted) >= 0.85


def test_an_indicator_with_two_targets_is_reported_as_a_contradiction(evaluated):
    found = [e for e in evaluated.registry.items if e.type == "contradiction"]

    assert found
    assert all(e.page in {s["page"] for c in TRUTH["contradictions"] for s in c["sides"]} for e in found)


def test_the_evaluation_keeps_its_contract(evaluated):
    assert [c for c in evaluated.verdict.checks if not c.holds] == []


def test_every_answer_is_explained_in_one_sentence_with_words_of_its_evidence(evaluated):
    plain_text = {e.id: " ".join(e.text.split()) for e in evaluated.registry.items}
    for answer in evaluated.evaluation.answers:
        quotes = [q.removesuffix("…") for q in re.findall("«(.+?)»", answer.why)]

        assert answer.why.endswith(".")
        assert "\n" not in answer.why
        assert len(answer.why) <= 400
        assert bool(quotes) >= bool(answer.score)
        assert answer.score == 0 or all(any(q in plain_text[e] for e in answer.evidence) for q in quotes), answer.why


def test_prisons_are_not_spoken_of_so_the_point_does_not_apply(evaluated):
    assert [p.id for p in evaluated.evaluation.points if not p.applies] == ["P9"]


def test_the_problem_tree_of_the_plan_and_its_impacts_are_in_the_theory_of_change(evaluated):
    theory = evaluated.evaluation.theory
    named = {(n["point"], n["level"], plain(n["text"]), n["page"]) for n in theory["nodes"]}

    assert ("P6", "problema", plain("Embarazo en la adolescencia"), 10) in named
    assert ("P6", "impacto", plain("Nacimientos de madres de 10 a 19 años"), 23) in named
    assert "P2: no se enuncia impacto" in {g["text"].partition(";")[0] for g in theory["gaps"]}
    assert {e for n in theory["nodes"] for e in n["evidence"]} <= set(evaluated.registry.by_id)


def test_the_theory_of_change_is_drawn_and_the_drawing_is_in_the_results(evaluated):
    told = json.loads(results(evaluated, "plan.pdf", ()))

    assert told["theory_svg"] == drawing(evaluated)
    assert told["theory_svg"].startswith("<svg ")
    assert "P9. Crisis de derechos de personas privadas de la libertad (no aplica)" in told["theory_svg"]


def test_points_rank_as_their_author_meant_them(evaluated):
    tiers = ("excelente", "buena", "media", "pobre")
    percent = {p.id: p.percent for p in evaluated.evaluation.points}
    means = [
        sum(percent[p] for p in ids) / len(ids)
        for tier in tiers
        if (ids := [p for p, t in TRUTH["points"].items() if t["tier"] == tier])
    ]

    assert means == sorted(means, reverse=True)
    assert means[0] - means[-1] >= 20
