"""Landing pages in the hands of their owner. A page of somebody else is not found."""

from collections.abc import Sequence
from uuid import UUID

from errand.agents import repository
from errand.agents.domain import LandingPageNotFound, VersionNotFound, page_status
from errand.agents.models import FormSubmission, LandingPage, PageVersion, ShownPage
from errand.common.database import Transaction


def newest(
    tx: Transaction, owner_id: UUID, session_id: str | None, *, page: int, page_size: int
) -> tuple[list[ShownPage], int]:
    """One page of the list, and how many landing pages there are in all."""
    found, total = repository.pages(tx, owner_id, session_id, offset=(page - 1) * page_size, limit=page_size)
    return _shown(tx, found), total


def find(tx: Transaction, owner_id: UUID, page_id: UUID) -> ShownPage:
    """Raises LandingPageNotFound."""
    return _shown(tx, [_page(tx, owner_id, page_id)])[0]


def find_by_session(tx: Transaction, owner_id: UUID, session_id: str) -> ShownPage:
    """Raises LandingPageNotFound."""
    page = repository.page_of_session(tx, owner_id, session_id)
    if page is None:
        raise LandingPageNotFound
    return _shown(tx, [page])[0]


def rename(tx: Transaction, owner_id: UUID, page_id: UUID, title: str) -> ShownPage:
    """Raises LandingPageNotFound."""
    page = _page(tx, owner_id, page_id, lock=True)
    page.title = title
    tx.flush()
    tx.session.refresh(page)
    return _shown(tx, [page])[0]


def delete(tx: Transaction, owner_id: UUID, page_id: UUID) -> None:
    """Raises LandingPageNotFound."""
    repository.delete(tx, _page(tx, owner_id, page_id))


def versions(tx: Transaction, owner_id: UUID, page_id: UUID) -> tuple[LandingPage, Sequence[PageVersion]]:
    """The page and its versions, newest first. Raises LandingPageNotFound."""
    page = _page(tx, owner_id, page_id)
    return page, repository.versions(tx, page.id)


def version(tx: Transaction, owner_id: UUID, page_id: UUID, number: int | None) -> tuple[LandingPage, PageVersion]:
    """The page and its version of this number, or the current one. Raises LandingPageNotFound, VersionNotFound."""
    page = _page(tx, owner_id, page_id)
    number = page.current_version if number is None else number
    found = repository.version(tx, page.id, number) if number is not None else None
    if found is None:
        raise VersionNotFound
    return page, found


def restore(tx: Transaction, owner_id: UUID, page_id: UUID, number: int) -> ShownPage:
    """Show an earlier version, or a later one, from now on. Raises LandingPageNotFound, VersionNotFound."""
    page = _page(tx, owner_id, page_id, lock=True)
    if repository.version(tx, page.id, number) is None:
        raise VersionNotFound
    page.current_version = number
    tx.flush()
    tx.session.refresh(page)
    return _shown(tx, [page])[0]


def submissions(
    tx: Transaction, owner_id: UUID, page_id: UUID, *, limit: int, before: UUID | None
) -> Sequence[FormSubmission]:
    """The newest first. Raises LandingPageNotFound."""
    return repository.submissions(tx, _page(tx, owner_id, page_id).id, limit=limit, before=before)


def _page(tx: Transaction, owner_id: UUID, page_id: UUID, *, lock: bool = False) -> LandingPage:
    page = repository.page(tx, page_id, lock=lock)
    if page is None or page.owner_id != owner_id:
        raise LandingPageNotFound
    return page


def _shown(tx: Transaction, pages: Sequence[LandingPage]) -> list[ShownPage]:
    shown = repository.current_versions(tx, pages)
    statuses = repository.job_statuses(tx, [page.job_id for page in pages])
    return [
        ShownPage(
            page,
            shown.get(page.id),
            page_status(statuses.get(page.job_id), published=page.current_version is not None),
        )
        for page in pages
    ]
