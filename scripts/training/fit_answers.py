#!/usr/bin/env python3
"""Fit how evidence makes an answer (domain/calibration.py), from readers' answers about whole plans.

    scripts/training/fit_answers.py [SHARED] [--model DIR] [--folds DIR] [--out DIR] [--made] [--without PART] [--write]

Prints agreement on the reference plans, each left out in turn with all plans of its municipality. --folds names a
folder with `fold0`, `fold1`, `fold2`, each with a `model` folder and the weights that did not see the municipalities
of that fold (scripts/train_heads): with it neither heads nor calibration saw the plan. --made takes up the evaluations
of the last run (OUT/made) instead of new ones. --without shows what a part is worth: `heads` (statements and sums over
stretches), `encoder` (also its part in topics), `sums` (only those), `typed` (what the other detectors find) or `rows`
(of tables). --write fits on everything and writes domain/rubric/calibration.json.
"""

import argparse
import json
import pickle
import subprocess
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from app.evaluator import compose  # noqa: E402
from app.releases import current_release, data  # noqa: E402
from app.usecases.stages import StageLog  # noqa: E402
from domain.answering import Basis, answer_all  # noqa: E402
from domain.applicability import applicability  # noqa: E402
from domain.binding import Places, supports, units  # noqa: E402
from domain.calibration import FEATURES, SLOPES, Calibration, features  # noqa: E402
from domain.evidence import Evidence, Reading  # noqa: E402
from domain.expectations import expectations  # noqa: E402
from domain.labels import plan_labels  # noqa: E402
from domain.lexicon import model as lexicon  # noqa: E402
from domain.options import Options  # noqa: E402
from domain.pipeline import GIVEN, PLAN, execute  # noqa: E402
from domain.result import Answer  # noqa: E402
from domain.rubric import phrases  # noqa: E402
from domain.rubric.model import decode  # noqa: E402
from domain.topics import topics  # noqa: E402
from infra.embedder_onnx import OnnxEmbedder  # noqa: E402
from scripts.training.agreement import Agreement, Bin, Gold, calibration_error, scorer  # noqa: E402
from scripts.training.labels import OWN, fold_of, municipality  # noqa: E402
from scripts.training.reliability_plot import plot  # noqa: E402

Array = NDArray[Any]
QUESTIONNAIRE = decode(data("questionnaire"))
PHRASES = phrases.decode(data("phrases"), QUESTIONNAIRE)
LEXICON = lexicon.decode(data("lexicon"))
QUESTIONS, POINTS = QUESTIONNAIRE.questions, [p.id for p in QUESTIONNAIRE.points]
ELEMENTS = [f"{q.id}.{e.id}" for q in QUESTIONS for e in q.elements]
SHAPE = len(POINTS), len(ELEMENTS)
PULL = {"weights": 3.3, "elements": 3.3, "slopes": 13.0, "points": 13.0, "cells": 37.0}
"""How strongly each group of coefficients is drawn to zero: the finer, the stronger."""


NO_STATEMENTS = ("heads", "encoder")
ABLATIONS = (*NO_STATEMENTS, "typed", "sums", "rows")


def read_gold(folders: Sequence[Path]) -> Gold:
    """All readers' answers."""
    gold: dict[str, dict[str, Any]] = {}
    for file in sorted(f for folder in folders for f in folder.glob("*.jsonl")):
        plan, reader, _ = file.name.split(".")
        rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
        gold.setdefault(plan, {})[reader] = {
            (r["point"], q.id): tuple(r["answers"][q.id]["e"]) if r.get("applies", True) else None
            for r in rows
            for q in QUESTIONS
        }
    return gold


def read_own() -> Gold:
    """The answers of our own readers, in the same shape; the name of a plan is that of its text file."""
    own: dict[str, dict[str, Any]] = {}
    for file in sorted((OWN / "plans").glob("*.jsonl")):
        rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
        own[file.stem] = {"own": {(r["point"], q.id): tuple(r["answers"][q.id][:3]) for r in rows for q in QUESTIONS}}
    return own


def evaluated(files: Mapping[str, Path], args: argparse.Namespace) -> None:
    """Evaluate each plan once, on all cores, and keep what answers are made from as OUT/made/<plan>.pickle."""
    folder = args.out / "made"
    folder.mkdir(parents=True, exist_ok=True)
    todo = {plan: file for plan, file in files.items() if not (args.made and (folder / f"{plan}.pickle").exists())}
    with ProcessPoolExecutor() as pool:
        running = {pool.submit(_evaluate, file, folder / f"{plan}.pickle", args): plan for plan, file in todo.items()}
        for number, done in enumerate(as_completed(running), start=1):
            print(f"{number} of {len(todo)}: {running[done]}, {done.result()} pieces of evidence", flush=True)


