"""Publishing: a job's page becomes an immutable version, which the world reads at the page's address."""

import hashlib
from collections.abc import Iterable
from typing import Any
from uuid import UUID

import msgspec

from errand.agents import domain, repository
from errand.agents.domain import FileNotFound, LandingPageNotFound
from errand.agents.landing.page import File, Files
from errand.agents.models import LandingPage, PageFile, PageVersion
from errand.common.database import Transaction

INDEX = "index.html"


class PageTooLarge(domain.ChecksFailed):
    def __init__(self, total_bytes: int) -> None:
        kib = total_bytes // 1024
        super().__init__([f"its files take {kib:,} KiB, and {domain.MAX_PAGE_BYTES // 1024:,} KiB are allowed."])


class Publication(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be published. `brief`, `page` and `report` are plain data."""

    brief: dict[str, Any]
    page: dict[str, Any]
    report: dict[str, Any]
    files: Files
    summary: str


def publish(tx: Transaction, page_id: UUID, job_id: UUID, publication: Publication) -> int:
    """The number of the new version, which is shown from now on. However often a job calls this, it makes one version.

    Raises LandingPageNotFound where the page was deleted meanwhile, PageTooLarge.
    """
    total_bytes = sum(len(file.content) for file in publication.files.values())
    if total_bytes > domain.MAX_PAGE_BYTES:
        raise PageTooLarge(total_bytes)
    page = repository.page(tx, page_id, lock=True)
    if page is None:
        raise LandingPageNotFound
    if published := repository.version_by(tx, page_id, job_id):
        return published
    number = repository.next_version(tx, page_id)
    tx.session.add(
        PageVersion(
            page_id=page_id,
            number=number,
            job_id=job_id,
            summary=publication.summary,
            brief=publication.brief,
            page=publication.page,
            report=publication.report,
        )
    )
    tx.flush()
    tx.session.add_all(_stored(page_id, number, publication.files.values()))
    page.current_version = number
    return number


def read(tx: Transaction, slug: str, version: int | None, path: str) -> PageFile:
    """A file of the page at this address, in this version or in the current one. Raises FileNotFound."""
    file = repository.published_file(tx, slug, version, path or INDEX)
    if file is None:
        raise FileNotFound
    return file


def files_of(tx: Transaction, page: LandingPage, version: int) -> Files:
    """All files of a version, by path."""
    found = repository.files(tx, page.id, version)
    return {file.path: File(path=file.path, content=file.content, content_type=file.content_type) for file in found}


def _stored(page_id: UUID, version: int, files: Iterable[File]) -> list[PageFile]:
    return [
        PageFile(
            page_id=page_id,
            version=version,
            path=file.path,
            content=file.content,
            content_type=file.content_type,
            digest=hashlib.sha256(file.content).hexdigest(),
        )
        for file in files
    ]
