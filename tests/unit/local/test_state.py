import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.local.state import AlreadyUp, State, StateNotOurs, user_directory, write_private

_HOLDER = """
import signal, sys
from pathlib import Path
from deploy.local.state import State

with State(Path(sys.argv[1])).held():
    print("held", flush=True)
    signal.pause()
"""


@pytest.fixture
def state(state_directory: Path) -> State:
    state = State(Path("/a/checkout"))
    state.create()
    return state


def test_two_checkouts_share_nothing(state_directory: Path) -> None:
    assert State(Path("/a/checkout")).directory != State(Path("/another/checkout")).directory


def test_a_held_stack_names_its_holder_and_refuses_a_second(state: State) -> None:
    with state.held():
        assert state.supervisor() == os.getpid()
        with pytest.raises(AlreadyUp), State(Path("/a/checkout")).held():
            pass

    assert state.supervisor() is None


def test_a_stack_whose_holder_was_killed_is_free(state: State) -> None:
    command = [sys.executable, "-c", _HOLDER, "/a/checkout"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        state.write_status({"port": 8000})
        assert state.read_status() == {"port": 8000}

        holder.send_signal(signal.SIGKILL)
        holder.wait()

    assert state.supervisor() is None
    assert state.read_status() is None
    with state.held():
        assert state.read_status() is None


def test_keys_and_passwords_are_their_owners_alone(state: State) -> None:
    write_private(state.keys, "secret")

    assert state.keys.stat().st_mode & 0o777 == 0o600
    assert state.keys.read_text() == "secret"


def test_the_last_logs_are_kept(state: State) -> None:
    state.log("gateway").write_text("before")

    state.rotate_logs()

    assert (state.logs / "gateway.log.1").read_text() == "before"
    assert not state.log("gateway").exists()


def test_a_directory_that_leads_elsewhere_is_refused(
    state_directory: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    planted = state_directory / "planted"
    planted.symlink_to(tmp_path)
    monkeypatch.setenv("DEV_STATE_DIR", str(planted))

    with pytest.raises(StateNotOurs):
        user_directory()
