"""How soon all was well again after a fault."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa

from tests.faults.trials.conductor import Injection
from tests.faults.trials.scene import Scene
from tests.live.watching import Watcher

# Without faults nobody is told so late, and a machine that is busy for a moment is no fault of ours.
_LATE_S = 1.0

_RESTARTED_AT = sa.text("""
    SELECT EXTRACT(EPOCH FROM min(created_at)) AS at FROM job_events
    WHERE job_id = :job_id AND seq > :seq AND type = 'job_started'
""")


class Recovery(NamedTuple):
    """Seconds from a fault's end; 0 where it did not disturb. `running_s` counts from its beginning."""

    fault: str
    #: Until the last careful client had its job accepted that did not succeed at once, from its first try at least.
    accepted_s: float
    #: Until the last client was told something over a second late.
    told_s: float
    #: Until each run that lost its worker was running again.
    running_s: Sequence[float]


def recoveries(scene: Scene, injections: Sequence[Injection]) -> Iterator[Recovery]:
    """Of those faults that no other one ran into."""
    late = [moment for watcher in scene.load.history.watchers for moment in _late(watcher)]
    tried_again = [tried for tried in scene.load.history.submissions.values() if len(tried.outcomes) > 1]
    running = _running(scene)
    for injection, until in _alone(injections):
        waits = [
            tried.ended_at - max(tried.began_at, injection.ended_at)
            for tried in tried_again
            if injection.began_at <= tried.began_at and tried.ended_at < until
        ]
        told = [moment for moment in late if injection.ended_at <= moment < until]
        yield Recovery(
            injection.fault.name,
            max([0.0, *waits]),
            max(told, default=injection.ended_at) - injection.ended_at,
            [again - at for at, again in running if injection.began_at <= at <= injection.ended_at],
        )


def _late(watcher: Watcher) -> Iterator[float]:
    """When it was told what was over a second old, though it was there all the time."""
    for job_id in watcher.jobs:
        entries, moments = watcher.journal.story(job_id), watcher.journal.moments[job_id]
        for entry, moment in zip(entries, moments, strict=True):
            committed_at = datetime.fromisoformat(entry.event["timestamp"]).timestamp()
            if moment - max(committed_at, watcher.began_at) > _LATE_S:
                yield moment


def _running(scene: Scene) -> list[tuple[float, float]]:
    """When a run lost its worker, and when it was running again; without those that have ended meanwhile."""
    rows = [
        (loss.at, *scene.database.execute(_RESTARTED_AT, {"job_id": loss.job_id, "seq": loss.seq}))
        for loss in scene.losses
    ]
    return [(at, float(row.at)) for at, row in rows if row.at is not None]


def _alone(injections: Sequence[Injection]) -> Iterator[tuple[Injection, float]]:
    """With the time until which what happens is theirs."""
    in_order = sorted(injections, key=lambda injection: injection.began_at)
    over_at = 0.0
    for number, injection in enumerate(in_order):
        until = min((later.began_at for later in in_order[number + 1 :]), default=float("inf"))
        if over_at <= injection.began_at and injection.ended_at <= until:
            yield injection, until
        over_at = max(over_at, injection.ended_at)
