"""Identity on a service's requests: only the gateway's word counts."""

from typing import Any

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.middleware.authentication import AbstractAuthenticationMiddleware, AuthenticationResult
from litestar.types import ASGIApp

from errand.common.identity import Principal, Verifier, bearer

PUBLIC = "public"


class IdentityMiddleware(AbstractAuthenticationMiddleware):
    """Refuses whatever does not carry the gateway's token. A handler with `opt={PUBLIC: True}` is let through."""

    def __init__(self, app: ASGIApp, verifier: Verifier) -> None:
        super().__init__(app, exclude_from_auth_key=PUBLIC)
        self.verifier = verifier

    async def authenticate_request(self, connection: ASGIConnection[Any, Any, Any, Any]) -> AuthenticationResult:
        token = bearer(connection.headers.get("Authorization"))
        return AuthenticationResult(user=self.verifier.verify(token), auth=None)


def principal(request: Request[Principal, Any, Any]) -> Principal:
    """Litestar dependency: the user of this request."""
    return request.user
