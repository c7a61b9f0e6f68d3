#!/usr/bin/env python3
"""Fit the weights of the points' terms, and how they are stacked with the heads, from labelled passages.

    scripts/training/fit_lexicon.py OUT [--shared DIR]

OUT holds fold0, fold1 and fold2 as scripts/training/fit_encoder.py left them. Each gets a points.json that was fitted
without its municipalities; OUT/all gets the one fitted on everything. Every head is a logistic regression drawn towards
what its author expected (a term's first weight), so that what is rare in the labels keeps the author's judgement.
"""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from domain.language.words import fold as folded  # noqa: E402
from domain.lexicon.model import Lexicon, decode  # noqa: E402
from domain.topics import REPEATS, SILENCE  # noqa: E402
from scripts.training.held_out import held_out_log_odds  # noqa: E402
from scripts.training.labels import FOLDS, Row, fold_of, read_rows  # noqa: E402
from scripts.training.regression import logistic  # noqa: E402

LEXICON = ROOT / "domain/lexicon"
PENALTY, STACK_PENALTY = 2.0, 1.0
SHIFT = 0.5
"""How freely points may differ in what words and meaning together must overcome."""
Array = NDArray[Any]
Terms = dict[str, tuple[Array, float]]
"""Point -> weights of its terms, in their order, and bias."""


def counted(lexicon: Lexicon, rows: list[Row]) -> dict[str, Array]:
    """Point -> (passages, terms): the root of how often each term stands, up to REPEATS times."""
    hits = [Counter((h.family, h.term) for h in lexicon.point_terms.hits(folded(r.text))) for r in rows]
    return {
        name: np.array([[min(c[name, t], REPEATS) ** 0.5 for t in point.terms] for c in hits])
        for name, point in lexicon.points.items()
    }


def fit_terms(lexicon: Lexicon, counts: dict[str, Array], truth: Array, among: Array) -> Terms:
    """The regressions over the rows `among`; no weight is negative."""
    out = {}
    for column, (name, point) in enumerate(lexicon.points.items()):
        expected = np.array([pair[0] for pair in point.terms.values()])
        out[name] = logistic(counts[name][among], truth[among, column], PENALTY, expected, rising=True)
    return out


def spoken(terms: Terms, counts: dict[str, Array]) -> Array:
    """Log-odds of each passage and point by its words; what no word speaks of is as far against it as can be."""
    columns = []
    for name, (weights, bias) in terms.items():
        x = counts[name]
        columns.append(np.where(x.any(axis=1), np.clip(x @ weights + bias, -SILENCE, SILENCE), -SILENCE))
    return np.stack(columns, axis=1)


class Stack(NamedTuple):
    """Weights of words, meaning and their product, and a constant for each point (domain/topics.py)."""

    weights: tuple[float, ...]
    shifts: tuple[float, ...]

    def odds(self, words: Array, meaning: Array) -> Array:
        """Log-odds of each passage and point."""
        first, second, both = self.weights
        return np.array(self.shifts) + first * words + second * meaning + both * words * meaning


def fit_stack(words: Array, meaning: Array, truth: Array) -> Stack:
    """One regression for all points, in which their constants are drawn to each other."""
    a, b = words.ravel(), meaning.ravel()
    points = SHIFT * np.tile(np.eye(truth.shape[1]), (len(truth), 1))
    # The product is scaled so that the same penalty suits it.
    found, constant = logistic(np.column_stack([a, b, a * b / 10, points]), truth.ravel(), STACK_PENALTY)
    weights = (found[0], found[1], found[2] / 10)
    return Stack(_rounded(weights), _rounded(constant + SHIFT * found[3:]))


def _rounded(values: Iterable[float]) -> tuple[float, ...]:
    return tuple(round(float(x), 3) for x in values)


def best_threshold(words: Array, meaning: Array, truth: Array, stack: Stack) -> float:
    """The probability with the best micro and macro F1 together, between .3 and .5."""
    odds = stack.odds(words, meaning)

    def both(threshold: float) -> float:
        found = odds >= np.log(threshold / (1 - threshold))
        each = [f1(found[:, i], truth[:, i] > 0) for i in range(truth.shape[1])]
        return f1(found, truth > 0) + float(np.mean(each))

    return max((round(0.3 + 0.01 * i, 2) for i in range(21)), key=both)


def f1(found: Array, true: Array) -> float:
    """Of everything in two equal arrays of booleans."""
    return float(2 * (found & true).sum() / max(1, found.sum() + true.sum()))


def write(target: Path, terms: Terms, stack: Stack, threshold: float) -> None:
    """The committed file with other weights, one point a line."""
    file = json.loads((LEXICON / "points.json").read_text(encoding="utf-8"))
    file |= {"threshold": threshold, "stack": stack.weights}
    for (name, (weights, bias)), shift in zip(terms.items(), stack.shifts, strict=True):
        point = file["points"][name]
        learned = zip(point["terms"].items(), weights, strict=True)
        point["terms"] = {term: [pair[0], round(float(w), 2)] for (term, pair), w in learned}
        point |= {"bias": round(float(bias), 3), "shift": shift}
    points = file.pop("points")
    head = "".join(f"  {json.dumps(key)}: {json.dumps(value)},\n" for key, value in file.items())
    lines = ",\n".join(f"    {json.dumps(k)}: {json.dumps(v, ensure_ascii=False)}" for k, v in points.items())
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(f'{{\n{head}  "points": {{\n{lines}\n  }}\n}}\n', encoding="utf-8")


def main() -> None:
    """Fit each fold and the whole; print agreement of what was held out."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("--shared", type=Path, default=ROOT.parent / "shared")
    args = parser.parse_args()
    lexicon = decode((LEXICON / "points.json").read_bytes())
    rows = read_rows(args.shared)
    truth = np.array([[name in r.label["points"] for name in lexicon.points] for r in rows], float)
    folds = np.array([fold_of(r.file) for r in rows])
    counts = counted(lexicon, rows)
    heard = held_out_log_odds(args.out)
    meaning = np.stack([heard[row.id][: len(lexicon.points)] for row in rows])
    without = [fit_terms(lexicon, counts, truth, folds != number) for number in range(FOLDS)]
    said = [spoken(terms, counts) for terms in without]
    words = np.stack([said[number][i] for i, number in enumerate(folds)])
    reference = np.array([r.reference for r in rows])
    found = np.zeros(truth.shape, bool)
    for number, terms in enumerate(without):
        others, own = folds != number, folds == number
        stack = fit_stack(words[others], meaning[others], truth[others])
        seen = others & reference
        threshold = best_threshold(words[seen], meaning[seen], truth[seen], stack)
        write(args.out / f"fold{number}/points.json", terms, stack, threshold)
        found[own] = (stack.odds(words, meaning) >= np.log(threshold / (1 - threshold)))[own]
        print(f"fold {number}: stack {stack}, threshold {threshold}")
    stack = fit_stack(words, meaning, truth)
    threshold = best_threshold(words[reference], meaning[reference], truth[reference], stack)
    everything = np.ones(len(rows), bool)
    write(args.out / "all/points.json", fit_terms(lexicon, counts, truth, everything), stack, threshold)
    each = [f1(found[reference, i], truth[reference, i] > 0) for i in range(truth.shape[1])]
    print(f"held out: points {f1(found[reference], truth[reference] > 0):.3f} / {np.mean(each):.3f}")
    print(f"all: stack {stack}, threshold {threshold}")


if __name__ == "__main__":
    main()
