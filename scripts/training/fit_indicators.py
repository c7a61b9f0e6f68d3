#!/usr/bin/env python3
"""Fit the weights by which indicators of running text are chosen, from labelled passages.

    scripts/training/fit_indicators.py OUT [--shared DIR]

OUT holds fold0, fold1 and fold2 as scripts/training/fit_encoder.py left them. Each gets an indicators.json that was
fitted without its municipalities; OUT/all gets the one fitted on everything. Names and values are fitted on scores that
come from municipalities that these had not seen.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec
import numpy as np

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from domain.indicators import chosen as readings  # noqa: E402
from domain.indicators.selection import bounds, judged, named, odds, valued  # noqa: E402
from domain.indicators.spans import Odds, Span, spans  # noqa: E402
from domain.indicators.values import choices, places  # noqa: E402
from domain.indicators.weights import Model  # noqa: E402
from scripts.training.held_out import held_out_log_odds, held_out_marks  # noqa: E402
from scripts.training.indicator_cases import (  # noqa: E402
    Found,
    Seen,
    agreement,
    counted,
    figures,
    labelled_among,
    labels_of,
    prepared,
)
from scripts.training.labels import FOLDS, fold_of, municipality, read_rows  # noqa: E402
from scripts.training.sparse import Array, Sparse, choosing, logistic, minimise, vocabulary, weighed  # noqa: E402
from scripts.training.weights_file import write  # noqa: E402
from scripts.training.wording import same_value  # noqa: E402

ATOMS, NAMES, VALUES = (30, 8), (15, 6), (8, 4)
"""A feature counts when so many rows of so many municipalities have it."""
PENALTY = {"atoms": 30.0, "names": 5.0, "values": 20.0}
LEAST = 0.02
RULED, ALONE = (0.2, 0.3, 0.38, 0.46), (0.3, 0.38, 0.46, 0.54, 0.62)
"""Thresholds to choose from."""
ROLES = ("diagnostico", "estrategia", "programacion", "inversion", "seguimiento", "normativo", "otro")


def fit_atoms(table: Sparse, data: Sequence[Seen]) -> list[Array]:
    """The weights of beginning, going on and ending, of the passages whose atoms the table holds."""
    truth = np.zeros((3, sum(len(s.view.atoms) for s in data)))
    at = 0
    for seen in data:
        for a, b in filter(None, seen.labels):
            truth[0, at + a] = truth[2, at + b] = truth[1, at + a : at + b + 1] = 1
        at += len(seen.view.atoms)
    counts = np.concatenate([np.full(len(s.view.atoms), counted(s)) for s in data])
    return [logistic(table, labels, counts, PENALTY["atoms"]) for labels in truth]


def told(part: Sparse, data: Sequence[Seen], weights: Sequence[Array]) -> list[Odds]:
    """What the weights say of the atoms of each passage."""
    said = [np.clip(part.dot(w), -6, 6) for w in weights]
    cuts = np.cumsum([len(s.view.atoms) for s in data])[:-1]
    return [
        Odds(begins=b.tolist(), inside=i.tolist(), ends=e.tolist())
        for b, i, e in zip(*(np.split(x, cuts) for x in said), strict=True)
    ]


def fit_names(data: Sequence[Seen], found: Sequence[list[Span]]) -> dict[str, float]:
    """The weights of names as wholes: those under which the labelled reading of each passage weighs most."""
    flat = [(c, s) for s, cs in zip(data, found, strict=True) for c in cs]
    words = vocabulary((c.features for c, _ in flat), (municipality(s.row.file) for _, s in flat), NAMES)
    table = Sparse([c.features for c, _ in flat], words)
    cuts = np.cumsum([len(cs) for cs in found])[:-1]
    gold = [labelled_among(s, cs) for s, cs in zip(data, found, strict=True)]
    right = np.array([float(c in g) for cs, g in zip(found, gold, strict=True) for c in range(len(cs))])
    counts = np.array([counted(s) for _, s in flat])

    def loss(w: Array) -> tuple[float, Array]:
        scores = table.dot(w)
        value, likely = -float((counts * scores) @ right), []
        for seen, candidates, part in zip(data, found, np.split(scores, cuts), strict=True):
            each, whole = readings.weighed(candidates, part.tolist())
            likely += each
            value += counted(seen) * whole
        slope = counts * (np.array(likely) - right)
        return value + 0.5 * PENALTY["names"] * float(w @ w), table.back(slope) + PENALTY["names"] * w

    return weighed(words, minimise(loss, np.zeros(table.width)))


def fit_values(data: Sequence[Seen]) -> tuple[dict[str, float], dict[str, float]]:
    """The weights of baselines and of targets: choices around the labelled names."""
    groups = [
        (s, label, choices(s.view, place))
        for s in data
        for label, place in zip(labels_of(s), places(sorted(filter(None, s.labels))), strict=True)
    ]
    out = []
    for key in ("baseline", "target"):
        kept = [
            (s, cs, [same_value(c.text, label[key]) for c in cs])
            for s, label, cs in groups
            if any(same_value(c.text, label[key]) for c in cs)
        ]
        rows = [dict.fromkeys(getattr(c, key), 1.0) for _, cs, _ in kept for c in cs]
        words = vocabulary(rows, (municipality(s.row.file) for s, cs, _ in kept for _ in cs), VALUES)
        right = np.array([float(r) for _, _, rs in kept for r in rs])
        sizes, counts = np.array([len(cs) for _, cs, _ in kept]), np.array([counted(s) for s, *_ in kept])
        out.append(weighed(words, choosing(Sparse(rows, words), sizes, right, counts, PENALTY["values"])))
    return out[0], out[1]


def answered(seen: Seen, found: Sequence[tuple[Span, float]], weights: Model) -> list[dict[str, str | None]]:
    """The indicators of a passage as the score reads them, of its judged candidates."""
    kept = named(found, weights)
    return [
        {"name": seen.row.text[slice(*bounds(seen.view, span))], "baseline": baseline, "target": target}
        for span, (baseline, target) in zip(kept, valued(seen.view, kept, weights), strict=True)
    ]


class Fit:
    """Everything that folds share: the passages and the table of their atoms."""

    def __init__(self, data: Sequence[Seen]) -> None:
        self.data = list(data)
        flat = [(f, municipality(s.row.file)) for s in data for f in s.view.features]
        self.words = vocabulary((f for f, _ in flat), (m for _, m in flat), ATOMS)
        self.table = Sparse([dict.fromkeys(f, 1.0) for f, _ in flat], self.words)
        self.folds = np.array([s.fold for s in data])
        self.of_atom = np.repeat(self.folds, [len(s.view.atoms) for s in data])
        self._atoms: dict[frozenset[int], list[Array]] = {}

    def atoms(self, folds: frozenset[int]) -> list[Array]:
        """The weights of atoms fitted on these folds."""
        if folds not in self._atoms:
            table = self.table.only(np.isin(self.of_atom, list(folds)))
            self._atoms[folds] = fit_atoms(table, [s for s in self.data if s.fold in folds])
            print(f"atoms of folds {sorted(folds)}", flush=True)
        return self._atoms[folds]

    def said(self, fold: int, by: frozenset[int]) -> list[Odds]:
        """What the weights fitted on some folds say of another."""
        return told(self.table.only(self.of_atom == fold), [s for s in self.data if s.fold == fold], self.atoms(by))

    def model(self, folds: frozenset[int]) -> Model:
        """Everything fitted on these folds; the thresholds on what each was told by the others."""
        data = {fold: [s for s in self.data if s.fold == fold] for fold in sorted(folds)}
        said = {fold: self.said(fold, folds - {fold}) for fold in data}
        known: list[Judged] = []
        for fold, passages in data.items():
            others = self._weights(data, said, folds - {fold})
            known += [
                (s, judged(s.view, o, s.ruled, others), others)
                for s, o in zip(passages, said[fold], strict=True)
                if s.row.reference
            ]
        ruled, alone = best_thresholds(known)
        begins, inside, ends = (weighed(self.words, w, LEAST) for w in self.atoms(folds))
        whole = self._weights(data, said, folds)
        return msgspec.structs.replace(whole, begins=begins, inside=inside, ends=ends, ruled=ruled, alone=alone)

    @staticmethod
    def _weights(data: dict[int, list[Seen]], said: dict[int, list[Odds]], folds: frozenset[int]) -> Model:
        """Names and values fitted on these folds."""
        pairs = [
            (s, list(spans(s.view, o, s.ruled))) for f in sorted(folds) for s, o in zip(data[f], said[f], strict=True)
        ]
        known = [p for p in pairs if p[1]]
        names = fit_names([s for s, _ in known], [c for _, c in known])
        baselines, targets = fit_values([s for s, _ in pairs])
        return Model(
            begins={}, inside={}, ends={}, names=names, ruled=0.0, alone=0.0, baselines=baselines, targets=targets
        )


Judged = tuple[Seen, list[tuple[Span, float]], Model]
"""A passage, its judged candidates, and the weights that judged them."""


def best_thresholds(known: Sequence[Judged]) -> tuple[float, float]:
    """Those under which names, and names with their values, agree best with readers."""
    rows = [s.row for s, *_ in known]

    def both(pair: tuple[float, float]) -> float:
        found = {
            s.row.id: answered(s, candidates, msgspec.structs.replace(use, ruled=pair[0], alone=pair[1]))
            for s, candidates, use in known
        }
        return agreement(found, rows, full=False) + agreement(found, rows, full=True)

    return max(((a, b) for a in RULED for b in ALONE), key=both)


def main() -> None:
    """Fit each fold and the whole; print agreement of what was held out."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("--shared", type=Path, default=ROOT.parent / "shared")
    args = parser.parse_args()
    rows = read_rows(args.shared)
    heard = held_out_log_odds(args.out)
    roles = {row.id: ROLES[int(heard[row.id][10 : 10 + len(ROLES)].argmax())] for row in rows}
    fit = Fit(prepared(rows, held_out_marks(args.out), roles))
    found: Found = {}
    for number in range(FOLDS):
        model = fit.model(frozenset(range(FOLDS)) - {number})
        write(args.out / f"fold{number}/indicators.json", model)
        held = [s for s in fit.data if s.fold == number]
        own = {
            s.row.id: answered(s, judged(s.view, odds(s.view, model), s.ruled, model), model)
            for s in held
            if s.row.reference
        }
        found |= own
        of_fold = [r for r in rows if r.reference and fold_of(r.file) == number]
        print(
            f"fold {number}: thresholds {model.ruled} and {model.alone}, held out {figures(own, of_fold)}", flush=True
        )
    print(f"held out: indicators {figures(found, [r for r in rows if r.reference])}", flush=True)
    write(args.out / "all/indicators.json", fit.model(frozenset(range(FOLDS))))


if __name__ == "__main__":
    main()
