"""The result of one document, put together and hashed: everything that was found, nothing that depends on the run."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from domain.canonical import digest
from domain.document import Document, Source
from domain.options import Options
from domain.registry import Registry
from domain.release import Release
from domain.result import Answer, Evaluation, Hashes, Scorecard
from domain.rubric.model import Questionnaire
from domain.theory import Theory


def synthesise(
    *,
    source: Source,
    document: Document,
    answers: tuple[Answer, ...],
    scorecard: Scorecard,
    registry: Registry,
    theory: Theory,
    options: Options,
    release: Release,
    questionnaire: Questionnaire,
) -> Evaluation:
    """The evaluation with its hashes. The name of the file is no part of it: the same bytes give the same result."""
    unhashed = Evaluation(
        document=_document(source, document),
        release={"id": release.id, "name": release.name, "version": release.version},
        options=options,
        score=scorecard.score,
        percent=scorecard.percent,
        band=scorecard.band,
        points=scorecard.points,
        evaluation={d.key: d for d in scorecard.dimensions},
        answers=answers,
        evidence=registry.items,
        contradictions=tuple(e.id for e in registry.items if e.type == "contradiction"),
        theory=msgspec.to_builtins(theory),
        coverage=coverage(answers, registry, document, questionnaire, options),
        hashes=Hashes(evidence_registry=registry.hash, evaluation=""),
    )
    hashes = Hashes(evidence_registry=registry.hash, evaluation=evaluation_hash(unhashed))
    return msgspec.structs.replace(unhashed, hashes=hashes)


def evaluation_hash(evaluation: Evaluation) -> str:
    """SHA-256 over all of an evaluation but its own hash; the evidence enters by the registry's hash."""
    content = msgspec.structs.replace(
        evaluation,
        evidence=(),
        hashes=Hashes(evidence_registry=evaluation.hashes.evidence_registry, evaluation=""),
    )
    return digest(content)


def _document(source: Source, document: Document) -> Mapping[str, Any]:
    return {
        "sha256": document.sha256,
        "kind": document.kind,
        "bytes": source.bytes,
        "encoding": source.encoding,
        "pages": len(document.pages),
        "pages_lost": [p.number for p in document.pages if p.problem == "damaged"],
        "pages_without_text": [p.number for p in document.pages if p.problem == "no_text_layer"],
        "passages": len(document.passages),
        "table_rows": sum(p.kind == "table_row" for p in document.passages),
        "words": len(document.text.split()),
        "flags": [{"code": f.code, "reason": f.reason} for f in document.flags],
    }


def coverage(
    answers: Sequence[Answer],
    registry: Registry,
    document: Document,
    questionnaire: Questionnaire,
    options: Options,
) -> Mapping[str, Any]:
    """The coverage report: how many of the 300 questions were answered, evaluated and found evidence for, by point."""
    asked = len(questionnaire.points) * len(questionnaire.questions)
    return {
        "questions": asked,
        "answered": len({a.id for a in answers}),
        "evaluated": sum(a.evaluated for a in answers),
        "with_evidence": sum(bool(a.evidence) for a in answers),
        "not_evaluated": list(options.switched_off()),
        "not_applicable": sum(not a.applies for a in answers),
        "complete": len({a.id for a in answers}) == asked,
        "by_point": {p.id: sum(bool(a.evidence) for a in answers if a.point == p.id) for p in questionnaire.points},
        "evidence": dict(sorted(Counter(e.type for e in registry.items).items())),
        "pages_read": sum(p.problem is None for p in document.pages),
        "pages": len(document.pages),
    }
