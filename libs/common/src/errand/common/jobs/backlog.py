"""How much waits: gauges that are read from Postgres and Redis when Prometheus asks for them."""

import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor

import structlog
from prometheus_client import REGISTRY, Metric
from prometheus_client.registry import Collector
from sqlalchemy import text

from errand.common.broker import Broker
from errand.common.database import Database
from errand.common.ids import Service
from errand.common.jobs import queues
from errand.common.telemetry import metrics

# Longer than two scrapes that come together, shorter than their interval.
_FRESH_S = 5.0
# A scrape has 10 s for all there is to tell; an engine that hangs must not cost it the rest.
_PATIENCE_S = 2.0

_SHORT = text("SET LOCAL statement_timeout = '2s'")
_DUE = text("""
    SELECT queue, count(*) AS depth, EXTRACT(EPOCH FROM now() - min(available_at)) AS oldest_age_s
    FROM runs WHERE state = 'due' AND available_at <= now() GROUP BY queue
""")
_OUTBOX = text("""
    SELECT count(*) AS rows, COALESCE(EXTRACT(EPOCH FROM now() - min(created_at)), 0) AS lag_s FROM event_outbox
""")

logger = structlog.stdlib.get_logger(__name__)


class Backlog(Collector):
    """Between `start` and `stop`, `/metrics` has the gauges of one service's queues and outbox."""

    def __init__(self, service: Service, database: Database, broker: Broker) -> None:
        self._queues = queues.names(service)
        self._database = database
        self._broker = broker
        self._lock = threading.Lock()
        self._reading: Future[list[Metric]] | None = None
        self._stale_at = 0.0

    def start(self) -> None:
        self._thread = ThreadPoolExecutor(1, "backlog")
        REGISTRY.register(self)

    def stop(self) -> None:
        REGISTRY.unregister(self)
        self._thread.shutdown(wait=False)

    def describe(self) -> Iterable[Metric]:
        """None: else the registry would read them all to learn their names."""
        return []

    def collect(self) -> Iterable[Metric]:
        with self._lock:
            if self._reading is None or (self._reading.done() and time.monotonic() > self._stale_at):
                self._reading = self._thread.submit(self._read)
                self._stale_at = time.monotonic() + _FRESH_S
        try:
            return self._reading.result(_PATIENCE_S)
        except TimeoutError:
            return []

    def _read(self) -> list[Metric]:
        return [*_whole(self._read_postgres), *_whole(self._read_redis)]

    def _read_postgres(self) -> Iterable[Metric]:
        with self._database.transaction() as tx:
            tx.execute(_SHORT)
            due = {row.queue: row for row in tx.execute(_DUE)}
            (outbox,) = tx.execute(_OUTBOX)
        for queue in self._queues:
            metrics.QUEUE_DEPTH.labels(queue).set(due[queue].depth if queue in due else 0)
            metrics.QUEUE_AGE.labels(queue).set(due[queue].oldest_age_s if queue in due else 0)
        metrics.OUTBOX_ROWS.set(outbox.rows)
        metrics.OUTBOX_LAG.set(outbox.lag_s)
        for gauge in (metrics.QUEUE_DEPTH, metrics.QUEUE_AGE, metrics.OUTBOX_ROWS, metrics.OUTBOX_LAG):
            yield from gauge.collect()

    def _read_redis(self) -> Iterable[Metric]:
        for queue, depth in zip(self._queues, self._broker.depths(self._queues), strict=True):
            metrics.QUEUE_MESSAGES.labels(queue).set(depth)
        return metrics.QUEUE_MESSAGES.collect()


def _whole(read: Callable[[], Iterable[Metric]]) -> list[Metric]:
    """All that `read` gives, or nothing."""
    try:
        return list(read())
    except Exception as error:
        logger.warning("backlog not read", error=repr(error))
        return []
