"""A child's evaluate without a model: the words of a document say what happens to it."""

import json
import os
import time
from collections.abc import Callable
from pathlib import Path

from domain.canonical import digest_bytes
from domain.errors import NoTextLayerError
from domain.options import Options
from domain.ports import Outcome, StageFact, StageListener

FLOWS = ("document_ingestion", "embedding_generation", "questionnaire_evaluation")


def make(argument: bytes) -> Callable[[bytes, str, Options, StageListener], Outcome]:
    """The evaluate of a child. `REFUSE_TO_LOAD` as argument makes it fail as a missing model would."""
    if argument == b"REFUSE_TO_LOAD":
        raise RuntimeError("no model here")
    return evaluate


def evaluate(data: bytes, name: str, options: Options, on_stage: StageListener) -> Outcome:
    """Obey the document, then answer with what its bytes alone decide."""
    start = time.time_ns()
    facts = []
    for flow in FLOWS:
        on_stage(flow)
        began = time.time_ns()
        if flow == "embedding_generation":
            _obey(data)
        fact = StageFact(flow=flow, component="embedding_model", start_ns=began, end_ns=time.time_ns())
        facts.append(fact)
        on_stage(fact)
    digest = digest_bytes(data)
    score = int(digest[:4], 16) % 100 / 10
    dimension = {"score": score, "evidence_count": 1, "confidence": 0.9}
    results = {
        "document": {"name": name},
        "score": score,
        "evaluation": {"D1_DIAGNOSTICO_SUFICIENTE": dimension},
        "evidence": [{"id": "e1", "type": "statement", "text": data[:40].decode("latin-1"), "confidence": 0.9}],
        "contradictions": [],
        "answers": [{"id": "P1-D1-Q1"}],
        "options": options.switched_off(),
    }
    return Outcome(
        results=json.dumps(results).encode(),
        registry=b'{"evidence":[]}',
        coverage=b'{"answered":300}',
        score=score,
        evaluation_hash=digest,
        seconds=(time.time_ns() - start) / 1e9,
        stages=tuple(facts),
        peak_rss_bytes=0,
    )


def _obey(data: bytes) -> None:
    """The words that a test may write: what the child is to do in mid-document."""
    words = data.decode("latin-1").split()
    if "REFUSE" in words:
        raise NoTextLayerError
    if "BREAK" in words:
        raise ZeroDivisionError("a defect")
    if "DIE" in words:
        os.kill(os.getpid(), 9)
    if "DIE_ONCE" in words:
        mark = Path(words[words.index("DIE_ONCE") + 1])
        if not mark.exists():
            mark.touch()
            os.kill(os.getpid(), 9)
    if "SLEEP" in words:
        time.sleep(float(words[words.index("SLEEP") + 1]))
    if "SPIN" in words:
        end = time.monotonic() + float(words[words.index("SPIN") + 1])
        while time.monotonic() < end:
            pass
    if "GROW" in words:
        hoard = bytearray(int(words[words.index("GROW") + 1]))
        hoard[::4096] = b"x" * len(hoard[::4096])
        time.sleep(5)
