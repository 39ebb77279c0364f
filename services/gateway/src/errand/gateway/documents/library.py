"""The documents and the page's files as they are served. Services deploy on their own, so what they say of themselves
is read while the gateway runs."""

import asyncio
import hashlib
import mimetypes
import time
from importlib import resources

import msgspec
import structlog
from litestar import Litestar

from errand.common.errors import ErrandError
from errand.common.http import openapi
from errand.common.http.openapi import Document
from errand.common.identity import Principal
from errand.common.ids import Service
from errand.gateway.documents.asyncapi import asyncapi
from errand.gateway.documents.openapi import merge
from errand.gateway.routes import Routes
from errand.gateway.services import Services

FRESH_S = 60
_RETRY_S = 5
# The page waits for it; a service that hangs is as good as one that is down.
_PATIENCE_S = 3.0

logger = structlog.stdlib.get_logger(__name__)


class File(msgspec.Struct, frozen=True):
    content: bytes
    media_type: str
    etag: str
    cacheable: bool


class Library:
    def __init__(self, services: Services, principal: Principal, *, allow_anonymous: bool) -> None:
        """`principal` is who the services see asking for their documents."""
        self.asyncapi = _json(asyncapi())
        self.page = {file.name: _file(file.read_bytes(), _media_type(file.name)) for file in _PAGE.iterdir()}
        self._services = services
        self._principal = principal
        self._allow_anonymous = allow_anonymous
        self._known: dict[Service, Document] = {}
        self._merged: File | None = None
        self._fresh_until = 0.0
        self._reading = asyncio.Lock()

    async def openapi(self, app: Litestar) -> File:
        """Of the gateway `app` and of every service; of one that does not answer, what it said last."""
        async with self._reading:
            if self._merged is None or time.monotonic() >= self._fresh_until:
                await asyncio.gather(*(self._read(service) for service in self._services.all))
                self._merged = self._merge(openapi.document_of(app))
                self._fresh_until = time.monotonic() + (FRESH_S if self._merged.cacheable else _RETRY_S)
        return self._merged

    async def _read(self, service: Service) -> None:
        try:
            async with asyncio.timeout(_PATIENCE_S):
                self._known[service] = await self._services.ask(service, openapi.PATH, Document, self._principal)
        except (ErrandError, msgspec.DecodeError, TimeoutError) as error:
            logger.warning("no document from a service", service=service.name.lower(), error=repr(error))

    def _merge(self, own: Document) -> File:
        documents = {Service.GATEWAY: own, **dict(sorted(self._known.items()))}
        merged = merge(documents, Routes(), allow_anonymous=self._allow_anonymous)
        # Nobody is to keep a document that lacks a service.
        return _json(merged, cacheable=self._known.keys() >= set(self._services.all))


_PAGE = resources.files(__package__) / "page"


def _json(document: Document, *, cacheable: bool = True) -> File:
    return _file(msgspec.json.encode(document), "application/json", cacheable=cacheable)


def _file(content: bytes, media_type: str, *, cacheable: bool = True) -> File:
    return File(content, media_type, f'"{hashlib.sha256(content).hexdigest()[:32]}"', cacheable)


def _media_type(name: str) -> str:
    return mimetypes.guess_type(name)[0] or "application/octet-stream"
