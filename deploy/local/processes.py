"""Programs, and processes that never outlive the one that started them."""

import contextlib
import ctypes
import os
import pwd
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from deploy.local.console import Failure

Kind = Literal["worker", "api", "gateway", "engine"]

_LIBC = ctypes.CDLL(None)
_PR_SET_PDEATHSIG = 1
_POLL_S = 0.02
_FATAL = frozenset({signal.SIGSEGV, signal.SIGABRT, signal.SIGBUS, signal.SIGILL, signal.SIGFPE})


@dataclass(frozen=True)
class User:
    """Whom a program runs as."""

    uid: int
    gid: int


@dataclass(frozen=True)
class Program:
    """What to run and how to tell that it is ready."""

    name: str
    kind: Kind
    argv: Sequence[str]
    environment: Mapping[str, str]
    ready: Callable[[], bool]
    user: User | None = None
    port: int | None = None
    health_url: str | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    #: Sent by the kernel when the parent is gone, however it died.
    orphan_signal: signal.Signals = signal.SIGKILL
    stop_timeout_s: float = 20


class NotReady(Failure):
    def __init__(self, name: str, outcome: str, log: Path) -> None:
        last = last_line(log)
        super().__init__(f"{name} {outcome}" + (f": {last}" if last else ""), f"read {log}")


@dataclass
class Process:
    """One program and its present process, if any. Start it from a thread that lives as long as it should: the
    kernel counts the end of the thread that forked as the parent's death."""

    program: Program
    log: Path
    popen: subprocess.Popen[bytes] | None = field(default=None, init=False)

    @property
    def pid(self) -> int | None:
        return self.popen.pid if self.popen else None

    @property
    def exit_code(self) -> int | None:
        """None while it runs; -9 where signal 9 ended it."""
        return self.popen.poll() if self.popen else None

    @property
    def running(self) -> bool:
        return self.popen is not None and self.popen.poll() is None

    @property
    def crashed(self) -> bool:
        """Whether a signal ended it that is nobody's way to end a process."""
        return self.exit_code is not None and -self.exit_code in _FATAL

    def start(self) -> None:
        self.popen = spawn(
            self.program.argv,
            log=self.log,
            environment=self.program.environment,
            user=self.program.user,
            orphan_signal=self.program.orphan_signal,
        )

    def wait_ready(self, timeout_s: float = 30) -> None:
        """Raises NotReady when it exits, or when the time is over."""
        deadline = time.monotonic() + timeout_s
        while True:
            ready = self.program.ready()
            # Looked at after that: where another program has its port, the answer was not its own.
            if not self.running:
                raise NotReady(self.program.name, f"exited with {self.exit_code}", self.log)
            if ready:
                return
            if time.monotonic() > deadline:
                raise NotReady(self.program.name, f"was not ready within {timeout_s:.0f} s", self.log)
            time.sleep(_POLL_S)

    def signal_stop(self) -> None:
        self.send_signal(self.program.stop_signal)

    def send_signal(self, number: signal.Signals) -> None:
        """Nothing happens where it does not run."""
        if self.popen and self.running:
            self.popen.send_signal(number)

    def wait_stopped(self) -> None:
        """Wait for its end; past its time it is killed."""
        if self.popen is None:
            return
        try:
            self.popen.wait(self.program.stop_timeout_s)
        except subprocess.TimeoutExpired:
            self.kill()

    def stop(self) -> None:
        self.signal_stop()
        self.wait_stopped()

    def kill(self) -> None:
        """SIGKILL for it and everything that it started."""
        if self.popen is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.popen.pid, signal.SIGKILL)
        self.popen.wait()


def spawn(
    argv: Sequence[str],
    *,
    log: Path,
    environment: Mapping[str, str],
    user: User | None = None,
    orphan_signal: signal.Signals = signal.SIGKILL,
) -> subprocess.Popen[bytes]:
    """Start `argv` in a process group of its own, its output appended to `log`; it ends with this process."""
    parent = os.getpid()

    def bind_to_parent() -> None:
        # Runs after setuid, which clears the death signal, and before exec, which keeps it.
        signal.pthread_sigmask(signal.SIG_SETMASK, ())
        _LIBC.prctl(_PR_SET_PDEATHSIG, int(orphan_signal), 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)

    with log.open("ab") as output:
        return subprocess.Popen(
            argv,
            cwd="/",
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=bind_to_parent,
            user=user.uid if user else None,
            group=user.gid if user else None,
            extra_groups=[] if user else None,
        )


def run(argv: Sequence[str], environment: Mapping[str, str], user: User | None = None) -> str:
    """Run `argv` to its end and return its output. Raises Failure with its last line."""
    result = subprocess.run(
        argv,
        cwd="/",
        env=dict(environment),
        capture_output=True,
        text=True,
        check=False,
        user=user.uid if user else None,
        group=user.gid if user else None,
        extra_groups=[] if user else None,
    )
    if result.returncode:
        lines = (result.stderr or result.stdout).strip().splitlines()
        raise Failure(
            f"{Path(argv[0]).name} exited with {result.returncode}: {lines[-1] if lines else 'no output'}",
            "./dev doctor tells what this machine lacks",
        )
    return result.stdout


def unprivileged_user() -> User | None:
    """Whom engines run as: nobody for root, since Postgres refuses to run as root; else whoever runs this."""
    if os.geteuid() != 0:
        return None
    nobody = pwd.getpwnam("nobody")
    return User(nobody.pw_uid, nobody.pw_gid)


def last_line(log: Path) -> str:
    with contextlib.suppress(OSError):
        lines = log.read_text(errors="replace").strip().splitlines()
        return lines[-1].strip() if lines else ""
    return ""
