"""The document benchmark: its arithmetic, its naive stack, and a small run of it all without a model."""

import xml.etree.ElementTree as ET

import msgspec
import numpy as np
import onnxruntime
import pytest

from infra.model.graph import reference_graph
from scripts.bench.evaluation import figures, report
from scripts.bench.evaluation.curve import curve, documents_of
from scripts.bench.evaluation.curve_plot import plot
from scripts.bench.evaluation.figures import First, Point, Report, Run, Steady
from scripts.bench.evaluation.runs import Contender, first, side_by_side, steady
from scripts.bench.naive import batch_graph, mean_states
from scripts.bench.plans.sources import made_plans
from tests.fakes.bert import a_bert

OURS = Contender("ours", "tests.fakes.small_stacks:ours")
NAIVE = Contender("naive", "tests.fakes.small_stacks:naive")
CURVE = (
    Point(pages=20, documents=9, cpu_a_page=0.010, peak_rss=200 * 1024**2),
    Point(pages=180, documents=1, cpu_a_page=0.011, peak_rss=240 * 1024**2),
    Point(pages=2000, documents=1, cpu_a_page=0.0112, peak_rss=300 * 1024**2),
)


def a_run(plan="a", cpu=2.0, words=57_000, **more):
    return Run(
        **{"plan": plan, "pages": 100, "words": words, "cpu": cpu, "wall": 2 * cpu, "peak_rss": 1, "stages": {}, **more}
    )


@pytest.mark.parametrize(("share", "value"), [(0.5, 2), (0.95, 4), (0.25, 1), (0.0, 1), (1.0, 4)])
def test_a_percentile_is_one_of_the_values(share, value):
    assert figures.percentile([4, 1, 3, 2], share) == value


def test_cost_is_brought_to_the_middling_length():
    assert figures.of_middling_length([a_run(cpu=1.0, words=28_500), a_run(cpu=5.0, words=142_500)]) == pytest.approx(2)


@pytest.mark.parametrize(("seconds", "enough"), [(107, True), (86, True), (85, False), (128, True), (129, False)])
def test_the_naive_stack_is_neither_hobbled_nor_helped(seconds, enough):
    assert figures.naive_enough(seconds) is enough


def test_the_ratio_is_that_of_the_plans_that_both_read():
    runs = {"ours": [a_run("a", 2), a_run("b", 4), a_run("c", 99)], "naive": [a_run("b", 80), a_run("a", 40)]}

    assert figures.ratio(runs) == pytest.approx(20)


def test_what_is_in_no_stage_is_a_line_of_the_stage_table():
    runs = [a_run(cpu=3, stages={"x": 1, "y": 1}), a_run(cpu=5, stages={"x": 3, "y": 1})]

    assert figures.stage_means(runs) == pytest.approx({"x": 2, "y": 1, "outside stages": 1})


def test_hit_rates_are_over_all_documents():
    assert figures.hit_rates([{"passages": (1, 4), "unasked": (0, 0)}, {}, {"passages": (3, 4)}]) == {"passages": 0.5}


def test_throughput_is_told_by_the_clock_and_by_the_processor():
    measured = Steady(plans=10, children=2, wall=36, cpu=20)

    assert (measured.an_hour, measured.an_hour_undisturbed) == pytest.approx((1000, 3600))


def test_the_first_plan_is_later_by_the_start_and_by_what_is_not_warm():
    assert First(start=1.5, first=3.0, warm=2.0).over_warm == pytest.approx(2.5)


def test_a_curve_is_as_flat_as_its_dearest_page():
    assert figures.flatness(CURVE) == pytest.approx(0.12)


def test_short_documents_are_read_several_times_over():
    assert [documents_of(size) for size in (20, 60, 180, 2000)] == [9, 3, 1, 1]


def test_the_curve_is_drawn_with_a_dot_a_size_in_each_panel():
    drawing = ET.fromstring(plot(CURVE))

    dots = drawing.findall("{http://www.w3.org/2000/svg}circle")
    assert len(dots) == 2 * len(CURVE)
    assert len({dot.get("cx") for dot in dots}) == len(CURVE)
    assert float(dots[0].get("cy")) > float(dots[2].get("cy"))


def test_filling_up_a_batch_changes_no_text_of_it():
    bert = a_bert()
    texts = [[0, 5, 6, 7, 9, 2], [0, 5, 2]]
    tokens = np.array([[*text, *[1] * (6 - len(text))] for text in texts], dtype=np.int64)
    mask = np.array([[k < len(text) for k in range(6)] for text in texts], dtype=np.int32)
    single = onnxruntime.InferenceSession(reference_graph(bert), providers=["CPUExecutionProvider"])
    batches = onnxruntime.InferenceSession(batch_graph(bert), providers=["CPUExecutionProvider"])

    means = mean_states(batches, tokens, mask)

    for text, mean in zip(texts, means, strict=True):
        (states,) = single.run(["last"], {"input_ids": np.array([text], dtype=np.int64)})
        assert mean == pytest.approx(states[0].mean(axis=0), abs=1e-5)


@pytest.mark.slow
@pytest.mark.timeout(240)
async def test_a_small_run_measures_both_and_tells_of_it(tmp_path):
    plans = list(made_plans(2, words=300))
    done = []

    runs = await side_by_side({OURS: plans, NAIVE: plans[:1]}, tmp_path, lambda: done.append("side"))
    together = await steady(OURS, plans, tmp_path, 2, lambda: done.append("steady"))

    ours = runs["ours"]
    assert done == ["side"] * 3 + ["steady"] * 2
    assert [run.plan for run in ours] == [plan.name for plan in plans]
    assert all(0 < sum(run.stages.values()) < run.cpu for run in ours)
    assert set(ours[0].stages) == set(runs["naive"][0].stages) >= {"document_ingestion", "embedding_generation"}
    assert all(run.peak_rss > 50 * 1024**2 for run in ours)
    assert together.cpu > sum(run.cpu for run in ours) / 2
    assert report.profile(ours, ours).row_count == len(ours[0].stages) + 2


@pytest.mark.slow
@pytest.mark.timeout(240)
async def test_the_first_plan_after_a_start_and_each_size_of_the_curve_are_read_by_fresh_children(tmp_path):
    plans = list(made_plans(2, words=300))
    done = []

    after_start = await first(OURS, *plans, tmp_path, lambda: done.append("first"))
    points = [point async for point in curve(iter([plans]), tmp_path, lambda: done.append("curve"), OURS)]

    assert done == ["first"] * 3 + ["curve"] * 2
    assert min(after_start.start, after_start.first, after_start.warm) > 0
    assert (points[0].documents, points[0].pages) == (2, plans[0].pages)


def test_a_report_is_kept_as_json_and_told_in_tables_and_sentences():
    runs = {"ours": [a_run(cpu=4, stages={"x": 1})], "naive": [a_run(cpu=100, stages={"x": 90})]}
    measured = Report(
        source="Made plans",
        cores=2,
        load=(0, 0, 0),
        runs=runs,
        steady=Steady(plans=1, children=1, wall=1, cpu=1, caches=[{"passages": (1, 4)}]),
        first=First(start=1, first=2, warm=1),
        curve=list(CURVE),
    )

    told = " ".join(report.verdicts(measured))

    assert msgspec.json.decode(msgspec.json.encode(measured), type=Report) == measured
    assert len(list(report.tables(measured))) == 4
    assert "100.0 CPU-s a plan of 57,000 words: it is within 20% of 107" in told
    assert "25.0 times the processor seconds of ours" in told
    assert "passages 25.0%" in told
