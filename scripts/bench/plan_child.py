"""A child's evaluate that takes as long, tells as much and answers as much as a plan does, without a model."""

import json
import random
import time
from collections.abc import Callable

from domain.canonical import digest_bytes
from domain.options import Options
from domain.pipeline import PLAN
from domain.ports import Outcome, StageListener

_EVIDENCE = 700
"""Of a plan of municipalities of some 100 pages: half a megabyte of results."""
_WORDS = ("plan", "de", "desarrollo", "municipal", "reduce", "la", "pobreza", "inversión", "meta", "indicador", "2027")


def make(argument: bytes) -> Callable[[bytes, str, Options, StageListener], Outcome]:
    """Evaluate a document; its bytes decide everything but the time."""
    del argument
    return evaluate


def evaluate(data: bytes, name: str, options: Options, listener: StageListener) -> Outcome:
    """Tell of each stage as it begins, then answer. The first word of a document says in how many seconds."""
    del options
    seconds = float(data.partition(b" ")[0])
    for stage in PLAN:
        listener(stage.flow)
        time.sleep(seconds / len(PLAN))
    digest = digest_bytes(data)
    draw = random.Random(digest)  # noqa: S311 - made up, no secrets
    evidence = [
        {"id": f"e{n}", "type": "statement", "text": " ".join(draw.choices(_WORDS, k=70)), "page": draw.randrange(200)}
        for n in range(_EVIDENCE)
    ]
    answers = [{"id": f"P{n}", "score": draw.random()} for n in range(300)]
    results = {"document": {"name": name}, "score": 5.0, "evaluation": {}, "evidence": evidence, "contradictions": []}
    return Outcome(
        results=json.dumps({**results, "answers": answers}, ensure_ascii=False).encode(),
        registry=b"{}",
        coverage=b"{}",
        score=5.0,
        evaluation_hash=digest,
        seconds=seconds,
        stages=(),
        peak_rss_bytes=0,
    )
