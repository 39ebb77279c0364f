from itertools import pairwise

from tests.faults.trials import plan
from tests.faults.trials.faults import FAULTS


def test_the_same_seed_gives_the_same_plan() -> None:
    assert plan.full(7, 60) == plan.full(7, 60) != plan.full(8, 60)
    assert plan.brief(7) == plan.brief(7) != plan.brief(8)


def test_a_brief_plan_has_every_fault_once() -> None:
    assert sorted(step.fault.name for step in plan.brief(1)) == sorted(fault.name for fault in FAULTS)


def test_a_full_plan_has_every_fault_within_the_hour_and_ends_in_time() -> None:
    steps = plan.full(1, 60)

    assert {step.fault for step in steps} == set(FAULTS)
    assert max(step.at_s + step.lasts_s for step in steps) <= 3600


def test_some_faults_of_a_full_plan_begin_during_others() -> None:
    steps = plan.full(1, 60)

    assert any(later.at_s < step.at_s + step.lasts_s for step, later in pairwise(steps))
