"""The whole of Errand as real processes, on engines of the test's own."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from deploy.local import ports, services
from deploy.local.processes import Process, Program
from errand.common.identity import new_keys

ROOT = Path(__file__).parent.parent
# Apart from a developer's own stack, which is on 8000.
FIRST_BASE = 21_000


class Stack:
    """Every process of every service, by name: `gateway`, `incidents-api`, `incidents-worker`, …"""

    def __init__(self, directory: Path, database_url: str, redis_url: str) -> None:
        signing_key, public_key = new_keys()
        found = services.discover(ROOT)
        self.base = _free_base([service.name for service in found])
        around = services.Surroundings(
            python=Path(sys.executable),
            database_url=database_url,
            redis_url=redis_url,
            keys={"ERRAND_SIGNING_KEY": signing_key, "ERRAND_IDENTITY_PUBLIC_KEY": public_key},
            base_port=self.base,
        )
        programs = [_unlimited(program) for program in services.programs(found, around)]
        self.processes = {program.name: Process(program, directory / f"{program.name}.log") for program in programs}

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.base}"

    @property
    def guide_url(self) -> str:
        """Where the incident guide's examples call."""
        return f"http://127.0.0.1:{self.base + 1}"

    @contextmanager
    def running(self) -> Iterator["Stack"]:
        try:
            for process in self.processes.values():
                process.start()
            for process in self.processes.values():
                process.wait_ready()
            yield self
        finally:
            for process in self.processes.values():
                process.signal_stop()
            for process in self.processes.values():
                process.wait_stopped()

    def restart(self, name: str) -> None:
        self.processes[name].start()
        self.processes[name].wait_ready()


def _unlimited(program: Program) -> Program:
    """The tests' load is not what rate limits are for."""
    if program.kind != "gateway":
        return program
    limits = {f"ERRAND_{name}_PER_MINUTE": "1000000" for name in ("AUTH", "WRITES", "POLLS")}
    return replace(program, environment={**program.environment, **limits})


def _free_base(names: list[str]) -> int:
    candidates = range(FIRST_BASE, 60_000, 200)
    return next(base for base in candidates if all(map(ports.is_free, ports.all_ports(base, names))))
