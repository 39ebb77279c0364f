"""What the gateway asks services for itself, on a user's behalf."""

import asyncio
from typing import TypeVar

import aiohttp
import msgspec
from multidict import CIMultiDict

from errand.common.identity import Principal, Signer
from errand.common.ids import Service
from errand.common.telemetry import traces
from errand.gateway.routes import JobNotFound
from errand.gateway.upstreams import ServiceUnavailable, Upstreams

T = TypeVar("T")

_DEADLINE_S = 10.0


class Services:
    def __init__(self, upstreams: Upstreams, signer: Signer) -> None:
        self.all = upstreams.services
        self._upstreams = upstreams
        self._signer = signer

    async def read(
        self, service: Service, target: str, principal: Principal, *, request_id: str = "", content: object = None
    ) -> bytes:
        """What GET answers, or POST where there is `content`, which goes as JSON.

        Raises JobNotFound for a 404, ServiceUnavailable for everything else but a whole 2xx in time.
        """
        status, _, answer = await self.fetch(service, target, principal, request_id=request_id, content=content)
        if status == 404:
            raise JobNotFound
        if status >= 300:
            raise ServiceUnavailable(service)
        return answer

    async def fetch(
        self, service: Service, target: str, principal: Principal, *, request_id: str = "", content: object = None
    ) -> tuple[int, str, bytes]:
        """Status, media type and body of whatever is answered. Raises ServiceUnavailable where nothing is in time."""
        headers = CIMultiDict({"Authorization": f"Bearer {self._signer.sign(principal.user_id, service.name.lower())}"})
        if request_id:
            headers["X-Request-Id"] = request_id
        if trace_parent := traces.trace_parent():
            headers["traceparent"] = trace_parent
        body = None
        if content is not None:
            headers["Content-Type"] = "application/json"
            body = msgspec.json.encode(content)
        return await self._exchange(service, "POST" if body else "GET", target, headers, body)

    async def ask(
        self, service: Service, target: str, type: type[T], principal: Principal, *, request_id: str = ""
    ) -> T:
        """What `read` reads, decoded."""
        return msgspec.json.decode(await self.read(service, target, principal, request_id=request_id), type=type)

    async def _exchange(
        self, service: Service, method: str, target: str, headers: CIMultiDict[str], body: bytes | None
    ) -> tuple[int, str, bytes]:
        try:
            async with asyncio.timeout(_DEADLINE_S):
                response = await self._upstreams.request(service, method, target, headers=headers, content=body)
                async with response:
                    return response.status, response.content_type, await response.read()
        except (aiohttp.ClientError, TimeoutError) as error:
            raise ServiceUnavailable(service) from error
