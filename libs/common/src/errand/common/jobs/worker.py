"""A service's worker: one process, some threads, and the kernel's housekeeping beside them."""

import contextlib
import signal
import threading
from collections.abc import Callable, Iterator

import dramatiq
import structlog
from redis import Redis

from errand.common import redis
from errand.common.broker import Broker
from errand.common.database import Database
from errand.common.http.health import serve_health
from errand.common.ids import Service
from errand.common.jobs import leases, queues, reaper, retention
from errand.common.jobs.dispatch import Dispatcher
from errand.common.jobs.domain import Speed
from errand.common.jobs.kernel import Jobs
from errand.common.jobs.relay import Relay
from errand.common.jobs.run import ShuttingDown
from errand.common.jobs.runner import Handler, Runner
from errand.common.periodic import Periodic
from errand.common.settings import ServiceSettings
from errand.common.telemetry import traces

# How often a thread looks whether it is to stop; messages are announced, not looked for.
POLL_S = 0.5
# Heartbeat, reaper, relay, retention.
_HOUSEKEEPING_CONNECTIONS = 4

logger = structlog.stdlib.get_logger(__name__)


def connect_relay(service: Service, database: Database, client: Redis, *, threads: int) -> Relay:
    """The relay of an API or a worker, with the dispatcher it wakes."""
    dispatcher = Dispatcher(service, database, open_broker(service, client, threads), depth=2 * threads)
    return Relay(service, database, client, dispatcher)


def connect_worker(service: Service, settings: ServiceSettings) -> "Worker":
    """A worker on its own connections, with health checks on `settings.health_port`; no handler yet."""
    database = Database(
        settings.database_url,
        schema=service.name.lower(),
        pool_size=settings.worker_threads + _HOUSEKEEPING_CONNECTIONS,
        application="errand-worker",
    )
    client = redis.connect(settings.redis_url)
    serve_health(settings.host, settings.health_port, {"database": database.ping, "redis": client.ping})
    return Worker(
        service,
        database,
        client,
        threads=settings.worker_threads,
        drain_s=settings.drain_s,
        retention_days=settings.retention_days,
    )


def open_broker(service: Service, client: Redis, threads: int) -> Broker:
    return Broker(client, namespace=f"errand:queue:{service.name.lower()}", threads=threads)


class Worker:
    """Register a handler for every kind of job, then `serve`.

        worker.register("incident", analyse)

    A handler is called with its `Run`, at least once for every run, and returns the job's result: anything that
    msgspec encodes as JSON, or `Waiting` where the user's next message is to go on. A `Conflict`, `Invalid` or other
    expected error ends the job as failed; `Unavailable` and unforeseen errors are tried again.
    """

    def __init__(
        self,
        service: Service,
        database: Database,
        client: Redis,
        *,
        threads: int = 8,
        drain_s: float = 10.0,
        retention_days: float = 30.0,
        lease_s: float = leases.LEASE_S,
        beat_s: float = leases.BEAT_S,
        reap_s: float = reaper.INTERVAL_S,
        poll_s: float = POLL_S,
    ) -> None:
        self.database = database
        self._service = service
        self._drain_s = drain_s
        self._broker = open_broker(service, client, threads)
        for queue in queues.names(service):
            self._broker.declare_queue(queue)
        self._handlers: dict[str, Handler] = {}
        self._leases = leases.Leases(database, lease_s=lease_s)
        self._relay = connect_relay(service, database, client, threads=threads)
        #: For handlers that submit jobs themselves.
        self.jobs = Jobs(service, self._relay)
        self._runner = Runner(database, self._relay, self._leases, self._handlers)
        self._threads = dramatiq.Worker(self._broker, worker_threads=threads, worker_timeout=int(poll_s * 1000))
        # Dramatiq fetches twice as many; what waits in one process while another is idle waits too long.
        self._threads.queue_prefetch = threads
        self._housekeeping = [
            Periodic("heartbeat", beat_s, self._leases.beat),
            Periodic("reaper", reap_s, reaper.Reaper(database, self._relay).reap),
            Periodic("retention", retention.INTERVAL_S, retention.Retention(database, days=retention_days).purge),
        ]

    def register(self, kind: str, handler: Handler) -> None:
        """`handler` does the runs of jobs of `kind`."""
        self._handlers[kind] = handler
        queue = queues.name(self._service, Speed.FAST)
        dramatiq.actor(actor_name=kind, queue_name=queue, broker=self._broker)(self._runner.work)

    def housekeep(self, name: str, interval_s: float, action: Callable[[], object]) -> None:
        """Have `action` called every `interval_s` as long as the worker runs, beside the kernel's own housekeeping."""
        self._housekeeping.append(Periodic(name, interval_s, action))

    def start(self) -> None:
        self._relay.start()
        for work in self._housekeeping:
            work.start()
        self._threads.start()
        logger.info("worker started", worker=self._leases.owner, kinds=sorted(self._handlers))

    def stop(self) -> None:
        """Let runs go on for `drain_s`, then hand the rest over to other workers."""
        hand_over = threading.Timer(self._drain_s, self._leases.close, [ShuttingDown])
        hand_over.daemon = True
        hand_over.start()
        # Dramatiq would stop them last: until then they took messages that another worker could begin.
        for consumer in self._threads.consumers.values():
            consumer.stop()
        self._threads.stop(timeout=int((self._drain_s + leases.BEAT_S) * 1000))
        hand_over.cancel()
        for work in self._housekeeping:
            work.stop()
        self._relay.stop()
        logger.info("worker stopped", worker=self._leases.owner)

    @contextlib.contextmanager
    def running(self) -> Iterator[None]:
        self.start()
        try:
            yield
        finally:
            self.stop()

    def serve(self) -> None:
        """Work until SIGTERM or SIGINT."""
        stopping = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stopping.set())
        with self.running():
            stopping.wait()
        traces.close()
