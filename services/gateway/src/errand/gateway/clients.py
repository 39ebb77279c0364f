"""Whom requests and sockets are counted for."""

import ipaddress

from litestar.types import HTTPScope, WebSocketScope

from errand.common.identity import ANONYMOUS, Principal


def client_of(principal: Principal, scope: HTTPScope | WebSocketScope) -> str:
    """A user, or the address of somebody unknown."""
    return _address(scope) if principal is ANONYMOUS else principal.user_id.hex


def _address(scope: HTTPScope | WebSocketScope) -> str:
    """An IPv6 client owns a whole /64 and may use a new address for every request."""
    host = scope["client"][0] if scope["client"] else ""
    return str(ipaddress.ip_network((host, 64), strict=False)) if ":" in host else host
