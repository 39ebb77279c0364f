"""What must hold when all is over, whatever has happened. Each check yields a sentence for everything that does not,
which begins with `lost`, `doubled` or `wrong`."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from itertools import groupby, pairwise
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from errand.common.jobs.domain import ENDINGS, TERMINAL, EventType
from tests.faults.trials.history import History, Outcome
from tests.faults.trials.scene import Scene
from tests.live.journal import Entry, stored_story
from tests.live.watching import Watcher

Violations = Iterator[str]
Jobs = Sequence[Any]
Stories = Mapping[UUID, Sequence[Any]]
Stored = Callable[[str], Sequence[Entry]]

_OUTCOMES = frozenset({"completed", "failed", "cancelled", "waiting"})

_JOBS = sa.text("""
    SELECT id, status, error_code, CAST(result AS text) AS result, head.seq,
           input ->> 'tag' AS tag, input ->> 'session' AS session,
           CAST(input ->> 'lines' AS int) AS lines, CAST(input ->> 'failures' AS int) AS failures
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
    "idle transactions": "SELECT count(*) FROM pg_stat_activity WHERE state LIKE 'idle in transaction%' "
    "AND state_change < now() - interval '5 seconds'",
}


def check(scene: Scene) -> list[str]:
    history = scene.load.history
    stored = partial(stored_story, scene.database)
    jobs = scene.database.execute(_JOBS)
    events = scene.database.execute(_EVENTS)
    stories = {job_id: list(story) for job_id, story in groupby(events, lambda event: event.job_id)}
    checks: Sequence[Violations] = (
        (f"wrong: {violation}" for violation in history.violations),
        submissions(history, jobs),
        additions(history, stories),
        cancels(history, stories),
        endings(jobs, stories),
        numbering(jobs, stories),
        outcomes(stories),
        fencing(stories),
        tellings(jobs, stories),
        sessions(jobs, stories),
        journals(history.watchers, stored),
        polls(history, stored),
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


def additions(history: History, stories: Stories) -> Violations:
    """Each message and each retry that was accepted has added a run, and nothing else has."""
    for job_id in {*map(UUID, history.additions), *map(UUID, history.perhaps_additions), *stories}:
        least = 1 + history.additions[str(job_id)]
        most = least + history.perhaps_additions[str(job_id)]
        queued = sum(event.type == EventType.QUEUED for event in stories.get(job_id, ()))
        if not least <= queued <= most:
            kind = "lost" if queued < least else "doubled"
            yield f"{kind}: {job_id} was queued {queued} times, and not {least} to {most} times"


def cancels(history: History, stories: Stories) -> Violations:
    """What was accepted is in the story."""
    for job_id in history.cancelled:
        types = {event.type for event in stories.get(UUID(job_id), ())}
        if not types & {EventType.CANCEL_REQUESTED, EventType.CANCELLED}:
            yield f"lost: nobody was told that {job_id} is to be cancelled"


def endings(jobs: Jobs, stories: Stories) -> Violations:
    """Each job has come to an end, and its row says the same as its story."""
    for job in jobs:
        last = stories[job.id][-1].type if job.id in stories else "nothing"
        if job.status not in TERMINAL:
            yield f"lost: {job.id} is {job.status}"
        elif last not in ENDINGS or last != f"job_{job.status}":
            yield f"wrong: {job.id} is {job.status}, and its story ends with {last}"
        if job.error_code == "internal_error" and not job.failures:
            yield f"wrong: {job.id} failed for no reason of its own"


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
    """One lease at a time, and nothing but what its holder wrote: nothing came from a worker that had lost it."""
    for job_id, story in stories.items():
        holder = None
        for event in story:
            attempt, ends = (event.run, event.attempt), _ends_attempt(event.type)
            if event.type == EventType.STARTED:
                if holder:
                    yield f"wrong: {job_id} was started by event {event.seq} under the lease of {holder}"
                holder = attempt
            elif event.number is not None or (ends and holder):
                if attempt != holder:
                    yield f"wrong: event {event.seq} of {job_id} is of {attempt}, under the lease of {holder}"
                if ends:
                    holder = None


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


def journals(watchers: Iterable[Watcher], stored: Stored) -> Violations:
    """Every client was told its stories as Postgres has them: each event once, in order, from the first to the last, or
    to an end that came while it watched."""
    for watcher in watchers:
        name = type(watcher).__name__
        if watcher.journal.resyncs:
            yield f"lost: {name} had to begin anew: {watcher.journal.resyncs}"
        for job_id in watcher.jobs:
            told, whole = watcher.journal.story(job_id), stored(job_id)
            if told == whole or (told == whole[: len(told)] and _ended_since(watcher.began_at, told)):
                continue
            seqs = [entry.seq for entry in told]
            kind = "doubled" if len(seqs) > len(set(seqs)) else "lost"
            yield f"{kind}: {name} was told {seqs} of the {len(whole)} events of {job_id}"


def polls(history: History, stored: Stored) -> Violations:
    """What was polled last is how the job stood then."""
    for job_id, events in history.polled.items():
        if events != [entry.event for entry in stored(job_id)][: len(events)]:
            yield f"wrong: polls of {job_id} were told {len(events)} events that are not its own"


def leftovers(scene: Scene) -> Violations:
    for name, process in scene.stack.processes.items():
        if not process.program.ready():
            yield f"wrong: {name} is not ready"
    for name, query in _LEFTOVERS.items():
        if left := scene.count(query):
            yield f"wrong: {left} {name}"
    with scene.redis_client() as client:
        if waiting := {queue: client.llen(queue) for queue in client.keys("errand:queue:*")}:
            yield f"wrong: messages left in {waiting}"


def _ended_since(moment: float, told: Sequence[Entry]) -> bool:
    if not told or told[-1].event["event_type"] not in ENDINGS:
        return False
    return datetime.fromisoformat(told[-1].event["timestamp"]).timestamp() >= moment


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
