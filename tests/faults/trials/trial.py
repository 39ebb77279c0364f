"""One trial: load, faults, repair, check."""

import shutil
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import msgspec

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
_MORE_DESCRIPTORS = 16
_MORE_KB = 32 * 1024


class Usage(NamedTuple):
    """What a process has open, and its memory."""

    descriptors: int
    kb: int

    def exceeds(self, before: "Usage") -> bool:
        return self.descriptors > before.descriptors + _MORE_DESCRIPTORS or self.kb > before.kb + _MORE_KB


class Result(NamedTuple):
    """`before`: of each process, under load before the first fault; `after`: when nobody wants anything any more."""

    violations: Sequence[str]
    injections: Sequence[Injection]
    recoveries: Sequence[Recovery]
    history: History
    jobs: int
    events: int
    before: Mapping[str, Usage]
    after: Mapping[str, Usage]


def run(seed: int, steps: Sequence[Step], *, logs: Path) -> Result:
    """Where something is wrong, `logs` gets the processes' logs, and what clients and faults did."""
    with scene(seed) as trial:
        time.sleep(_CALM_S)  # load without faults, to compare with
        before = _usage(trial)
        injections: list[Injection] = []
        with _kept_where_it_fails(logs, trial, injections):
            conduct(steps, trial, injections)
            trial.load.close()
            trial.database.close()  # connections to a Postgres that was killed
            _wait_until_over(trial)
            after = _usage_at_rest(trial, before)
            violations = [*_growth(before, after), *check(trial)]
        if violations:
            _keep(logs, trial, injections)
        return Result(
            violations,
            injections,
            list(recoveries(trial, injections)),
            trial.load.history,
            trial.count("SELECT count(*) FROM jobs"),
            trial.count("SELECT count(*) FROM job_events"),
            before,
            after,
        )


@contextmanager
def _kept_where_it_fails(directory: Path, trial: Scene, injections: Sequence[Injection]) -> Iterator[None]:
    try:
        yield
    except BaseException:
        _keep(directory, trial, injections)
        raise


def _keep(directory: Path, trial: Scene, injections: Sequence[Injection]) -> None:
    directory.mkdir(parents=True, exist_ok=True)
    for log in trial.directory.glob("*.log"):
        shutil.copy(log, directory)
    faults = [(injection.fault.name, injection.began_at, injection.ended_at) for injection in injections]
    for name, entries in (("operations", trial.load.history.operations), ("faults", faults)):
        (directory / f"{name}.jsonl").write_bytes(b"\n".join(map(msgspec.json.encode, entries)))


def _wait_until_over(trial: Scene) -> None:
    """Who waits in vain shows in the check."""
    give_up_at = time.monotonic() + _OVER_WITHIN_S
    while not trial.is_at_rest() and time.monotonic() < give_up_at:
        trial.revive()
        time.sleep(_LOOK_EVERY_S)
    if left := trial.load.stop():
        trial.load.history.violations.append(f"{left} clients still waited {_OVER_WITHIN_S:.0f} s after the last fault")


def _usage_at_rest(trial: Scene, before: Mapping[str, Usage]) -> Mapping[str, Usage]:
    """When it is small again, if that comes to pass."""
    give_up_at = time.monotonic() + _AT_REST_WITHIN_S
    while any(_growth(before, after := _usage(trial))) and time.monotonic() < give_up_at:
        time.sleep(_LOOK_EVERY_S)
    return after


def _growth(before: Mapping[str, Usage], after: Mapping[str, Usage]) -> Iterator[str]:
    for name, usage in after.items():
        if usage.exceeds(before[name]):
            yield f"wrong: {name} has {usage} at rest, and had {before[name]} under load before the first fault"


def _usage(trial: Scene) -> dict[str, Usage]:
    pids = {name: process.pid for name, process in trial.stack.processes.items()}
    return {name: Usage(descriptors(pid), pss_kb(pid)) for name, pid in pids.items() if pid is not None}
