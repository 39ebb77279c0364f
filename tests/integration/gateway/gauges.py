"""What the gateways of this process count, all of them together."""

from prometheus_client import REGISTRY


def connections(*transports: str) -> float:
    """How many there are: of `ws`, `sse` and `longpoll`, or of those that are given."""
    counts = (_value("errand_live_connections", transport=name) for name in transports or ("ws", "sse", "longpoll"))
    return sum(counts)


def slow_closes() -> float:
    """How many clients were sent away because they did not keep up."""
    return _value("errand_live_slow_reader_closes_total")


def _value(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0
