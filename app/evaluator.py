"""Composition of one evaluator: the adapters of reading and embedding, and the frozen inputs of a release.

Runs in the child process of a worker and in the command line; it opens no connection.
"""

from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from types import ModuleType

import msgspec

import app
import domain
import infra
from app.usecases.evaluate import Evaluate
from domain import release as releases
from domain.answering import Thresholds
from domain.canonical import digest_bytes
from domain.lexicon import model as lexicon
from domain.ports import Embedder
from domain.release import Release
from domain.rubric import model as rubric
from infra.embedder_onnx import OnnxEmbedder
from infra.model.folder import read_manifest
from infra.reader import DocumentReader

NAME = "decalogo"
VERSION = "0.1.0"

DATA = {
    "questionnaire": "rubric/questionnaire.json",
    "thresholds": "rubric/thresholds.json",
    "lexicon/points": "lexicon/points.json",
    "lexicon/elements": "lexicon/elements.json",
}


LIBRARIES = ("onnxruntime", "tokenizers", "numpy", "pypdfium2", "pdfminer.six")
"""Their versions can move a score, so they are inputs of a release like any file."""

CODE = {
    "code/domain": (domain, ("**/*.py",)),
    "code/reading": (infra, ("pdf_*.py", "text_*.py", "reader.py", "embedder_*.py")),
    "code/evaluation": (app, ("evaluator.py", "usecases/evaluate.py")),
}


def open_evaluator(model_dir: Path, *, threads: int = 1, frozen: Release | None = None) -> Evaluate:
    """An evaluator whose inputs are verified against the model's manifest and, when given, a frozen release.

    Raises ModelUnavailableError and ReleaseMismatchError.
    """
    release = current_release(model_dir)
    if frozen is not None:
        releases.verify(frozen, release)
    return compose(OnnxEmbedder.open(model_dir, threads=threads), release)


def compose(embedder: Embedder, release: Release) -> Evaluate:
    """An evaluator of this release around an embedder."""
    return Evaluate(
        reader=DocumentReader(),
        embedder=embedder,
        questionnaire=rubric.decode(_data(DATA["questionnaire"])),
        lexicon=lexicon.decode(_data(DATA["lexicon/points"]), _data(DATA["lexicon/elements"])),
        thresholds=msgspec.json.decode(_data(DATA["thresholds"]), type=Thresholds),
        release=release,
    )


def current_release(model_dir: Path) -> Release:
    """The release that is installed: model by its manifest, data and code by their bytes, libraries by version.

    Raises ModelUnavailableError when there is no model.
    """
    inputs = {name: digest_bytes(_data(path)) for name, path in DATA.items()}
    inputs |= {f"model/{name}": digest for name, digest in read_manifest(model_dir).files.items()}
    inputs |= {name: _tree(package, patterns) for name, (package, patterns) in CODE.items()}
    inputs |= {f"library/{name}": version(name) for name in LIBRARIES}
    return releases.freeze(NAME, VERSION, inputs)


def _tree(package: ModuleType, patterns: Sequence[str]) -> str:
    root = Path(next(iter(package.__path__)))
    files = sorted(f for pattern in patterns for f in root.glob(pattern))
    return digest_bytes(b"".join(f"{f.relative_to(root)}\0".encode() + f.read_bytes() + b"\0" for f in files))


def _data(name: str) -> bytes:
    return (Path(next(iter(domain.__path__))) / name).read_bytes()
