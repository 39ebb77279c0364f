"""The one background process: parent of every engine, API and worker, which it starts again when they end."""

import os
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

from deploy.local import demo, ports, report
from deploy.local.console import Steps, note
from deploy.local.processes import Process
from deploy.local.stack import Stack
from deploy.local.state import State

_STOP = {signal.SIGTERM, signal.SIGINT}

_FIRST_DELAY_S = 0.5
_LONGEST_DELAY_S = 30.0

# A process that ran this long was healthy; its next death is not a series.
_HEALTHY_S = 30.0


@dataclass
class Watched:
    """A process, and how often it had to be started again."""

    process: Process
    started_at: float = field(default_factory=time.monotonic)
    restarts: int = 0
    failures: int = 0
    last_exit: int | None = None
    due_at: float | None = None

    def mark_dead(self, now: float) -> float:
        """Plan the next start; returns the delay."""
        self.failures = self.failures + 1 if now - self.started_at < _HEALTHY_S else 1
        self.last_exit = self.process.exit_code
        delay_s: float = min(_FIRST_DELAY_S * 2 ** (self.failures - 1), _LONGEST_DELAY_S)
        self.due_at = now + delay_s
        return delay_s

    def restart(self, now: float) -> None:
        self.process.start()
        self.started_at, self.due_at = now, None
        self.restarts += 1


def supervise(root: Path, base_port: int, when_ready: Callable[[], None]) -> None:
    """Bring the stack up, call `when_ready`, and keep it up until SIGTERM or SIGINT."""
    state = State(root)
    with state.held():
        state.rotate_logs()
        stack = Stack(root, state, base_port)
        # Waited for in `_watch`; a blocked signal stays pending until then.
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})
        signal.signal(signal.SIGTERM, _interrupt)
        signal.signal(signal.SIGINT, _interrupt)
        try:
            _bring_up(stack, state)
            watched = [Watched(process) for process in stack.processes]
            _publish(state, stack, watched)
            report.write(state)
            # From here on signals are waited for: an exception in the middle of a `poll` would leave its lock taken.
            signal.pthread_sigmask(signal.SIG_BLOCK, _STOP)
            when_ready()
            _watch(state, stack, watched)
        except KeyboardInterrupt:
            pass
        finally:
            note("stopping")
            # A second Ctrl-C must not leave half of them running.
            signal.pthread_sigmask(signal.SIG_BLOCK, _STOP)
            stack.stop()


def _bring_up(stack: Stack, state: State) -> None:
    steps = Steps(8, done=2)
    stack.start_engines(steps)
    stack.migrate(steps)
    stack.start_services(steps)
    port, guide_port = ports.gateway_ports(stack.base_port)
    with steps.step("first analysis") as step:
        step.detail = f"run {demo.analyse(f'http://{ports.LOOPBACK}:{guide_port}')} completed"
    api = f"http://{ports.LOOPBACK}:{port}"
    token = demo.sign_in(api, state.password)
    with steps.step("first page") as step:
        step.detail = demo.build_page(api, token)
    with steps.step("first image") as step:
        step.detail = demo.draw_image(api, token)


def _watch(state: State, stack: Stack, watched: list[Watched]) -> None:
    """Returns when told to stop."""
    while True:
        due = [one.due_at for one in watched if one.due_at is not None]
        timeout_s = max(0.0, min(due) - time.monotonic()) if due else _LONGEST_DELAY_S
        received = signal.sigtimedwait({signal.SIGCHLD, *_STOP}, timeout_s)
        if received and received.si_signo in _STOP:
            return
        if _restart_dead(watched, time.monotonic()):
            _publish(state, stack, watched)


def _restart_dead(watched: list[Watched], now: float) -> bool:
    """Plan and carry out restarts; whether anything changed."""
    changed = False
    for one in watched:
        name = one.process.program.name
        if one.due_at is None and not one.process.running:
            note(f"{name} exited with {one.process.exit_code}; starts again in {one.mark_dead(now):.1f} s")
            changed = True
        elif one.due_at is not None and one.due_at <= now:
            one.restart(now)
            changed = True
    return changed


def _publish(state: State, stack: Stack, watched: list[Watched]) -> None:
    state.write_status(
        {
            "supervisor": os.getpid(),
            "port": stack.base_port,
            "database_url": stack.database_url,
            "redis_url": stack.redis_url,
            "processes": [_describe(one) for one in watched],
        }
    )


def _describe(one: Watched) -> dict[str, Any]:
    program = one.process.program
    return {
        "name": program.name,
        "pid": None if one.due_at else one.process.pid,
        "port": program.port,
        "health_url": program.health_url,
        "restarts": one.restarts,
        "last_exit": one.last_exit,
        "log": str(one.process.log),
    }


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt
