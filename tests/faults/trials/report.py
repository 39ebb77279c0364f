"""What a series of trials came to, as markdown."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from statistics import mean

from tests.faults.trials.history import Outcome
from tests.faults.trials.recovery import Recovery
from tests.faults.trials.trial import Result


def report(results: Sequence[Result]) -> str:
    parts = (_operations(results), _faults(results), _usage(results), _verdict(results))
    return "\n\n".join("\n".join(part) for part in parts)


def _operations(results: Sequence[Result]) -> Iterator[str]:
    counts: dict[str, Counter[Outcome]] = defaultdict(Counter)
    for result in results:
        for kind, outcomes in result.history.counts().items():
            counts[kind] += outcomes
    yield "| operation | done | refused, or never sent | unknown |"
    yield "|---|---|---|---|"
    for kind, outcomes in sorted(counts.items()):
        yield f"| {kind} | " + " | ".join(f"{outcomes[outcome]:,}" for outcome in Outcome) + " |"


def _faults(results: Sequence[Result]) -> Iterator[str]:
    times = Counter(injection.fault.name for result in results for injection in result.injections)
    recovered: dict[str, list[Recovery]] = defaultdict(list)
    for result in results:
        for recovery in result.recoveries:
            recovered[recovery.fault].append(recovery)
    yield "| fault | times | submits accepted again | clients told in time again | lost runs running again |"
    yield "|---|---|---|---|---|"
    for name, count in sorted(times.items()):
        own = recovered[name]
        figures = (
            [recovery.accepted_s for recovery in own],
            [recovery.told_s for recovery in own],
            [seconds for recovery in own for seconds in recovery.running_s],
        )
        yield f"| {name} | {count} | " + " | ".join(map(_quantiles, figures)) + " |"


def _usage(results: Sequence[Result]) -> Iterator[str]:
    yield "| process | descriptors, MB before the first fault | at rest after the last one | most it grew |"
    yield "|---|---|---|---|"
    for name in results[0].before:
        pairs = [(result.before[name], result.after[name]) for result in results]
        means = (
            f"{mean(usage.descriptors for usage in usages):.0f}, {mean(usage.kb for usage in usages) / 1024:.0f} MB"
            for usages in zip(*pairs, strict=True)
        )
        more = [max(after[index] - before[index] for before, after in pairs) for index in (0, 1)]
        yield f"| {name} | {' | '.join(means)} | {more[0]:+}, {more[1] / 1024:+.0f} MB |"


def _quantiles(seconds: Sequence[float]) -> str:
    """p50, p99 and the longest."""
    if not seconds:
        return ""
    ordered = sorted(seconds)
    p50, p99 = (ordered[min(int(len(ordered) * share), len(ordered) - 1)] for share in (0.5, 0.99))
    return f"{p50:.1f} / {p99:.1f} / {ordered[-1]:.1f} s"


def _verdict(results: Sequence[Result]) -> Iterator[str]:
    kinds = Counter(violation.partition(":")[0] for result in results for violation in result.violations)
    jobs, events = sum(result.jobs for result in results), sum(result.events for result in results)
    clients = sum(len(result.history.watchers) for result in results)
    faults = sum(len(result.injections) for result in results)
    yield (
        f"{len(results)} trials, {faults} faults, {jobs:,} jobs, {events:,} events, {clients:,} watchers: "
        f"{kinds['lost']} lost, {kinds['doubled']} doubled, {kinds['wrong']} wrong."
    )
