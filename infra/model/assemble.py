"""From an encoder, its tokenizer and its reference vectors to a finished folder, whoever the weights came from."""

from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import TypeAlias

import msgspec

from domain.errors import ModelUnavailableError
from infra.embedder_onnx import OnnxEmbedder
from infra.model.adapter import Adapter, adapted
from infra.model.bert import Bert, with_words
from infra.model.folder import (
    GRAPH,
    LICENCE,
    REFERENCES,
    TOKENIZER,
    Manifest,
    made_at,
    read_manifest,
    verified,
    write_files,
    write_manifest,
)
from infra.model.graph import encoder_graph
from infra.model.reference import fidelity
from infra.model.tokenizer import Description, serialised, trimmed

OnStep: TypeAlias = Callable[[str, int, int], None]
# The layers whose narrowing map sees outliers: there eight bits cost the most fidelity (docs/decisions/0001).
FLOAT_LAYERS = frozenset({0, 4, 5})
_QUANTISATION = "int8 weights a column within 7 bits, activations a text; words int8 a block of 32; one text a call"


_STEPS = 4


class Origin(msgspec.Struct, frozen=True, kw_only=True):
    """Whence the weights come, what may be done with them, and what the model says of the reference sentences."""

    name: str
    source: str
    licence: str
    licence_text: str
    references: bytes
    expected: Mapping[str, str] = {}
    """The hashes that some files must have, where they are known beforehand."""


class Materials(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """What a model is made of: the encoder and what is changed in it, its whole tokenizer, and the pieces to keep."""

    bert: Bert
    tokenizer: Description
    kept: Collection[str]
    adapter: Adapter = {}


def assemble(materials: Materials, origin: Origin, target: Path, on_step: OnStep) -> Manifest:
    """Trim, quantise, write, verify, and only then put the folder in its place.

    Raises `ModelUnavailableError` where the files are not those expected, or the vectors not near the reference.
    """
    on_step("trim", 1, _STEPS)
    tokenizer, numbers = trimmed(materials.tokenizer, materials.kept)
    small = adapted(with_words(materials.bert, numbers), materials.adapter)
    on_step("quantise", 2, _STEPS)
    files = {
        GRAPH: encoder_graph(small, float_layers=FLOAT_LAYERS),
        TOKENIZER: serialised(tokenizer),
        REFERENCES: origin.references,
        LICENCE: origin.licence_text.encode(),
    }
    with made_at(target) as folder:
        manifest = Manifest(
            name=origin.name,
            source=origin.source,
            licence=origin.licence,
            dimension=small.dimension,
            max_tokens=small.max_tokens,
            pieces=len(numbers),
            quantisation=_QUANTISATION,
            files=write_files(folder, files),
        )
        _hold_to(origin.expected, manifest.files)
        write_manifest(folder, manifest)
        on_step("verify", 3, _STEPS)
        measured = fidelity(OnnxEmbedder.open(folder), origin.references)
        manifest = msgspec.structs.replace(manifest, fidelity=measured)
        write_manifest(folder, manifest)
    on_step("done", 4, _STEPS)
    return manifest


def verify_model(folder: Path) -> Manifest:
    """The manifest of a folder whose files are those it names and whose vectors are near the reference.

    Raises `ModelUnavailableError` where one of them is not so.
    """
    manifest = read_manifest(folder)
    for name in (GRAPH, TOKENIZER, REFERENCES, LICENCE):
        verified(folder, manifest, name)
    fidelity(OnnxEmbedder.open(folder), (folder / REFERENCES).read_bytes())
    return manifest


def _hold_to(expected: Mapping[str, str], files: Mapping[str, str]) -> None:
    for name, hexadecimal in expected.items():
        if files[name] != hexadecimal:
            message = f"the build made another {name} than the one expected: {files[name]}, not {hexadecimal}"
            raise ModelUnavailableError(message)
