import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.local.processes import NotReady, Process, Program, User, unprivileged_user
from tests.waiting import until

# Starts a program as the supervisor does, says its pid, and does nothing more.
_PARENT = """
import signal, sys
from pathlib import Path
from deploy.local.processes import User, spawn

user = User(int(sys.argv[1]), int(sys.argv[1])) if len(sys.argv) > 1 else None
print(spawn(["/bin/sleep", "600"], log=Path("/dev/null"), environment={}, user=user).pid, flush=True)
signal.pause()
"""


def shell(script: str, *, stop_timeout_s: float = 5, ready: bool = False) -> Program:
    return Program(
        name="script",
        kind="api",
        argv=["/bin/sh", "-c", script],
        environment={},
        ready=lambda: ready,
        stop_timeout_s=stop_timeout_s,
    )


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "script.log"


@pytest.fixture(params=["its parent's user", "an unprivileged user"])
def child_user(request: pytest.FixtureRequest) -> User | None:
    if request.param == "its parent's user":
        return None
    if os.geteuid() != 0:
        pytest.skip("only root can start a process as another user")
    return unprivileged_user()


@pytest.fixture
def parent(child_user: User | None) -> Iterator[subprocess.Popen[str]]:
    arguments = [str(child_user.uid)] if child_user else []
    with subprocess.Popen([sys.executable, "-c", _PARENT, *arguments], stdout=subprocess.PIPE, text=True) as parent:
        yield parent
        parent.kill()


def test_a_child_dies_with_its_parent_even_by_kill_9(parent: subprocess.Popen[str]) -> None:
    assert parent.stdout is not None
    child = os.pidfd_open(int(parent.stdout.readline()))

    parent.kill()

    ended, _, _ = select.select([child], [], [], 10)
    os.close(child)
    assert ended


def test_a_process_is_asked_to_stop_before_it_is_killed(log: Path) -> None:
    process = Process(shell("trap 'echo bye; exit 3' TERM; echo up; while :; do sleep 0.01; done", ready=True), log)
    process.start()
    wait_for_output(log, "up")

    process.stop()

    assert process.exit_code == 3
    assert log.read_text() == "up\nbye\n"


def test_a_process_that_does_not_stop_is_killed_with_all_that_it_started(log: Path) -> None:
    process = Process(shell("trap '' TERM; sleep 600 & echo $!; wait; wait", stop_timeout_s=0.1), log)
    process.start()
    grandchild = os.pidfd_open(int(wait_for_output(log, "\n")))

    process.stop()

    ended, _, _ = select.select([grandchild], [], [], 10)
    os.close(grandchild)
    assert process.exit_code == -signal.SIGKILL
    assert ended


def test_a_process_that_ends_before_it_is_ready_is_reported_with_its_last_words(log: Path) -> None:
    process = Process(shell("echo starting; echo no such database; exit 4"), log)
    process.start()

    with pytest.raises(NotReady) as raised:
        process.wait_ready()

    assert raised.value.cause == "script exited with 4: no such database"
    assert raised.value.fix == f"read {log}"


def test_an_answer_from_elsewhere_does_not_make_a_process_ready_that_has_ended(log: Path) -> None:
    process = Process(shell("exit 4", ready=True), log)
    process.start()
    until(lambda: not process.running)

    with pytest.raises(NotReady, match="exited with 4"):
        process.wait_ready()


def test_a_process_that_is_never_ready_is_reported(log: Path) -> None:
    process = Process(shell("sleep 600"), log)
    process.start()

    with pytest.raises(NotReady, match="was not ready within 0 s"):
        process.wait_ready(timeout_s=0)
    process.kill()


def wait_for_output(log: Path, text: str) -> str:
    until(lambda: text in log.read_text())
    return log.read_text()
