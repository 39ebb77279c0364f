"""A process that draws: takes functions with their arguments from its parent, and answers with what they return."""

import contextlib
import os
import signal
import sys
import traceback
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection
from typing import Any

from errand.common.errors import ErrandError
from errand.images.rendering.drawing import draw
from errand.images.rendering.masters import master
from errand.images.rendering.process import RenderingFailed
from errand.images.rendering.provenance import Provenance
from errand.images.rendering.renditions import renditions
from errand.images.scenes import Brief
from errand.images.sizes import Size


def main() -> None:
    # Those who stop a service often signal its whole group, but the parent still has jobs to end.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    os.nice(int(sys.argv[2]))
    # A picture that cannot be drawn is the matter of who asks for it.
    with contextlib.suppress(Exception):
        _warm_up()
    serve(Connection(int(sys.argv[1])))


def serve(connection: Connection) -> None:
    """Until the parent closes its end, as the system does for it when it is killed."""
    with contextlib.suppress(EOFError, OSError):
        while True:
            connection.send(_answer(*connection.recv()))


def _answer(function: Callable[..., Any], arguments: Sequence[Any]) -> tuple[Any, Exception | None]:
    """The result, or the error."""
    try:
        return function(*arguments), None
    except ErrandError as error:
        return None, error
    except Exception:
        return None, RenderingFailed(traceback.format_exc())


def _warm_up() -> None:
    """Read and make what a first image would wait for."""
    drawing = draw(Brief(prompt="warm up", width=64, height=64), Size(64, 64))
    renditions(master(drawing.png, Size(64, 64), Provenance(provider="offline", model="", prompt_hash="")))


if __name__ == "__main__":
    main()
