"""Whom requests and sockets are counted for."""

import ipaddress
from uuid import UUID

from litestar.types import HTTPScope, WebSocketScope

from errand.common.identity import Principal

# Whoever uses incidents without a token, where the settings allow that. Constant: the runs of long ago are theirs too.
ANONYMOUS = Principal(UUID("a0000000-0000-8000-8000-000000000000"))


def client_of(principal: Principal, scope: HTTPScope | WebSocketScope) -> str:
    """A user, or the address of somebody unknown."""
    return _address(scope) if principal is ANONYMOUS else principal.user_id.hex


def _address(scope: HTTPScope | WebSocketScope) -> str:
    """An IPv6 client owns a whole /64 and may use a new address for every request."""
    host = scope["client"][0] if scope["client"] else ""
    return str(ipaddress.ip_network((host, 64), strict=False)) if ":" in host else host
