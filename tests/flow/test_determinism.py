"""The same bytes under the same release give the same evaluation: repeated, in any order, in one child or in four."""

import asyncio
import os
from pathlib import Path

import msgspec
import pytest

from app.releases import current_release
from app.settings import dump, load
from domain.canonical import digest
from domain.ops.breaker import BreakerRule
from domain.options import Options
from infra.children import Bounds, ChildEvaluator
from infra.guard import Guard
from infra.telemetry.tracing_otel import OtelTracing

ROOT = Path(__file__).parents[2]
MODEL = Path(os.environ.get("DECALOGO_MODEL_DIR", ROOT / ".var/model"))
PLAN = (ROOT / "tests/golden/plan_corto.txt").read_text()
TEXTS = {f"{year}.txt": PLAN.replace("2023", str(year)).encode() for year in (2019, 2020, 2021, 2022, 2023)}

pytestmark = [
    pytest.mark.skipif(not (MODEL / "manifest.json").is_file(), reason="there is no model; scripts/setup builds it"),
    pytest.mark.timeout(180),
]


async def evaluated(names, *, children, options=Options()):
    """Name -> (evaluation hash, digest of everything in the result but the seconds), by that many children."""
    tracing = OtelTracing(service="test", version="0", environment="test")
    guard = Guard("children", rule=BreakerRule(), its_fault=lambda _: True, tracing=tracing)
    settings = dump(load({"DECALOGO_MODEL_DIR": str(MODEL)}))
    evaluator = ChildEvaluator("app.child:make", settings, size=children, bounds=Bounds(), guard=guard, tracing=tracing)
    try:
        outcomes = await asyncio.gather(*(evaluator.evaluate(TEXTS[name], name, options) for name in names))
    finally:
        await evaluator.close()
    return {n: (o.evaluation_hash, without_seconds(o.results)) for n, o in zip(names, outcomes, strict=True)}


def without_seconds(results):
    return digest({k: v for k, v in msgspec.json.decode(results).items() if k != "timings"})


async def test_one_child_and_four_children_in_another_order_give_the_same_evaluations():
    alone = await evaluated(list(TEXTS), children=1)
    together = await evaluated([*reversed(TEXTS), *TEXTS], children=4)

    assert together == alone


async def test_other_bytes_and_other_options_give_other_hashes():
    plain = await evaluated(["2019.txt", "2020.txt"], children=1)
    without = await evaluated(["2019.txt"], children=1, options=Options(enable_causal_analysis=False))

    assert len({made for made, _ in (*plain.values(), *without.values())}) == 3


def test_the_release_names_every_input_of_a_score():
    inputs = current_release(MODEL).inputs

    assert {"questionnaire", "calibration", "heads", "lexicon", "responsibles", "phrases"} <= set(inputs)
    assert {"model/model.onnx", "model/tokenizer.json", "code/domain", "code/reading"} <= set(inputs)
    assert "library/onnxruntime" in inputs
