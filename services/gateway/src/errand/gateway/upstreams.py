"""The services behind the gateway: where they answer, and the connections to them."""

from collections.abc import AsyncIterator, Mapping, Sequence

import aiohttp
from multidict import CIMultiDict
from yarl import URL

from errand.common.errors import Unavailable
from errand.common.ids import Service
from errand.common.settings import SettingsError

_CONNECT_S = 2.0
_READ_S = 10.0
# A service that hangs must not take the connections of the others.
_CONNECTIONS_EACH = 256
# Services keep idle connections for 75 s: it is never they who close one under a request.
_KEEP_ALIVE_S = 30.0
_NAMES = {service.name.lower(): service for service in Service if service is not Service.GATEWAY}
# Headers that the client library would add of its own.
_AUTOMATIC = ("Accept", "Accept-Encoding", "Content-Type", "User-Agent")


class ServiceUnavailable(Unavailable):
    code = "service_unavailable"

    def __init__(self, service: Service) -> None:
        super().__init__(f"The {service.name.lower()} service cannot be reached at the moment. Please try again.")


def addresses(upstreams: Sequence[str]) -> dict[Service, str]:
    """`incidents=http://host:8102` → the service and where it answers. Raises SettingsError."""
    return dict(_address(upstream) for upstream in upstreams)


class Upstreams:
    """Passes bytes as they are: no redirects, cookies, decompression or headers of its own."""

    def __init__(self, addresses: Mapping[Service, str]) -> None:
        self.services = tuple(addresses)
        self._addresses = addresses
        self._session: aiohttp.ClientSession

    async def open(self) -> None:
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0, limit_per_host=_CONNECTIONS_EACH, keepalive_timeout=_KEEP_ALIVE_S),
            timeout=aiohttp.ClientTimeout(total=None, connect=_CONNECT_S),
            cookie_jar=aiohttp.DummyCookieJar(),
            skip_auto_headers=_AUTOMATIC,
            auto_decompress=False,
        )

    async def close(self) -> None:
        await self._session.close()

    async def request(
        self,
        service: Service,
        method: str,
        target: str,
        *,
        headers: CIMultiDict[str],
        content: bytes | AsyncIterator[bytes] | None = None,
    ) -> aiohttp.ClientResponse:
        """`target` is path and query as they go on the wire. The caller closes the response.

        Safe and idempotent methods are sent a second time where a kept connection turns out to be cut (aiohttp does
        that); others are not, since the service may have acted on them. Raises ServiceUnavailable.
        """
        address = self._addresses.get(service)
        if address is None:
            raise ServiceUnavailable(service)
        try:
            return await self._session.request(
                method, URL(address + target, encoded=True), headers=headers, data=content, allow_redirects=False
            )
        except aiohttp.ClientError as error:
            raise ServiceUnavailable(service) from error


def _address(upstream: str) -> tuple[Service, str]:
    name, _, address = upstream.partition("=")
    url = URL(address)
    if name not in _NAMES or url.scheme not in ("http", "https") or url.host is None:
        raise SettingsError(f"ERRAND_UPSTREAMS: {upstream!r} is not one of {', '.join(_NAMES)}, `=` and a URL")
    return _NAMES[name], address.rstrip("/")
