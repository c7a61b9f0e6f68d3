"""Composition of one evaluator: the adapters of reading and embedding around the data of a release.

Runs in the child process of a worker and in the command line; it opens no connection.
"""

from pathlib import Path

import msgspec

from app.releases import current_release, data
from app.usecases.evaluate import Evaluate
from domain import release as releases
from domain.calibration import Calibration
from domain.causality.model import Model as Causes
from domain.fitted import Fitted
from domain.impressions import heads
from domain.impressions.model import Memory, NoMemory
from domain.indicators.weights import Model as Indicators
from domain.lexicon import model as lexicon
from domain.ports import Embedder
from domain.release import Release
from domain.responsibles.model import Model as Responsibles
from domain.rubric import model as rubric
from domain.rubric import phrases
from infra.clock_system import SystemClock
from infra.embedder_onnx import OnnxEmbedder
from infra.memory_sqlite import SqliteMemory
from infra.reader import DocumentReader


def open_evaluator(
    model_dir: Path, *, threads: int = 1, frozen: Release | None = None, cache: Path | None = None, cache_bytes: int = 0
) -> Evaluate:
    """An evaluator whose inputs are verified against the model's manifest and, when given, a frozen release.

    What it reads is kept in the folder `cache`, up to `cache_bytes`, for itself and for others of the same release.
    Raises ModelUnavailableError and ReleaseMismatchError.
    """
    release = current_release(model_dir)
    if frozen is not None:
        releases.verify(frozen, release)
    memory: Memory = NoMemory()
    if cache is not None and cache_bytes > 0:
        file = cache / "impressions.sqlite"
        memory = SqliteMemory(file, space=release.id.encode(), limit_bytes=cache_bytes, clock=SystemClock())
    return compose(OnnxEmbedder.open(model_dir, threads=threads), release, memory=memory)


def compose(
    embedder: Embedder, release: Release, folder: Path | None = None, *, memory: Memory | None = None
) -> Evaluate:
    """An evaluator of this release around an embedder.

    What lies in `folder` takes the place of the data of the release of that name: weights that were fitted without
    some municipalities, where quality is measured on these (scripts/quality).
    """

    def read(name: str) -> bytes:
        return data(name, folder)

    questionnaire = rubric.decode(read("questionnaire"))
    return Evaluate(
        reader=DocumentReader(),
        embedder=embedder,
        questionnaire=questionnaire,
        phrases=phrases.decode(read("phrases"), questionnaire),
        lexicon=lexicon.decode(read("lexicon")),
        heads=heads.decode(read("heads")),
        fitted=Fitted(
            causes=msgspec.json.decode(read("causes"), type=Causes),
            indicators=msgspec.json.decode(read("indicators"), type=Indicators),
            responsibles=msgspec.json.decode(read("responsibles"), type=Responsibles),
        ),
        calibration=msgspec.json.decode(read("calibration"), type=Calibration),
        release=release,
        memory=memory,
    )
