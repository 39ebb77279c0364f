"""Which port each process listens on, and who holds a port that is taken."""

import contextlib
import itertools
import socket
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from deploy.local.console import Failure

LOOPBACK = "127.0.0.1"

#: Each service's number; a new service takes the next one.
NUMBERS = {"gateway": 0, "agents": 1, "incidents": 2, "images": 3, "workspaces": 4}

_LISTEN = "0A"


class Holder(NamedTuple):
    """The process that listens on a port; another user's process keeps its name to itself."""

    pid: int | None
    name: str

    def __str__(self) -> str:
        return f"pid {self.pid} ({self.name})" if self.pid else self.name


class PortInUse(Failure):
    def __init__(self, port: int, holder: Holder, free_base: int) -> None:
        super().__init__(f"port {port} is in use by {holder}", f"./dev up --port {free_base}")


def gateway_ports(base: int) -> tuple[int, int]:
    """The gateway's own port, and the one that the incident guide's examples call."""
    return base, base + 1


def api_port(base: int, service: str) -> int:
    return base + 100 + NUMBERS[service]


def health_port(base: int, service: str) -> int:
    return base + 110 + NUMBERS[service]


def all_ports(base: int, services: Iterable[str]) -> list[int]:
    domain = [service for service in services if service != "gateway"]
    return [
        *gateway_ports(base),
        *(api_port(base, service) for service in domain),
        *(health_port(base, service) for service in domain),
    ]


def require_free(base: int, services: Iterable[str]) -> None:
    """Raises PortInUse, naming the holder and a base from which all ports are free."""
    services = list(services)
    for port in all_ports(base, services):
        if not is_free(port):
            raise PortInUse(port, holder_of(port), _free_base(base, services))


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        # As servers do: a port in TIME_WAIT is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def holder_of(port: int) -> Holder:
    inodes = set(_listening_inodes(port))
    for process in Path("/proc").glob("[0-9]*"):
        if inodes & set(_socket_inodes(process)):
            return Holder(int(process.name), (process / "comm").read_text().strip())
    return Holder(None, "a process of another user")


def _free_base(base: int, services: list[str]) -> int:
    candidates = itertools.chain(range(base + 10, 60000, 10), range(8000, base, 10))
    return next(
        (candidate for candidate in candidates if all(map(is_free, all_ports(candidate, services)))),
        base,
    )


def _listening_inodes(port: int) -> Iterator[str]:
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        with contextlib.suppress(OSError):
            for line in Path(table).read_text().splitlines()[1:]:
                fields = line.split()
                if fields[3] == _LISTEN and int(fields[1].rpartition(":")[2], 16) == port:
                    yield fields[9]


def _socket_inodes(process: Path) -> Iterator[str]:
    # Processes end while they are looked at, and other users' cannot be looked at.
    with contextlib.suppress(OSError):
        for descriptor in (process / "fd").iterdir():
            with contextlib.suppress(OSError):
                target = str(descriptor.readlink())
                if target.startswith("socket:["):
                    yield target[8:-1]
