import importlib.util
import sys
from pathlib import Path

import pytest

from deploy.local.console import Steps
from deploy.local.venv import Venv, VenvModuleMissing


@pytest.fixture
def venv(checkout: Path) -> Venv:
    """A virtual environment that has just been made current."""
    (checkout / ".venv").unlink()
    (checkout / ".venv" / "bin").mkdir(parents=True)
    (checkout / ".venv" / "bin" / "python").symlink_to(sys.executable)
    venv = Venv(checkout)
    venv.mark_current()
    return venv


def test_what_was_installed_stays_current(venv: Venv) -> None:
    (venv.root / "services" / "gateway" / "src" / "errand" / "gateway" / "app.py").touch()

    assert venv.is_current()


@pytest.mark.parametrize("path", ["requirements.lock", "pyproject.toml", "services/gateway/pyproject.toml"])
def test_a_changed_lock_or_project_file_asks_for_an_install(venv: Venv, path: str) -> None:
    with (venv.root / path).open("a") as file:
        file.write("# changed\n")

    assert not venv.is_current()


def test_a_new_service_asks_for_an_install(venv: Venv) -> None:
    (venv.root / "services" / "images").mkdir()
    (venv.root / "services" / "images" / "pyproject.toml").touch()

    assert not venv.is_current()


def test_an_interpreter_that_is_gone_is_noticed(venv: Venv) -> None:
    venv.python.unlink()
    venv.python.symlink_to("/nowhere/python")

    assert venv.interpreter() is None
    assert not venv.is_current()


def test_a_moved_checkout_is_not_current(venv: Venv, tmp_path: Path) -> None:
    moved = venv.root.rename(tmp_path.with_name(tmp_path.name + "-moved"))

    assert not Venv(moved).is_current()


def test_a_python_without_venv_is_reported_with_the_package_to_install(
    venv: Venv, monkeypatch: pytest.MonkeyPatch
) -> None:
    venv.python.unlink()
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)

    with pytest.raises(VenvModuleMissing, match="apt-get install python3-venv"):
        venv.ensure(Steps(2))
