"""What the fitting programs stand on: folds, marks of tokens, regression towards expectations, reliability."""

import xml.etree.ElementTree as ET

import numpy as np
import pytest

from scripts.training import marks
from scripts.training.agreement import Bin, calibration_error
from scripts.training.labels import FOLDS, fold_of
from scripts.training.regression import logistic
from scripts.training.reliability_plot import plot

TEXT = "La Secretaría de Salud\nreduce la mortalidad con visitas; la Secretaría de Salud informa."
NOTHING = {"responsible": [], "indicators": [], "causal": []}


def tokens_of(text):
    """Every word as a token, and an empty one such as stands around a text."""
    spans, at = [(0, 0)], 0
    for word in text.split():
        start = text.index(word, at)
        at = start + len(word)
        spans.append((start, at))
    return np.array(spans, np.int32)


def marked(label, name):
    spans = tokens_of(TEXT)
    column = marks.truth(TEXT, {**NOTHING, **label}, spans)[:, marks.NAMES.index(name)]
    return [TEXT[a:b] for (a, b), there in zip(spans, column, strict=True) if there]


def test_all_plans_of_a_municipality_are_in_one_fold():
    assert fold_of("txt/tunja_2012.txt") == fold_of("pdf/tunja.pdf")
    assert {fold_of(f"txt/m{i}.txt") for i in range(40)} == set(range(FOLDS))


def test_a_span_is_marked_where_it_stands_first_across_the_end_of_a_line():
    label = {"responsible": ["Secretaría de Salud"]}

    assert marked(label, "responsible.begin") == ["Secretaría"]
    assert marked(label, "responsible.inside") == ["Secretaría", "de", "Salud"]


def test_both_ends_of_a_link_are_marked_and_a_missing_marker_is_not():
    label = {"causal": [{"cause": "visitas", "effect": "reduce la mortalidad", "marker": None}]}

    assert marked(label, "cause.inside") == ["visitas;"]
    assert marked(label, "effect.inside") == ["reduce", "la", "mortalidad"]
    assert marked(label, "marker.inside") == []


def test_words_that_do_not_stand_in_the_text_mark_nothing():
    assert marked({"responsible": ["Ministerio de Minas"]}, "responsible.inside") == []


def test_a_regression_without_examples_keeps_what_was_expected():
    weights, _ = logistic(np.zeros((4, 2)), np.array([0.0, 1, 0, 1]), 5.0, np.array([2.0, 0.5]))

    assert weights == pytest.approx([2.0, 0.5])


def test_a_rising_regression_has_no_negative_weight():
    x = np.array([[1.0], [1], [0], [0]])
    weights, bias = logistic(x, np.array([0.0, 0, 1, 1]), 1.0, rising=True)

    assert weights[0] == pytest.approx(0.0)
    assert bias == pytest.approx(0.0, abs=0.01)


BINS = [Bin(count=3, confidence=0.9, right=1.0), Bin(count=1, confidence=0.5, right=0.1)]


def test_the_calibration_error_weighs_bins_by_their_answers():
    assert calibration_error(BINS) == pytest.approx((3 * 0.1 + 1 * 0.4) / 4)


def test_the_plot_is_an_svg_with_a_dot_a_bin():
    root = ET.fromstring(plot(BINS))

    assert len(root.findall("{http://www.w3.org/2000/svg}circle")) == len(BINS)
