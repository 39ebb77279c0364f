import subprocess
import sys
from pathlib import Path

import pytest

from deploy.local import cli

DEV = Path(cli.__file__).parents[2] / "dev"


def test_a_failure_is_two_lines_and_no_traceback(state_directory: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["token"]) == 1

    assert capsys.readouterr().err == "error: nothing is running\nfix: ./dev up\n"


def test_debug_shows_where_a_failure_came_from(state_directory: Path) -> None:
    result = subprocess.run([sys.executable, DEV, "token", "--debug"], capture_output=True, text=True, check=False)

    assert "Traceback" in result.stderr
    assert result.returncode == 1


def test_it_works_from_any_directory(state_directory: Path, tmp_path: Path) -> None:
    result = subprocess.run([DEV, "status"], cwd=tmp_path, capture_output=True, text=True, check=False)

    assert result.stderr == "error: nothing is running\nfix: ./dev up\n"


def test_arguments_that_a_command_does_not_know_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        cli.main(["up", "--prot", "1"])

    assert "unknown arguments: --prot 1" in capsys.readouterr().err


def test_stopping_what_does_not_run_is_no_failure(state_directory: Path) -> None:
    assert cli.main(["down"]) == 0
