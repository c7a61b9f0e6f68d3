"""Composition of one evaluator: the adapters of reading and embedding around the data of a release.

Runs in the child process of a worker and in the command line; it opens no connection.
"""

from pathlib import Path

import msgspec

from app.releases import current_release, data
from app.usecases.evaluate import Evaluate
from domain import release as releases
from domain.calibration import Calibration
from domain.impressions import heads
from domain.lexicon import model as lexicon
from domain.ports import Embedder
from domain.release import Release
from domain.rubric import model as rubric
from infra.embedder_onnx import OnnxEmbedder
from infra.reader import DocumentReader


def open_evaluator(model_dir: Path, *, threads: int = 1, frozen: Release | None = None) -> Evaluate:
    """An evaluator whose inputs are verified against the model's manifest and, when given, a frozen release.

    Raises ModelUnavailableError and ReleaseMismatchError.
    """
    release = current_release(model_dir)
    if frozen is not None:
        releases.verify(frozen, release)
    return compose(OnnxEmbedder.open(model_dir, threads=threads), release)


def compose(embedder: Embedder, release: Release, other_heads: heads.Heads | None = None) -> Evaluate:
    """An evaluator of this release around an embedder; with `other_heads` where quality is measured by folds."""
    return Evaluate(
        reader=DocumentReader(),
        embedder=embedder,
        questionnaire=rubric.decode(data("questionnaire")),
        lexicon=lexicon.decode(data("lexicon/points"), data("lexicon/elements")),
        heads=other_heads or heads.decode(data("heads")),
        calibration=msgspec.json.decode(data("calibration"), type=Calibration),
        release=release,
    )
