"""The metrics of live connections and of job views; those of requests are `errand.common.telemetry.metrics`."""

from prometheus_client import Counter, Gauge, Histogram

_LATENCY_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)

CONNECTIONS = Gauge("errand_live_connections", "Clients that watch jobs at this moment.", ["transport"])
WEBSOCKETS = CONNECTIONS.labels("ws")
EVENT_STREAMS = CONNECTIONS.labels("sse")
LONG_POLLS = CONNECTIONS.labels("longpoll")

SUBSCRIPTIONS = Gauge("errand_live_subscriptions", "Jobs that connections are subscribed to, each counted by itself.")
WATCHED_JOBS = Gauge("errand_live_watched_jobs", "Jobs that this process follows, for connections and for views.")
EVENT_LATENCY = Histogram(
    "errand_live_event_latency_seconds",
    "From an event's commit, by Postgres's clock, to its write to the last who watches live, by this process's.",
    buckets=_LATENCY_BUCKETS,
)
SLOW_READER_CLOSES = Counter(
    "errand_live_slow_reader_closes_total", "Connections closed because their client read too slowly."
)

READER_HEALTHY = Gauge("errand_live_reader_healthy", "1 while the reader of the event streams hears Redis, else 0.")
READER_LAG = Gauge(
    "errand_live_reader_lag_seconds", "How long the event that the reader took in last had been in Redis by then."
)

VIEW_READS = Counter(
    "errand_view_cache_reads_total",
    "Job views given out: `hit` from memory, `wait` from what another client was fetching, `miss` from their service.",
    ["result"],
)
VIEW_HITS = VIEW_READS.labels("hit")
VIEW_WAITS = VIEW_READS.labels("wait")
VIEW_MISSES = VIEW_READS.labels("miss")
