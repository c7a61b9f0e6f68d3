#!/usr/bin/env python3
"""Fit how causes and effects are cut and chosen, and report agreement on municipalities not fitted on.

    scripts/training/fit_causes.py OUT [--shared DIR]

OUT holds fold0, fold1 and fold2 as scripts/training/fit_encoder.py left them. Each gets a causes.json that was fitted
without its municipalities; OUT/all gets the one fitted on everything. Boundaries come first; whether a pair is chosen
is learned from spans cut by boundaries that did not see the passage, with the marks of a fold that did not either.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from domain.causality.marks import Heard  # noqa: E402
from domain.causality.model import Learned, Model  # noqa: E402
from domain.causality.pairs import Pair, Weighable, chosen, numbers_of, weighable  # noqa: E402
from domain.impressions.marks import Marks  # noqa: E402
from scripts.training.agreement import scorer  # noqa: E402
from scripts.training.cause_boundaries import LEAST, PLACES, Learning, Spans  # noqa: E402
from scripts.training.cause_cases import cases  # noqa: E402
from scripts.training.held_out import held_out_marks  # noqa: E402
from scripts.training.labels import FOLDS, Row, fold_of, read_rows  # noqa: E402
from scripts.training.weights_file import write  # noqa: E402

ROWS = 8
"""A feature counts when this many candidates have it."""
PENALTY, STEPS, RATE = 6.0, 150, 0.08
OWN_WEIGHT = 0.8
"""What a passage of ours counts beside one of the reference readers."""
LOOSE, STRICT = 0.25, 0.5
ALMOST = 0.75
"""What a pair counts that agrees with a reader's loosely only."""
THRESHOLDS = tuple(round(0.23 + 0.03 * i, 2) for i in range(7))
Array = NDArray[Any]


class Table(NamedTuple):
    """All candidates: features by their number, numbers of marks, how right each is, and what it counts."""

    names: list[str]
    features: Array
    marks: Array
    right: Array
    counts: Array


class Chooser(NamedTuple):
    """Weights of the features and of the numbers of marks."""

    features: Array
    marks: Array

    def trust(self, table: Table) -> Array:
        odds = self.features[table.features].sum(axis=1) + table.marks @ self.marks
        return 1 / (1 + np.exp(-np.clip(odds, -30, 30)))


class Study:
    """The candidates of all passages, and everything that is fitted on some of them."""

    def __init__(self, rows: Sequence[Row], marks: dict[str, Marks], score: Any) -> None:
        self._score, self._heard = score, Heard([marks[row.id] for row in rows])
        score.iou = cache(score.iou)
        self._rows = {row.id: row for row in rows}
        self._sheet, self.cases = cases(rows)
        self.folds = np.array([fold_of(case.row.file) for case in self.cases])
        self._spans = Spans(self._sheet, self.cases, self._heard)

    def fit(self, *, marks: bool) -> tuple[list[Learned], Learned, list[tuple[float, float]]]:
        """What was learned without each fold, what on everything, and agreement on each fold left out."""
        bounds = [self._spans.fit(self.folds != k, marks=marks) for k in range(FOLDS)]
        found = [self._cut(n, bounds[k]) for n, k in enumerate(self.folds)]
        table = self._table(found, marks=marks)
        without, figures, heard = [], [], np.zeros(len(found))
        for k in range(FOLDS):
            others, own = self.folds != k, self.folds == k
            chooser = fit_chooser(table, others)
            heard[own] = chooser.trust(table)[own]
            threshold = self._threshold(found, self._crossed(table, k), others)
            figures.append(self._agreement(found, heard, own, threshold))
            without.append(self._learned(bounds[k], table, chooser, threshold, marks=marks))
        everything = np.ones(len(found), bool)
        whole, chooser = self._spans.fit(everything, marks=marks), fit_chooser(table, everything)
        threshold = self._threshold(found, heard, everything)
        return without, self._learned(whole, table, chooser, threshold, marks=marks), figures

    def _cut(self, n: int, use: Learning) -> Weighable:
        sides = self._spans.best(2 * n, use), self._spans.best(2 * n + 1, use)
        return weighable(self._sheet, self.cases[n].candidate, sides)

    def _crossed(self, table: Table, left_out: int) -> Array:
        """Trust in the candidates of the other folds, each by weights that saw neither its fold nor `left_out`."""
        trust = np.zeros(len(self.folds))
        for k in range(FOLDS):
            if k != left_out:
                seen = (self.folds != left_out) & (self.folds != k)
                trust[self.folds == k] = fit_chooser(table, seen).trust(table)[self.folds == k]
        return trust

    def _table(self, found: Sequence[Weighable], *, marks: bool) -> Table:
        count = Counter(name for one in found for name in one.features)
        names = sorted(name for name, n in count.items() if n >= ROWS)
        place = {name: at for at, name in enumerate(names, 1)}
        features = np.array([[place.get(name, 0) for name in one.features] for one in found], np.int32)
        rows = [case.row for case in self.cases]
        numbers = numbers_of(found, self._heard) * marks
        right = np.array([self._right(one, row) for one, row in zip(found, rows, strict=True)])
        return Table(names, features, numbers, right, np.array([1 if r.reference else OWN_WEIGHT for r in rows]))

    def _right(self, one: Weighable, row: Row) -> float:
        said = worded(row.text, one)
        near = max((self._score.pair_same(0)(said, link) for link in row.label["causal"]), default=0)
        return 1.0 if near >= STRICT else ALMOST if near >= LOOSE else 0.0

    def _threshold(self, found: Sequence[Weighable], trust: Array, among: Array) -> float:
        """From which trust on pairs agree best, loosely and strictly together."""
        return max(THRESHOLDS, key=lambda t: sum(self._agreement(found, trust, among, t)))

    def _agreement(
        self, found: Sequence[Weighable], trust: Array, among: Array, threshold: float
    ) -> tuple[float, float]:
        """F1 of the pairs of the reference passages in which `among` holds, loose and strict."""
        folds = {int(k) for k in self.folds[among]}
        gold = {r.id: r.label for r in self._rows.values() if r.reference and fold_of(r.file) in folds}
        pairs: dict[str, list[Pair]] = {name: [] for name in gold}
        for n in np.flatnonzero(among):
            if (name := self.cases[n].row.id) in pairs:
                one = found[n]
                pairs[name].append(Pair(hit=one.hit, cause=one.cause, effect=one.effect, trust=float(trust[n])))
        said = {
            name: {"causal": [worded(self._rows[name].text, p) for p in chosen(of, threshold)]}
            for name, of in pairs.items()
        }
        loose, strict = (
            self._score.list_score(said, gold, "causal", self._score.pair_same(least)) for least in (LOOSE, STRICT)
        )
        return loose, strict

    def _learned(self, bounds: Learning, table: Table, chooser: Chooser, threshold: float, *, marks: bool) -> Learned:
        start, end, long = (self._spans.weights(bounds, kind) for kind in ("start", "end", "long"))
        weighed = zip(table.names, chooser.features[1:].tolist(), strict=True)
        pair = {name: weight for name, weight in weighed if abs(weight) >= LEAST}
        learned = Learned(start=start, end=end, long=long, pair=pair, threshold=threshold)
        if not marks:
            return learned
        rows = [dict(zip(PLACES, map(tuple, m.tolist()), strict=True)) for m in (bounds.start_marks, bounds.end_marks)]
        numbers = tuple(chooser.marks.tolist())
        return msgspec.structs.replace(learned, start_marks=rows[0], end_marks=rows[1], pair_marks=numbers)


