"""Clients that hang up while they wait: nobody waits with them, and they do not count any more."""

import socket

import pytest

from tests.integration.gateway.conftest import Gateway
from tests.integration.gateway.gauges import connections
from tests.integration.gateway.stories import StoredJob
from tests.waiting import until


@pytest.mark.parametrize(
    "request_line",
    ["GET /v1/jobs/{}/events?after=2&wait=20", "POST /incident/accepted?at={}"],
    ids=["long-poll", "Prefer: wait"],
)
def test_a_client_that_goes_is_waited_with_no_longer(gateway: Gateway, job: StoredJob, request_line: str) -> None:
    with socket.create_connection(("127.0.0.1", gateway.port)) as client:
        client.sendall(
            f"{request_line.format(job.id)} HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n"
            f"Prefer: wait=20\r\nAuthorization: Bearer {gateway.token(job.owner)}\r\n\r\n".encode()
        )
        until(lambda: connections("longpoll") == 1)

    until(lambda: connections("longpoll") == 0, timeout_s=5)
