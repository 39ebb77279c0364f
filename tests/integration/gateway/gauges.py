"""What the gateways of this process count, all of them together."""

from prometheus_client import REGISTRY
from prometheus_client.samples import Sample


def connections(*transports: str) -> float:
    """How many there are: of `ws`, `sse` and `longpoll`, or of those that are given."""
    wanted = transports or ("ws", "sse", "longpoll")
    samples = _samples("errand_live_connections")
    return sum(sample.value for sample in samples if sample.labels["transport"] in wanted)


def slow_closes() -> float:
    """How many clients were sent away because they did not keep up."""
    return sum(sample.value for sample in _samples("errand_live_slow_reader_closes_total"))


def _samples(name: str) -> list[Sample]:
    """Of this name alone: to read a whole registry takes as long as a test."""
    metrics = REGISTRY.restricted_registry([name]).collect()
    return [sample for metric in metrics for sample in metric.samples]
