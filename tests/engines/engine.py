"""What a test may ask of a server."""

from typing import Protocol


class Engine(Protocol):
    """A server that a test can take away and bring back. Its URL stays the same."""

    @property
    def url(self) -> str: ...

    def start(self) -> None:
        """Start it and wait until it serves."""

    def stop(self) -> None:
        """Shut it down in order."""

    def kill(self) -> None:
        """End it with SIGKILL."""

    def pause(self) -> None:
        """Let it hang: connections stay, nothing is answered. `resume` ends it."""

    def resume(self) -> None: ...

    def remove(self) -> None:
        """End it for good, data included."""


class External:
    """A server that is not ours."""

    def __init__(self, url: str) -> None:
        self.url = url

    def start(self) -> None:
        pass

    def remove(self) -> None:
        pass

    def stop(self) -> None:
        raise NotImplementedError("a server from TEST_DATABASE_URL or TEST_REDIS_URL is not ours to stop")

    kill = pause = resume = stop
