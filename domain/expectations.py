"""How much of each question element the stretches about each point state, weak signs included.

A plan of hundreds of pages says a thing in many places, none of them plainly: their sum tells more than the best of
them. Registered evidence has what can be shown; this has what a reader of the whole would expect.
"""

import numpy as np
from numpy.typing import NDArray

from domain.evidence import Reading
from domain.similarity import Similarities

NAMES = (
    "log_sum_by_topic",
    "log_sum_by_topic_bound",
    "log_sum_by_meaning",
    "log_sum_by_meaning_bound",
    "largest_by_topic_bound",
    "mean_of_four_by_topic_bound",
    "largest_by_meaning_bound",
    "mean_of_four_by_meaning_bound",
)
"""By topic: weighted with how strongly the stretch is about the point; by meaning: with what the heads say of that.
Bound: times the probability of the question's anchor in the same stretch."""

FLOOR = 0.02
SOFTENING = 0.005
LARGEST = 4
DECIMALS = 3

Floats = NDArray[np.float64]


def expectations(reading: Reading, similarities: Similarities) -> Floats:
    """Shape (points, elements, names), in the questionnaire's order."""
    elements = _probabilities(similarities.of_stretch)
    anchors = np.repeat(elements[:, ::3], 3, axis=1)
    bound = np.where(np.arange(elements.shape[1]) % 3 == 0, elements, elements * anchors)
    ways = (_by_topic(reading, similarities), _by_meaning(similarities))
    out = np.zeros((len(similarities.point_ids), elements.shape[1], len(NAMES)))
    for point in range(len(out)):
        for way, about in enumerate(ways):
            free, tied = about[:, [point]] * elements, about[:, [point]] * bound
            out[point, :, 2 * way] = np.log(free.sum(axis=0) + FLOOR)
            out[point, :, 2 * way + 1] = np.log(tied.sum(axis=0) + FLOOR)
            largest = _largest(tied)
            out[point, :, 4 + 2 * way] = _softened(largest[0])
            out[point, :, 5 + 2 * way] = _softened(largest.mean(axis=0))
    return np.round(out, DECIMALS)


def _by_topic(reading: Reading, similarities: Similarities) -> Floats:
    """(stretches, points): the strongest topic among a stretch's passages."""
    column = {point: i for i, point in enumerate(similarities.point_ids)}
    out = np.zeros((len(similarities.stretches), len(column)))
    for row, stretch in enumerate(similarities.stretches):
        for passage in stretch.passages:
            topic = reading.topics[passage]
            for point, weight in zip(topic.points, topic.weights, strict=True):
                out[row, column[point]] = max(out[row, column[point]], weight)
    return out


def _by_meaning(similarities: Similarities) -> Floats:
    of_passage = _probabilities(similarities.points)
    rows = [of_passage[list(stretch.passages)].max(axis=0) for stretch in similarities.stretches]
    return np.array(rows).reshape(len(rows), of_passage.shape[1])


def _largest(values: Floats) -> Floats:
    """The four largest of each column, largest first; zeros where there are fewer rows."""
    padded = np.vstack([values, np.zeros((LARGEST, values.shape[1]))])
    return -np.sort(np.partition(-padded, LARGEST - 1, axis=0)[:LARGEST], axis=0)


def _softened(values: Floats) -> Floats:
    """Log-odds that stay finite for 0 and 1."""
    return np.asarray(np.log((values + SOFTENING) / (1.0 + SOFTENING - values)))


def _probabilities(log_odds: Floats) -> Floats:
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(log_odds, -30, 30))))
