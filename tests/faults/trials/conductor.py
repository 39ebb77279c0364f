"""Has the faults happen as planned, and dead processes started again."""

import contextlib
import random
import time
from collections.abc import Sequence
from typing import NamedTuple

from tests.faults.trials.faults import Fault, Happening
from tests.faults.trials.plan import Step
from tests.faults.trials.scene import Scene

_LOOK_EVERY_S = 0.05


class Injection(NamedTuple):
    """A fault as it happened, in seconds since 1970. From `ended_at` on all is whole."""

    fault: Fault
    began_at: float
    ended_at: float


class _UnderWay:
    def __init__(self, step: Step, scene: Scene) -> None:
        self.fault = step.fault
        self.began_at = time.time()
        self.happening: Happening = step.fault.happen(scene, step.lasts_s, random.Random(step.seed))
        self._resumes_at = 0.0

    def go_on(self) -> bool:
        """Whether there is more to come."""
        if time.monotonic() < self._resumes_at:
            return True
        try:
            self._resumes_at = time.monotonic() + next(self.happening)
        except StopIteration:
            return False
        return True


def conduct(steps: Sequence[Step], scene: Scene, injections: list[Injection]) -> None:
    """Returns when the last fault has been mended. `injections` gets them as they happened."""
    started = time.monotonic()
    waiting, under_way = list(steps), list[_UnderWay]()
    with contextlib.ExitStack() as exits:
        while waiting or under_way:
            scene.revive()
            if waiting and time.monotonic() - started >= waiting[0].at_s and _may_happen(waiting[0], under_way):
                under_way.append(_UnderWay(waiting.pop(0), scene))
                exits.callback(under_way[-1].happening.close)
            for fault in list(under_way):
                if not fault.go_on():
                    under_way.remove(fault)
                    injections.append(Injection(fault.fault, fault.began_at, time.time()))
            time.sleep(_LOOK_EVERY_S)


def _may_happen(step: Step, under_way: Sequence[_UnderWay]) -> bool:
    return all(step.fault.touches.isdisjoint(other.fault.touches) for other in under_way)
