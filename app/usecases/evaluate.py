"""Evaluate one document: PLAN, each stage bound to the code that does it."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, get_args

import msgspec

from app.usecases.stages import StageLog
from domain import synthesis, verification
from domain.answering import Basis, answer_all
from domain.applicability import applicability
from domain.calibration import Calibration
from domain.detectors import BY_ID, teoria_cambio
from domain.document import Document, Source, single_passage
from domain.evidence import Detector, Evidence, Reading, Role, bind
from domain.fitted import Fitted
from domain.impressions.heads import Heads
from domain.impressions.impressions import read_through
from domain.impressions.model import Impressions, Memory, NoMemory
from domain.labels import passage_labels
from domain.lexicon.model import Lexicon
from domain.options import Options
from domain.pipeline import GIVEN, PASSAGE_PLAN, PLAN, Observer, execute
from domain.ports import Embedder, Reader
from domain.reading.normalisation import normalise
from domain.reading.segmentation import segment
from domain.registry import Registry, seal
from domain.release import Release
from domain.result import Answer, Check, Evaluation, Verdict
from domain.rubric.model import Questionnaire
from domain.rubric.phrases import Phrases
from domain.scoring import score
from domain.similarity import Similarities, similarities
from domain.statements import statements
from domain.theory import Theory, build
from domain.topics import topics


class Alignment(msgspec.Struct, frozen=True, kw_only=True):
    """The document with the topic of each passage, and the norms and goals that it refers to."""

    reading: Reading
    references: tuple[Evidence, ...]


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """The theory of change as a graph, and its links as evidence."""

    graph: Theory
    evidence: tuple[Evidence, ...]


class Evaluated(msgspec.Struct, frozen=True, kw_only=True):
    """One document, evaluated and verified."""

    evaluation: Evaluation
    verdict: Verdict
    registry: Registry
    stretches: int = 0
    recalled: int = 0
    """Of the stretches, those that an earlier document had: they were not read again."""


class Evaluate:
    """Evaluates documents under one release. Not thread safe; one document at a time."""

    def __init__(
        self,
        *,
        reader: Reader,
        embedder: Embedder,
        questionnaire: Questionnaire,
        phrases: Phrases,
        lexicon: Lexicon,
        heads: Heads,
        fitted: Fitted,
        calibration: Calibration,
        release: Release,
        memory: Memory | None = None,
    ) -> None:
        self._reader = reader
        self._embedder = embedder
        self._questionnaire = questionnaire
        self._phrases = phrases
        self._lexicon = lexicon
        self._heads = heads
        self._fitted = fitted
        self._roles = get_args(Role)
        self._calibration = calibration
        self._release = release
        self._memory = memory or NoMemory()
        self._bindings = {question.id: question.binding for question in questionnaire.questions}

    @property
    def questionnaire(self) -> Questionnaire:
        """The questionnaire that it asks."""
        return self._questionnaire

    @property
    def release(self) -> Release:
        """The release under which it evaluates."""
        return self._release

    def __call__(self, upload: bytes, options: Options, observer: Observer) -> Evaluated:
        """The evaluation of a file. Raises a DocumentError for the document's fault."""
        given = dict(zip(GIVEN, (upload, options, self._questionnaire, self._release), strict=True))
        made = execute(PLAN, self._steps(), given, observer)
        impressions = made["impressions"]
        return Evaluated(
            evaluation=made["evaluation"],
            verdict=made["verdict"],
            registry=made["registry"],
            stretches=len(impressions.stretches),
            recalled=impressions.recalled,
        )

    def warm(self) -> None:
        """Read a few words, so that the first document does not wait for what the runtime does once."""
        read_through(single_passage("Plan de desarrollo."), self._embedder, self._heads, NoMemory())

    def label(self, name: str, text: str) -> Mapping[str, Any]:
        """One passage by the same topics, detectors and statements, in the passage format of the annotation guide."""
        given = {"document": single_passage(text), "options": Options(), "questionnaire": self._questionnaire}
        made = execute(PASSAGE_PLAN, self._steps(), given, StageLog(lambda: 0), result=("alignment", "registry"))
        alignment, registry = made["alignment"], made["registry"]
        in_order = sorted(registry.items, key=lambda e: (e.start, e.end, e.id))
        return passage_labels(name, alignment.reading.topics, in_order, self._questionnaire)

    def _steps(self) -> Mapping[str, Callable[..., Any]]:
        return {
            "document_ingestion": self._read,
            "text_normalization": normalise,
            "document_segmentation": segment,
            "embedding_generation": self._embed,
            "similarity_calculation": self._similarities,
            "policy_alignment": self._align,
            "responsibility_detection": _detection("responsibility"),
            "monetary_detection": _detection("monetary"),
            "indicator_extraction": _detection("indicator"),
            "feasibility_scoring": _detection("feasibility"),
            "causal_pattern_detection": _detection("causal"),
            "contradiction_detection": _detection("contradiction"),
            "teoria_cambio_analysis": _theory,
            "evidence_aggregation": self._aggregate,
            "decalogo_evaluation": _applicability,
            "questionnaire_evaluation": self._answer,
            "rubric_scoring": score,
            "result_synthesis": lambda theory, **made: synthesis.synthesise(theory=theory.graph, **made),
            "contract_validation": verification.contract,
            "dag_validation": lambda theory: verification.acyclicity(theory.graph),
            "immutability_verification": verification.immutability,
            "determinism_verification": self._determinism,
            "reproducibility_verification": _verdict,
        }

    def _read(self, upload: bytes) -> Source:
        return self._reader.read(upload)

    def _embed(self, document: Document) -> Impressions:
        return read_through(document, self._embedder, self._heads, self._memory)

    def _similarities(self, impressions: Impressions, questionnaire: Questionnaire) -> Similarities:
        return similarities(impressions, self._heads.of_text.names, questionnaire, self._roles)

    def _align(
        self, document: Document, impressions: Impressions, similarities: Similarities, options: Options
    ) -> Alignment:
        about = topics(document, self._lexicon, similarities)
        reading = Reading(document=document, topics=about, fitted=self._fitted, marks=impressions.marks)
        off = "policy_alignment" in options.switched_off()
        return Alignment(reading=reading, references=() if off else bind(BY_ID["policy_alignment"], reading))

    def _aggregate(self, alignment: Alignment, similarities: Similarities, **groups: Any) -> Registry:
        theory = groups.pop("theory")
        typed = [alignment.references, *groups.values(), theory.evidence]
        stated = Detector(
            id="statements",
            feeds=tuple(self._questionnaire.question),
            find=lambda reading, _: statements(reading, self._phrases, similarities, self._bindings),
        )
        return seal(*typed, bind(stated, alignment.reading))

    def _answer(self, registry: Registry, **made: Any) -> tuple[Answer, ...]:
        return self._answers(registry.items, **made)

    def _answers(
        self,
        evidence: Sequence[Evidence],
        *,
        alignment: Alignment,
        applicability: Mapping[str, bool],
        questionnaire: Questionnaire,
        similarities: Similarities,
        options: Options,
    ) -> tuple[Answer, ...]:
        basis = Basis(
            reading=alignment.reading,
            questionnaire=questionnaire,
            phrases=self._phrases,
            similarities=similarities,
            calibration=self._calibration,
            applies=applicability,
            not_evaluated=frozenset(q for d in options.switched_off() for q in BY_ID[d].feeds),
        )
        return answer_all(evidence, basis)

    def _determinism(self, registry: Registry, answers: tuple[Answer, ...], **made: Any) -> Check:
        return verification.determinism(answers, registry.items, lambda evidence: self._answers(evidence, **made))


def _detection(detector: str) -> Callable[..., tuple[Evidence, ...]]:
    def detect(alignment: Alignment, options: Options, **before: tuple[Evidence, ...]) -> tuple[Evidence, ...]:
        if detector in options.switched_off():
            return ()
        return bind(BY_ID[detector], alignment.reading, [e for group in before.values() for e in group])

    return detect


def _theory(
    alignment: Alignment, indicators: tuple[Evidence, ...], causes: tuple[Evidence, ...], options: Options
) -> Change:
    if "teoria_cambio" in options.switched_off():
        return Change(graph=Theory(), evidence=())
    graph = build(alignment.reading, indicators, causes)
    return Change(graph=graph, evidence=bind(teoria_cambio.of(graph), alignment.reading, (*indicators, *causes)))


def _applicability(alignment: Alignment, registry: Registry, questionnaire: Questionnaire) -> Mapping[str, bool]:
    return applicability(alignment.reading, registry, questionnaire)


def _verdict(
    evaluation: Evaluation, contract: Check, acyclicity: Check, immutability: Check, determinism: Check
) -> Verdict:
    return verification.reproducibility(evaluation, contract, acyclicity, immutability, determinism)
