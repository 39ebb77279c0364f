"""Which fault happens when: the same for the same seed."""

import random
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from tests.faults.trials.faults import FAULTS, Fault

_OVERLAP = 0.3
_GAP_S = (3.0, 12.0)
_BRIEF_GAP_S = (3.0, 5.0)


class Step(NamedTuple):
    """`seed`: for what the fault itself leaves to chance."""

    at_s: float
    fault: Fault
    lasts_s: float
    seed: int


def brief(seed: int) -> list[Step]:
    """Every fault once, in any order."""
    numbers = random.Random(f"brief {seed}")
    at_s, steps = 0.0, list[Step]()
    for fault in numbers.sample(FAULTS, len(FAULTS)):
        steps.append(Step(at_s, fault, fault.brief_s, numbers.getrandbits(32)))
        at_s += fault.brief_s + numbers.uniform(*_BRIEF_GAP_S)
    return steps


def full(seed: int, minutes: float) -> list[Step]:
    """As many as there is time for; now and then a second one begins during the first."""
    numbers = random.Random(f"full {seed}")
    steps: list[Step] = []
    at_s, over_s = 0.0, 0.0
    for fault in _shuffled(numbers):
        lasts_s = numbers.choice(fault.lasts_s)
        if at_s + lasts_s > minutes * 60:
            return steps
        steps.append(Step(at_s, fault, lasts_s, numbers.getrandbits(32)))
        over_s = max(over_s, at_s + lasts_s)
        if numbers.random() < _OVERLAP and lasts_s:
            at_s = numbers.uniform(at_s, over_s)
        else:
            at_s = over_s + numbers.uniform(*_GAP_S)
    raise AssertionError("there are always more faults")


def alone(seed: int, minutes: float, fault: Fault, gap_s: float) -> list[Step]:
    """One fault again and again, with time to recover."""
    numbers = random.Random(f"alone {seed}")
    at_s, steps = 0.0, list[Step]()
    while at_s < minutes * 60:
        steps.append(Step(at_s, fault, numbers.choice(fault.lasts_s), numbers.getrandbits(32)))
        at_s += steps[-1].lasts_s + gap_s
    return steps


def _shuffled(numbers: random.Random) -> Iterator[Fault]:
    """All of them, and all of them again: none is left out for long."""
    while True:
        yield from numbers.sample(FAULTS, len(FAULTS))


def describe(steps: Sequence[Step]) -> str:
    return "\n".join(f"{step.at_s:6.0f} s  {step.fault.name}, {step.lasts_s:.0f} s" for step in steps)
