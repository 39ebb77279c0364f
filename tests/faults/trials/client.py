"""A careful client: knows of each request whether it was done, was not done, or may have been."""

import asyncio
import random
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID, uuid4

import aiohttp
import msgspec

from tests.faults.trials.history import History, Outcome, Submission
from tests.live import storyteller
from tests.live.cuts import random_cuts
from tests.live.watching import Watcher

Token = Callable[[UUID], str]

#: The job has come further than its client knew.
ALREADY_SO = (409,)
_TIMEOUT = aiohttp.ClientTimeout(total=25)
_BACK_OFF_S = 0.05
_MOST_BACK_OFF_S = 1.0
_MOST_CUTS = 3
_CUT_WITHIN_S = 3.0


class Reply(msgspec.Struct, frozen=True):
    """`status` is 0, and the rest empty, where there was no answer."""

    outcome: Outcome
    status: int = 0
    headers: Mapping[str, str] = {}
    body: bytes = b""

    def json(self) -> Any:
        return msgspec.json.decode(self.body)


class Client:
    """One user at one of the gateways; after a failure at the next one."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        addresses: Sequence[str],
        token: Token,
        user_id: UUID,
        history: History,
        numbers: random.Random,
    ) -> None:
        self.history = history
        self.numbers = numbers
        #: How often it has gone to another gateway.
        self.moves = 0
        self._session = session
        self._addresses = numbers.sample(addresses, len(addresses))
        self._token = token
        self._user_id = user_id

    async def call(
        self, kind: str, method: str, path: str, *, refusals: Sequence[int] = (), adds_to: str = "", **options: Any
    ) -> Reply:
        """One request, which adds a run to the job `adds_to`. What is refused with another status than one of
        `refusals` should have been accepted."""
        with self.history.operation(kind, path) as operation:
            reply = await self._send(method, path, options)
            operation.outcome, operation.status = reply.outcome, reply.status
        if adds_to:
            self.history.count_addition(adds_to, reply.outcome)
        if reply.status == 500 or (400 <= reply.status < 500 and reply.status not in refusals):
            self.history.violations.append(f"{kind}: {reply.status} {reply.body.decode(errors='replace')}")
        if reply.outcome is not Outcome.OK and reply.status not in refusals:
            self._move()
        return reply

    async def insist(self, kind: str, method: str, path: str, **options: Any) -> Reply:
        """As often as it takes to have an answer that is certain."""
        failures = 0
        while True:
            reply = await self.call(kind, method, path, **options)
            if reply.status and reply.outcome is not Outcome.UNKNOWN:
                return reply
            failures += 1
            await self._back_off(failures)

    async def submit(self, story: dict[str, Any], *, keyed: bool = True) -> str | None:
        """The job's id. Without a key the request is made once, and there may be no answer."""
        tag = uuid4().hex
        submission = self.history.submissions[tag] = Submission(keyed, time.time())
        headers = {"Idempotency-Key": tag} if keyed else {}
        while True:
            reply = await self.call("submit", "POST", storyteller.PATH, json={**story, "tag": tag}, headers=headers)
            submission.outcomes.append(reply.outcome)
            submission.ended_at = time.time()
            if reply.outcome is Outcome.OK:
                submission.job_ids.append(reply.json()["job_id"])
                return submission.job_ids[-1]
            if not keyed:
                return None
            await self._back_off(len(submission.outcomes))

    async def watch(self, kind: type[Watcher], *jobs: str) -> None:
        """Until the jobs are over, over as many connections as that takes."""
        cuts = random_cuts(self.numbers.random(), self.numbers.randint(0, _MOST_CUTS), _CUT_WITHIN_S)
        watcher = kind(self._addresses, self._token(self._user_id), jobs, cuts)
        self.history.watchers.append(watcher)
        await watcher.watch()

    async def _send(self, method: str, path: str, options: dict[str, Any]) -> Reply:
        headers = {"Authorization": f"Bearer {self._token(self._user_id)}", **options.pop("headers", {})}
        try:
            async with self._session.request(
                method, f"http://{self._addresses[0]}{path}", headers=headers, timeout=_TIMEOUT, **options
            ) as response:
                body = await response.read()
        except aiohttp.ClientConnectorError:
            return Reply(Outcome.FAILED)
        except (aiohttp.ClientError, TimeoutError, OSError):
            return Reply(Outcome.UNKNOWN)
        return Reply(_outcome(response.status), response.status, response.headers, body)

    def _move(self) -> None:
        self._addresses = [*self._addresses[1:], self._addresses[0]]
        self.moves += 1

    async def _back_off(self, failures: int) -> None:
        await asyncio.sleep(self.numbers.uniform(0, min(_BACK_OFF_S * 2**failures, _MOST_BACK_OFF_S)))


def _outcome(status: int) -> Outcome:
    if status < 400:
        return Outcome.OK
    return Outcome.FAILED if status < 500 else Outcome.UNKNOWN
