"""From supports to a probability."""

import pytest

from domain.binding import Bound, Support
from domain.calibration import FEATURES, SLOPES, Calibration, features
from domain.expectations import NAMES
from tests.fakes.evidences import an_evidence
from tests.fakes.readings import a_reading

NOTHING = (0.0,) * len(NAMES)
READING = a_reading("Faltan 300 viviendas en 2019.")


def made_of(found, bound, order, passages):
    return features(found, bound, order, passages, NOTHING)


def a_support(element, strength):
    return Support(evidence=an_evidence(READING, "300 viviendas", "D1-Q1.valor"), element=element, strength=strength)


def a_calibration(**changes):
    flat = (0.0,) * len(FEATURES)
    first = (1.0, *flat[1:])
    plain = {"means": flat, "spreads": (1.0,) * len(FEATURES), "intercept": 0.0, "weights": (first, first, first)}
    return Calibration(**(plain | changes))


def test_nothing_found_has_features_too():
    assert len(made_of((), (), 0, 100)) == len(FEATURES)


def test_the_stronger_the_support_the_more_probable_the_element():
    calibration = a_calibration()
    weak, strong = (made_of((a_support(0, s),), (), 0, 1) for s in (0.2, 0.8))

    assert calibration.probability("P1", "D1-Q1.valor", 0, weak) < 0.5
    assert calibration.probability("P1", "D1-Q1.valor", 0, strong) > 0.5


def test_what_is_bound_to_no_anchor_is_no_bound_support():
    support = a_support(1, 0.9)
    free = made_of((support,), (Bound(supports=(None, support, None)),), 1, 1)
    tied = made_of((support,), (Bound(supports=(a_support(0, 0.9), support, None)),), 1, 1)

    assert free[:4] == tied[:4]
    assert free[4] < tied[4]


@pytest.mark.parametrize(
    "changes",
    [
        {"intercept": 3.0},
        {"elements": {"D1-Q1.valor": 3.0}},
        {"points": {"P1": (3.0, 0.0, 0.0)}},
        {"cells": {"P1-D1-Q1.valor": 3.0}},
    ],
    ids=["intercept", "element", "point", "cell"],
)
def test_every_intercept_counts(changes):
    nothing = made_of((), (), 0, 1)

    assert a_calibration(**changes).probability("P1", "D1-Q1.valor", 0, nothing) > a_calibration().probability(
        "P1", "D1-Q1.valor", 0, nothing
    )


def test_a_slope_changes_the_weight_of_the_strongest_support():
    found = made_of((a_support(0, 0.9),), (), 0, 1)
    steeper = a_calibration(slopes={"D1-Q1.valor": (1.0, *(0.0 for _ in SLOPES[1:]))})

    assert steeper.probability("P1", "D1-Q1.valor", 0, found) > a_calibration().probability(
        "P1", "D1-Q1.valor", 0, found
    )
