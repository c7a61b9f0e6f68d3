import pytest

from domain.errors import PlanOrderError
from domain.pipeline import COMPONENTS, FLOWS, GIVEN, INFRASTRUCTURE_FLOWS, PLAN, Observer, Stage, execute, problems


class Heard(Observer):
    """Keeps what it is told."""

    def __init__(self):
        self.events = []

    def started(self, stage):
        self.events.append(("started", stage.flow))

    def finished(self, stage):
        self.events.append(("finished", stage.flow))

    def failed(self, stage, error):
        self.events.append(("failed", stage.flow))


def a_stage(flow, needs, gives):
    return Stage(flow=flow, component="pipeline_orchestrator", needs=tuple(needs.split()), gives=gives)


def test_the_plan_fits_together():
    assert problems(PLAN) == []


def test_there_are_28_flows_with_the_names_of_the_design():
    assert len(set(FLOWS)) == 28
    assert len(PLAN) + len(INFRASTRUCTURE_FLOWS) == 28


def test_all_eleven_components_do_something():
    assert {stage.component for stage in PLAN} == set(COMPONENTS)
    assert len(COMPONENTS) == 11


def test_contradictions_are_sought_after_amounts_and_indicators():
    flows = [stage.flow for stage in PLAN]

    assert flows.index("contradiction_detection") > flows.index("monetary_detection")
    assert flows.index("contradiction_detection") > flows.index("indicator_extraction")


@pytest.mark.parametrize(
    ("plan", "complaint"),
    [
        ([a_stage("one", "nothing_gives_this", "end")], "needs nothing_gives_this"),
        ([a_stage("one", "start", "end"), a_stage("two", "start", "end")], "is there already"),
        ([a_stage("one", "start", "end"), a_stage("two", "start", "loose")], "which nobody uses"),
        ([a_stage("one", "start", "other")], "nothing gives end"),
    ],
)
def test_stages_that_do_not_fit_are_named(plan, complaint):
    assert any(complaint in p for p in problems(plan, given=("start",), result=("end",)))


def test_each_step_gets_what_its_stage_needs_by_name_and_the_observer_hears_of_it():
    plan = [a_stage("double", "start", "doubled"), a_stage("add", "start doubled", "end")]
    steps = {"double": lambda start: start * 2, "add": lambda start, doubled: start + doubled}
    heard = Heard()

    made = execute(plan, steps, {"start": 7}, heard, result=("end",))

    assert made["end"] == 21
    assert heard.events == [("started", "double"), ("finished", "double"), ("started", "add"), ("finished", "add")]


def test_a_stage_that_raises_is_reported_and_nothing_after_it_runs():
    plan = [a_stage("fall", "start", "middle"), a_stage("after", "middle", "end")]
    steps = {"fall": lambda start: 1 / start, "after": lambda middle: middle}
    heard = Heard()

    with pytest.raises(ZeroDivisionError):
        execute(plan, steps, {"start": 0}, heard, result=("end",))

    assert heard.events == [("started", "fall"), ("failed", "fall")]


def test_a_plan_that_does_not_fit_is_not_started():
    with pytest.raises(PlanOrderError, match="needs upload"):
        execute(PLAN, {}, {name: None for name in GIVEN if name != "upload"}, Heard())
