"""Ask for an image, look at it, no longer want it."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from errand.common.conversion import convert
from errand.common.database import Transaction
from errand.common.jobs.domain import TERMINAL, JobStatus, NewJob
from errand.common.jobs.kernel import Jobs, Submission
from errand.common.jobs.models import Job
from errand.images import domain, sizes
from errand.images.domain import KIND, ImageJobNotFound, PromptInvalid, Spec
from errand.images.models import Image, ShownImage
from errand.images.providers import Provider
from errand.images.repository import images
from errand.images.schemas import ImageRequest
from errand.images.service import charges
from errand.images.terms import Terms

_DESCRIPTION_CHARACTERS = 200


def specify(request: ImageRequest, provider: Provider) -> Spec:
    """Raises PromptInvalid, SizeInvalid."""
    if len(request.prompt.strip()) < domain.MIN_PROMPT_CHARACTERS:
        raise PromptInvalid
    custom = request.width is not None or request.height is not None
    aspect_ratio = request.aspect_ratio or ("custom" if custom else "1:1")
    canvas = sizes.canvas_of(aspect_ratio, request.width, request.height)
    return Spec(
        prompt=request.prompt.strip(),
        negative_prompt=(request.negative_prompt or "").strip(),
        style=(request.style or "").strip(),
        seed=request.seed,
        quality=request.quality,
        aspect_ratio=aspect_ratio,
        width=canvas.width,
        height=canvas.height,
        blog_id=blog_of(request.blog_id),
        provider=provider.name,
        model=provider.model,
    )


def blog_of(given: str | int | None) -> str | None:
    """Its id as a text, which some have as a number."""
    return None if given is None else str(given)


def submit(
    tx: Transaction, jobs: Jobs, terms: Terms, owner_id: UUID, request: ImageRequest, idempotency_key: str | None
) -> Submission:
    """Raises PromptInvalid, SizeInvalid, BudgetExceeded, IdempotencyKeyReused, NulCharacter."""
    spec = specify(request, terms.provider)
    submission = submit_spec(tx, jobs, owner_id, spec, idempotency_key=idempotency_key)
    if not submission.replayed:
        reserve(tx, terms, owner_id, {submission.job.id: spec})
    return submission


def submit_spec(
    tx: Transaction,
    jobs: Jobs,
    owner_id: UUID,
    spec: Spec,
    *,
    batch_id: UUID | None = None,
    payload: object = None,
    idempotency_key: str | None = None,
) -> Submission:
    """The job and its image; what it costs is not reserved yet."""
    new = NewJob(
        kind=KIND,
        owner_id=owner_id,
        input=msgspec.to_builtins(spec),
        payload=payload,
        title=f"Image ({spec.quality})",
        description=" ".join(spec.prompt.split())[:_DESCRIPTION_CHARACTERS],
        batch_id=batch_id,
        speed=spec.speed,
        time_limit_s=domain.TIME_LIMIT_S,
    )
    submission = jobs.submit(tx, new, idempotency_key=idempotency_key)
    if not submission.replayed:
        images.add(tx, image_of(submission.job.id, owner_id, spec))
    return submission


def reserve(tx: Transaction, terms: Terms, owner_id: UUID, specs: dict[UUID, Spec]) -> None:
    """Raises BudgetExceeded."""
    amounts = {job_id: terms.provider.estimate_usd(spec) for job_id, spec in specs.items()}
    charges.reserve(tx, owner_id, amounts, terms.monthly_budget_usd)


def image_of(job_id: UUID, owner_id: UUID, spec: Spec) -> Image:
    return Image(
        job_id=job_id,
        owner_id=owner_id,
        blog_id=spec.blog_id,
        draft_job_id=spec.draft_job_id,
        provider=spec.provider,
        model=spec.model,
        quality=spec.quality,
        pixels=spec.size.pixels,
    )


def find(tx: Transaction, owner_id: UUID, job_id: UUID) -> ShownImage:
    """Raises ImageJobNotFound."""
    shown = images.find(tx, owner_id, job_id)
    if shown is None:
        raise ImageJobNotFound
    return shown


def newest(
    tx: Transaction, owner_id: UUID, blog_id: str | None, *, limit: int, before: UUID | None
) -> Sequence[ShownImage]:
    return images.newest(tx, owner_id, blog_id, limit=limit, before=before)


def find_completed(tx: Transaction, owner_id: UUID, job_id: UUID) -> Job:
    """Raises ImageJobNotFound, NotReady; GenerationRefused, GenerationUnpaid, GenerationFailed where it has failed."""
    job = find(tx, owner_id, job_id).job
    match job.status:
        case JobStatus.COMPLETED:
            return job
        case JobStatus.FAILED:
            raise domain.failure(job.error_code or "", job.error_message or "")
        case status:
            raise domain.NotReady(status)


def spec_of(job: Job) -> Spec:
    return convert(job.input, Spec)


def cancel(tx: Transaction, jobs: Jobs, owner_id: UUID, job_id: UUID) -> ShownImage:
    """Raises ImageJobNotFound, JobNotCancellable."""
    find(tx, owner_id, job_id)
    jobs.cancel(tx, job_id, owner_id)
    return find(tx, owner_id, job_id)


def retry(tx: Transaction, jobs: Jobs, owner_id: UUID, job_id: UUID) -> ShownImage:
    """Raises ImageJobNotFound, JobNotRetryable."""
    find(tx, owner_id, job_id)
    jobs.retry(tx, job_id, owner_id)
    return find(tx, owner_id, job_id)


def discard(tx: Transaction, jobs: Jobs, owner_id: UUID, job_id: UUID) -> ShownImage | None:
    """No longer want an image: its job is cancelled while it goes on, and deleted with its files once it is over.

    The job, where it was cancelled. Raises ImageJobNotFound.
    """
    find(tx, owner_id, job_id)
    # Job, image, owner: the order in which a worker locks them, and whoever makes a draft final.
    job = jobs.lock(tx, job_id, owner_id)
    if JobStatus(job.status) not in TERMINAL:
        return cancel(tx, jobs, owner_id, job_id)
    images.lock(tx, job_id)
    charges.release(tx, job_id)
    jobs.delete(tx, job_id, owner_id)
    return None
