"""`/p/{slug}/`: what the world sees. Nobody is asked who they are."""

from typing import Annotated, Any

from litestar import Controller, Request, Response, get, post
from litestar.datastructures import ResponseHeader
from litestar.di import NamedDependency, Provide
from litestar.openapi import ResponseSpec
from litestar.params import FromPath, HeaderParameter
from litestar.response import Redirect

from errand.agents.domain import FileNotFound, SubmissionInvalid
from errand.agents.openapi import FormOperation
from errand.agents.service import publishing, submissions
from errand.common.database import Database
from errand.common.errors import FieldError
from errand.common.http.forms import MULTIPART, URLENCODED, UnsupportedMediaType, form_values, readable
from errand.common.http.identity import PUBLIC
from errand.common.http.openapi import can_fail

# Pages are made of words that strangers wrote: whatever gets past the renderer must still not run.
_CONTENT_SECURITY_POLICY = "; ".join(
    [
        "default-src 'none'",
        "img-src 'self' https: data:",
        "media-src https:",
        "style-src 'self'",
        "script-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "frame-src https://www.youtube-nocookie.com https://player.vimeo.com",
    ]
)
_IMMUTABLE = "public, max-age=31536000, immutable"
_REVALIDATED = "public, no-cache"

IfNoneMatch = Annotated[str | None, HeaderParameter(name="If-None-Match")]

Form = dict[str, list[str]]


async def read_form(request: Request[Any, Any, Any]) -> Form:
    """Litestar dependency. Raises NotUtf8, Malformed, UnsupportedMediaType."""
    with readable():
        media_type = request.content_type[0] or URLENCODED
        if media_type not in (URLENCODED, MULTIPART):
            raise UnsupportedMediaType(media_type, URLENCODED, MULTIPART)
        return await form_values(request)


_FILE: dict[str, Any] = {
    "opt": {PUBLIC: True},
    "security": [],
    "media_type": "text/html",
    "responses": {
        200: ResponseSpec(bytes, False, "The file", media_type="text/html"),
        304: ResponseSpec(None, False, "The client has it"),
        **can_fail(FileNotFound()),
    },
    "sync_to_thread": True,
}
_FORM: dict[str, Any] = {
    "opt": {PUBLIC: True},
    "security": [],
    "operation_class": FormOperation,
    "status_code": 303,
    "dependencies": {"form": Provide(read_form)},
    "sync_to_thread": True,
    "responses": can_fail(
        FileNotFound(),
        SubmissionInvalid("Email is missing.", FieldError("email", "Email is missing.")),
        UnsupportedMediaType("text/plain", URLENCODED, MULTIPART),
    ),
}


class PublishedController(Controller):
    path = "/p/{slug:str}"
    tags = ["published pages"]
    response_headers = [ResponseHeader(name="Content-Security-Policy", value=_CONTENT_SECURITY_POLICY)]

    @get("/", operation_id="readPublishedPage", **_FILE)
    def read_page(
        self,
        request: Request[Any, Any, Any],
        slug: FromPath[str],
        database: NamedDependency[Database],
        if_none_match: IfNoneMatch = None,
    ) -> Response[Any]:
        """The page in the version that is current."""
        return _answer(request, database, slug, None, "", if_none_match)

    @get("/{file:path}", operation_id="readPublishedFile", **_FILE)
    def read_file(
        self,
        request: Request[Any, Any, Any],
        slug: FromPath[str],
        file: FromPath[str],
        database: NamedDependency[Database],
        if_none_match: IfNoneMatch = None,
    ) -> Response[Any]:
        """A file of the version that is current."""
        return _answer(request, database, slug, None, file, if_none_match)

    @get("/v/{version:int}", operation_id="readPublishedVersionPage", **_FILE)
    def read_version_page(
        self,
        request: Request[Any, Any, Any],
        slug: FromPath[str],
        version: FromPath[int],
        database: NamedDependency[Database],
        if_none_match: IfNoneMatch = None,
    ) -> Response[Any]:
        """The page in this version, which never changes."""
        return _answer(request, database, slug, version, "", if_none_match)

    @get("/v/{version:int}/{file:path}", operation_id="readPublishedVersionFile", **_FILE)
    def read_version_file(
        self,
        request: Request[Any, Any, Any],
        slug: FromPath[str],
        version: FromPath[int],
        file: FromPath[str],
        database: NamedDependency[Database],
        if_none_match: IfNoneMatch = None,
    ) -> Response[Any]:
        """A file of this version."""
        return _answer(request, database, slug, version, file, if_none_match)

    @post("/form", operation_id="submitForm", **_FORM)
    def submit(self, slug: FromPath[str], form: NamedDependency[Form], database: NamedDependency[Database]) -> Redirect:
        """What a visitor fills in; leads back to the page, which says thank you."""
        return _submit(database, slug, None, form)

    @post("/v/{version:int}/form", operation_id="submitFormOfVersion", **_FORM)
    def submit_version(
        self,
        slug: FromPath[str],
        version: FromPath[int],
        form: NamedDependency[Form],
        database: NamedDependency[Database],
    ) -> Redirect:
        """The same on a version's own page."""
        return _submit(database, slug, version, form)


def _answer(
    request: Request[Any, Any, Any],
    database: Database,
    slug: str,
    version: int | None,
    path: str,
    if_none_match: str | None,
) -> Response[Any]:
    with database.transaction() as tx:
        file = publishing.read(tx, slug, version, path.lstrip("/"))
    if not path and not _path(request).endswith("/"):
        # The page's own links are relative to its folder.
        query = request.scope["query_string"].decode("latin-1")
        return Redirect(f"{_path(request)}/{query and '?'}{query}", status_code=308)
    etag = f'"{file.digest}"'
    headers = {"ETag": etag, "Cache-Control": _IMMUTABLE if version else _REVALIDATED}
    if if_none_match and (etag in if_none_match or if_none_match == "*"):
        return Response(None, status_code=304, headers=headers)
    # Litestar adds the charset itself.
    return Response(file.content, media_type=file.content_type.partition(";")[0], headers=headers)


def _path(request: Request[Any, Any, Any]) -> str:
    """As it was sent; `scope["path"]` has lost its last slash."""
    return request.scope["raw_path"].partition(b"?")[0].decode("latin-1")


def _submit(database: Database, slug: str, version: int | None, form: Form) -> Redirect:
    with database.transaction() as tx:
        submissions.submit(tx, slug, version, form)
    return Redirect("./#thanks", status_code=303)
