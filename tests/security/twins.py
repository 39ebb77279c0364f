"""Processes beside those of a stack, which differ in a setting or two."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from deploy.local import ports
from deploy.local.client import is_ready
from deploy.local.processes import Process
from tests.stack import Stack, with_settings

_PORT_SETTINGS = {"gateway": "ERRAND_PORTS", "api": "ERRAND_PORT", "worker": "ERRAND_HEALTH_PORT"}
# Where the stack's own are not.
_PORTS = range(180, 200)


class Twin(NamedTuple):
    address: str
    log: Path

    @property
    def url(self) -> str:
        return f"http://{self.address}"

    @property
    def port(self) -> int:
        return int(self.address.rpartition(":")[2])


@contextmanager
def twin(stack: Stack, name: str, log: Path, *, argv: Sequence[str] | None = None, **settings: str) -> Iterator[Twin]:
    """A second process like that of this name, on a port of its own, with `settings` changed."""
    original = stack.processes[name].program
    port = next(port for port in map(stack.base.__add__, _PORTS) if ports.is_free(port))
    url = f"http://127.0.0.1:{port}/readyz"
    settings = {_PORT_SETTINGS[original.kind]: str(port), **settings}
    program = with_settings(replace(original, port=port, argv=argv or original.argv), **settings)
    process = Process(replace(program, ready=lambda: is_ready(url)), log)
    try:
        process.start()
        process.wait_ready()
        yield Twin(f"127.0.0.1:{port}", log)
    finally:
        process.stop()
