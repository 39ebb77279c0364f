"""What clients come for: each visit is one client with its jobs, from the submit until they are over."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import uuid4

from errand.common.jobs.domain import TERMINAL, JobStatus
from tests.faults.trials.client import ALREADY_SO, Client
from tests.faults.trials.history import Outcome
from tests.faults.trials.long_polls import LongPoll
from tests.live import storyteller
from tests.live.sockets import JobSocket, JobsSocket
from tests.live.streams import EventStream

Visit = Callable[[Client], Awaitable[object]]

_POLL_EVERY_S = 0.25
# Lines, and the seconds after each.
_LENGTHS = [(1, 0.0), (6, 0.05), (20, 0.1), (40, 0.2), (60, 0.2)]


async def watch(client: Client) -> None:
    job_id = await client.submit(story(client.numbers))
    assert job_id is not None
    await client.watch(client.numbers.choice([JobSocket, EventStream, LongPoll]), job_id)


async def watch_several(client: Client) -> None:
    """Stories of one session, which are told one after the other."""
    session = uuid4().hex
    jobs = [await client.submit(story(client.numbers, session=session)) for _ in range(3)]
    await client.watch(JobsSocket, *filter(None, jobs))


async def poll(client: Client) -> None:
    job_id = await client.submit(story(client.numbers))
    assert job_id is not None
    await until_status(client, job_id, *TERMINAL)


async def forget(client: Client) -> None:
    """One request and no second try, whatever becomes of it."""
    await client.submit(story(client.numbers), keyed=False)


async def hurry(client: Client) -> None:
    await client.submit({"lines": 1})


async def cancel(client: Client) -> None:
    """And perhaps want it back."""
    job_id = await client.submit(story(client.numbers))
    assert job_id is not None
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(client.watch(client.numbers.choice([JobSocket, EventStream]), job_id))
        await asyncio.sleep(client.numbers.uniform(0, 3))  # until the user thinks better of it
        reply = await client.insist("cancel", "POST", f"/v1/jobs/{job_id}/cancel", refusals=ALREADY_SO)
    if reply.outcome is Outcome.OK:
        client.history.cancelled.add(job_id)
    if client.numbers.random() < 0.5:
        await client.insist("retry", "POST", f"/v1/jobs/{job_id}/retry", refusals=ALREADY_SO, adds_to=job_id)
        # A socket's client takes what it is told of the first ending for the end, when it is cut off there.
        await client.watch(EventStream, job_id)


async def converse(client: Client) -> None:
    job_id = await client.submit(story(client.numbers, asks=True))
    assert job_id is not None
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(client.watch(client.numbers.choice([JobSocket, EventStream, LongPoll]), job_id))
        # Or before it is asked for.
        patient = client.numbers.random() < 0.7
        while not patient or await until_status(client, job_id, JobStatus.WAITING, *TERMINAL) == JobStatus.WAITING:
            if await answer(client, job_id):
                break
            # It may have been taken all the same.
            patient = True


async def die(client: Client) -> None:
    """A job that takes its worker with it, every time."""
    job_id = await client.submit({"lines": 4, "deadly": True})
    assert job_id is not None
    await client.watch(EventStream, job_id)


VISITS: dict[Visit, int] = {watch: 5, watch_several: 2, poll: 3, forget: 3, cancel: 3, converse: 2}


def story(numbers: random.Random, **options: Any) -> dict[str, Any]:
    """Mostly short; some last ten seconds, some fail at first."""
    lines, pause_s = numbers.choices(_LENGTHS, [4, 4, 3, 1, 1])[0]
    together = numbers.choice([1, 1, 5])
    failures = numbers.choices([0, 1, 3], [20, 2, 1])[0]
    return {"lines": lines, "pause_s": pause_s, "together": together, "failures": failures, **options}


async def until_status(client: Client, job_id: str, *statuses: JobStatus) -> JobStatus:
    """Poll until the job has one of `statuses`. Of one gateway no answer is older than the one before."""
    seq, etag, moves = 0, "", client.moves
    while True:
        reply = await client.call("poll", "GET", f"/v1/jobs/{job_id}", headers={"If-None-Match": etag} if etag else {})
        if moves != client.moves:
            seq, etag, moves = 0, "", client.moves
        elif reply.status == 200:
            job = reply.json()["job"]
            if job["seq"] < seq or job["seq"] != len(job["events"]):
                client.history.violations.append(f"poll of {job_id}: seq {job['seq']} after {seq}")
            seq, etag = job["seq"], reply.headers["ETag"]
            client.history.polled[job_id] = job["events"]
            if job["status"] in statuses:
                return JobStatus(job["status"])
        await asyncio.sleep(_POLL_EVERY_S)


async def answer(client: Client, job_id: str) -> bool:
    """Whether there is no need for another message: it was taken, or the job has ended meanwhile."""
    path, message = f"{storyteller.PATH}/{job_id}/messages", {"message": "Yes, please."}
    reply = await client.call("message", "POST", path, json=message, refusals=ALREADY_SO, adds_to=job_id)
    return reply.outcome is Outcome.OK or reply.status in ALREADY_SO
