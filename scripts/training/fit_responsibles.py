#!/usr/bin/env python3
"""Fit the weights by which responsibles are chosen, and report agreement on municipalities not fitted on.

    scripts/training/fit_responsibles.py OUT [--shared DIR]

OUT holds fold0, fold1 and fold2 as scripts/training/fit_encoder.py left them. Each gets a responsibles.json that was
fitted without its municipalities; OUT/all gets the one fitted on all. What chooses for a fold, the ends of names,
their selection, the weight of marks and the thresholds, comes from the labels of the other two; ends are always chosen
by weights that did not see the passage's own fold.
"""

import argparse
import sys
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from domain.impressions.marks import Marks  # noqa: E402
from domain.language.entities import entities  # noqa: E402
from domain.responsibles.candidates import Candidate, candidates, paged  # noqa: E402
from domain.responsibles.endings import ending_features  # noqa: E402
from domain.responsibles.marked import begins  # noqa: E402
from domain.responsibles.model import Model, Named, score  # noqa: E402
from domain.responsibles.selection import named, unoverlapped  # noqa: E402
from scripts.training.held_out import held_out_marks  # noqa: E402
from scripts.training.labels import FOLDS, Row, fold_of, municipality, read_rows  # noqa: E402
from scripts.training.presence import Table, choosing, logistic  # noqa: E402
from scripts.training.sparse import vocabulary, weighed  # noqa: E402
from scripts.training.weights_file import write  # noqa: E402
from scripts.training.wording import alike, places_of, words_of  # noqa: E402

Array = NDArray[Any]
FREQUENT_ENDS, FREQUENT = (8, 4), (30, 10)
"""A feature counts when this many candidates of this many municipalities have it."""
END_PENALTY, PENALTY = 1.0, 12.0
REFERENCE_WEIGHT = 1.5
LEAST = 0.15
"""Lighter weights are left out: they say little and are many."""
THRESHOLDS = tuple(round(0.08 + 0.02 * i, 2) for i in range(18))
SMOOTH = 3
BEGINS = (0.0, 0.15, 0.25, 0.35)
"""What a mark may weigh beside the words, whose log-odds have weight 1."""
ALIKE = 0.5
LATER = 1.5
"""By how much less likely another place of a labelled name may be that still must be chosen."""


class Choice(NamedTuple):
    """A labelled name with a choice of ends: the features of each, and which comes closest."""

    ends: list[list[str]]
    right: int


class Labelled(NamedTuple):
    """The candidates of a passage, each with the number of the label that it is, or -1."""

    row: Row
    names: list[Named]
    numbers: list[int]


def choices(row: Row) -> list[Choice]:
    """For each place of a labelled name the candidate that can come closest to it, where it has a choice of ends."""
    gold = [(words_of(g), at, n) for n, g in enumerate(row.label["responsible"]) for at in places_of(row.text, g)]
    if not gold:
        return []
    page, known = paged(row.text), {e.start: e.end for e in entities(row.text)}
    best: dict[tuple[int, int], tuple[float, Candidate, int]] = {}
    for candidate in candidates(page):
        start = page.tokens[candidate.first].start
        for words, (a, b), number in gold:
            for last in candidate.lasts if a <= start < b else ():
                end = page.tokens[last].end
                near = alike(words_of(row.text[start:end]), words) - 1e-3 * abs(end - b)
                if near >= 0.45 and near > best.get((number, a), (0.0,))[0]:
                    best[number, a] = near, candidate, last
    return [Choice(ending_features(page, c, known), c.lasts.index(last)) for _, c, last in best.values() if c.lasts[1:]]


def fit_endings(found: Sequence[tuple[Row, list[Choice]]]) -> dict[str, float]:
    """Weights of the features of ends."""
    flat = [(municipality(row.file), one) for row, of_row in found for one in of_row]
    rows = [features for _, one in flat for features in one.ends]
    places = vocabulary(map(set, rows), [town for town, one in flat for _ in one.ends], FREQUENT_ENDS)
    sizes, right = np.array([len(one.ends) for _, one in flat]), np.array([one.right for _, one in flat])
    return weighed(places, choosing(Table(rows, places), sizes, right, END_PENALTY), LEAST)


