"""A client that asks for the events after its cursor, and is answered when there are some."""

from typing import Any

import aiohttp

from tests.live.watching import Refused, Watcher

_WAIT_S = 10


class LongPoll(Watcher):
    """`GET /v1/jobs/{id}/events?after=&wait=`. Lets go of a connection only by its cuts' time."""

    async def listen(self, address: str) -> None:
        timeout = aiohttp.ClientTimeout(total=_WAIT_S + 15)
        try:
            async with aiohttp.ClientSession(f"http://{address}", headers=self._headers, timeout=timeout) as session:
                while not self.is_done():
                    await self._ask(session)
        except aiohttp.ClientError as error:
            raise ConnectionError from error

    async def _ask(self, session: aiohttp.ClientSession) -> None:
        (job_id,) = self.jobs
        after = self.journal.cursor(job_id)
        async with session.get(f"/v1/jobs/{job_id}/events", params={"after": after, "wait": _WAIT_S}) as response:
            if response.status >= 500:
                raise ConnectionError(response.status)
            if response.status != 200:
                raise Refused(f"{response.status} {await response.text()}")
            page: dict[str, Any] = await response.json()
        for seq, event in enumerate(page["events"], after + 1):
            self.take(job_id, seq, event)
