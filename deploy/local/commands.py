"""What each command of `./dev` does; all return the exit code."""

import argparse
import os
import select
import signal
import subprocess
import sys
from pathlib import Path

from deploy.local import checks, doctor, ports, report, services
from deploy.local.console import Steps, note
from deploy.local.state import State
from deploy.local.supervisor import supervise
from deploy.local.venv import Venv, compile_lock

ROOT = Path(__file__).resolve().parents[2]

_READY = b"ready"


def up(options: argparse.Namespace) -> int:
    state = State(ROOT)
    if state.read_status():
        note("already up")
        report.write(state)
        return 0
    ports.require_free(options.port, [service.name for service in services.discover(ROOT)])
    Venv(ROOT).ensure(Steps(8))
    if options.foreground:
        supervise(ROOT, options.port, when_ready=lambda: None)
        return 0
    return _start_supervisor(options.port)


def supervise_in_background(options: argparse.Namespace) -> int:
    """The child of `up`: says through a pipe that all is ready, then leaves the terminal."""

    def detach() -> None:
        log = os.open(State(ROOT).log("supervisor"), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.dup2(log, 1)
        os.dup2(log, 2)
        os.chdir("/")
        os.write(options.ready_descriptor, _READY)
        os.close(options.ready_descriptor)

    supervise(ROOT, options.port, when_ready=detach)
    return 0


def down(_: argparse.Namespace) -> int:
    _stop(State(ROOT))
    return 0


def reset(_: argparse.Namespace) -> int:
    state = State(ROOT)
    _stop(state)
    state.remove()
    note(f"removed {state.directory}")
    for name in ("DATABASE_URL", "REDIS_URL"):
        if os.environ.get(name):
            note(f"{name} is a server of your own: nothing was removed there")
    return 0


def status(options: argparse.Namespace) -> int:
    return 0 if report.write_status(State(ROOT), options.json) else 1


def token(_: argparse.Namespace) -> int:
    print(report.token(State(ROOT)))
    return 0


def test(options: argparse.Namespace) -> int:
    """pytest with its own arguments; faults and browser tests only where `-m` asks for them. All others at once run in
    two processes, each with engines of its own."""
    if "-m" in options.rest:
        return _run_module("pytest", *options.rest)
    some = any((ROOT / argument.partition("::")[0]).exists() for argument in options.rest)
    # As collected: the many small files of unit tests come last, and both processes end together.
    parallel = [] if some else ["-n", "2", "--dist", "loadfile", "--no-loadscope-reorder"]
    return _run_module("pytest", "-m", "not faults and not browser", *parallel, *options.rest)


def bench(options: argparse.Namespace) -> int:
    return _run_module("tests.bench", *options.rest)


def faults(options: argparse.Namespace) -> int:
    return _run_module("tests.faults.trials", *options.rest)


def check(_: argparse.Namespace) -> int:
    _ensure_venv()
    return 0 if checks.run_all(ROOT) else 1


def examine(options: argparse.Namespace) -> int:
    return 0 if doctor.examine(ROOT, options.port) else 1


def lock(options: argparse.Namespace) -> int:
    _ensure_venv()
    with Steps(1).step("requirements.lock"):
        compile_lock(ROOT, Venv(ROOT).directory / "bin" / "uv", options.rest)
    return 0


def _start_supervisor(port: int) -> int:
    """Start it in a session of its own and wait until everything is ready. It prints its own steps and failures."""
    reading, writing = os.pipe()
    command = [sys.executable, str(ROOT / "dev"), "supervise", f"--port={port}", f"--ready-descriptor={writing}"]
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL, pass_fds=[writing], start_new_session=True)
    os.close(writing)
    try:
        with os.fdopen(reading, "rb") as pipe:
            return 0 if pipe.read() == _READY else 1
    except KeyboardInterrupt:
        child.terminate()
        child.wait()
        raise


def _stop(state: State) -> None:
    supervisor = state.supervisor()
    if supervisor is None:
        note("nothing is running")
        return
    with Steps(1).step("stop") as step:
        step.detail = f"supervisor {supervisor}"
        process = os.pidfd_open(supervisor)
        signal.pidfd_send_signal(process, signal.SIGTERM)
        select.select([process], [], [])
        os.close(process)


def _run_module(module: str, *arguments: str) -> int:
    _ensure_venv()
    os.chdir(ROOT)
    python = str(Venv(ROOT).python)
    os.execv(python, [python, "-m", module, *arguments])


def _ensure_venv() -> None:
    venv = Venv(ROOT)
    if not venv.is_current():
        venv.ensure(Steps(2))