def _evaluate(file: Path, target: Path, args: argparse.Namespace) -> int:
    release = current_release(args.model)
    folder = args.folds / f"fold{fold_of(file.name)}" if args.folds else None
    evaluate = compose(OnnxEmbedder.open(folder / "model" if folder else args.model), release, folder)
    given = dict(zip(GIVEN, (file.read_bytes(), Options(), evaluate.questionnaire, evaluate.release), strict=True))
    everything = execute(PLAN, evaluate._steps(), given, StageLog(lambda: 0))  # noqa: SLF001
    kept = {name: everything[name] for name in ("alignment", "registry", "similarities")}
    target.write_bytes(pickle.dumps(kept))
    return len(kept["registry"].items)


def load(folder: Path, plan: str) -> dict[str, Any]:
    """What was kept of one plan."""
    kept: dict[str, Any] = pickle.loads((folder / f"{plan}.pickle").read_bytes())  # noqa: S301 - written by this program
    return kept


def weighed(kept: Mapping[str, Any], without: str | None) -> tuple[Evidence, ...]:
    """The evidence that answers may rest on."""
    items: tuple[Evidence, ...] = kept["registry"].items
    if without == "rows":
        kinds = {p.id: p.kind for p in kept["alignment"].reading.document.passages}
        return tuple(e for e in items if kinds[e.passage] != "table_row")
    if without in NO_STATEMENTS:
        return tuple(e for e in items if e.type != "statement")
    return tuple(e for e in items if not (without == "typed" and e.type != "statement"))


def read(kept: Mapping[str, Any], without: str | None) -> Reading:
    """The plan with its topics; without the encoder they follow from words alone."""
    reading: Reading = kept["alignment"].reading
    if without != "encoder":
        return reading
    return Reading(document=reading.document, topics=topics(reading.document, LEXICON, None))


def measured(kept: Mapping[str, Any], without: str | None) -> Array:
    """(points, elements, features) of one plan."""
    names = {f"{q.id}.{e.id}": (q, i) for q in QUESTIONS for i, e in enumerate(q.elements)}
    places = Places(reading=read(kept, without))
    found = supports(weighed(kept, without), places, names)
    passages = len(places.reading.document.passages)
    expected = expectations(places.reading, kept["similarities"]) * (without not in {*NO_STATEMENTS, "sums"})
    out = np.zeros((*SHAPE, len(FEATURES)))
    for i, point in enumerate(POINTS):
        for j, question in enumerate(QUESTIONS):
            own = found.get((point, question.id), ())
            bound = tuple(units(question.binding, own, places))
            out[i, 3 * j : 3 * j + 3] = [
                features(own, bound, order, passages, expected[i, 3 * j + order].tolist()) for order in range(3)
            ]
    return out


def truth(readers: Mapping[str, Any]) -> tuple[Array, Array]:
    """(points, elements): the share of the readers that found an element, and 0 for points that were not asked."""
    found = np.zeros((*SHAPE, len(readers)))
    for k, reader in enumerate(readers.values()):
        for i, point in enumerate(POINTS):
            for j, question in enumerate(QUESTIONS):
                found[i, 3 * j : 3 * j + 3, k] = reader[point, question.id] or (0, 0, 0)
    return found.mean(axis=2), np.ones(SHAPE)


def design(scaled: Array) -> tuple[Array, Array]:
    """One row a point and element: constant, weights by order, slopes, elements, points, cells; and the pulls."""
    points, elements = SHAPE
    rows = points * elements
    point, element = (a.ravel() for a in np.meshgrid(range(points), range(elements), indexing="ij"))
    order, flat, every = element % 3, scaled.reshape(rows, -1), np.arange(rows)
    blocks = [np.ones((rows, 1)), *(flat * (order == k)[:, None] for k in range(3))]
    for feature in SLOPES:
        slope = np.zeros((rows, elements))
        slope[every, element] = flat[:, feature]
        blocks.append(slope)
    for index, width in ((element, elements), (point * 3 + order, 3 * points), (every, rows)):
        one = np.zeros((rows, width))
        one[every, index] = 1
        blocks.append(one)
    pulls = [("weights", 3 * len(FEATURES)), ("slopes", len(SLOPES) * elements), ("elements", elements)]
    pulls += [("points", 3 * points), ("cells", rows)]
    return np.hstack(blocks).astype(np.float32), np.concatenate(
        [[1e-3], *(np.full(n, PULL[name]) for name, n in pulls)]
    )


def fit(plans: Sequence[tuple[Array, Array]]) -> Calibration:
    """The regression over (features, truth) of some plans."""
    stacked = np.concatenate([f.reshape(-1, len(FEATURES)) for f, _ in plans])
    means, spreads = stacked.mean(0).round(4), stacked.std(0).round(4) + 1e-4
    matrix = np.concatenate([design((f - means) / spreads)[0] for f, _ in plans])
    pull = design((plans[0][0] - means) / spreads)[1]
    y = np.concatenate([t.ravel() for _, t in plans])
    weights = np.zeros(matrix.shape[1])
    for _ in range(8):
        p = 1 / (1 + np.exp(-np.clip(matrix @ weights, -30, 30)))
        slope = matrix.T @ (p - y) + pull * weights
        bend = matrix.T @ (matrix * (p * (1 - p)).astype(np.float32)[:, None]) + np.diag(pull)
        step = np.linalg.solve(bend, slope)
        weights -= step
        if np.abs(step).max() < 1e-3:
            break
    return _calibration(weights, means, spreads)


