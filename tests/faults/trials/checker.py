"""What must hold when all is over, whatever has happened. Each check yields a sentence for everything that does not,
which begins with `lost`, `doubled` or `wrong`."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby, pairwise
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from errand.common.jobs.domain import ENDINGS, TERMINAL, EventType
from tests.faults.trials.history import History, Outcome
from tests.faults.trials.scene import Scene
from tests.live.journal import stored_story

Violations = Iterator[str]
Jobs = Sequence[Any]
Stories = Mapping[UUID, Sequence[Any]]

_OUTCOMES = frozenset({"completed", "failed", "cancelled", "waiting"})

_JOBS = sa.text("""
    SELECT id, status, input ->> 'tag' AS tag, input ->> 'session' AS session, CAST(result AS text) AS result,
           CAST(input ->> 'lines' AS int) AS lines, head.seq
    FROM jobs JOIN job_heads AS head ON head.job_id = id ORDER BY id
""")
_EVENTS = sa.text("""
    SELECT job_id, seq, run, attempt, type, CAST(data ->> 'number' AS int) AS number, data ->> 'theme' AS theme,
           created_at
    FROM job_events ORDER BY job_id, seq
""")
_LEFTOVERS = {
    "rows in the outbox": "SELECT count(*) FROM event_outbox",
    "leases": "SELECT count(*) FROM job_heads WHERE lease_token IS NOT NULL",
    "runs that have not ended": "SELECT count(*) FROM runs WHERE state <> 'ended'",
    "heads that count open runs": "SELECT count(*) FROM job_heads WHERE open_runs <> 0",
    "idle transactions": "SELECT count(*) FROM pg_stat_activity WHERE state LIKE 'idle in transaction%'",
}


def check(scene: Scene) -> list[str]:
    history = scene.load.history
    jobs = scene.database.execute(_JOBS)
    events = scene.database.execute(_EVENTS)
    stories = {job_id: list(story) for job_id, story in groupby(events, lambda event: event.job_id)}
    checks: Sequence[Violations] = (
        (f"wrong: {violation}" for violation in history.violations),
        submissions(history, jobs),
        messages(history, stories),
        endings(jobs, stories),
        numbering(jobs, stories),
        outcomes(stories),
        fencing(stories),
        tellings(jobs, stories),
        sessions(jobs, stories),
        journals(scene),
        leftovers(scene),
    )
    return [violation for found in checks for violation in found]


def submissions(history: History, jobs: Jobs) -> Violations:
    """Each 202 is a job, each key is one job at most, and what was refused is none."""
    ids: dict[str, list[str]] = defaultdict(list)
    for job in jobs:
        ids[job.tag].append(str(job.id))
    for tag, submission in history.submissions.items():
        found = ids.pop(tag, [])
        if len(found) > 1:
            yield f"doubled: one submit became the jobs {found}"
        if set(submission.job_ids) - set(found):
            yield f"lost: accepted as {submission.job_ids}, found {found}"
        if found and set(submission.outcomes) == {Outcome.FAILED}:
            yield f"wrong: refused, and yet there is {found}"
    if ids:
        yield f"wrong: jobs that nobody submitted: {ids}"


def messages(history: History, stories: Stories) -> Violations:
    """Each message that was accepted has its run."""
    for job_id, accepted in history.messages.items():
        queued = sum(event.type == EventType.QUEUED for event in stories[UUID(job_id)])
        if queued < 1 + accepted:
            yield f"lost: {job_id} was sent {accepted} messages and was queued {queued} times"


def endings(jobs: Jobs, stories: Stories) -> Violations:
    """Each job has come to an end, and its row says the same as its story."""
    for job in jobs:
        last = stories[job.id][-1].type if job.id in stories else "nothing"
        if job.status not in TERMINAL:
            yield f"lost: {job.id} is {job.status}"
        elif last not in ENDINGS or last != f"job_{job.status}":
            yield f"wrong: {job.id} is {job.status}, and its story ends with {last}"


def numbering(jobs: Jobs, stories: Stories) -> Violations:
    """Events are 1…n without a gap, and the head knows n."""
    for job in jobs:
        seqs = [event.seq for event in stories.get(job.id, ())]
        if seqs != list(range(1, job.seq + 1)):
            yield f"lost: {job.id} has the events {seqs}, its head says {job.seq}"


def outcomes(stories: Stories) -> Violations:
    """A run that was started has one outcome, and nothing after it; any other has one at most."""
    for job_id, story in stories.items():
        types: dict[int, list[str]] = defaultdict(list)
        for event in story:
            types[event.run].append(event.type)
        for run, told in types.items():
            ends = [type for type in told if type.partition("_")[2] in _OUTCOMES]
            if len(ends) > 1:
                yield f"doubled: run {run} of {job_id} ended with {ends}"
            elif EventType.STARTED in told and told[-1:] != ends:
                yield f"wrong: run {run} of {job_id} is {told}"


def fencing(stories: Stories) -> Violations:
    """A handler's events are of the attempt that was started last: none came from a worker without a lease."""
    for job_id, story in stories.items():
        holder = None
        for event in story:
            if event.type == EventType.STARTED:
                holder = (event.run, event.attempt)
            elif event.number is not None and (event.run, event.attempt) != holder:
                yield f"wrong: event {event.seq} of {job_id} is of {event.run, event.attempt}, the lease of {holder}"


