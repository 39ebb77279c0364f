"""Every query of this service's own tables."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import defer

from errand.agents.models import ChatTurn, FormSubmission, LandingPage, PageFile, PageVersion
from errand.common.database import Transaction
from errand.common.jobs.models import Job

_page = sa.select(LandingPage)

# Postgres's integer.
_NUMBERS = range(2**31)


def add_page(tx: Transaction, page: LandingPage) -> bool:
    """False where the session has a page already, which points at the new job now."""
    values = {column.key: getattr(page, column.key) for column in LandingPage.__table__.columns}
    given = {name: value for name, value in values.items() if value is not None}
    statement = insert(LandingPage).values(given).returning(LandingPage.id)
    newest = {"job_id": page.job_id, "updated_at": sa.func.now()}
    (row,) = tx.execute(statement.on_conflict_do_update(index_elements=["owner_id", "session_id"], set_=newest))
    return bool(row.id == page.id)


def page(tx: Transaction, page_id: UUID, *, lock: bool = False) -> LandingPage | None:
    query = _page.where(LandingPage.id == page_id)
    return tx.session.scalars(query.with_for_update() if lock else query).one_or_none()


def page_of_session(tx: Transaction, owner_id: UUID, session_id: str) -> LandingPage | None:
    query = _page.where(LandingPage.owner_id == owner_id, LandingPage.session_id == session_id)
    return tx.session.scalars(query).one_or_none()


def pages(
    tx: Transaction, owner_id: UUID, session_id: str | None, *, offset: int, limit: int
) -> tuple[Sequence[LandingPage], int]:
    """The owner's pages, newest first, and how many there are in all."""
    mine = [LandingPage.owner_id == owner_id]
    if session_id is not None:
        mine.append(LandingPage.session_id == session_id)
    query = _page.where(*mine).order_by(LandingPage.id.desc()).offset(offset).limit(limit)
    total = tx.session.scalar(sa.select(sa.func.count()).select_from(LandingPage).where(*mine)) or 0
    return tx.session.scalars(query).all(), total


def point_at_job(tx: Transaction, owner_id: UUID, session_id: str, job_id: UUID) -> None:
    """Note the newest job of a session at its page, where it has one."""
    mine = (LandingPage.owner_id == owner_id, LandingPage.session_id == session_id)
    tx.session.execute(sa.update(LandingPage).where(*mine).values(job_id=job_id))


def job_statuses(tx: Transaction, job_ids: Iterable[UUID]) -> dict[UUID, str]:
    """Those that are gone are missing."""
    rows = tx.session.execute(sa.select(Job.id, Job.status).where(Job.id.in_(list(job_ids))))
    return {job_id: status for job_id, status in rows}


def version(tx: Transaction, page_id: UUID, number: int) -> PageVersion | None:
    return tx.session.get(PageVersion, (page_id, number)) if number in _NUMBERS else None


def version_by(tx: Transaction, page_id: UUID, job_id: UUID) -> int | None:
    """The number of the version that this job has published."""
    query = sa.select(PageVersion.number).where(PageVersion.page_id == page_id, PageVersion.job_id == job_id)
    return tx.session.scalar(query)


def versions(tx: Transaction, page_id: UUID) -> Sequence[PageVersion]:
    """Newest first, without what they are made of."""
    query = sa.select(PageVersion).options(defer(PageVersion.brief), defer(PageVersion.page))
    return tx.session.scalars(query.where(PageVersion.page_id == page_id).order_by(PageVersion.number.desc())).all()


def current_versions(tx: Transaction, pages: Sequence[LandingPage]) -> Mapping[UUID, PageVersion]:
    """By page, without brief and report; pages without one are missing."""
    query = _versions_of_pages(None).where(LandingPage.id.in_([page.id for page in pages]))
    return {version.page_id: version for version in tx.session.scalars(query)}


def published(tx: Transaction, slug: str, number: int | None) -> PageVersion | None:
    """The version that is to be seen at an address, or the current one, without brief and report. Its page stays until
    the transaction ends."""
    query = _versions_of_pages(number).where(LandingPage.slug == slug)
    return tx.session.scalars(query.with_for_update(of=LandingPage, read=True, key_share=True)).one_or_none()


def _versions_of_pages(number: int | None) -> sa.Select[tuple[PageVersion]]:
    query = sa.select(PageVersion).join(LandingPage, LandingPage.id == PageVersion.page_id)
    query = query.options(defer(PageVersion.brief), defer(PageVersion.report))
    return query.where(PageVersion.number == _shown(number))


def _shown(number: int | None) -> Any:
    """A version's number, or that of its page's current one. None has one that Postgres could not store."""
    if number is None:
        return LandingPage.current_version
    return number if number in _NUMBERS else sa.null()


def next_version(tx: Transaction, page_id: UUID) -> int:
    newest = tx.session.scalar(sa.select(sa.func.max(PageVersion.number)).where(PageVersion.page_id == page_id))
    return (newest or 0) + 1


def files(tx: Transaction, page_id: UUID, version: int) -> Sequence[PageFile]:
    query = sa.select(PageFile).where(PageFile.page_id == page_id, PageFile.version == version)
    return tx.session.scalars(query.order_by(PageFile.path)).all()


def published_file(tx: Transaction, slug: str, number: int | None, path: str) -> PageFile | None:
    """A file of the page at an address, in this version or in the current one."""
    query = sa.select(PageFile).join(LandingPage, LandingPage.id == PageFile.page_id)
    query = query.where(LandingPage.slug == slug, PageFile.version == _shown(number), PageFile.path == path)
    return tx.session.scalars(query).one_or_none()


def delete(tx: Transaction, page: LandingPage) -> None:
    """With its versions, files and submissions, and what was said in its session."""
    mine = (ChatTurn.owner_id == page.owner_id, ChatTurn.session_id == page.session_id)
    tx.session.execute(sa.delete(ChatTurn).where(*mine))
    tx.session.execute(sa.delete(LandingPage).where(LandingPage.id == page.id))


def add_turn(tx: Transaction, turn: Mapping[str, Any]) -> None:
    tx.execute(insert(ChatTurn).values(turn).on_conflict_do_nothing())


def answer_turn(tx: Transaction, job_id: UUID, reply: str) -> None:
    """The first answer stays."""
    open_turn = (ChatTurn.job_id == job_id, ChatTurn.reply.is_(None))
    tx.session.execute(sa.update(ChatTurn).where(*open_turn).values(reply=reply, replied_at=sa.func.now()))


def turns(tx: Transaction, owner_id: UUID, session_id: str, *, limit: int, before: UUID | None) -> Sequence[ChatTurn]:
    """The newest first, from behind `before` on."""
    query = sa.select(ChatTurn).where(ChatTurn.owner_id == owner_id, ChatTurn.session_id == session_id)
    if before is not None:
        query = query.where(ChatTurn.job_id < before)
    return tx.session.scalars(query.order_by(ChatTurn.job_id.desc()).limit(limit)).all()


def submissions(tx: Transaction, page_id: UUID, *, limit: int, before: UUID | None = None) -> Sequence[FormSubmission]:
    """The newest first, from behind `before` on."""
    query = sa.select(FormSubmission).where(FormSubmission.page_id == page_id)
    if before is not None:
        query = query.where(FormSubmission.id < before)
    return tx.session.scalars(query.order_by(FormSubmission.id.desc()).limit(limit)).all()
