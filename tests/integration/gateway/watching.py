"""A client of the native sockets, which takes nothing that the document does not promise."""

import contextlib
import json
from collections.abc import Iterator, Sequence
from typing import Any, cast

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

from errand.common.identity import Principal
from tests.frames import check_frame
from tests.integration.gateway.conftest import Gateway
from tests.integration.gateway.stories import StoredJob

Frame = dict[str, Any]


class Socket:
    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection

    def send(self, **frame: Any) -> None:
        self.connection.send(json.dumps(frame))

    def frame(self) -> Frame:
        return check_frame(self.connection.recv(timeout=10))

    def frames(self, count: int) -> list[Frame]:
        return [self.frame() for _ in range(count)]

    def seqs(self, count: int) -> list[int]:
        """Of the next events; fails where other frames come between them."""
        return [event["seq"] for event in self.events(count)]

    def events(self, count: int) -> list[Frame]:
        frames = self.frames(count)
        assert {frame["type"] for frame in frames} <= {"event"}, frames
        return frames

    def rest(self) -> tuple[list[Frame], int]:
        """What comes until the server closes, and its close code."""
        frames = []
        with contextlib.suppress(ConnectionClosed):
            while True:
                frames.append(self.frame())
        assert self.connection.close_code is not None
        assert self.connection.close_reason
        return frames, self.connection.close_code

    def close_code(self) -> int:
        frames, code = self.rest()
        assert frames == []
        return code


@contextlib.contextmanager
def socket(
    gateway: Gateway,
    path: str,
    user: Principal | None = None,
    *,
    token: str | None = None,
    headers: dict[str, str] | None = None,
    subprotocols: Sequence[str] = (),
    **options: Any,
) -> Iterator[Socket]:
    """With a token of `user`, or with `token`, or with none."""
    if user is not None:
        token = gateway.token(user)
    given = {"Authorization": f"Bearer {token}"} if token else {}
    connecting = connect(
        f"ws://127.0.0.1:{gateway.port}{path}",
        additional_headers={**given, **(headers or {})},
        subprotocols=[Subprotocol(name) for name in subprotocols] or None,
        compression=None,
        proxy=None,
        **options,
    )
    with cast(ClientConnection, connecting) as connection:
        yield Socket(connection)


def watching(gateway: Gateway, job: StoredJob, after: int | None = None) -> contextlib.AbstractContextManager[Socket]:
    """Its owner's socket."""
    query = "" if after is None else f"?after={after}"
    return socket(gateway, f"/ws/v1/jobs/{job.id}{query}", job.owner)
