"""Job ids: time-ordered UUIDs (version 8, RFC 9562) that carry the service they belong to.

    unix ms (48 bits) | version (4) | fraction of the ms (12) | variant (2) | service (4) | random (58)

From an id alone the gateway knows where a job lives, and lists from several services merge by id. The host's clock
serves for the order of a list only; every deadline, lease and timestamp is the database's.
"""

import enum
import secrets
import time
from uuid import UUID


class Service(enum.IntEnum):
    """Numbers are part of every id ever given out: never change one."""

    GATEWAY = 0
    AGENTS = 1
    INCIDENTS = 2
    IMAGES = 3
    WORKSPACES = 4


def new_id(service: Service) -> UUID:
    milliseconds, nanoseconds = divmod(time.time_ns(), 1_000_000)
    fraction = nanoseconds * 4096 // 1_000_000
    value = milliseconds << 80 | 0x8 << 76 | fraction << 64 | 0b10 << 62 | service << 58 | secrets.randbits(58)
    return UUID(int=value)


def service_of(id: UUID) -> Service | None:
    """The service that made this id; None where no service of ours did."""
    if id.version != 8:
        return None
    try:
        return Service(id.int >> 58 & 0xF)
    except ValueError:
        return None
