#!/usr/bin/env python3
"""Fit the weights by which responsibles are chosen, and report agreement on municipalities not fitted on.

    scripts/training/fit_responsibles.py SHARED [--write]

SHARED holds the reference readers' passages and the corpus, as for the other fits. Folds are whole municipalities, and
figures are always of a fold left out. Without --write nothing changes.
Ends of names are always chosen by weights that did not see the passage's own fold.
"""

import argparse
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(ROOT), str(Path(__file__).resolve().parent)]

from labels import fold_of, municipality, read_rows  # noqa: E402

from domain.language.entities import entities  # noqa: E402
from domain.responsibles import candidates as names  # noqa: E402
from domain.responsibles.endings import ending_features  # noqa: E402
from domain.responsibles.model import Model, Named  # noqa: E402
from domain.responsibles.selection import named, unoverlapped  # noqa: E402

TARGET = ROOT / "domain" / "responsibles" / "selection.json"
Array = NDArray[Any]
Row = dict[str, Any]
FOLDS = (0, 1, 2)
ROWS, PLACES = 30, 10
"""A feature counts when this many candidates of this many municipalities have it."""
PENALTY = {"endings": 1.0, "selection": 12.0}
REFERENCE_WEIGHT = 1.5
LEAST = 0.03
"""Lighter weights are left out: they say little and are many."""
THRESHOLDS = tuple(round(0.2 + 0.03 * i, 2) for i in range(11))
ALIKE = 0.5


class Sparse:
    """Rows of named features as places in a vector of weights; the last weight is the bias."""

    def __init__(self, rows: Sequence[Sequence[str]], vocabulary: dict[str, int]) -> None:
        bias = len(vocabulary)
        found = [[*(vocabulary[f] for f in row if f in vocabulary), bias] for row in rows]
        self.width = bias + 1
        self._at = np.array([i for row in found for i in row], np.int32)
        sizes = np.array([len(row) for row in found])
        self._starts = np.cumsum(sizes) - sizes
        self._row = np.repeat(np.arange(len(rows)), sizes)

    def dot(self, weights: Array) -> Array:
        return np.add.reduceat(weights[self._at], self._starts)

    def back(self, values: Array) -> Array:
        return np.bincount(self._at, values[self._row], minlength=self.width)


def vocabulary(rows: Sequence[Sequence[str]], places: Sequence[str], least: tuple[int, int]) -> dict[str, int]:
    """The features that enough rows of enough municipalities have."""
    count: Counter[str] = Counter()
    seen: dict[str, set[str]] = defaultdict(set)
    for row, place in zip(rows, places, strict=True):
        for feature in set(row):
            count[feature] += 1
            seen[feature].add(place)
    kept = sorted(f for f, n in count.items() if n >= least[0] and len(seen[f]) >= least[1])
    return {feature: at for at, feature in enumerate(kept)}


def minimise(loss: Callable[[Array], tuple[float, Array]], start: Array, steps: int = 90) -> Array:
    """Limited-memory BFGS with a halving line search."""
    x, (value, slope) = start, loss(start)
    moves: list[tuple[Array, Array]] = []
    for _ in range(steps):
        direction, shares = slope.copy(), []
        for s, y in reversed(moves):
            shares.append(s @ direction / (y @ s))
            direction -= shares[-1] * y
        if moves:
            direction *= moves[-1][0] @ moves[-1][1] / (moves[-1][1] @ moves[-1][1])
        else:
            direction /= max(1.0, np.abs(slope).sum())
        for (s, y), share in zip(moves, reversed(shares), strict=True):
            direction += (share - y @ direction / (y @ s)) * s
        step, before = 1.0, value
        while step > 1e-8:
            new = x - step * direction
            value, turned = loss(new)
            if value <= before - 1e-4 * step * (slope @ direction):
                break
            step /= 2
        if (new - x) @ (turned - slope) > 1e-10:
            moves = [*moves[-7:], (new - x, turned - slope)]
        x, slope = new, turned
        if before - value < 1e-5 * max(1.0, abs(before)):
            break
    return x


def logistic(table: Sparse, labels: Array, counts: Array, penalty: float, offset: Array) -> Array:
    """Weights of a ridge logistic regression on top of `offset`; the bias is free."""
    pull = np.full(table.width, penalty)
    pull[-1] = 0.01

    def loss(w: Array) -> tuple[float, Array]:
        z = table.dot(w) + offset
        p = 1 / (1 + np.exp(-np.clip(z, -30, 30)))
        value = (counts * (np.logaddexp(0, z) - labels * z)).sum() + 0.5 * (pull * w * w).sum()
        return float(value), table.back(counts * (p - labels)) + pull * w

    return minimise(loss, np.zeros(table.width))


def weighed(words: dict[str, int], weights: Array) -> dict[str, float]:
    return {f: round(float(weights[at]), 3) for f, at in words.items() if abs(weights[at]) >= LEAST}


