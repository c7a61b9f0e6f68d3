"""The checks that every evaluation runs on itself; a broken one is a contract violation, never a warning."""

from collections.abc import Callable, Mapping, Sequence

import msgspec

from domain.canonical import digest
from domain.document import Document, PageSpan
from domain.evidence import Evidence
from domain.registry import Registry
from domain.result import Answer, Check, Evaluation, Verdict
from domain.rubric.model import Questionnaire
from domain.synthesis import evaluation_hash
from domain.theory import Theory, cycles
from domain.theory.order import disorder


def contract(evaluation: Evaluation, document: Document, registry: Registry, questionnaire: Questionnaire) -> Check:
    """300 of 300 answered in order, scores by the rule, positive elements backed by evidence, quotes verbatim."""
    pages = {page.number: page for page in document.pages}
    problems = [
        *_order(evaluation.answers, questionnaire),
        *(p for answer in evaluation.answers for p in _answer(answer, registry, questionnaire)),
        *(p for item in registry.items for p in _quote(item, document, pages)),
        *(p for answer in evaluation.answers for p in _quoted(answer, document)),
    ]
    return Check(name="contract", holds=not problems, problems=tuple(problems[:20]))


def _order(answers: Sequence[Answer], questionnaire: Questionnaire) -> list[str]:
    wanted = [f"{p.id}-{q.id}" for p in questionnaire.points for q in questionnaire.questions]
    return [] if [a.id for a in answers] == wanted else ["the answers are not the 300 questions in their order"]


def _answer(answer: Answer, registry: Registry, questionnaire: Questionnaire) -> list[str]:
    question = questionnaire.question[answer.question]
    expected = sum(answer.elements) if answer.elements[0] else 0
    out = [] if answer.score == expected else [f"{answer.id}: score {answer.score}, elements {answer.elements}"]
    if answer.elements[0] == 0 and any(answer.elements):
        out.append(f"{answer.id}: elements without the anchor")
    if not (answer.applies and answer.evaluated) and answer.score:
        out.append(f"{answer.id}: a score where none may be")
    backing = [registry.by_id.get(e) for e in answer.evidence]
    out += [
        f"{answer.id}: evidence {i} is not registered"
        for i, e in zip(answer.evidence, backing, strict=True)
        if e is None
    ]
    for element, holds in zip(question.elements, answer.elements, strict=True):
        name = f"{question.id}.{element.id}"
        if holds and not any(e is not None and name in e.elements and answer.point in e.points for e in backing):
            out.append(f"{answer.id}: no evidence for {name}")
    return out


def _quoted(answer: Answer, document: Document) -> list[str]:
    if answer.score and not answer.quote:
        return [f"{answer.id}: a score without a quote"]
    return [] if answer.quote in document.text else [f"{answer.id}: the quote is not in the text"]


def _quote(item: Evidence, document: Document, pages: Mapping[int, PageSpan]) -> list[str]:
    if not item.text or document.text[item.start : item.end] != item.text:
        return [f"{item.id}: the quote is not at its span"]
    page = pages.get(item.page)
    inside = page is not None and page.start <= item.start < max(page.end, page.start + 1)
    return [] if inside else [f"{item.id}: not on page {item.page}"]


def acyclicity(theory: Theory) -> Check:
    """The theory of change is a directed acyclic graph: decided exactly, and its own order is a topological order."""
    found = [" -> ".join(cycle) for cycle in cycles(theory)] or disorder(theory)
    return Check(name="dag", holds=not found, problems=tuple(found[:5]))


def immutability(registry: Registry, evaluation: Evaluation) -> Check:
    """The registry still has the hash of its sealing, and the evaluation carries that hash and those items."""
    problems = []
    if not registry.unchanged():
        problems.append("the registry changed after it was sealed")
    if evaluation.hashes.evidence_registry != registry.hash or evaluation.evidence != registry.items:
        problems.append("the evaluation does not carry the sealed registry")
    return Check(name="immutability", holds=not problems, problems=tuple(problems))


def determinism(
    answers: tuple[Answer, ...], evidence: Sequence[Evidence], again: Callable[[Sequence[Evidence]], tuple[Answer, ...]]
) -> Check:
    """Answering once more, from the evidence in reverse order, gives the same answers."""
    same = digest(again(tuple(reversed(evidence)))) == digest(answers)
    return Check(name="determinism", holds=same, problems=() if same else ("other answers from the same evidence",))


def reproducibility(evaluation: Evaluation, *others: Check) -> Verdict:
    """Written out and read back, the evaluation still has its hash; closes the verdict over the other checks.

    The evidence is not written: it enters the hash by that of the registry, which `immutability` works out anew.
    """
    stated = msgspec.structs.replace(evaluation, evidence=())
    back = msgspec.json.decode(msgspec.json.encode(stated), type=Evaluation)
    same = evaluation_hash(back) == evaluation.hashes.evaluation
    check = Check(name="reproducibility", holds=same, problems=() if same else ("read back, the hash differs",))
    return Verdict(checks=(*others, check))
