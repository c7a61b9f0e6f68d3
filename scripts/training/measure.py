#!/usr/bin/env python3
"""How well the evaluation agrees with careful readers, on municipalities that nothing was fitted on.

    scripts/training/measure.py [--shared DIR] [--heads DIR] [--out DIR] [--made] [--passages-only]

Labels each of the readers' passages, and evaluates each of their plans, with weights that were fitted without its
municipality, and prints the figures of SHARED/quality/score.py. --heads names the folder of such weights that
`scripts/train_heads` leaves; where there is none, they are fitted first (hours). --made takes up the evaluations of
plans of the last run. Figures of the installed weights on the labels that they were fitted on are not printed: they
would say nothing. Where SHARED (default: ../shared) is absent it says so and leaves with 0.
"""

import argparse
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from app.evaluator import compose  # noqa: E402
from app.releases import current_release  # noqa: E402
from infra.embedder_onnx import OnnxEmbedder  # noqa: E402
from scripts.training.labels import FOLDS, Row, fold_of, read_rows  # noqa: E402


def main() -> int:
    """Print the figures; the exit code of whatever failed first."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=ROOT.parent / "shared")
    parser.add_argument("--heads", type=Path, default=ROOT / ".var/training")
    parser.add_argument("--out", type=Path, default=ROOT / ".var/quality")
    parser.add_argument("--made", action="store_true")
    parser.add_argument("--passages-only", action="store_true")
    args = parser.parse_args()
    if not (args.shared / "gold").is_dir():
        print(f"scripts/quality: skipped, no readers' labels in {args.shared}")
        return 0
    if not all((args.heads / f"fold{number}/points.json").exists() for number in range(FOLDS)):
        fit = [sys.executable, ROOT / "scripts/training/train.py", "--shared", args.shared, "--out", args.heads]
        subprocess.run(fit, check=True)
    passages(args)
    if not args.passages_only:
        command = [
            sys.executable,
            ROOT / "scripts/training/fit_answers.py",
            args.shared,
            "--folds",
            args.heads,
            "--out",
            args.out,
        ]
        subprocess.run([*command, "--made"] if args.made else command, check=True)
    return 0


def passages(args: argparse.Namespace) -> None:
    """Label every reference passage by the fold that did not see it, and score."""
    rows = [row for row in read_rows(args.shared) if row.reference]
    made: dict[str, Any] = {}
    for number in range(FOLDS):
        own = [row for row in rows if fold_of(row.file) == number]
        made |= labelled(own, args.heads / f"fold{number}", f"fold {number + 1} of {FOLDS}")
    args.out.mkdir(parents=True, exist_ok=True)
    predicted = args.out / "passages.jsonl"
    lines = (json.dumps(made[row.id], ensure_ascii=False) for row in rows)
    predicted.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"\nPassages, left out ({len(rows)}; score.py)", flush=True)
    score = [sys.executable, args.shared / "quality/score.py", "passages"]
    subprocess.run([*score, predicted, args.shared / "gold/passages/labels.jsonl"], check=True)


def labelled(rows: list[Row], folder: Path, what: str) -> dict[str, Any]:
    """Passage -> its labels by the weights in `folder`."""
    evaluate = compose(OnnxEmbedder.open(folder / "model"), current_release(folder / "model"), folder)
    out = {}
    for number, row in enumerate(rows, start=1):
        out[row.id] = evaluate.label(row.id, row.text)
        print(f"\r{what}: {number} of {len(rows)} passages", end="\n" if number == len(rows) else "", flush=True)
    return out


if __name__ == "__main__":
    sys.exit(main())
