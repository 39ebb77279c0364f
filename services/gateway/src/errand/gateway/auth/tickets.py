"""Tickets: a browser cannot send a header with a WebSocket, and a token in a URL ends up in logs."""

import secrets
from uuid import UUID

from redis.asyncio import Redis
from redis.exceptions import RedisError

from errand.common.errors import Unavailable
from errand.common.identity import Principal

LIFETIME_S = 30
_PREFIX = "gateway:ticket:"


class TicketsUnavailable(Unavailable):
    code = "tickets_unavailable"

    def __init__(self) -> None:
        super().__init__("No ticket can be issued at the moment. Please try again.")


class Tickets:
    """Single-use stand-ins for an access token. Asynchronous, since WebSockets redeem them on the event loop; `redis`
    decodes what it answers."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def issue(self, principal: Principal, expires_at: float) -> str:
        """`expires_at` is when the access token does, in Unix seconds. Raises TicketsUnavailable."""
        ticket = secrets.token_urlsafe(32)
        try:
            await self._redis.set(_PREFIX + ticket, f"{principal.user_id} {expires_at:.0f}", ex=LIFETIME_S)
        except RedisError as error:
            raise TicketsUnavailable from error
        return ticket

    async def redeem(self, ticket: str) -> tuple[Principal, float] | None:
        """Whose ticket it is, and when the access token expires that it was got with; None where the ticket was never
        issued, has expired or was redeemed before. Raises TicketsUnavailable."""
        try:
            told = await self._redis.getdel(_PREFIX + ticket)
        except (RedisError, OSError) as error:
            raise TicketsUnavailable from error
        if not told:
            return None
        user_id, expires_at = str(told).split()
        return Principal(UUID(user_id)), float(expires_at)