def _calibration(weights: Array, means: Array, spreads: Array) -> Calibration:
    sizes = [1, 3 * len(FEATURES), *(len(ELEMENTS) for _ in SLOPES), len(ELEMENTS), 3 * len(POINTS)]
    constant, by_order, *slopes, elements, points, cells = np.split(weights.round(3), np.cumsum(sizes))
    first, second, third = (tuple(map(float, row)) for row in by_order.reshape(3, -1))
    names = [f"{p}-{e}" for p in POINTS for e in ELEMENTS]
    return Calibration(
        means=tuple(map(float, means)),
        spreads=tuple(map(float, spreads)),
        intercept=float(constant[0]),
        weights=(first, second, third),
        slopes={e: tuple(float(s[i]) for s in slopes) for i, e in enumerate(ELEMENTS)},
        elements=dict(zip(ELEMENTS, map(float, elements), strict=True)),
        points={p: tuple(map(float, row)) for p, row in zip(POINTS, points.reshape(-1, 3), strict=True)},
        cells={name: float(value) for name, value in zip(names, cells, strict=True) if abs(value) >= 0.01},
    )


def answered(kept: Mapping[str, Any], calibration: Calibration, without: str | None) -> tuple[Answer, ...]:
    """The plan's answers, by the code that answers."""
    reading, registry = read(kept, without), kept["registry"]
    basis = Basis(
        reading=reading,
        questionnaire=QUESTIONNAIRE,
        phrases=PHRASES,
        similarities=kept["similarities"],
        calibration=calibration,
        applies=applicability(reading, registry, QUESTIONNAIRE),
        not_evaluated=frozenset(),
    )
    return answer_all(weighed(kept, without), basis)


def show_reliability(bins: Sequence[Bin], out: Path) -> None:
    """Print what each tenth of confidence is worth, and keep the plot."""
    print(f"\n{'confidence':>10s} {'confirmed':>10s} {'answers':>8s}")
    for one in bins:
        print(f"{one.confidence:10.2f} {one.right:10.2f} {one.count:8d}")
    (out / "reliability.svg").write_text(plot(bins), encoding="utf-8")
    print(f"expected calibration error {calibration_error(bins):.3f}, plot in {out / 'reliability.svg'}")


def main() -> None:
    """Fit, print, and perhaps write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shared", type=Path, nargs="?", default=ROOT.parent / "shared")
    parser.add_argument("--model", type=Path, default=ROOT / ".var/model")
    parser.add_argument("--folds", type=Path)
    parser.add_argument("--out", type=Path, default=ROOT / ".var/answers")
    parser.add_argument("--made", action="store_true")
    parser.add_argument("--without", choices=ABLATIONS)
    parser.add_argument("--write", action="store_true")
    args = parser.parse_args()
    folders = [args.shared / "gold" / name for name in ("plans", "plans_single")]
    gold, own = read_gold(folders), read_own()
    rows = [line.split("\t") for line in (folders[0] / "index.tsv").read_text(encoding="utf-8").splitlines()[1:]]
    files = {plan: args.shared / "corpus" / file for plan, file, _ in rows if plan in gold}
    files |= {plan: args.shared / f"corpus/txt/{plan}.txt" for plan in own}
    evaluated(files, args)
    made = args.out / "made"
    known = {plan: (measured(load(made, plan), args.without), truth(gold.get(plan) or own[plan])[0]) for plan in files}
    held_out = args.out / "held_out"
    held_out.mkdir(exist_ok=True)
    labels, sure = {}, {}
    for plan in gold:
        place, kept = municipality(files[plan].name), load(made, plan)
        others = [k for other, k in known.items() if municipality(files[other].name) != place]
        answers = answered(kept, fit(others), args.without)
        labels[plan] = plan_labels(answers, QUESTIONNAIRE)
        sure[plan] = {(a.point, a.question): a.confidence for a in answers if a.applies}
        lines = (json.dumps(row, ensure_ascii=False) for row in labels[plan])
        (held_out / f"{plan}.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    agreement = Agreement(labels, gold, scorer(args.shared / "quality/score.py"))
    agreement.show("Left out, each in turn")
    show_reliability(agreement.reliability(sure), args.out)
    print("\nLeft out, plans with two readers (score.py)", flush=True)
    subprocess.run([sys.executable, args.shared / "quality/score.py", "plans", held_out, *folders], check=True)
    if args.write:
        target = ROOT / "domain/rubric/calibration.json"
        written = msgspec.json.format(msgspec.json.encode(fit(list(known.values()))), indent=1)
        target.write_text(written.decode() + "\n", encoding="utf-8")
        print(f"wrote {target}")


if __name__ == "__main__":
    main()
