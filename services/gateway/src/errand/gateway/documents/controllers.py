"""`/openapi.json`, `/asyncapi.json` and the page at `/docs` that shows them."""

from typing import Any

from litestar import Controller, Request, Response, get
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.openapi import ResponseSpec
from litestar.params import FromPath

from errand.common.http.openapi import documented_header
from errand.gateway.documents.library import FRESH_S, File, Library

# All of the page is our own and stands beside it. Inline scripts and styles are of no use, not even our own.
_PAGE_POLICY = "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

_DOCUMENT: dict[str, Any] = {
    "tags": ["documents"],
    "response_headers": [documented_header("ETag", "Changes with the document", required=True)],
    "responses": {
        200: ResponseSpec(dict[str, Any], False, "The document"),
        304: ResponseSpec(None, description="What you have is still right"),
    },
}


class DocumentController(Controller):
    @get("/openapi.json", operation_id="getOpenapiDocument", **_DOCUMENT)
    async def openapi(self, request: Request[Any, Any, Any], library: NamedDependency[Library]) -> Response[bytes]:
        """This document: every operation of every service."""
        return _answer(request, await library.openapi(request.app))

    @get("/asyncapi.json", operation_id="getAsyncapiDocument", **_DOCUMENT)
    async def asyncapi(self, request: Request[Any, Any, Any], library: NamedDependency[Library]) -> Response[bytes]:
        """The sockets, their frames and close codes."""
        return _answer(request, library.asyncapi)

    @get(["/docs", "/docs/{name:str}"], include_in_schema=False)
    async def page(
        self, request: Request[Any, Any, Any], library: NamedDependency[Library], name: FromPath[str] = "index.html"
    ) -> Response[bytes]:
        if name not in library.page:
            raise NotFoundException
        answer = _answer(request, library.page[name])
        answer.headers["Content-Security-Policy"] = _PAGE_POLICY
        return answer


def _answer(request: Request[Any, Any, Any], file: File) -> Response[bytes]:
    headers = {"ETag": file.etag, "Cache-Control": f"public, max-age={FRESH_S}" if file.cacheable else "no-store"}
    if request.headers.get("If-None-Match") == file.etag:
        return Response(b"", status_code=304, headers=headers)
    return Response(file.content, media_type=file.media_type, headers=headers)
