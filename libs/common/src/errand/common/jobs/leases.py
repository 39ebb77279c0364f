"""Leases: the proof that this worker, and no other, has a run."""

import contextlib
import os
import secrets
import socket
import threading
import time
from collections.abc import Iterator

import structlog

from errand.common.database import Database
from errand.common.jobs import statements
from errand.common.jobs.run import CancelRequested, LeaseExpired, Run, Stopped

LEASE_S = 30.0
BEAT_S = 10.0
# Without a heartbeat for this long a worker lets go of its runs, well before somebody else may take them.
GRACE_S = 20.0

logger = structlog.stdlib.get_logger(__name__)


class Leases:
    """The runs that this process works on. `beat` is called every BEAT_S, from a thread with nothing else to do."""

    def __init__(self, database: Database, *, lease_s: float = LEASE_S) -> None:
        self.owner = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
        self.lease_s = lease_s
        self._database = database
        self._lock = threading.Lock()
        self._confirmed: dict[Run, float] = {}
        self._closing: type[Stopped] | None = None

    @contextlib.contextmanager
    def keeping(self, run: Run) -> Iterator[None]:
        """Within it the lease of `run` is renewed."""
        with self._lock:
            self._confirmed[run] = time.monotonic()
            closing = self._closing
        if closing:
            run.stop(closing)
        try:
            yield
        finally:
            with self._lock:
                del self._confirmed[run]

    def beat(self) -> None:
        """Renew all leases at once; stop the runs that lost theirs, and those that are to be cancelled."""
        held = self._held()
        if not held:
            return
        parameters = {
            "job_ids": [run.lease.job_id for run in held],
            "tokens": [run.lease.token for run in held],
            "lease_s": self.lease_s,
        }
        now = time.monotonic()
        try:
            rows = self._database.execute(statements.HEARTBEAT, parameters)
        except Exception:
            # The failed query itself may have taken seconds.
            self._let_go(time.monotonic() - GRACE_S)
            raise
        alive = {row.lease_token: row.cancel_requested for row in rows}
        for run in held:
            self._judge(run, alive.get(run.lease.token), now)

    def close(self, reason: type[Stopped]) -> None:
        """Stop all runs, and whichever is still claimed from now on."""
        with self._lock:
            self._closing = reason
        for run in self._held():
            run.stop(reason)

    def _judge(self, run: Run, cancel_requested: bool | None, now: float) -> None:
        if cancel_requested is None:
            run.stop(LeaseExpired)
        elif cancel_requested:
            run.stop(CancelRequested)
        with self._lock:
            if cancel_requested is not None and run in self._confirmed:
                self._confirmed[run] = now

    def _let_go(self, not_confirmed_since: float) -> None:
        with self._lock:
            lost = [run for run, confirmed in self._confirmed.items() if confirmed < not_confirmed_since]
        for run in lost:
            run.stop(LeaseExpired)

    def _held(self) -> list[Run]:
        with self._lock:
            return list(self._confirmed)
