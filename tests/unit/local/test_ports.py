import os
import socket
from pathlib import Path

import pytest

from deploy.local import ports


def test_a_port_in_use_is_reported_with_its_holder_and_a_way_out(base_port: int) -> None:
    with socket.create_server((ports.LOOPBACK, base_port)), pytest.raises(ports.PortInUse) as raised:
        ports.require_free(base_port, ["gateway", "incidents"])

    name = Path("/proc/self/comm").read_text().strip()
    assert raised.value.cause == f"port {base_port} is in use by pid {os.getpid()} ({name})"
    assert raised.value.fix == f"./dev up --port {base_port + 10}"


def test_the_way_out_has_every_port_free(base_port: int) -> None:
    taken = socket.create_server((ports.LOOPBACK, base_port)), socket.create_server((ports.LOOPBACK, base_port + 122))

    with taken[0], taken[1], pytest.raises(ports.PortInUse) as raised:
        ports.require_free(base_port, ["gateway", "incidents"])

    # 122 past the base is where the next ten would put the worker's health, and the ten after that the API.
    assert raised.value.fix == f"./dev up --port {base_port + 30}"


def test_free_ports_are_no_reason_to_stop(base_port: int) -> None:
    ports.require_free(base_port, ports.NUMBERS)


def test_no_two_processes_of_a_stack_share_a_port() -> None:
    taken = ports.all_ports(8000, ports.NUMBERS)

    assert len(set(taken)) == len(taken)
    assert taken[:2] == [8000, 8001]
    assert {8102, 8112} <= set(taken)
