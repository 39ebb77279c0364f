"""A session: a brief begins it, messages go on. Its jobs run one at a time, in order."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec

from errand.agents import domain, repository
from errand.agents.domain import CHAT, INIT
from errand.agents.landing import brief
from errand.agents.models import ChatTurn, LandingPage
from errand.common.database import Transaction
from errand.common.ids import Service, new_id
from errand.common.jobs.domain import NewJob
from errand.common.jobs.kernel import Jobs, Submission
from errand.common.jobs.models import Job

_UNNAMED = "Untitled"


class InitSubmission(msgspec.Struct, frozen=True):
    """`landing_page_id` is None where the session had a page before."""

    submission: Submission
    landing_page_id: UUID | None


def init(
    tx: Transaction, jobs: Jobs, owner_id: UUID, session_id: str, payload: Any, idempotency_key: str | None
) -> InitSubmission:
    """Raises PayloadInvalid, IdempotencyKeyReused, NulCharacter."""
    name = brief.read(payload).campaign.product_name or _UNNAMED
    new = _job(INIT, owner_id, session_id, {"payload": payload}, "Init request", "Asynchronous init graph execution")
    submission = jobs.submit(tx, new, idempotency_key=idempotency_key)
    if submission.replayed:
        return InitSubmission(submission, _made_by(tx, submission.job))
    page = LandingPage(
        id=new_id(Service.AGENTS),
        owner_id=owner_id,
        session_id=session_id,
        slug=domain.new_slug(name),
        title=name[: domain.MAX_TITLE_CHARACTERS],
        init_job_id=submission.job.id,
        job_id=submission.job.id,
    )
    return InitSubmission(submission, page.id if repository.add_page(tx, page) else None)


def chat(
    tx: Transaction, jobs: Jobs, owner_id: UUID, session_id: str, message: str, idempotency_key: str | None
) -> Submission:
    """Raises MessageInvalid, IdempotencyKeyReused, NulCharacter."""
    domain.check_message(message)
    new = _job(CHAT, owner_id, session_id, {"message": message}, "Chat request", "Asynchronous chat execution")
    submission = jobs.submit(tx, new, idempotency_key=idempotency_key)
    if not submission.replayed:
        job_id = submission.job.id
        turn = {"job_id": job_id, "owner_id": owner_id, "session_id": session_id, "message": message}
        repository.add_turn(tx, turn)
        repository.point_at_job(tx, owner_id, session_id, job_id)
    return submission


def history(tx: Transaction, owner_id: UUID, session_id: str, *, limit: int, before: UUID | None) -> Sequence[ChatTurn]:
    """The newest turns of a session, newest first."""
    return repository.turns(tx, owner_id, session_id, limit=limit, before=before)


def _made_by(tx: Transaction, job: Job) -> UUID | None:
    """The page that this job brought into its session: a repeated request gets the same answer."""
    page = repository.page_of_session(tx, job.owner_id, job.session_id or "")
    return page.id if page and page.init_job_id == job.id else None


def _job(kind: str, owner_id: UUID, session_id: str, input: Any, title: str, description: str) -> NewJob:
    return NewJob(
        kind=kind,
        owner_id=owner_id,
        input=input,
        title=title,
        description=description,
        session_id=session_id,
        concurrency_key=f"session:{session_id}",
        time_limit_s=domain.TIME_LIMIT_S,
    )
