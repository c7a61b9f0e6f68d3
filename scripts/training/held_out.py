"""What the heads of each fold said of the passages that they had not seen: what later fits build upon."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from domain.impressions.marks import DECIMALS, Marks
from scripts.training.labels import FOLDS
from scripts.training.marks import NAMES

LogOdds = NDArray[np.float32]


def held_out_log_odds(out: Path) -> dict[str, LogOdds]:
    """Passage -> log-odds of points, roles and elements. `out` holds fold0, fold1 and fold2."""
    found: dict[str, LogOdds] = {}
    for number in range(FOLDS):
        with np.load(out / f"fold{number}/held_out.npz") as arrays:
            found |= dict(zip(arrays["ids"].tolist(), arrays["log_odds"], strict=True))
    return found


def held_out_marks(out: Path) -> dict[str, Marks]:
    """Passage -> marks of its tokens, as the evaluation would see them."""
    with np.load(out / "middle.npz") as arrays:
        spans = _cut(arrays["names"], arrays["spans"], arrays["tokens"])
    found: dict[str, Marks] = {}
    for number in range(FOLDS):
        with np.load(out / f"fold{number}/held_out.npz") as arrays:
            for name, marks in _cut(arrays["ids"], arrays["marks"], arrays["tokens"]).items():
                real = spans[name][:, 1] > spans[name][:, 0]
                rounded = marks[real].astype(np.float32).round(DECIMALS)
                found[name] = Marks(names=NAMES, spans=spans[name][real].astype(np.int32), log_odds=rounded)
    return found


def _cut(names: NDArray[Any], rows: NDArray[Any], lengths: NDArray[Any]) -> dict[str, NDArray[Any]]:
    return dict(zip(names.tolist(), np.split(rows, np.cumsum(lengths)[:-1]), strict=True))
