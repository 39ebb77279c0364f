"""The whole of Errand as real processes, on engines of the test's own."""

import contextlib
import itertools
import signal
import socket
import sys
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from uuid import UUID, uuid4

from deploy.local import ports, services
from deploy.local.client import is_ready
from deploy.local.processes import Process, Program
from errand.common.identity import Signer, new_keys
from errand.gateway.auth.tokens import AccessTokens

ROOT = Path(__file__).parent.parent
#: Those that this checkout has, whose schemas a stack's database needs.
SERVICES = tuple(service.name for service in services.discover(ROOT))
# Apart from a developer's own stack, which is on 8000.
FIRST_BASE = 21_000
# Within a stack, beyond the ports that `deploy.local` gives out.
_FIRST_TWIN = 150
_SPAN = 200
_TOKEN_S = 3600

Adapt = Callable[[Program], Program]


class Stack:
    """Every process of every service, by name: `gateway`, `incidents-api`, `incidents-worker`, …

    `adapt` may change a program before it starts; services that are not in `only` are left out.
    """

    def __init__(
        self,
        directory: Path,
        database_url: str,
        redis_url: str,
        *,
        adapt: Adapt = lambda program: program,
        only: Collection[str] = SERVICES,
    ) -> None:
        signing_key, public_key = new_keys()
        found = [service for service in services.discover(ROOT) if service.name in only]
        self.base, self._reservation = reserve_base([service.name for service in found])
        around = services.Surroundings(
            python=Path(sys.executable),
            database_url=database_url,
            redis_url=redis_url,
            keys={
                "ERRAND_SIGNING_KEY": signing_key,
                "ERRAND_IDENTITY_PUBLIC_KEY": public_key,
                # Any 32 bytes will do.
                "ERRAND_FILES_KEY": public_key,
            },
            base_port=self.base,
            files=directory / "files",
        )
        self.processes: dict[str, Process] = {}
        self._directory = directory
        self._tokens = AccessTokens(Signer(signing_key).key, _TOKEN_S)
        self._twins = itertools.count(2)
        for program in services.programs(found, around):
            self._add(adapt(_unlimited(program)))

    @property
    def url(self) -> str:
        return f"http://{self.address}"

    @property
    def address(self) -> str:
        """The gateway's host and port."""
        return f"127.0.0.1:{self.base}"

    @property
    def guide_url(self) -> str:
        """Where the incident guide's examples call."""
        return f"http://127.0.0.1:{self.base + 1}"

    def token(self, user_id: UUID | None = None) -> str:
        """An access token of this user, or of a new one, who has no account."""
        return self._tokens.issue(user_id or uuid4())

    @contextmanager
    def running(self) -> Iterator["Stack"]:
        try:
            for process in self.processes.values():
                process.start()
            for process in self.processes.values():
                process.wait_ready()
            yield self
        finally:
            crashed = {name: process.exit_code for name, process in self.processes.items() if process.crashed}
            for process in self.processes.values():
                process.signal_stop()
            for process in self.processes.values():
                process.wait_stopped()
            self._reservation.close()
        assert not crashed

    def restart(self, name: str) -> None:
        self.processes[name].start()
        self.processes[name].wait_ready()

    def pause(self, name: str) -> None:
        """Let the process hang until `resume`: its connections stay, nothing is answered."""
        self.processes[name].send_signal(signal.SIGSTOP)

    def resume(self, name: str) -> None:
        self.processes[name].send_signal(signal.SIGCONT)

    def start_twin(self, name: str) -> Process:
        """One more process like the gateway or worker of that name, on a port of its own. It ends with the stack."""
        program, number = self.processes[name].program, next(self._twins)
        port = self.base + _FIRST_TWIN + number
        setting = "ERRAND_PORTS" if program.kind == "gateway" else "ERRAND_HEALTH_PORT"
        url = f"http://127.0.0.1:{port}/readyz"
        twin = with_settings(program, **{setting: str(port)})
        twin = replace(twin, name=f"{name}-{number}", port=port, health_url=url, ready=lambda: is_ready(url))
        process = self._add(twin)
        self.restart(twin.name)
        return process

    def _add(self, program: Program) -> Process:
        process = self.processes[program.name] = Process(program, self._directory / f"{program.name}.log")
        return process


def with_settings(program: Program, **settings: str) -> Program:
    return replace(program, environment={**program.environment, **settings})


def _unlimited(program: Program) -> Program:
    """The tests' load is not what rate limits are for."""
    if program.kind != "gateway":
        return program
    limits = ("AUTH_PER_MINUTE", "WRITES_PER_MINUTE", "POLLS_PER_MINUTE", "SOCKETS_PER_USER")
    return with_settings(program, **{f"ERRAND_{name}": "1000000" for name in limits})


def reserve_base(names: Collection[str]) -> tuple[int, socket.socket]:
    """A base whose ports nobody uses, and what keeps other stacks from taking it until it is closed."""
    for base in range(FIRST_BASE, 60_000, _SPAN):
        if all(map(ports.is_free, ports.all_ports(base, names))):
            with contextlib.suppress(OSError):
                return base, socket.create_server(("127.0.0.1", base + _SPAN - 1))
    raise AssertionError("no ports are free")
