import os
import select
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from deploy.local.state import State
from tests.waiting import until

_SUPERVISOR = """
import sys
from pathlib import Path
from deploy.local.supervisor import supervise

supervise(Path(sys.argv[1]), int(sys.argv[2]), lambda: print("ready", flush=True))
"""

NAMES = ["postgres", "valkey", "gateway", "incidents-api", "incidents-worker"]


@pytest.fixture
def state(state_directory: Path, checkout: Path) -> State:
    return State(checkout)


@pytest.fixture
def supervisor(
    state: State, checkout: Path, base_port: int, copy_cluster: Callable[[Path], None]
) -> Iterator[subprocess.Popen[str]]:
    """A stack that is up, not for the first time."""
    state.create()
    copy_cluster(state.directory / "postgres")
    command = [sys.executable, "-c", _SUPERVISOR, str(checkout), str(base_port)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert "ready\n" in iter(process.stdout.readline, "")
        yield process
        process.terminate()


def processes(state: State) -> dict[str, dict[str, Any]]:
    status = state.read_status()
    assert status is not None
    return {process["name"]: process for process in status["processes"]}


def ended(handles: list[int]) -> bool:
    return len(select.select(handles, [], [], 0)[0]) == len(handles)


def test_a_process_that_died_is_started_again_and_counted(state: State, supervisor: subprocess.Popen[str]) -> None:
    before = processes(state)["incidents-api"]
    assert list(processes(state)) == NAMES

    os.kill(before["pid"], signal.SIGKILL)

    until(lambda: processes(state)["incidents-api"]["restarts"] == 1)
    after = processes(state)["incidents-api"]
    assert after["pid"] != before["pid"]
    assert after["last_exit"] == -signal.SIGKILL


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_nothing_outlives_the_supervisor(
    state: State, supervisor: subprocess.Popen[str], number: signal.Signals
) -> None:
    pids = [supervisor.pid, *(process["pid"] for process in processes(state).values())]
    handles = [os.pidfd_open(pid) for pid in pids]

    supervisor.send_signal(number)

    until(lambda: ended(handles))
    for handle in handles:
        os.close(handle)
    assert state.supervisor() is None


def test_a_service_that_cannot_start_fails_the_start_with_its_reason(
    state: State, checkout: Path, base_port: int
) -> None:
    (checkout / "services/incidents/src/errand/incidents/__main__.py").write_text("raise SystemExit('no such setting')")
    command = [sys.executable, "-c", _SUPERVISOR, str(checkout), str(base_port)]

    result = subprocess.run(command, capture_output=True, text=True, check=False)

    assert "the migration of incidents exited with 1: no such setting" in result.stderr
    assert state.supervisor() is None
