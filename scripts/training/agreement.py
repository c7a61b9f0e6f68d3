"""How left-out answers agree with readers: over all plans, plan by plan, and whether confidence means something."""

import importlib.util
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import mean
from typing import Any, NamedTuple

Elements = Mapping[tuple[str, str], tuple[int, ...] | None]
"""(point, question) -> elements, None where the point does not apply."""

Gold = Mapping[str, Mapping[str, Elements]]
"""Plan -> reader -> answers."""

Labels = Mapping[str, Sequence[Mapping[str, Any]]]
"""Plan -> its labels in the plan format of the annotation guide."""

BINS = 10
CEILING = 0.949
"""Kappa of two readers on the plans that have two (score.py): what a skill of 1 is."""


class Bin(NamedTuple):
    """Answers of about one confidence: how many, their mean confidence, and the share of them that readers confirm."""

    count: int
    confidence: float
    right: float


def scorer(file: Path) -> Any:
    """The program that defines every figure, as a module."""
    spec = importlib.util.spec_from_file_location("score", file)
    assert spec is not None
    assert spec.loader is not None
    score = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(score)
    return score


class Agreement:
    """Left-out labels of plans beside those of reader A, and beside what answering as other plans do would give."""

    def __init__(self, labels: Labels, gold: Gold, score: Any) -> None:
        self._score, self._labels, self._gold = score, labels, gold
        self.mine = {plan: _elements(rows) for plan, rows in labels.items()}
        self.true = {plan: {k: list(e or (0, 0, 0)) for k, e in gold[plan]["A"].items()} for plan in gold}
        self.prior = {p: {k: self._usual(p, k) for k in self.true[p]} for p in labels}

    def _usual(self, plan: str, key: tuple[str, str]) -> list[int]:
        others = [self.true[o][key] for o in self.true if o != plan]
        return [int(mean(e[i] for e in others) >= 0.5) for i in range(3)]

    def _away(self, plans: Sequence[str]) -> float:
        """Correlation of the deviations from the other plans' mean: the system's and the reader's."""
        means = {(p, k): mean(sum(self.true[o][k]) for o in self.true if o != p) for p in plans for k in self.true[p]}
        mine, true = ([sum(side[p][k]) - means[p, k] for p, k in means] for side in (self.mine, self.true))
        return float(self._score.pearson(mine, true))

    def figures(self, plans: Sequence[str]) -> dict[str, tuple[float, float]]:
        """Name -> (ours, prior), as score.py computes them over all of `plans` at once."""
        ours = self._score.plan_scores([(p, self.mine[p], self.true[p]) for p in plans])
        floor = self._score.plan_scores([(p, self.prior[p], self.true[p]) for p in plans])
        return {name: (ours[name], floor[name]) for name in ours}

    def show(self, title: str) -> None:
        """Print the figures over all plans, and a line a plan."""
        plans = list(self._labels)
        print(f"\n{title}: {len(plans)} plans against reader A (beside it: answering as the other plans do)")
        for name, (ours, floor) in self.figures(plans).items():
            print(f"{name:24s} {ours:7.3f}   prior {floor:7.3f}")
        print(f"{'deviation_r':24s} {self._away(plans):7.3f}")
        rows = [
            (row["applies"], self._gold[p]["A"][row["point"], "D1-Q1"] is not None)
            for p in plans
            for row in self._labels[p]
        ]
        print(f"{'applies_right':24s} {mean(ours == true for ours, true in rows):7.3f}")
        print(f"\n{'plan':20s} {'kappa':>7s} {'prior':>7s} {'skill':>7s} {'dev. r':>7s} {'error %':>8s} {'bias %':>7s}")
        for plan in plans:
            own = self.figures([plan])
            kappa, floor = own["answer_qwk"]
            skill = (kappa - floor) / (CEILING - floor)
            error, bias = own["point_mae_percent"][0], own["bias_percent"][0]
            print(
                f"{plan:20s} {kappa:7.3f} {floor:7.3f} {skill:7.2f} {self._away([plan]):7.2f} {error:8.1f} {bias:7.1f}"
            )

    def reliability(self, confidences: Mapping[str, Mapping[tuple[str, str], float]]) -> list[Bin]:
        """By tenths of confidence: how often the anchor of an answer is as reader A has it."""
        pairs = sorted(
            (confidence, self.mine[p][key][0] == self.true[p][key][0])
            for p, answers in confidences.items()
            for key, confidence in answers.items()
        )
        groups = [[pair for pair in pairs if min(BINS - 1, int(pair[0] * BINS)) == i] for i in range(BINS)]
        return [Bin(len(g), mean(c for c, _ in g), mean(r for _, r in g)) for g in groups if g]


def calibration_error(bins: Sequence[Bin]) -> float:
    """Expected calibration error: the mean distance of confidence and share, weighted by the bins' answers."""
    return sum(b.count * abs(b.confidence - b.right) for b in bins) / sum(b.count for b in bins)


def _elements(rows: Sequence[Mapping[str, Any]]) -> dict[tuple[str, str], list[int]]:
    return {(r["point"], q): list(a["e"]) for r in rows for q, a in r["answers"].items()}
