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

    async def issue(self, principal: Principal) -> str:
        """Raises TicketsUnavailable."""
        ticket = secrets.token_urlsafe(32)
        try:
            await self._redis.set(_PREFIX + ticket, str(principal.user_id), ex=LIFETIME_S)
        except RedisError as error:
            raise TicketsUnavailable from error
        return ticket

    async def redeem(self, ticket: str) -> Principal | None:
        """Whose ticket it is; None where it was never issued, has expired or was redeemed before."""
        try:
            user_id = await self._redis.getdel(_PREFIX + ticket)
        except RedisError as error:
            raise TicketsUnavailable from error
        return Principal(UUID(str(user_id))) if user_id else None
