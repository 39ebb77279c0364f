"""What one stack is made of: engines, keys, migrations, services; and how it is brought up."""

import os
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

from deploy.local import services
from deploy.local.console import Steps
from deploy.local.engines import Postgres, Valkey, embedded_postgres, embedded_valkey
from deploy.local.processes import NotReady, Process, Program, run, spawn
from deploy.local.services import Service, Surroundings
from deploy.local.state import State, write_private
from deploy.local.venv import Venv

# Of the gateway's command.
_KEYS = 3


class Stack:
    """The processes of one checkout. `DATABASE_URL` and `REDIS_URL` take the place of the embedded engines."""

    def __init__(self, root: Path, state: State, base_port: int) -> None:
        self.services = services.discover(root)
        self.base_port = base_port
        self.processes: list[Process] = []
        self._state = state
        self._venv = Venv(root)
        self._postgres = self._embedded_postgres()
        self._valkey = self._embedded_valkey()

    @property
    def database_url(self) -> str:
        return self._postgres.url if self._postgres else os.environ["DATABASE_URL"]

    @property
    def redis_url(self) -> str:
        return self._valkey.url if self._valkey else os.environ["REDIS_URL"]

    def start_engines(self, steps: Steps) -> None:
        with steps.step("engines") as step:
            for engine in (self._postgres, self._valkey):
                if engine:
                    engine.prepare()
                    self._start(engine.program())
            self._wait_ready()
            step.detail = ", ".join((self._describe_postgres(), self._describe_redis()))

    def migrate(self, steps: Steps) -> None:
        """All services at once: each has a schema of its own."""
        with steps.step("migrations") as step:
            step.detail = " ".join(service.name for service in self.services)
            running = [(service.name, self._start_migration(service)) for service in self.services]
            for name, popen in running:
                if code := popen.wait():
                    raise NotReady(
                        f"the migration of {name}", f"exited with {code}", self._state.log(f"{name}-migrate")
                    )

    def start_services(self, steps: Steps) -> None:
        with steps.step("services") as step:
            started = services.programs(self.services, self._surroundings())
            for program in started:
                self._start(program)
            self._wait_ready()
            step.detail = ", ".join(f"{program.name} :{program.port}" for program in started)

    def stop(self) -> None:
        """Workers first, so that their runs end while everything they need is there; engines last."""
        for kind in ("worker", "api", "gateway", "engine"):
            stopping = [process for process in self.processes if process.program.kind == kind]
            for process in stopping:
                process.signal_stop()
            for process in stopping:
                process.wait_stopped()

    def _embedded_postgres(self) -> Postgres | None:
        if os.environ.get("DATABASE_URL"):
            return None
        return embedded_postgres(self._state.directory / "postgres", self._venv.site_packages, self._state.engines)

    def _embedded_valkey(self) -> Valkey | None:
        if os.environ.get("REDIS_URL"):
            return None
        return embedded_valkey(self._state.directory / "valkey", self._venv.site_packages, self._state.engines)

    def _start(self, program: Program) -> None:
        process = Process(program, self._state.log(program.name))
        self.processes.append(process)
        process.start()

    def _wait_ready(self) -> None:
        for process in self.processes:
            process.wait_ready()

    def _start_migration(self, service: Service) -> subprocess.Popen[bytes]:
        argv, environment = services.migration(service.name, self._surroundings())
        return spawn(argv, log=self._state.log(f"{service.name}-migrate"), environment=environment)

    def _surroundings(self) -> Surroundings:
        return Surroundings(
            self._venv.python, self.database_url, self.redis_url, self._keys(), self.base_port, self._state.files
        )

    def _keys(self) -> dict[str, str]:
        """Made once and kept: tokens and URLs outlive a restart. A stack that is older than one of them gets that."""
        kept = _settings(self._state.keys.read_text()) if self._state.keys.exists() else {}
        if len(kept) == _KEYS:
            return kept
        command = [str(self._venv.python), "-m", "errand.gateway", "keys"]
        keys = _settings(run(command, services.environment({}))) | kept
        write_private(self._state.keys, "".join(f"{name}={value}\n" for name, value in keys.items()))
        return keys

    def _describe_postgres(self) -> str:
        return f"postgres {self._postgres.version}" if self._postgres else _where("postgres", self.database_url)

    def _describe_redis(self) -> str:
        return f"valkey {self._valkey.version}" if self._valkey else _where("redis", self.redis_url)


def _settings(text: str) -> dict[str, str]:
    return dict(line.split("=", 1) for line in text.splitlines() if line.startswith("ERRAND_"))


def _where(name: str, url: str) -> str:
    """An engine of the developer's own, without its password."""
    parts = urlsplit(url)
    return f"{name} at {parts.hostname or parts.path}"
