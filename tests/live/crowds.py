"""A crowd of sockets, from outside its process."""

import contextlib
import subprocess
import sys
from collections.abc import Iterator

import msgspec

from tests.live import crowd
from tests.live.crowd import Order, Report
from tests.stack import ROOT


class RunningCrowd:
    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process

    def wait(self) -> Report:
        """Until every socket has what it was to wait for, or was closed."""
        assert self._process.stdout is not None
        return msgspec.json.decode(self._process.stdout.readline(), type=Report)

    def stop(self) -> Report:
        """Hang up now."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        return self.wait()


@contextlib.contextmanager
def watching_crowd(order: Order) -> Iterator[RunningCrowd]:
    """Its sockets are open, none of them has been told anything else but what happened before."""
    command = [sys.executable, "-m", crowd.__name__]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            process.stdin.write(msgspec.json.encode(order) + b"\n")
            process.stdin.flush()
            assert process.stdout.readline() == b"ready\n"
            yield RunningCrowd(process)
        finally:
            process.kill()
