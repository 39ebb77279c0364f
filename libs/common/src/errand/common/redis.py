"""Redis or Valkey: how every process connects."""

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry


def connect(url: str) -> redis.Redis:
    """A client that fails within seconds and never repeats a command by itself: a command cut off after it was
    carried out must not be carried out twice. Blocking commands have to wait less than the socket's timeout."""
    return redis.Redis.from_url(
        url,
        socket_timeout=5,
        socket_connect_timeout=2,
        retry=Retry(NoBackoff(), 0),
        health_check_interval=30,
    )
