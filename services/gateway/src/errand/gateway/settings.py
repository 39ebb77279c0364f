"""The gateway's settings."""

from typing import Annotated

from msgspec import Meta

from errand.common.settings import ProcessSettings

Port = Annotated[int, Meta(ge=0, le=65535)]


class Settings(ProcessSettings, frozen=True, kw_only=True):
    signing_key: Annotated[
        str,
        Meta(
            pattern="^[A-Za-z0-9+/]{43}=$",
            description="Ed25519 signing key, base64; `python -m errand.gateway keys` makes one",
        ),
    ]
    upstreams: Annotated[tuple[str, ...], Meta(description="Services, as `incidents=http://host:8102`")] = ()
    ports: Annotated[tuple[Port, ...], Meta(description="Ports to listen on")] = (8000,)
    incidents_allow_anonymous: Annotated[
        bool, Meta(description="Whether incidents take requests without a token, as one shared anonymous user")
    ] = False
    cors_origins: Annotated[
        tuple[str, ...], Meta(description="Origins of browser clients, as `https://app.example.com`")
    ] = ()
    access_token_s: Annotated[int, Meta(ge=1, description="Lifetime of an access token")] = 15 * 60
    refresh_token_s: Annotated[int, Meta(ge=1, description="Lifetime of a refresh token")] = 30 * 24 * 3600
    auth_per_minute: Annotated[int, Meta(ge=1, description="Sign-ins a minute, per address and per email")] = 20
    writes_per_minute: Annotated[int, Meta(ge=1, description="Writing requests a minute, per user")] = 120
    sockets_per_user: Annotated[
        int, Meta(ge=1, description="Live connections of one user to one gateway: sockets, event streams, long-polls")
    ] = 100
    allow_ws_token_query: Annotated[bool, Meta(description="Whether `?token=` opens a socket; URLs end up in logs")] = (
        False
    )
    pages_url: Annotated[
        str,
        Meta(
            pattern="^(https?://[^/?#]+)?$",
            description="The origin of published pages, as `https://pages.example.com`, which then has nothing else; "
            "empty: they are beside the API",
        ),
    ] = ""
    polls_per_minute: Annotated[int, Meta(ge=1, description="Reading requests a minute, per user")] = 1200
