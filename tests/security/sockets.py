"""The native sockets, from the side of whoever wants in."""

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

from errand.gateway.documents.asyncapi import asyncapi
from tests.integration.gateway.watching import Socket

#: Parameters of addresses, and fields of frames, that are the id of a job.
JOB_IDS = frozenset({"id", "job_id"})
#: Fields of frames that are not.
OTHERS = frozenset({"type", "after", "token"})

_DOCUMENT = asyncapi()
CHANNELS: Mapping[str, Any] = _DOCUMENT["channels"]


def addresses(job_id: str) -> list[str]:
    """Of every socket, with the job where one has to be named."""
    return [channel["address"].replace("{id}", job_id) for channel in CHANNELS.values()]


def received_frames() -> list[dict[str, Any]]:
    """The schema of every frame that a client may send."""
    schemas = _DOCUMENT["components"]["schemas"]
    names = {
        reference["$ref"].rpartition("/")[2]
        for operation in _DOCUMENT["operations"].values()
        if operation["action"] == "receive"
        for reference in operation["messages"]
    }
    return [schemas[name] for name in sorted(names)]


@contextlib.contextmanager
def opened(
    address: str, path: str, headers: Mapping[str, str] | None = None, subprotocols: Sequence[str] = (), **options: Any
) -> Iterator[Socket]:
    connecting = connect(
        f"ws://{address}{path}",
        additional_headers=dict(headers or {}),
        subprotocols=[Subprotocol(name) for name in subprotocols] or None,
        proxy=None,
        **{"compression": None, **options},
    )
    with cast(ClientConnection, connecting) as connection:
        yield Socket(connection)
