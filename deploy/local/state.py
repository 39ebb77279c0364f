"""The directory that holds one checkout's stack: data, sockets, keys, logs, and what is running."""

import contextlib
import fcntl
import hashlib
import json
import os
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from deploy.local.console import Failure


class StateNotOurs(Failure):
    def __init__(self, directory: Path) -> None:
        super().__init__(f"{directory} belongs to another user", "set DEV_STATE_DIR to a directory of your own")


class AlreadyUp(Failure):
    def __init__(self) -> None:
        super().__init__("another ./dev is bringing this stack up or down", "wait for it, then ./dev status")


def user_directory() -> Path:
    """This user's part of the machine: /var/tmp/errand-<uid>, or DEV_STATE_DIR. Its paths are short enough for
    Unix sockets, and engines that run as another user may pass through."""
    directory = Path(os.environ.get("DEV_STATE_DIR") or f"/var/tmp/errand-{os.geteuid()}").absolute()
    directory.mkdir(parents=True, exist_ok=True)
    # /var/tmp is everyone's: another user could have made the directory, to read the keys in it.
    status = directory.lstat()
    if status.st_uid != os.geteuid() or not stat.S_ISDIR(status.st_mode):
        raise StateNotOurs(directory)
    directory.chmod(0o711)
    return directory


class State:
    """One checkout's files below the user's directory; two checkouts share none."""

    def __init__(self, root: Path) -> None:
        user = user_directory()
        self.directory = user / hashlib.sha256(str(root).encode()).hexdigest()[:10]
        self.engines = user / "engines"
        self.logs = self.directory / "logs"
        self.keys = self.directory / "keys.env"
        self.files = self.directory / "files"
        self.password = self.directory / "demo-password"
        self._lock = self.directory / "lock"
        self._status = self.directory / "status.json"

    def create(self) -> None:
        for directory, mode in ((self.directory, 0o711), (self.logs, 0o700)):
            directory.mkdir(exist_ok=True)
            directory.chmod(mode)

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """Hold the stack: while this lasts, `supervisor` tells this process. Raises AlreadyUp."""
        self.create()
        descriptor = os.open(self._lock, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            raise AlreadyUp from None
        try:
            # A killed predecessor left its own.
            self._status.unlink(missing_ok=True)
            os.ftruncate(descriptor, 0)
            os.write(descriptor, str(os.getpid()).encode())
            yield
        finally:
            self._status.unlink(missing_ok=True)
            os.close(descriptor)

    def supervisor(self) -> int | None:
        """The process that holds the stack, or None. The lock tells, not the file: it goes with its process."""
        with contextlib.suppress(FileNotFoundError), self._lock.open("r+") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return int(file.read() or 0) or None
        return None

    def write_status(self, status: dict[str, Any]) -> None:
        write_private(self._status, json.dumps(status, indent=2))

    def read_status(self) -> dict[str, Any] | None:
        """What runs, or None while nothing does."""
        if self.supervisor() is None or not self._status.exists():
            return None
        status: dict[str, Any] = json.loads(self._status.read_text())
        return status

    def log(self, name: str) -> Path:
        return self.logs / f"{name}.log"

    def rotate_logs(self) -> None:
        """Begin new logs and keep the last ones."""
        for log in self.logs.glob("*.log"):
            log.replace(log.with_suffix(".log.1"))

    def remove(self) -> None:
        shutil.rmtree(self.directory, ignore_errors=True)


def write_private(path: Path, text: str) -> None:
    """Replace `path` at once, readable by its owner alone."""
    scratch = path.with_name(path.name + ".new")
    scratch.unlink(missing_ok=True)
    with os.fdopen(os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    scratch.replace(path)
