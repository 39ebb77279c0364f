"""The checkout's .venv: the locked dependencies and the workspace's own distributions, editable."""

import contextlib
import fcntl
import hashlib
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from pathlib import Path

from deploy.local.console import Failure, Steps


class VenvModuleMissing(Failure):
    def __init__(self) -> None:
        sudo = "" if os.geteuid() == 0 else "sudo "
        super().__init__("this Python cannot make virtual environments", f"{sudo}apt-get install python3-venv")


class InstallFailed(Failure):
    def __init__(self, output: str) -> None:
        lines = [line.strip() for line in output.splitlines() if line.strip()] or ["no output"]
        cause = next((line for line in lines if line.lower().startswith("error")), lines[-1])
        super().__init__(f"the dependencies could not be installed: {cause}", "check the network, then try again")


class Venv:
    def __init__(self, root: Path) -> None:
        self.root = root
        self.directory = root / ".venv"
        self.python = self.directory / "bin" / "python"
        self.lock = root / "requirements.lock"
        self._stamp = self.directory / "errand.json"

    @property
    def site_packages(self) -> Path:
        return next(self.directory.glob("lib/python3*/site-packages"), self.directory / "lib")

    def is_current(self) -> bool:
        """Whether nothing needs to be done: right interpreter, this place, this lock, these pyproject files."""
        return self._read_stamp() == self._wanted_stamp(self.interpreter())

    def mark_current(self) -> None:
        self._stamp.write_text(json.dumps(self._wanted_stamp(self.interpreter())))

    def ensure(self, steps: Steps) -> None:
        """Make it current: two steps. Two commands at once wait for each other."""
        with self._locked():
            with steps.step("python") as step:
                if not self._is_usable():
                    self._make()
                step.detail = str(self.interpreter())
            with steps.step("dependencies") as step:
                if not self.is_current():
                    self._install()
                    self.mark_current()
                step.detail = f"({len(_pinned(self.lock))}, locked)"

    def interpreter(self) -> str | None:
        """The version of its Python, or None where that does not run."""
        program = "import sys; print('%d.%d.%d' % sys.version_info[:3])"
        try:
            result = subprocess.run([self.python, "-Ic", program], capture_output=True, text=True, check=True)
        except (OSError, subprocess.CalledProcessError):
            return None
        return result.stdout.strip()

    def _is_usable(self) -> bool:
        """False where scripts and links in it would lead to another place or to a Python that is gone."""
        version, stamp = self.interpreter(), self._read_stamp()
        return version is not None and stamp.get("root") == str(self.root) and stamp.get("python") == version

    def _make(self) -> None:
        if importlib.util.find_spec("ensurepip") is None:
            raise VenvModuleMissing
        shutil.rmtree(self.directory, ignore_errors=True)
        _run([sys.executable, "-m", "venv", str(self.directory)])
        self._stamp.write_text(json.dumps({"root": str(self.root), "python": self.interpreter()}))

    def _install(self) -> None:
        """With uv, which takes seconds; with pip where uv is not to be had."""
        try:
            self._bootstrap_uv()
            # Compiled once here: else every process of a stack compiles the same at its start, and where Python is told
            # to write no bytecode, at each.
            _run([*self._uv, "sync", *self._uv_options, "--compile-bytecode", "--require-hashes", str(self.lock)])
            install = [*self._uv, "install", *self._uv_options]
        except InstallFailed:
            self._make()
            _run([*self._pip, "--require-hashes", "-r", str(self.lock)])
            install = self._pip
        editables = [part for member in members(self.root) for part in ("-e", str(member))]
        _run([*install, "--no-deps", "--no-build-isolation", *editables])

    @property
    def _uv(self) -> list[str]:
        return [str(self.directory / "bin" / "uv"), "pip"]

    @property
    def _uv_options(self) -> list[str]:
        return ["--quiet", f"--python={self.python}"]

    @property
    def _pip(self) -> list[str]:
        return [str(self.python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]

    def _bootstrap_uv(self) -> None:
        if (self.directory / "bin" / "uv").exists():
            return
        with tempfile.NamedTemporaryFile("w", suffix=".txt") as requirements:
            requirements.write(_pinned(self.lock)["uv"])
            requirements.flush()
            _run([*self._pip, "--require-hashes", "-r", requirements.name])

    def _read_stamp(self) -> dict[str, str]:
        with contextlib.suppress(OSError, ValueError):
            stamp: dict[str, str] = json.loads(self._stamp.read_text())
            return stamp
        return {}

    def _wanted_stamp(self, version: str | None) -> dict[str, str | None]:
        digest = hashlib.sha256()
        projects = [self.root, *members(self.root)]
        for path in (self.lock, *(project / "pyproject.toml" for project in projects)):
            digest.update(str(path).encode() + path.read_bytes())
        return {"root": str(self.root), "python": version, "dependencies": digest.hexdigest()}

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        descriptor = os.open(self.root, os.O_RDONLY)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)


def members(root: Path) -> list[Path]:
    """The workspace's distributions."""
    return sorted(
        path.parent for pattern in ("libs/*", "services/*") for path in root.glob(f"{pattern}/pyproject.toml")
    )


def compile_lock(root: Path, uv: Path, options: list[str]) -> None:
    """Write requirements.lock anew: for every platform, with hashes, without addresses. Pins stay unless `options`
    say otherwise (`--upgrade`)."""
    own = [tomllib.loads((member / "pyproject.toml").read_text())["project"]["name"] for member in members(root)]
    _run(
        [
            *(str(uv), "pip", "compile", "--quiet", "--universal", "--python-version=3.11", "--generate-hashes"),
            *("--no-emit-index-url", "--no-header", *(f"--no-emit-package={name}" for name in own)),
            *("--output-file=requirements.lock", *options, "pyproject.toml", "--group=dev"),
        ],
        root,
    )


def _pinned(lock: Path) -> dict[str, str]:
    """Each package's lines in the lock."""
    blocks = re.split(r"^(?=[A-Za-z0-9])", lock.read_text(), flags=re.MULTILINE)
    return {block.partition("==")[0]: block for block in blocks if "==" in block}


def _run(command: list[str], directory: Path | None = None) -> None:
    try:
        subprocess.run(command, cwd=directory, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=True)
    except subprocess.CalledProcessError as error:
        raise InstallFailed(error.stdout) from error
