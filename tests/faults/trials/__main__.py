"""Faults at random, as many as there is time for; the same plan for the same seed and minutes."""

import argparse
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.faults.trials import plan, report, trial
from tests.faults.trials.faults import FAULTS
from tests.faults.trials.plan import Step

_SHOWN = 30


def main() -> int:
    options = _parser().parse_args()
    results = []
    for seed in range(options.seed, options.seed + options.trials):
        steps = _plan(options, seed)
        print(f"seed {seed}\n{plan.describe(steps)}", flush=True)
        logs = Path(tempfile.gettempdir(), f"errand-trial-{seed}-logs")
        results.append(trial.run(seed, steps, logs=logs))
        _tell(results[-1].violations, logs, f"./dev faults {' '.join(_again(options, seed))}")
    print(report.report(results))
    return int(any(result.violations for result in results))


def _plan(options: argparse.Namespace, seed: int) -> list[Step]:
    if options.brief:
        return plan.brief(seed)
    if options.only:
        fault = next(fault for fault in FAULTS if fault.name == options.only)
        return plan.alone(seed, options.minutes, fault, options.gap)
    return plan.full(seed, options.minutes)


def _again(options: argparse.Namespace, seed: int) -> Iterator[str]:
    """The arguments that try this seed once more."""
    yield f"--seed {seed}"
    yield "--brief" if options.brief else f"--minutes {options.minutes:g}"
    if options.only:
        yield f'--only "{options.only}" --gap {options.gap:g}'


def _tell(violations: Sequence[str], logs: Path, again: str) -> None:
    for violation in violations[:_SHOWN]:
        print(violation[:500])
    if violations:
        print(f"{len(violations)} in all. The logs are in {logs}. Once more: {again}", flush=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="./dev faults", description=__doc__)
    parser.add_argument("--seed", type=int, default=1, help="of the first trial")
    parser.add_argument("--trials", type=int, default=1, help="one after the other, each with the next seed")
    parser.add_argument("--minutes", type=float, default=10, help="of faults in each; it takes a few more to check")
    parser.add_argument("--brief", action="store_true", help="every fault once, and none for long: five minutes")
    names = [fault.name for fault in FAULTS]
    parser.add_argument("--only", choices=names, metavar="FAULT", help=f"again and again, of: {', '.join(names)}")
    parser.add_argument("--gap", type=float, default=45, help="seconds between two of those")
    return parser


if __name__ == "__main__":
    sys.exit(main())
