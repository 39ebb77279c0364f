"""The landing guide's shapes, and those of landing pages."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from errand.agents.domain import (
    MAX_MESSAGE_CHARACTERS,
    MAX_SESSION_CHARACTERS,
    MAX_TITLE_CHARACTERS,
    PageStatus,
)
from errand.agents.models import ChatTurn, FormSubmission, LandingPage, PageVersion, ShownPage

PATH = "/v1/landing-pages"

SessionId = Annotated[str, Meta(max_length=MAX_SESSION_CHARACTERS)]


class InitReply(msgspec.Struct, frozen=True):
    """`landing_page_id` is null where the session has a page already."""

    job_id: UUID
    session_id: str
    landing_page_id: UUID | None


class ChatRequest(msgspec.Struct, frozen=True):
    message: Annotated[str, Meta(min_length=1, max_length=MAX_MESSAGE_CHARACTERS)]
    session_id: SessionId | None = None


class ChatReply(msgspec.Struct, frozen=True):
    reply: str
    job_id: UUID


class ChatMessage(msgspec.Struct, frozen=True):
    role: Literal["user", "agent"]
    content: str
    job_id: UUID
    created_at: datetime


class ChatHistory(msgspec.Struct, frozen=True):
    """Oldest first."""

    session_id: str
    messages: list[ChatMessage]


class SectionView(msgspec.Struct, frozen=True):
    id: str
    name: str
    filename: str


class LandingPageView(msgspec.Struct, frozen=True, kw_only=True):
    """`deployment_url` shows the current version, `preview_url` this very one for ever. Both are null, and there are
    no sections, until something is published."""

    id: UUID
    user_id: UUID
    session_id: str
    title: str
    status: PageStatus
    version: int | None
    preview_url: str | None
    deployment_url: str | None
    sections: list[SectionView]
    job_id: UUID
    created_at: datetime
    updated_at: datetime


class LandingPageList(msgspec.Struct, frozen=True):
    items: list[LandingPageView]
    total: int
    page: int
    page_size: int
    total_pages: int


class LandingPageChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    # Not all blank, and nothing that Postgres does not take.
    title: Annotated[str, Meta(min_length=1, max_length=MAX_TITLE_CHARACTERS, pattern=r"^[^\x00]*[^\s\x00][^\x00]*$")]


class VersionView(msgspec.Struct, frozen=True, kw_only=True):
    """`report` is what the checks found, and what the brief lacked."""

    number: int
    current: bool
    summary: str
    preview_url: str
    job_id: UUID
    report: dict[str, Any]
    created_at: datetime


class VersionList(msgspec.Struct, frozen=True):
    """Newest first."""

    items: list[VersionView]


class SubmissionView(msgspec.Struct, frozen=True):
    id: UUID
    version: int
    fields: dict[str, Any]
    created_at: datetime


class SubmissionList(msgspec.Struct, frozen=True):
    """Newest first."""

    items: list[SubmissionView]


class Addresses(msgspec.Struct, frozen=True):
    """Where published pages are: `pages_url` is the gateway's address for them, or empty."""

    pages_url: str

    def deployment(self, slug: str) -> str:
        return f"{self.pages_url}/p/{slug}/"

    def preview(self, slug: str, version: int) -> str:
        return f"{self.pages_url}/p/{slug}/v/{version}/"


def present_page(shown: ShownPage, addresses: Addresses) -> LandingPageView:
    page, version = shown.page, shown.version
    return LandingPageView(
        id=page.id,
        user_id=page.owner_id,
        session_id=page.session_id,
        title=page.title,
        status=shown.status,
        version=page.current_version,
        preview_url=addresses.preview(page.slug, version.number) if version else None,
        deployment_url=addresses.deployment(page.slug) if version else None,
        sections=[_section(section) for section in version.page["sections"]] if version else [],
        job_id=page.job_id,
        created_at=page.created_at,
        updated_at=page.updated_at,
    )


def present_version(page: LandingPage, version: PageVersion, addresses: Addresses) -> VersionView:
    return VersionView(
        number=version.number,
        current=version.number == page.current_version,
        summary=version.summary,
        preview_url=addresses.preview(page.slug, version.number),
        job_id=version.job_id,
        report=version.report,
        created_at=version.created_at,
    )


def present_turn(turn: ChatTurn) -> list[ChatMessage]:
    said = [ChatMessage("user", turn.message, turn.job_id, turn.created_at)]
    if turn.reply is not None and turn.replied_at is not None:
        said.append(ChatMessage("agent", turn.reply, turn.job_id, turn.replied_at))
    return said


def present_submission(submission: FormSubmission) -> SubmissionView:
    return SubmissionView(submission.id, submission.version, submission.fields, submission.created_at)


def _section(section: dict[str, Any]) -> SectionView:
    name = section.get("heading") or section["type"].capitalize()
    return SectionView(id=section["id"], name=name, filename="index.html")
