"""The folder of a model: the graph, the tokenizer, reference vectors, the licence, and a manifest that hashes them.

A folder is complete or absent: it is written beside its place and gets its name at the end.
"""

import hashlib
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import msgspec

from domain.errors import ModelUnavailableError

GRAPH = "model.onnx"
TOKENIZER = "tokenizer.json"
REFERENCES = "reference.json"
LICENCE = "LICENSE.txt"
_MANIFEST = "manifest.json"


class Prefixes(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the model was trained to see before a text of each kind."""

    query: str = "query: "
    passage: str = "passage: "


class Fidelity(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How near the vectors come to those of the untrimmed float32 model, as cosines over the reference sentences."""

    sentences: int
    required: float
    least: float
    mean: float


class Manifest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a folder holds. `files` maps the name of each file to its SHA-256, in hexadecimal."""

    name: str
    source: str
    licence: str
    dimension: int
    max_tokens: int
    pieces: int
    quantisation: str
    prefixes: Prefixes = Prefixes()
    fidelity: Fidelity | None = None
    files: Mapping[str, str] = {}


def digest(content: bytes) -> str:
    """SHA-256, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a folder, without a look at its files.

    Raises `ModelUnavailableError` where there is none, or one of another shape.
    """
    try:
        return msgspec.json.decode((folder / _MANIFEST).read_bytes(), type=Manifest)
    except FileNotFoundError:
        message = f"there is no model in {folder}: build it with `decalogo model build`"
        raise ModelUnavailableError(message) from None
    except (OSError, msgspec.MsgspecError) as error:
        message = f"the manifest of the model in {folder} cannot be read: {error}"
        raise ModelUnavailableError(message) from error


def verified(folder: Path, manifest: Manifest, name: str) -> Path:
    """Where one file is, whose bytes are those that the manifest names.

    Raises `ModelUnavailableError` where they are missing or others.
    """
    path = folder / name
    try:
        # In pieces: the graph as one more copy in memory would be a third of what a worker's child needs.
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        message = f"{name} of the model in {folder} cannot be read: {error.strerror}"
        raise ModelUnavailableError(message) from error
    if found != manifest.files.get(name):
        message = f"{name} of the model in {folder} is not the file that its manifest names: build the model again"
        raise ModelUnavailableError(message)
    return path


def write_files(folder: Path, files: Mapping[str, bytes]) -> Mapping[str, str]:
    """Write the files into a folder that exists, and return their hashes for the manifest."""
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return {name: digest(files[name]) for name in sorted(files)}


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write the manifest, the last file of a folder."""
    (folder / _MANIFEST).write_bytes(msgspec.json.format(msgspec.json.encode(manifest), indent=2) + b"\n")


@contextmanager
def made_at(target: Path) -> Iterator[Path]:
    """A new folder that takes the name `target`, and the place of what had it, if the block ends well.

    After an exception nothing is left of it, and what was at `target` is untouched.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    try:
        yield made
        made.chmod(0o755)
        _give_name(made, target)
    finally:
        shutil.rmtree(made, ignore_errors=True)


def _give_name(made: Path, target: Path) -> None:
    # A directory cannot be renamed over one that is not empty, so the old one steps aside first.
    if not target.exists():
        made.rename(target)
        return
    aside = Path(tempfile.mkdtemp(prefix=f".{target.name}-old-", dir=target.parent))
    target.rename(aside / target.name)
    try:
        made.rename(target)
    except OSError:
        (aside / target.name).rename(target)
        raise
    finally:
        shutil.rmtree(aside, ignore_errors=True)
