"""What a person at the terminal reads: numbered steps with their times, and failures with their fix."""

import contextlib
import sys
import time
from collections.abc import Iterator


class Failure(Exception):
    """A command cannot go on. `cause` says what is wrong, `fix` what to do about it."""

    def __init__(self, cause: str, fix: str) -> None:
        super().__init__(f"error: {cause}\nfix: {fix}")
        self.cause = cause
        self.fix = fix


class Step:
    """A piece of work under way; `detail` is printed when it ends."""

    detail = ""


class Steps:
    """Prints `3/6 engines postgres 18.6 … ok 0.9 s` as the work goes on. Results go to stdout, steps to stderr."""

    def __init__(self, total: int, done: int = 0) -> None:
        self.total = total
        self.done = done

    @contextlib.contextmanager
    def step(self, title: str) -> Iterator[Step]:
        self.done += 1
        step = Step()
        _write(f"{self.done}/{self.total} {title} ")
        started = time.monotonic()
        try:
            yield step
        except BaseException:
            _write("… failed\n")
            raise
        _write(f"{step.detail} … ok {time.monotonic() - started:.1f} s\n".lstrip())


def note(text: str) -> None:
    _write(text + "\n")


def _write(text: str) -> None:
    sys.stderr.write(text)
    sys.stderr.flush()
