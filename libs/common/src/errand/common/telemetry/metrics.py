"""Every metric that all services have; `docs/metrics.md` lists them.

Labels take few values, known beforehand: a route's template and never a path, a kind and never an id.
"""

import functools

from prometheus_client import Counter, Gauge, Histogram

# What proxies call an answer that nobody was there for any more.
CLIENT_GONE = 499
UNMATCHED = "other"

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_REQUEST_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
_MODEL_BUCKETS = (0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 60, 120, 300)
_RUN_BUCKETS = (0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 300, 900, 3600)

HTTP_REQUESTS = Histogram(
    "errand_http_request_duration_seconds",
    "Requests from their first byte to the last of their answer; `_count` is how many there were. "
    "Probes are left out. Status 499: the client was gone before its answer.",
    ["method", "route", "status"],
    buckets=_REQUEST_BUCKETS,
)

RUNS = Histogram(
    "errand_run_duration_seconds",
    "Goes of a worker at a run, from its claim to its outcome; `_count` is how many there were. Besides what a job "
    "comes to: `retried` after an error, `released` by a worker that stops, `lost` with its lease.",
    ["kind", "outcome"],
    buckets=_RUN_BUCKETS,
)
RUN_WAITS = Histogram(
    "errand_run_queue_wait_seconds",
    "From the moment a run was due to its claim by a worker, with what it waits for others of its concurrency key.",
    ["kind"],
    buckets=_RUN_BUCKETS,
)
RUNS_IN_PROGRESS = Gauge("errand_runs_in_progress", "Runs that this worker has in hand.", ["kind"])

MODEL_CALLS = Histogram(
    "errand_model_call_duration_seconds",
    "Calls to a model, of language or of images, to the last of their answer; `_count` is how many there were. "
    "Outcomes: `stop` (it said all), `length` (cut off), `tools` (it waits for tools), `refused`, `failed`.",
    ["model", "outcome"],
    buckets=_MODEL_BUCKETS,
)
MODEL_TOKENS = Counter("errand_model_tokens", "Tokens of models: `input` or `output`.", ["model", "kind"])
MODEL_COST = Counter("errand_model_cost_usd", "What models cost, in US dollars, where their price is known.", ["model"])

# Those below are the same whichever API process of a service tells them, and are read when it is asked: see
# `errand.common.jobs.backlog`. What cannot be read is left out of the answer.
QUEUE_DEPTH = Gauge("errand_queue_depth", "Runs that are due and not begun, in Postgres.", ["queue"], registry=None)
QUEUE_AGE = Gauge(
    "errand_queue_oldest_age_seconds", "How long the oldest of them has been due.", ["queue"], registry=None
)
QUEUE_MESSAGES = Gauge("errand_queue_messages", "Runs that are handed to Redis for workers.", ["queue"], registry=None)
OUTBOX_ROWS = Gauge("errand_outbox_rows", "Committed events that Redis may not have yet.", registry=None)
OUTBOX_LAG = Gauge("errand_outbox_lag_seconds", "Age of the oldest of them.", registry=None)


def observe(method: str, route: str, status: int, duration_s: float) -> None:
    """Count one request. `route` is a template, or UNMATCHED; `status` is CLIENT_GONE where nothing was answered."""
    _requests(method if method in _METHODS else UNMATCHED, route, status).observe(duration_s)


@functools.cache
def _requests(method: str, route: str, status: int) -> Histogram:
    """Finding it by its labels takes as long as observing."""
    return HTTP_REQUESTS.labels(method, route, status)
