"""From a draft to its final: the same image in another quality, once."""

from collections.abc import Sequence
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from errand.common.database import Transaction
from errand.common.jobs.domain import JobStatus
from errand.common.jobs.kernel import Jobs
from errand.common.jobs.models import Job
from errand.images.domain import DraftNotReady, ImageJobNotFound, NotADraft, Spec
from errand.images.models import ShownImage
from errand.images.repository import images
from errand.images.service import batches, charges
from errand.images.service.batches import FINAL_QUALITY
from errand.images.service.generation import find, reserve, spec_of, submit_spec
from errand.images.sizes import Quality
from errand.images.terms import Terms


class Final(Struct, frozen=True):
    """`created`: it was not there before."""

    shown: ShownImage
    created: bool


def finalize(
    tx: Transaction, jobs: Jobs, terms: Terms, owner_id: UUID, draft_job_id: UUID, quality: Quality | None
) -> Final:
    """The final of a completed draft; the one that there is already, whatever `quality` was asked for this time, and
    tried again where it came to nothing.

    Raises ImageJobNotFound, NotADraft, DraftNotReady, BudgetExceeded.
    """
    draft = find(tx, owner_id, draft_job_id)
    spec = spec_of(draft.job)
    if not spec.is_draft:
        raise NotADraft
    if draft.job.status != JobStatus.COMPLETED:
        raise DraftNotReady(draft.job.status)
    final_job_id, created = ensure_final(tx, jobs, terms, draft.job, spec, quality)
    if find(tx, owner_id, final_job_id).job.status in (JobStatus.FAILED, JobStatus.CANCELLED):
        jobs.retry(tx, final_job_id, owner_id)
    return Final(find(tx, owner_id, final_job_id), created)


def finalize_batch(
    tx: Transaction,
    jobs: Jobs,
    terms: Terms,
    owner_id: UUID,
    batch_id: UUID,
    draft_job_ids: Sequence[UUID] | None,
    quality: Quality | None,
) -> list[Final]:
    """The finals of these drafts, or of all that are completed.

    Raises BatchNotFound, ImageJobNotFound for a job of another batch, NotADraft, DraftNotReady, BudgetExceeded.
    """
    _, shown = batches.find(tx, owner_id, batch_id)
    # In one order, and before anything else is locked: nobody who makes one of them final waits for us, and we for him.
    for item in shown:
        images.lock(tx, item.job.id)
    if draft_job_ids is None:
        ready = [item for item in shown if item.job.status == JobStatus.COMPLETED and spec_of(item.job).is_draft]
        draft_job_ids = [item.job.id for item in ready]
    members = {item.job.id for item in shown}
    if not members.issuperset(draft_job_ids):
        raise ImageJobNotFound
    return [finalize(tx, jobs, terms, owner_id, job_id, quality) for job_id in draft_job_ids]


def ensure_final(
    tx: Transaction, jobs: Jobs, terms: Terms, draft: Job, spec: Spec, quality: Quality | None = None
) -> tuple[UUID, bool]:
    """The job of the final of `draft`, whose spec this is, and whether it had to be submitted.

    Raises BudgetExceeded, and has written nothing then.
    """
    images.lock(tx, draft.id)
    if existing := images.final_of(tx, draft.id):
        return existing, False
    final = replace(
        spec,
        quality=quality or spec.wanted_quality or FINAL_QUALITY,
        draft_job_id=draft.id,
        draft_model=spec.model,
        provider=terms.provider.name,
        model=terms.provider.model,
        wanted_quality=None,
        auto_finalize=False,
    )
    charges.require(tx, draft.owner_id, terms.provider.estimate_usd(final), terms.monthly_budget_usd)
    job_id = submit_spec(tx, jobs, draft.owner_id, final, batch_id=draft.batch_id).job.id
    reserve(tx, terms, draft.owner_id, {job_id: final})
    return job_id, True
