"""Who opens a socket. A browser cannot send headers with one, so there are more ways in than for a request."""

from collections.abc import Collection, Mapping
from urllib.parse import parse_qs

import msgspec
from litestar.types import WebSocketScope

from errand.common.errors import Forbidden
from errand.common.identity import Principal, TokenRefused, bearer
from errand.gateway.auth.tickets import Tickets
from errand.gateway.auth.tokens import AccessTokens

COOKIE = "errand_access"
_TICKET = "ticket."


class OriginRefused(Forbidden):
    code = "origin_refused"

    def __init__(self) -> None:
        super().__init__("Sockets with a cookie are not open to pages of this origin.")


class Admission(msgspec.Struct, frozen=True):
    """`expires_at` is in Unix seconds; None where nobody had to show a token."""

    principal: Principal
    expires_at: float | None = None


class Doorkeeper:
    def __init__(
        self, tokens: AccessTokens, tickets: Tickets, *, origins: Collection[str], allow_token_in_query: bool
    ) -> None:
        self._tokens = tokens
        self._tickets = tickets
        self._origins = frozenset(origins)
        self._allow_token_in_query = allow_token_in_query

    async def admit(self, scope: WebSocketScope) -> Admission | None:
        """By the first that is there: header, ticket, cookie, query. None where there is nothing at all.

        Raises TokenRefused, OriginRefused, TicketsUnavailable.
        """
        headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
        if authorization := headers.get(b"authorization"):
            return self.verify(bearer(authorization))
        if ticket := _ticket(scope["subprotocols"]):
            return await self._redeem(ticket)
        if token := _cookie(headers):
            if not self._is_ours(headers.get(b"origin", ""), headers.get(b"host", "")):
                raise OriginRefused
            return self.verify(token)
        query = parse_qs(scope["query_string"].decode("latin-1"))
        if self._allow_token_in_query and (tokens := query.get("token")):
            return self.verify(tokens[0])
        return None

    def verify(self, token: str) -> Admission:
        """Raises TokenRefused."""
        return Admission(*self._tokens.verify_until(token))

    async def _redeem(self, ticket: str) -> Admission:
        redeemed = await self._tickets.redeem(ticket)
        if redeemed is None:
            raise TokenRefused
        return Admission(*redeemed)

    def _is_ours(self, origin: str, host: str) -> bool:
        return origin in self._origins or (bool(host) and origin.partition("://")[2] == host)


def chosen_subprotocol(offered: Collection[str]) -> str | None:
    """What the client is told we speak: the first that is not a ticket in disguise, else the ticket. Browsers hang up
    where they have offered something and nothing is chosen."""
    return next((protocol for protocol in offered if not protocol.startswith(_TICKET)), next(iter(offered), None))


def _ticket(subprotocols: Collection[str]) -> str | None:
    tickets = [protocol.removeprefix(_TICKET) for protocol in subprotocols if protocol.startswith(_TICKET)]
    return tickets[0] if tickets else None


def _cookie(headers: Mapping[bytes, str]) -> str | None:
    # Not by `http.cookies`, which gives up at the first cookie that it finds malformed, whosever that is.
    pairs = (pair.partition("=") for pair in headers.get(b"cookie", "").split(";"))
    return next((value.strip() for name, _, value in pairs if name.strip() == COOKIE), None)