def tokens_of(text: str) -> Counter[str]:
    """Words as the score counts them."""
    joined = re.sub(r"(?<=\d)[.,'’](?=\d)", "", text.lower())
    return Counter(re.sub(r"\W+", " ", joined).split())


def alike(a: Counter[str], b: Counter[str]) -> float:
    union = sum((a | b).values())
    return sum((a & b).values()) / union if union else 0.0


def places_of(text: str, span: str) -> list[tuple[int, int]]:
    return [m.span() for m in re.finditer(r"\s+".join(map(re.escape, span.split())), text)]


Choice = tuple[list[list[str]], int]


def choices(row: Row) -> list[Choice]:
    """For each labelled name with a choice of ends: the features of each, and which comes closest."""
    text = row["text"]
    page = names.paged(text)
    known = {e.start: e.end for e in entities(text)}
    best: dict[tuple[int, int], tuple[float, names.Candidate, int]] = {}
    gold = [
        (tokens_of(g), place, n) for n, g in enumerate(row["labels"]["responsible"]) for place in places_of(text, g)
    ]
    for candidate in names.candidates(page) if gold else ():
        start = page.tokens[candidate.first].start
        for words, (a, b), number in gold:
            if not a <= start < b:
                continue
            for last in candidate.lasts:
                end = page.tokens[last].end
                near = alike(tokens_of(text[start:end]), words) - 1e-3 * abs(end - b)
                if near >= 0.45 and near > best.get((number, a), (0.0,))[0]:
                    best[number, a] = near, candidate, last
    return [
        ([ending_features(page, c, x, known) for x in c.lasts], c.lasts.index(last))
        for _, c, last in best.values()
        if len(c.lasts) > 1
    ]


def fit_endings(found: Sequence[list[Choice]], places: Sequence[str]) -> dict[str, float]:
    """Weights of the features of ends: a choice among the ends of each labelled name."""
    flat = [(choice, place) for of_row, place in zip(found, places, strict=True) for choice in of_row]
    rows = [features for (ends, _), _ in flat for features in ends]
    sizes = np.array([len(ends) for (ends, _), _ in flat])
    starts = np.cumsum(sizes) - sizes
    gold = starts + np.array([right for (_, right), _ in flat])
    words = vocabulary(rows, [place for (ends, _), place in flat for _ in ends], (5, 3))
    table, group = Sparse(rows, words), np.repeat(np.arange(len(flat)), sizes)

    def loss(w: Array) -> tuple[float, Array]:
        z = table.dot(w)
        top = np.maximum.reduceat(z, starts)
        e = np.exp(z - top[group])
        total = np.add.reduceat(e, starts)
        slope = e / total[group]
        slope[gold] -= 1
        value = (np.log(total) + top - z[gold]).sum() + 0.5 * PENALTY["endings"] * (w @ w)
        return float(value), table.back(slope) + PENALTY["endings"] * w

    return weighed(words, minimise(loss, np.zeros(table.width)))


Labelled = tuple[list[Named], list[int]]


def labelled(row: Row, endings: dict[str, float]) -> Labelled:
    """The candidates of a passage, each with the number of the label that it is, or -1."""
    text = row["text"]
    found = named(names.paged(text), endings)
    gold = [(n, tokens_of(g), places_of(text, g)) for n, g in enumerate(row["labels"]["responsible"])]
    near: list[tuple[float, int, int]] = []
    for at, name in enumerate(found):
        words = tokens_of(text[name.start : name.end]) if gold else Counter()
        for number, said, places in gold:
            if any(a < name.end and name.start < b for a, b in places):
                near.append((alike(words, said), at, number))
    out, taken = [-1] * len(found), set[int]()
    for close, at, number in sorted(near, key=lambda n: (-n[0], n[1])):
        span = range(found[at].first, found[at].last + 1)
        if close >= ALIKE and taken.isdisjoint(span):
            out[at] = number
            taken.update(span)
    return found, out


class Fitted(msgspec.Struct):
    """The weights of selection, and from which probability on a name is chosen."""

    selection: dict[str, float]
    bias: float
    threshold: float = 0.3


def alone(use: Fitted, found: Iterable[Named]) -> list[float]:
    return [use.bias + sum(use.selection.get(f, 0.0) for f in n.features) for n in found]


def fit_selection(rows: Sequence[Row], data: Sequence[Labelled]) -> Fitted:
    """The weights of selection. Of several places of one labelled name only the likeliest must be chosen."""
    flat = [
        (r, at, n, y)
        for at, (r, (f, ys)) in enumerate(zip(rows, data, strict=True))
        for n, y in zip(f, ys, strict=True)
    ]
    places = [r["municipality"] for r, *_ in flat]
    words = vocabulary([n.features for _, _, n, _ in flat], places, (ROWS, PLACES))
    table = Sparse([n.features for _, _, n, _ in flat], words)
    labels = np.array([y >= 0 for *_, y in flat], float)
    given = np.array([REFERENCE_WEIGHT if r["reference"] else 1.0 for r, *_ in flat])
    groups: dict[tuple[int, int], list[int]] = defaultdict(list)
    for k, (_, at, _, y) in enumerate(flat):
        if y >= 0:
            groups[at, y].append(k)
    weights = logistic(table, labels, given, PENALTY["selection"], np.zeros(len(flat)))
    counts, odds = given.copy(), table.dot(weights)
    for members in groups.values():
        top = max(odds[k] for k in members)
        counts[[k for k in members if odds[k] < top - 1.5]] = 0.0
    weights = logistic(table, labels, counts, PENALTY["selection"], np.zeros(len(flat)))
    return Fitted(selection=weighed(words, weights), bias=round(float(weights[-1]), 3))


