"""The release that is installed, and its frozen manifest: every input of a score by its hash."""

from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from types import ModuleType

import msgspec

import app
import domain
import infra
from domain import release as releases
from domain.canonical import digest_bytes
from domain.errors import ReleaseMismatchError
from domain.release import Release
from infra.model.folder import read_manifest

NAME = "decalogo"
VERSION = "0.1.0"

DATA = {
    "questionnaire": "rubric/questionnaire.json",
    "phrases": "rubric/phrases.json",
    "calibration": "rubric/calibration.json",
    "lexicon": "lexicon/points.json",
    "heads": "impressions/heads.npz",
    "indicators": "indicators/indicators.json",
    "responsibles": "responsibles/responsibles.json",
    "causes": "causality/causes.json",
}

LIBRARIES = ("onnxruntime", "tokenizers", "numpy", "pypdfium2", "pdfminer.six")
"""Their versions can move a score, so they are inputs of a release like any file."""

CODE = {
    "code/domain": (domain, ("**/*.py",)),
    "code/reading": (infra, ("pdf_*.py", "text_*.py", "reader.py", "embedder_*.py")),
    "code/evaluation": (app, ("evaluator.py", "usecases/evaluate.py", "usecases/artifacts.py")),
}


def current_release(model_dir: Path) -> Release:
    """The release that is installed: model by its manifest, data and code by their bytes, libraries by version.

    Raises ModelUnavailableError when there is no model.
    """
    inputs = {name: digest_bytes(data(name)) for name in DATA}
    inputs |= {f"model/{name}": digest for name, digest in read_manifest(model_dir).files.items()}
    inputs |= {name: _tree(package, patterns) for name, (package, patterns) in CODE.items()}
    inputs |= {f"library/{name}": version(name) for name in LIBRARIES}
    return releases.freeze(NAME, VERSION, inputs)


def data(name: str, other: Path | None = None) -> bytes:
    """One of the data files of the release, or the file of its name in the folder `other` where there is one."""
    if other is not None and (found := other / Path(DATA[name]).name).exists():
        return found.read_bytes()
    return (Path(next(iter(domain.__path__))) / DATA[name]).read_bytes()


def freeze(model_dir: Path, folder: Path) -> Path:
    """Write the manifest of the installed release into `folder`, unless it is there; its path."""
    release = current_release(model_dir)
    path = folder / f"{release.id}.json"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(".partial")
        partial.write_bytes(msgspec.json.format(msgspec.json.encode(release), indent=2))
        partial.replace(path)
    return path


def frozen(path: Path) -> Release:
    """A frozen manifest. Raises ReleaseMismatchError when it is none."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Release)
    except (OSError, msgspec.DecodeError) as error:
        raise ReleaseMismatchError(f"{path} is no release manifest: {error}") from error


def _tree(package: ModuleType, patterns: Sequence[str]) -> str:
    root = Path(next(iter(package.__path__)))
    files = sorted(f for pattern in patterns for f in root.glob(pattern))
    return digest_bytes(b"".join(f"{f.relative_to(root)}\0".encode() + f.read_bytes() + b"\0" for f in files))