def labelled(row: Row, endings: dict[str, float]) -> Labelled:
    """The candidates with their likeliest ends, matched to the labels, closest first."""
    found = named(paged(row.text), endings)
    gold = [(n, words_of(g), places_of(row.text, g)) for n, g in enumerate(row.label["responsible"])]
    near: list[tuple[float, int, int]] = []
    for at, name in enumerate(found):
        words = words_of(row.text[name.start : name.end]) if gold else Counter()
        for number, said, places in gold:
            if any(a < name.end and name.start < b for a, b in places):
                near.append((alike(words, said), at, number))
    out, taken = [-1] * len(found), set[int]()
    for close, at, number in sorted(near, key=lambda n: (-n[0], n[1])):
        span = range(found[at].first, found[at].last + 1)
        if close >= ALIKE and taken.isdisjoint(span):
            out[at] = number
            taken.update(span)
    return Labelled(row, found, out)


class Selection(NamedTuple):
    """The weights of a name's features, and the bias."""

    weights: dict[str, float]
    bias: float


def fit_selection(data: Sequence[Labelled]) -> Selection:
    """Weights of selection and bias. Of several places of one labelled name only the likeliest must be chosen."""
    flat = [(one, name, n) for one in data for name, n in zip(one.names, one.numbers, strict=True)]
    rows = [name.features for _, name, _ in flat]
    places = vocabulary(map(set, rows), [municipality(one.row.file) for one, *_ in flat], FREQUENT)
    table = Table(rows, places)
    labels = np.array([n >= 0 for *_, n in flat], float)
    counts = np.array([REFERENCE_WEIGHT if one.row.reference else 1.0 for one, *_ in flat])
    groups: dict[tuple[str, int], list[int]] = defaultdict(list)
    for k, (one, _, n) in enumerate(flat):
        if n >= 0:
            groups[one.row.id, n].append(k)
    odds = table.dot(logistic(table, labels, counts, PENALTY))
    for members in groups.values():
        top = max(odds[k] for k in members)
        counts[[k for k in members if odds[k] < top - LATER]] = 0.0
    weights = logistic(table, labels, counts, PENALTY)
    return Selection(weighed(places, weights, LEAST), round(float(weights[-1]), 3))


class Tally(NamedTuple):
    """How many names were rightly chosen, how many chosen and how many labelled."""

    hit: int = 0
    chosen: int = 0
    true: int = 0

    def f1(self) -> float:
        return 2 * self.hit / max(1, self.chosen + self.true)


def total(tallies: Sequence[Tally]) -> Tally:
    return Tally(*(sum(column) for column in zip(*tallies, strict=True))) if tallies else Tally()


def agreement(one: Labelled, odds: Sequence[float], threshold: float) -> Tally:
    """Of the spans of a passage (words alike by half), each normalised name once."""
    least = np.log(threshold / (1 - threshold))
    kept = unoverlapped([(n, z) for n, z in zip(one.names, odds, strict=True) if z >= least])
    said = {n.name: words_of(one.row.text[n.start : n.end]) for n, _ in reversed(kept)}
    left = [words_of(g) for g in one.row.label["responsible"]]
    true, hit = len(left), 0
    for words in reversed(said.values()):
        near = max(((alike(words, g), i) for i, g in enumerate(left)), default=(0.0, -1))
        if near[0] >= ALIKE:
            hit += 1
            left.pop(near[1])
    return Tally(hit, len(said), true)


class Heard(NamedTuple):
    """A passage with the log-odds of its candidates by their words, and what is marked where each begins."""

    one: Labelled
    said: list[float]
    begin: list[float]