def tellings(jobs: Jobs, stories: Stories) -> Violations:
    """From start to start, lines are told once and in order, with the theme that their run has kept; a completed job
    told all of them. One attempt may be started twice: a worker that stops gives back the attempt too."""
    for job in jobs:
        told: list[list[int]] = [[]]
        themes: dict[int, set[str]] = defaultdict(set)
        for event in stories.get(job.id, ()):
            if event.type == EventType.STARTED:
                told.append([])
            elif event.number is not None:
                told[-1].append(event.number)
                themes[event.run].add(event.theme)
        if any(numbers != list(range(len(numbers))) for numbers in told):
            yield f"wrong: {job.id} told {told}"
        if any(len(kept) > 1 for kept in themes.values()):
            yield f"doubled: a step of {job.id} was done again: {dict(themes)}"
        if job.status == "completed" and (job.result != str(job.lines) or len(told[-1]) != job.lines):
            yield f"wrong: {job.id} completed with {job.result} and {told}"


def sessions(jobs: Jobs, stories: Stories) -> Violations:
    """In one session, one attempt at a time."""
    attempts: dict[str, list[tuple[Any, Any]]] = defaultdict(list)
    for job in jobs:
        if job.session:
            attempts[job.session] += _attempts(stories.get(job.id, ()))
    for session, spans in attempts.items():
        for (_, ended_at), (started_at, _) in pairwise(sorted(spans)):
            if started_at < ended_at:
                yield f"wrong: two attempts at once in session {session}"


def journals(scene: Scene) -> Violations:
    """Every client was told its stories as Postgres has them: each event once, in order, from the first to an end."""
    for watcher in scene.load.history.watchers:
        name = type(watcher).__name__
        if watcher.journal.resyncs:
            yield f"lost: {name} had to begin anew: {watcher.journal.resyncs}"
        for job_id in watcher.jobs:
            told, stored = watcher.journal.story(job_id), stored_story(scene.database, job_id)
            if told == stored[: len(told)] and told and told[-1].event["event_type"] in ENDINGS:
                continue
            seqs = [entry.seq for entry in told]
            kind = "doubled" if len(seqs) > len(set(seqs)) else "lost"
            yield f"{kind}: {name} was told {seqs} of the {len(stored)} events of {job_id}"


def leftovers(scene: Scene) -> Violations:
    for name, query in _LEFTOVERS.items():
        if left := scene.count(query):
            yield f"wrong: {left} {name}"
    with scene.redis_client() as client:
        if waiting := {queue: client.llen(queue) for queue in client.keys("errand:queue:*")}:
            yield f"wrong: messages left in {waiting}"


def _attempts(story: Sequence[Any]) -> Iterator[tuple[Any, Any]]:
    """When each began and ended."""
    started = None
    for event in story:
        if event.type == EventType.STARTED:
            started = event
        elif started and event.run == started.run and _ends_attempt(event.type):
            yield started.created_at, event.created_at
            started = None


def _ends_attempt(type: str) -> bool:
    return type == EventType.RETRYING or type.partition("_")[2] in _OUTCOMES
