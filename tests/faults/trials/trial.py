"""One trial: load, faults, repair, check."""

import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from tests.faults.trials.checker import check
from tests.faults.trials.conductor import Injection, conduct
from tests.faults.trials.history import History
from tests.faults.trials.plan import Step
from tests.faults.trials.recovery import Recovery, recoveries
from tests.faults.trials.scene import Scene, scene
from tests.live.processes import descriptors, pss_kb

_CALM_S = 10.0
# Three attempts with a lost worker each, and what has piled up meanwhile.
_OVER_WITHIN_S = 300.0
_AT_REST_WITHIN_S = 60.0
_LOOK_EVERY_S = 0.2
# A process that has just been started has used less than one that has seen it all.
_MORE_DESCRIPTORS = 40
_MORE_KB = 64 * 1024

_UNDER_WAY = "SELECT (SELECT count(*) FROM runs WHERE state <> 'ended') + (SELECT count(*) FROM event_outbox)"


class Result(NamedTuple):
    violations: Sequence[str]
    injections: Sequence[Injection]
    recoveries: Sequence[Recovery]
    history: History
    jobs: int
    events: int


class Usage(NamedTuple):
    descriptors: int
    kb: int


def run(seed: int, steps: Sequence[Step], *, logs: Path) -> Result:
    """The processes' logs are kept in `logs` if something is wrong."""
    with scene(seed) as trial:
        time.sleep(_CALM_S)  # load without faults, to compare with
        before = _usage(trial)
        injections = conduct(steps, trial)
        trial.load.close()
        _wait_until_over(trial)
        violations = [*_growth(trial, before), *check(trial)]
        if violations:
            trial.keep_logs(logs)
        return Result(
            violations,
            injections,
            list(recoveries(trial, injections)),
            trial.load.history,
            trial.count("SELECT count(*) FROM jobs"),
            trial.count("SELECT count(*) FROM job_events"),
        )


def _wait_until_over(trial: Scene) -> None:
    """Every client has what it came for, and nothing is under way. Who waits in vain shows in the check."""
    give_up_at = time.monotonic() + _OVER_WITHIN_S
    while (trial.load.left or trial.count(_UNDER_WAY)) and time.monotonic() < give_up_at:
        trial.revive()
        time.sleep(_LOOK_EVERY_S)
    if left := trial.load.stop():
        trial.load.history.violations.append(f"{left} clients still waited {_OVER_WITHIN_S:.0f} s after the last fault")


def _growth(trial: Scene, before: Mapping[str, Usage]) -> Iterator[str]:
    """What processes have kept of what they used."""
    give_up_at = time.monotonic() + _AT_REST_WITHIN_S
    while (grown := list(_grown(before, _usage(trial)))) and time.monotonic() < give_up_at:
        time.sleep(_LOOK_EVERY_S)
    for name, usage in grown:
        yield f"wrong: {name} has {usage} at rest, and had {before[name]} under load before the first fault"


def _grown(before: Mapping[str, Usage], now: Mapping[str, Usage]) -> Iterator[tuple[str, Usage]]:
    for name, usage in now.items():
        descriptors_kept = usage.descriptors - before[name].descriptors
        if descriptors_kept > _MORE_DESCRIPTORS or usage.kb - before[name].kb > _MORE_KB:
            yield name, usage


def _usage(trial: Scene) -> dict[str, Usage]:
    pids = {name: process.pid for name, process in trial.stack.processes.items()}
    return {name: Usage(descriptors(pid), pss_kb(pid)) for name, pid in pids.items() if pid is not None}