def heard(one: Labelled, selection: dict[str, float], bias: float, marks: Marks) -> Heard:
    """What weights fitted without the passage's fold say of it."""
    said = [score(selection, bias, n.features) for n in one.names]
    return Heard(one, said, begins(marks, [n.start for n in one.names]))


def measured(among: Sequence[Heard], begin: float, threshold: float) -> Tally:
    """The agreement over passages when marks weigh `begin`."""
    return total(
        [agreement(h.one, [z + begin * b for z, b in zip(h.said, h.begin, strict=True)], threshold) for h in among]
    )


Curves = dict[float, list[Tally]]
"""What marks weigh -> the agreement at each of the thresholds."""


def curves(among: Sequence[Heard]) -> Curves:
    return {begin: [measured(among, begin, t) for t in THRESHOLDS] for begin in BEGINS}


def best(parts: Sequence[Curves], begin: float) -> tuple[float, float]:
    """The agreement around the best threshold, and that threshold; a curve is jagged, so it is smoothed."""
    f1 = [total([part[begin][at] for part in parts]).f1() for at in range(len(THRESHOLDS))]
    smooth = [float(np.mean(f1[max(0, at - SMOOTH) : at + SMOOTH + 1])) for at in range(len(f1))]
    return max(zip(smooth, THRESHOLDS, strict=True))


def fitted(endings: dict[str, float], fit: Selection, parts: Sequence[Curves]) -> Model:
    """The weights with what is chosen by passages whose own fold they were not fitted on."""
    begin = max(BEGINS, key=lambda b: best(parts, b))
    return Model(
        endings=endings,
        selection=fit.weights,
        bias=fit.bias,
        begin=begin,
        threshold=best(parts, begin)[1],
        unmarked=best(parts, 0.0)[1],
    )


def main() -> None:
    """Fit each fold and the whole; print agreement of what was held out."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("--shared", type=Path, default=ROOT.parent / "shared")
    args = parser.parse_args()
    marks = held_out_marks(args.out)
    found = [(row, choices(row)) for row in read_rows(args.shared) if not row.hasty]
    endings = [fit_endings([f for f in found if fold_of(f[0].file) != fold]) for fold in range(FOLDS)]
    data = [labelled(row, endings[fold_of(row.file)]) for row, _ in found]
    fits = [fit_selection([one for one in data if fold_of(one.row.file) != fold]) for fold in range(FOLDS)]
    by_fold: list[list[Heard]] = [[] for _ in range(FOLDS)]
    for one in data:
        fold = fold_of(one.row.file)
        by_fold[fold].append(heard(one, *fits[fold], marks[one.row.id]))
    found_at = [curves(of_fold) for of_fold in by_fold]
    pooled: list[tuple[Tally, Tally]] = []
    for fold, fit in enumerate(fits):
        use = fitted(endings[fold], fit, [c for other, c in enumerate(found_at) if other != fold])
        write(args.out / f"fold{fold}/responsibles.json", use)
        reference = [h for h in by_fold[fold] if h.one.row.reference]
        own = [h for h in by_fold[fold] if not h.one.row.reference]
        marked, plain = measured(reference, use.begin, use.threshold), measured(reference, 0.0, use.unmarked)
        pooled.append((marked, plain))
        print(
            f"fold {fold}: reference {marked.f1():.3f}, without marks {plain.f1():.3f},"
            f" own {measured(own, use.begin, use.threshold).f1():.3f};"
            f" mark {use.begin}, thresholds {use.threshold} and {use.unmarked}",
            flush=True,
        )
    whole = fitted(fit_endings(found), fit_selection(data), found_at)
    write(args.out / "all/responsibles.json", whole)
    marked, plain = (total(side) for side in zip(*pooled, strict=True))
    print(f"held out: responsibles {marked.f1():.3f}, without marks {plain.f1():.3f}")
    print(
        f"all: {len(whole.endings)} and {len(whole.selection)} weights, thresholds {whole.threshold} {whole.unmarked}"
    )


if __name__ == "__main__":
    main()