def worded(text: str, one: Weighable | Pair) -> dict[str, str]:
    """The pair as a label has it."""
    return {"cause": text[slice(*one.cause)], "effect": text[slice(*one.effect)]}


def fit_chooser(table: Table, among: Array) -> Chooser:
    """A logistic regression over the candidates in which `among` holds, in a fixed number of steps."""
    features, marks, right, counts = (a[among] for a in table[1:])
    width = len(table.names) + 1
    scale = np.concatenate([np.ones(width), np.maximum(marks.std(axis=0), 1e-6)])
    wide = marks / scale[width:]
    weights, first, second = (np.zeros(len(scale)) for _ in range(3))
    for step in range(1, STEPS + 1):
        odds = weights[:width][features].sum(axis=1) + wide @ weights[width:]
        wrong = (1 / (1 + np.exp(-odds)) - right) * counts
        rise = np.bincount(features.ravel(), np.repeat(wrong, features.shape[1]), width)
        slope = np.concatenate([rise, wrong @ wide]) + PENALTY * weights
        slope[0] = 0
        first, second = 0.9 * first + 0.1 * slope, 0.99 * second + 0.01 * slope * slope
        rate = RATE * (1 if step < 0.6 * STEPS else 0.3)
        weights -= rate * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.99**step)) + 1e-8)
    weights = weights / scale * np.where(scale > 1e-5, 1, 0)
    return Chooser(weights[:width].round(2), weights[width:].round(3))


def main() -> None:
    """Fit each fold and the whole; print agreement of what was held out."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("--shared", type=Path, default=ROOT.parent / "shared")
    args = parser.parse_args()
    marks = held_out_marks(args.out)
    rows = read_rows(args.shared)
    study = Study(rows, marks, scorer(args.shared / "quality/score.py"))
    fitted = {}
    for name, with_marks in (("marked", True), ("plain", False)):
        *fitted[name], figures = study.fit(marks=with_marks)
        for fold, (loose, strict) in enumerate(figures):
            print(f"fold {fold} {name}: causes and effects {loose:.3f} loose, {strict:.3f} strict", flush=True)
        means = np.mean(figures, axis=0)
        print(f"held out {name}: {means[0]:.3f} / {means[1]:.3f}", flush=True)
    (marked, all_marked), (plain, all_plain) = fitted["marked"], fitted["plain"]
    for fold in range(FOLDS):
        write(args.out / f"fold{fold}/causes.json", Model(marked=marked[fold], plain=plain[fold]))
    write(args.out / "all/causes.json", Model(marked=all_marked, plain=all_plain))


if __name__ == "__main__":
    main()