def fit(rows: Sequence[Row], data: Sequence[Labelled]) -> Fitted:
    """Weights from all rows; the threshold from what each half of the municipalities says of the other."""
    towns = {town: at % 2 for at, town in enumerate(sorted({r["municipality"] for r in rows}))}
    heard: dict[int, list[float]] = {}
    for side in (0, 1):
        seen = [k for k, r in enumerate(rows) if towns[r["municipality"]] == side]
        use = fit_selection([rows[k] for k in seen], [data[k] for k in seen])
        heard |= {k: alone(use, data[k][0]) for k in set(range(len(rows))) - set(seen)}
    out = fit_selection(rows, data)
    out.threshold = max(THRESHOLDS, key=lambda t: (agreement(rows, data, heard, t)[0], -t))
    return out


def agreement(
    rows: Sequence[Row], data: Sequence[Labelled], odds: dict[int, list[float]], threshold: float
) -> tuple[float, float, float]:
    """F1, precision and recall of spans (words alike by half), each normalised name once a passage."""
    hit = guessed = true = 0
    for k, row in enumerate(rows):
        found = data[k][0]
        likely = [(n, 1 / (1 + np.exp(-z))) for n, z in zip(found, odds.get(k, []), strict=True)]
        kept = unoverlapped([(n, float(p)) for n, p in likely if p >= threshold])
        said = {n.name: tokens_of(row["text"][n.start : n.end]) for n, _ in reversed(kept)}
        left = [tokens_of(g) for g in row["labels"]["responsible"]]
        guessed, true = guessed + len(said), true + len(left)
        for words in reversed(said.values()):
            near = max(((alike(words, g), i) for i, g in enumerate(left)), default=(0.0, -1))
            if near[0] >= ALIKE:
                hit += 1
                left.pop(near[1])
    return 2 * hit / max(1, guessed + true), hit / max(1, guessed), hit / max(1, true)


def report(rows: Sequence[Row], data: Sequence[Labelled]) -> None:
    """Held-out agreement of each fold, on reference passages and on the others."""
    for fold in FOLDS:
        seen = [k for k, r in enumerate(rows) if r["fold"] != fold]
        use = fit([rows[k] for k in seen], [data[k] for k in seen])
        for reference in (True, False):
            held = [k for k, r in enumerate(rows) if r["fold"] == fold and r["reference"] == reference]
            odds = {n: alone(use, data[k][0]) for n, k in enumerate(held)}
            f, p, r = agreement([rows[k] for k in held], [data[k] for k in held], odds, use.threshold)
            kind = "reference" if reference else "others   "
            print(f"fold {fold} {kind} F1 {f:.3f} P {p:.3f} R {r:.3f} threshold {use.threshold}", flush=True)


def prepared(rows: Sequence[Row]) -> tuple[list[Labelled], dict[str, float]]:
    """Candidates with ends chosen by weights fitted on the other folds, and the weights of ends fitted on all."""
    found = [choices(r) for r in rows]
    places = [r["municipality"] for r in rows]
    data: dict[int, Labelled] = {}
    for fold in FOLDS:
        seen = [k for k, r in enumerate(rows) if r["fold"] != fold]
        endings = fit_endings([found[k] for k in seen], [places[k] for k in seen])
        data |= {k: labelled(r, endings) for k, r in enumerate(rows) if r["fold"] == fold}
        print(f"ends without fold {fold}: {len(endings)} weights", flush=True)
    return [data[k] for k in range(len(rows))], fit_endings(found, places)


def write(fitted: Fitted, endings: dict[str, float]) -> None:
    """The weights of the release."""
    use = Model(
        endings=endings,
        selection=fitted.selection,
        bias=fitted.bias,
        threshold=fitted.threshold,
    )
    TARGET.write_bytes(msgspec.json.format(msgspec.json.encode(use, order="sorted"), indent=1) + b"\n")


def main() -> None:
    """Report; with --write, fit on everything and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shared", type=Path)
    parser.add_argument("--write", action="store_true")
    given = parser.parse_args()
    rows = [
        {
            "text": row.text,
            "labels": row.label,
            "reference": row.reference,
            "municipality": municipality(row.file),
            "fold": fold_of(row.file),
        }
        for row in read_rows(given.shared)
    ]
    data, endings = prepared(rows)
    report(rows, data)
    if given.write:
        write(fit(rows, data), endings)


if __name__ == "__main__":
    main()
