"""Polling: answers of job views, kept until the job's next event.

A view (`Route.job_view`) changes with its job's events only, and its answer says in `X-Job-Seq` which was the last in
it. So its bytes can be given out again until the reader hears of another event, somebody writes to the job through
this gateway, or 15 s have passed, or as few as the service says in `max-age` (a view that tells what time is left);
and who asks while they are on their way waits for them. While the reader does not hear Redis nothing is given out to
others.
"""

import asyncio
import contextlib
import hashlib
import re
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from uuid import UUID

from errand.gateway import metrics
from errand.gateway.answers import Answer, Headers
from errand.gateway.live.reader import Entry

MAX_AGE_S = 15.0
_MAX_BYTES = 64 * 1024 * 1024
# Of an entry without its body and key.
_OVERHEAD_BYTES = 2048

_JOB_ID = re.compile("[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_MAX_AGE = re.compile(rb"\bmax-age=([0-9]{1,9})\b")
_SEQ_OF_ETAG = re.compile(rb'"([0-9]{1,18})-')

#: Whose view it is, and its path and query as they came.
Key = tuple[UUID, bytes, bytes]


class View:
    """An answer as it goes to a client, good for `age_s`. Its ETag begins with the seq that it shows."""

    def __init__(self, seq: int, content_type: bytes, body: bytes, age_s: float = MAX_AGE_S) -> None:
        self.seq = seq
        self.etag = f'"{seq}-{hashlib.blake2b(body, digest_size=8).hexdigest()}"'.encode()
        self.body = body
        self.expires_at = time.monotonic() + age_s
        self._unchanged: Headers = [
            (b"etag", self.etag),
            (b"x-job-seq", b"%d" % seq),
            (b"cache-control", b"private, no-cache"),
            (b"vary", b"Authorization"),
        ]
        self._whole: Headers = [
            (b"content-type", content_type),
            (b"content-length", b"%d" % len(body)),
            *self._unchanged,
        ]

    def answer(self, if_none_match: bytes | None) -> tuple[int, Headers, bytes]:
        """Status, headers and body."""
        if if_none_match is not None and (self.etag in if_none_match or if_none_match == b"*"):
            return 304, self._unchanged, b""
        return 200, self._whole, self.body

    def is_older_than(self, if_none_match: bytes) -> bool:
        """Whether the client has had a newer one, which another gateway must have given it."""
        return any(int(seq) > self.seq for seq in _SEQ_OF_ETAG.findall(if_none_match))


class Fetch:
    """A view on its way from its service."""

    def __init__(self, key: Key, *, stale: bool) -> None:
        self.key = key
        #: Whether the job has changed meanwhile, as far as we know.
        self.stale = stale
        #: Whether another answer has come since it began: clients may have had a newer one.
        self.overtaken = False
        self.ended = asyncio.Event()
        #: None where the answer was something else, or did not come.
        self.view: View | None = None


class _Job:
    def __init__(self) -> None:
        self.views: dict[Key, View] = {}
        self.fetches: set[Fetch] = set()


class Views:
    """Jobs go by their ids in the usual spelling: what is asked for in another one is fetched each time."""

    def __init__(self, reader_is_healthy: Callable[[], bool]) -> None:
        self._reader_is_healthy = reader_is_healthy
        self._jobs: OrderedDict[str, _Job] = OrderedDict()
        self._bytes = 0

    def find(self, job_id: str, key: Key, if_none_match: bytes | None) -> View | None:
        """What may be given out without asking anybody."""
        job = self._jobs.get(job_id)
        view = job.views.get(key) if job else None
        if view is None or not self._may_serve(view, if_none_match):
            return None
        metrics.VIEW_HITS.inc()
        return view

    async def wait(self, job_id: str, key: Key, if_none_match: bytes | None) -> View | None:
        """What somebody else is fetching already, where that will be as new as what we would fetch."""
        fetch = self._under_way(job_id, key)
        if fetch is None:
            return None
        await fetch.ended.wait()
        if fetch.view is None or not _is_new_enough(fetch.view, if_none_match):
            return None
        metrics.VIEW_WAITS.inc()
        return fetch.view

    @contextlib.contextmanager
    def fetching(self, job_id: str, key: Key) -> Iterator[Fetch]:
        """Registered before the service is asked, so that no change of the job gets lost in between."""
        metrics.VIEW_MISSES.inc()
        job = self._jobs.setdefault(job_id, _Job())
        # Of a job in another spelling nothing is heard.
        fetch = Fetch(key, stale=not _JOB_ID.fullmatch(job_id))
        job.fetches.add(fetch)
        try:
            yield fetch
        finally:
            fetch.ended.set()
            job.fetches.discard(fetch)
            self._drop_if_empty(job_id, job)

    def keep(self, job_id: str, view: View, fetch: Fetch) -> None:
        """Give `view` out from now on, unless we know of something newer."""
        job = self._jobs[job_id]
        fetch.view = view
        for other in job.fetches:
            other.overtaken = True
        if fetch.stale or not self._reader_is_healthy():
            return
        if any(other.seq > view.seq for other in job.views.values()):
            return
        self._discard(job, older_than=view.seq)
        for other in job.fetches:
            # It may have been answered before ours.
            other.stale = other is not fetch
        self._remove(job, fetch.key)
        job.views[fetch.key] = view
        self._bytes += _size(fetch.key, view)
        self._jobs.move_to_end(job_id)
        self._make_room()

    def forget(self, job_id: str) -> None:
        """Somebody has written to the job."""
        if job := self._jobs.get(job_id):
            self._change(job_id, job)

    def forget_all_of(self, user_id: UUID) -> None:
        """The user's jobs may be gone."""
        for job_id, job in tuple(self._jobs.items()):
            if any(user == user_id for user, _, _ in (*job.views, *(fetch.key for fetch in job.fetches))):
                self._change(job_id, job)

    def hear(self, entries: Sequence[Entry]) -> None:
        for entry in entries:
            if job := self._jobs.get(entry.job_id):
                self._change(entry.job_id, job, entry.seq)

    def lose(self) -> None:
        for job_id, job in tuple(self._jobs.items()):
            self._change(job_id, job)

    def _make_room(self) -> None:
        while self._bytes > _MAX_BYTES:
            oldest = next(iter(self._jobs))
            # It stays where a fetch is under way, and must not be found again.
            self._jobs.move_to_end(oldest)
            self.forget(oldest)

    def _may_serve(self, view: View, if_none_match: bytes | None) -> bool:
        is_fresh = self._reader_is_healthy() and view.expires_at >= time.monotonic()
        return is_fresh and _is_new_enough(view, if_none_match)

    def _under_way(self, job_id: str, key: Key) -> Fetch | None:
        job = self._jobs.get(job_id)
        if job is None or not self._reader_is_healthy():
            return None
        usable = (fetch for fetch in job.fetches if fetch.key == key and not fetch.stale and not fetch.overtaken)
        return next(usable, None)

    def _change(self, job_id: str, job: _Job, seq: int | None = None) -> None:
        for fetch in job.fetches:
            fetch.stale = True
        self._discard(job, older_than=seq)
        self._drop_if_empty(job_id, job)

    def _discard(self, job: _Job, older_than: int | None) -> None:
        for key, view in tuple(job.views.items()):
            if older_than is None or view.seq < older_than:
                self._remove(job, key)

    def _remove(self, job: _Job, key: Key) -> None:
        if view := job.views.pop(key, None):
            self._bytes -= _size(key, view)

    def _drop_if_empty(self, job_id: str, job: _Job) -> None:
        if not job.views and not job.fetches and self._jobs.get(job_id) is job:
            del self._jobs[job_id]


def view_of(answer: Answer) -> View | None:
    """The view in a service's answer; None where that is something else, such as an error."""
    seq, content_type = answer.header(b"x-job-seq"), answer.header(b"content-type")
    if answer.status != 200 or seq is None or content_type is None:
        return None
    return View(int(seq), content_type, answer.body, _age_s(answer.header(b"cache-control")))


def _age_s(cache_control: bytes | None) -> float:
    """How long the service says that its view is good for, at most as long as any."""
    found = _MAX_AGE.search(cache_control or b"")
    return min(float(found[1]), MAX_AGE_S) if found else MAX_AGE_S


def _is_new_enough(view: View, if_none_match: bytes | None) -> bool:
    return if_none_match is None or not view.is_older_than(if_none_match)


def _size(key: Key, view: View) -> int:
    _, path, query = key
    return len(view.body) + len(path) + len(query) + _OVERHEAD_BYTES
