"""`/v1/landing-pages`: a user's pages, their versions, and what visitors sent."""

import math
from typing import Annotated
from uuid import UUID

from litestar import Controller, Response, delete, get, patch, post
from litestar.di import NamedDependency
from litestar.openapi import ResponseSpec
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from errand.agents.domain import LandingPageNotFound, SessionInvalid, VersionNotFound, session_id_of
from errand.agents.landing import exporting
from errand.agents.landing.page import Files
from errand.agents.schemas import (
    PATH,
    Addresses,
    LandingPageChange,
    LandingPageList,
    LandingPageView,
    SubmissionList,
    VersionList,
    present_page,
    present_submission,
    present_version,
)
from errand.agents.service import pages, publishing
from errand.common.database import Database
from errand.common.http.openapi import can_fail
from errand.common.http.pages import NEXT_PAGE, next_page
from errand.common.identity import Principal

Version = Annotated[int | None, QueryParameter(ge=1, le=2**31 - 1)]


class LandingPageController(Controller):
    path = PATH
    tags = ["landing pages"]

    @get(operation_id="listLandingPages", responses=can_fail(SessionInvalid()), sync_to_thread=True)
    def list(
        self,
        principal: NamedDependency[Principal],
        database: NamedDependency[Database],
        addresses: NamedDependency[Addresses],
        session_id: FromQuery[str | None] = None,
        page: Annotated[int, QueryParameter(ge=1, le=100_000)] = 1,
        page_size: Annotated[int, QueryParameter(ge=1, le=100)] = 20,
    ) -> LandingPageList:
        """This user's landing pages, newest first; with `session_id`, that session's alone."""
        if session_id:
            session_id = session_id_of(session_id, None)
        with database.transaction() as tx:
            found, total = pages.newest(tx, principal.user_id, session_id, page=page, page_size=page_size)
            items = [present_page(shown, addresses) for shown in found]
        return LandingPageList(items, total, page, page_size, math.ceil(total / page_size))

    @get(
        "/session/{session_id:str}",
        operation_id="getLandingPageOfSession",
        responses=can_fail(LandingPageNotFound()),
        sync_to_thread=True,
    )
    def read_by_session(
        self,
        session_id: FromPath[str],
        principal: NamedDependency[Principal],
        database: NamedDependency[Database],
        addresses: NamedDependency[Addresses],
    ) -> LandingPageView:
        """The page of a session. A session id that does not fit into a path goes to the list."""
        with database.transaction() as tx:
            return present_page(pages.find_by_session(tx, principal.user_id, session_id), addresses)

    @get(
        "/{page_id:uuid}",
        operation_id="getLandingPage",
        responses=can_fail(LandingPageNotFound()),
        sync_to_thread=True,
    )
    def read(
        self,
        page_id: FromPath[UUID],
        principal: NamedDependency[Principal],
        database: NamedDependency[Database],
        addresses: NamedDependency[Addresses],
    ) -> LandingPageView:
        """A landing page."""
        with database.transaction() as tx:
            return present_page(pages.find(tx, principal.user_id, page_id), addresses)

    @patch(
        "/{page_id:uuid}",
        operation_id="renameLandingPage",
        responses=can_fail(LandingPageNotFound()),
        sync_to_thread=True,
    )
    def rename(
        self,
        page_id: FromPath[UUID],
        data: JSONBody[LandingPageChange],
        principal: NamedDependency[Principal],
        database: NamedDependency[Database],
        addresses: NamedDependency[Addresses],
    ) -> LandingPageView:
        """Change the title under which the page is listed; what it says is changed by chat."""
        with database.transaction() as tx:
            return present_page(pages.rename(tx, principal.user_id, page_id, data.title), addresses)

    @delete(
        "/{page_id:uuid}",
        operation_id="deleteLandingPage",
        responses=can_fail(LandingPageNotFound()),
        sync_to_thread=True,
    )
    def delete(
        self, page_id: FromPath[UUID], principal: NamedDependency[Principal], database: NamedDependency[Database]
    ) -> None:
        """Take the page down, with its versions, submissions and chat. Its session may be begun anew."""
        with database.transaction() as tx:
            pages.delete(tx, principal.user_id, page_id)

    @get(
        "/{page_id:uuid}/versions",
        operation_id="listLandingPageVersions",
        responses=can_fail(LandingPageNotFound()),
        sync_to_thread=True,
    )
    def versions(
        self,
        page_id: FromPath[UUID],
        principal: NamedDependency[Principal],
        database: NamedDependency[Database],
        addresses: NamedDependency[Addresses],
    ) -> VersionList:
        """What was published, newest first."""
        with database.transaction() as tx:
            page, versions = pages.versions(tx, principal.user_id, page_id)
            return VersionList([present_version(page, version, addresses) for version in versions])

    @post(
        "/{page_id:uuid}/versions/{number:int}/restore",
        operation_id="restoreLandingPageVersion",
        status_code=200,
        responses=can_fail(LandingPageNotFound(), VersionNotFound()),
        sync_to_thread=True,
    )
    def restore(
        self,
        page_id: FromPath[UUID],
        number: FromPath[int],
        principal: NamedDependency[Principal],
        database: NamedDependency[Database],
        addresses: NamedDependency[Addresses],
    ) -> LandingPageView:
        """Show this version at the page's address from now on."""
        with database.transaction() as tx:
            return present_page(pages.restore(tx, principal.user_id, page_id, number), addresses)

    @get(
        "/{page_id:uuid}/export.zip",
        operation_id="exportLandingPageAsZip",
        media_type="application/zip",
        responses={
            200: ResponseSpec(bytes, False, "The page's files", media_type="application/zip"),
            **can_fail(LandingPageNotFound(), VersionNotFound()),
        },
        sync_to_thread=True,
    )
    def export_zip(
        self,
        page_id: FromPath[UUID],
        principal: NamedDependency[Principal],
        database: NamedDependency[Database],
        version: Version = None,
    ) -> Response[bytes]:
        """All files of the current version, or of another, to be put on any web server."""
        name, files = _version(database, principal, page_id, version)
        return _download(exporting.archive(files), "application/zip", f"{name}.zip")

    @get(
        "/{page_id:uuid}/export.html",
        operation_id="exportLandingPageAsFile",
        media_type="text/html",
        responses={
            200: ResponseSpec(bytes, False, "The page as one file", media_type="text/html"),
            **can_fail(LandingPageNotFound(), VersionNotFound()),
        },
        sync_to_thread=True,
    )
    def export_file(
        self,
        page_id: FromPath[UUID],
        principal: NamedDependency[Principal],
        database: NamedDependency[Database],
        version: Version = None,
    ) -> Response[bytes]:
        """The current version, or another, as one HTML file that needs nothing beside it."""
        name, files = _version(database, principal, page_id, version)
        return _download(exporting.single_file(files), "text/html", f"{name}.html")

    @get(
        "/{page_id:uuid}/submissions",
        operation_id="listFormSubmissions",
        response_headers=[NEXT_PAGE],
        responses=can_fail(LandingPageNotFound()),
        sync_to_thread=True,
    )
    def submissions(
        self,
        page_id: FromPath[UUID],
        principal: NamedDependency[Principal],
        database: NamedDependency[Database],
        limit: Annotated[int, QueryParameter(ge=1, le=200)] = 50,
        cursor: FromQuery[UUID | None] = None,
    ) -> Response[SubmissionList]:
        """What visitors sent with the page's form, newest first; `Link` leads to those before them."""
        with database.transaction() as tx:
            found = pages.submissions(tx, principal.user_id, page_id, limit=limit, before=cursor)
        link = next_page(f"{PATH}/{page_id}/submissions", limit=limit, ids=[item.id for item in found])
        return Response(SubmissionList([present_submission(item) for item in found]), headers=link)


def _version(database: Database, principal: Principal, page_id: UUID, number: int | None) -> tuple[str, Files]:
    """A name for this version, and its files."""
    with database.transaction() as tx:
        page, version = pages.version(tx, principal.user_id, page_id, number)
        return f"{page.slug}-v{version.number}", publishing.files_of(tx, page, version.number)


def _download(content: bytes, media_type: str, name: str) -> Response[bytes]:
    # Only ever a file to keep: shown from the API's own origin, its scripts would have the user's rights.
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=media_type, headers=headers)
