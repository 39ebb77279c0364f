"""The image guide's shapes. What may be missing is left out where it is."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import Meta, Struct

from errand.common.conversion import convert
from errand.common.jobs.domain import TERMINAL, JobStatus
from errand.common.jobs.models import Job
from errand.images import domain
from errand.images.domain import (
    DONE,
    MAX_BATCH,
    QUEUED,
    STATUS,
    Balance,
    CompositionLock,
    ImageResult,
    ImageStatus,
    Spec,
    StoredFileFacts,
    StoredImage,
    Workflow,
)
from errand.images.models import Batch, ShownImage
from errand.images.signatures import Signatures
from errand.images.sizes import MAX_SIDE, MIN_SIDE, AspectRatio, Quality

PATH = "/api/v1/images"

# Some have numbers.
BlogId = Annotated[str, Meta(min_length=1, max_length=domain.MAX_BLOG_ID_CHARACTERS)] | int
Side = Annotated[int, Meta(ge=MIN_SIDE, le=MAX_SIDE)]


class ImageRequest(Struct, frozen=True, kw_only=True):
    """What an image is to be. `width` and `height` go with the ratio `custom`, and are those at standard quality: a
    draft has half of each side, `high` one and a half times, `ultra` twice as much. Without a `seed` the words decide
    alone: the same words show the same."""

    prompt: Annotated[
        str,
        Meta(
            min_length=domain.MIN_PROMPT_CHARACTERS,
            max_length=domain.MAX_PROMPT_CHARACTERS,
            examples=["A container terminal at dawn, hero image with space for a headline"],
        ),
    ]
    negative_prompt: Annotated[str, Meta(max_length=domain.MAX_NEGATIVE_CHARACTERS)] | None = None
    style: Annotated[str, Meta(max_length=domain.MAX_STYLE_CHARACTERS)] | None = None
    seed: Annotated[int, Meta(ge=0, le=domain.MAX_SEED)] | None = None
    quality: Quality = "standard"
    aspect_ratio: AspectRatio | None = None
    width: Side | None = None
    height: Side | None = None
    blog_id: BlogId | None = None


class BatchRequest(Struct, frozen=True, kw_only=True):
    """With `draft_then_final` each image has a draft first, whose final follows by itself unless `auto_finalize` is
    off: in the quality that was asked for, or `high` where that was `draft`."""

    images: Annotated[list[ImageRequest], Meta(min_length=1, max_length=MAX_BATCH)]
    blog_id: BlogId | None = None
    workflow: Workflow = "draft_then_final"
    auto_finalize: bool = True


class FinalizeRequest(Struct, frozen=True):
    """Without a quality: the one that was asked for with the batch, else `high`."""

    quality: Literal["standard", "high", "ultra"] | None = None


class FinalizeBatchRequest(Struct, frozen=True, kw_only=True):
    """Without `job_ids`: every draft of the batch that is completed."""

    job_ids: Annotated[list[UUID], Meta(min_length=1, max_length=MAX_BATCH)] | None = None
    quality: Literal["standard", "high", "ultra"] | None = None


class ImageJobAccepted(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """`estimated_completion_time` is in seconds from now."""

    job_id: UUID
    status: ImageStatus
    message: str
    is_draft: bool
    estimated_completion_time: float


class BatchDiscarded(Struct, frozen=True):
    """How many jobs of the batch were cancelled, and how many deleted."""

    cancelled: int
    deleted: int


class BalanceView(Struct, frozen=True, kw_only=True):
    """Of the calendar month (UTC) that begins with the day `month`, in US dollars."""

    month: date
    limit_usd: float
    spent_usd: float
    reserved_usd: float
    left_usd: float


class FileView(Struct, frozen=True, kw_only=True):
    url: str
    width: int
    height: int
    content_type: str
    size_bytes: int


class ImageView(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """`url` is that of the PNG. URLs expire: a fresh look at the job has fresh ones. `placeholder` is a data URI to
    show while the image loads, `colours` are the dominant ones, the most of it first."""

    url: str
    width: int
    height: int
    content_type: str
    size_bytes: int
    alt_text: str
    placeholder: str
    colours: tuple[str, ...]
    renditions: tuple[FileView, ...]
    svg_url: str | None = None


class ResultView(Struct, frozen=True, kw_only=True):
    """`cost` is in US dollars. `composition_lock` says what makes a final look like its draft."""

    success: bool
    images: list[ImageView]
    generation_time_seconds: float
    provider: str
    model: str
    cost: float
    composition_lock: CompositionLock
    job_id: UUID


class ImageJobView(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """`progress_percentage` is 0–100; `estimated_time_remaining` is in seconds."""

    job_id: UUID
    status: ImageStatus
    progress_percentage: int
    current_stage: str
    created_at: datetime
    is_draft: bool
    prompt: str
    quality: Quality
    aspect_ratio: AspectRatio
    seq: int
    started_at: datetime | None = None
    completed_at: datetime | None = None
    result: ResultView | None = None
    error_message: str | None = None
    error_code: str | None = None
    estimated_time_remaining: float | None = None
    final_job_id: UUID | None = None
    draft_job_id: UUID | None = None
    batch_id: UUID | None = None
    blog_id: str | None = None


class ImageList(Struct, frozen=True):
    items: list[ImageJobView]


class BatchAccepted(Struct, frozen=True, kw_only=True):
    """`job_ids` are in the order of the request's images; `estimated_completion_time` is in seconds from now."""

    batch_id: UUID
    job_ids: list[UUID]
    status: ImageStatus
    total_images: int
    estimated_completion_time: float


class Counts(Struct, frozen=True, kw_only=True):
    queued: int = 0
    processing: int = 0
    completed: int = 0
    failed: int = 0


class BatchView(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """`status` is `failed` where no image came out. Progress, counts and cost are over drafts and finals alike."""

    batch_id: UUID
    status: ImageStatus
    workflow: Workflow
    total_images: int
    progress_percentage: int
    counts: Counts
    cost: float
    job_ids: list[UUID]
    final_job_ids: list[UUID]
    jobs: list[ImageJobView]
    created_at: datetime
    blog_id: str | None = None
    estimated_time_remaining: float | None = None


class BatchFinals(Struct, frozen=True):
    """`job_ids` are those of the finals, in the order of their drafts."""

    batch_id: UUID
    job_ids: list[UUID]


def job_path(job_id: UUID) -> str:
    return f"{PATH}/jobs/{job_id}"


def present_accepted(shown: ShownImage, completion_s: float) -> ImageJobAccepted:
    return ImageJobAccepted(
        job_id=shown.job.id,
        status=STATUS[JobStatus(shown.job.status)],
        message=f"Image generation job created. Poll {job_path(shown.job.id)} for its result.",
        is_draft=shown.image.quality == "draft",
        estimated_completion_time=completion_s,
    )


def present(shown: ShownImage, signatures: Signatures, *, remaining_s: float | None) -> ImageJobView:
    job, image = shown.job, shown.image
    spec = convert(job.input, Spec)
    return ImageJobView(
        job_id=job.id,
        status=STATUS[JobStatus(job.status)],
        progress_percentage=job.progress,
        current_stage=_stage(job),
        created_at=job.created_at,
        started_at=job.started_at,
        completed_at=job.ended_at,
        result=present_result(job, signatures) if job.status == JobStatus.COMPLETED else None,
        error_message=_error(job),
        error_code=job.error_code,
        estimated_time_remaining=remaining_s,
        is_draft=spec.is_draft,
        prompt=spec.prompt,
        quality=spec.quality,
        aspect_ratio=spec.aspect_ratio,
        final_job_id=shown.final_job_id,
        draft_job_id=image.draft_job_id,
        batch_id=job.batch_id,
        blog_id=image.blog_id,
        seq=job.seq,
    )


def present_result(job: Job, signatures: Signatures) -> ResultView:
    """Of a completed job, with URLs that are good for a while."""
    result = convert(job.result, ImageResult)
    return ResultView(
        success=True,
        images=[_image(job.id, image, signatures) for image in result.images],
        generation_time_seconds=result.generation_time_seconds,
        provider=result.provider,
        model=result.model,
        cost=result.cost,
        composition_lock=result.composition_lock,
        job_id=job.id,
    )


def _image(job_id: UUID, image: StoredImage, signatures: Signatures) -> ImageView:
    return ImageView(
        **msgspec.structs.asdict(_file(job_id, image.master, signatures)),
        alt_text=image.alt_text,
        placeholder=image.placeholder,
        colours=image.colours,
        renditions=tuple(_file(job_id, file, signatures) for file in image.renditions),
        svg_url=signatures.url(job_id, image.vector.name) if image.vector else None,
    )


def _file(job_id: UUID, file: StoredFileFacts, signatures: Signatures) -> FileView:
    return FileView(
        url=signatures.url(job_id, file.name),
        width=file.width,
        height=file.height,
        content_type=file.content_type,
        size_bytes=file.size_bytes,
    )


def _stage(job: Job) -> str:
    """The kernel keeps the stage of the handler's last event, also where it waits to be tried again."""
    match job.status:
        case JobStatus.COMPLETED:
            return DONE
        case JobStatus.PENDING:
            return QUEUED
        case _:
            return job.stage or QUEUED


def _error(job: Job) -> str | None:
    return "Cancelled." if job.status == JobStatus.CANCELLED else job.error_message


def present_batch_accepted(batch: Batch, shown: Sequence[ShownImage], completion_s: float) -> BatchAccepted:
    return BatchAccepted(
        batch_id=batch.id,
        job_ids=[item.job.id for item in shown],
        status=_status(_counts(shown)),
        total_images=len(shown),
        estimated_completion_time=completion_s,
    )


def present_batch(
    batch: Batch, shown: Sequence[ShownImage], signatures: Signatures, remaining_s: Sequence[float | None]
) -> BatchView:
    """`remaining_s` are those of `shown`."""
    counts, specs = _counts(shown), [convert(item.job.input, Spec) for item in shown]
    # By what was asked for: a final outlives its draft.
    finals = [item for item, spec in zip(shown, specs, strict=True) if spec.draft_job_id is not None]
    left_s = [seconds for seconds in remaining_s if seconds is not None]
    return BatchView(
        batch_id=batch.id,
        status=_status(counts),
        workflow=convert(batch.workflow, Workflow),
        total_images=len(shown) - len(finals),
        progress_percentage=_progress(specs, shown),
        counts=counts,
        cost=sum(item.job.result["cost"] for item in shown if item.job.result),
        job_ids=[item.job.id for item in shown if item not in finals],
        final_job_ids=[item.job.id for item in finals],
        jobs=[present(item, signatures, remaining_s=seconds) for item, seconds in zip(shown, remaining_s, strict=True)],
        created_at=batch.created_at,
        blog_id=batch.blog_id,
        estimated_time_remaining=max(left_s, default=None),
    )


def present_balance(balance: Balance) -> BalanceView:
    return BalanceView(
        month=balance.month,
        limit_usd=float(balance.limit_usd),
        spent_usd=float(balance.spent_usd),
        reserved_usd=float(balance.reserved_usd),
        left_usd=float(balance.left_usd),
    )


def _counts(shown: Sequence[ShownImage]) -> Counts:
    statuses = [STATUS[JobStatus(item.job.status)] for item in shown]
    return Counts(
        queued=statuses.count("queued"),
        processing=statuses.count("processing"),
        completed=statuses.count("completed"),
        failed=statuses.count("failed"),
    )


def _status(counts: Counts) -> ImageStatus:
    if counts.processing or (counts.queued and (counts.completed or counts.failed)):
        return "processing"
    if counts.queued:
        return "queued"
    return "completed" if counts.completed else "failed"


def _progress(specs: Sequence[Spec], shown: Sequence[ShownImage]) -> int:
    """Of all together, with the finals to come: a draft has its own before it is over. What has failed has nothing
    left to do."""
    over = [JobStatus(item.job.status) in TERMINAL for item in shown]
    done = [100 if ended else item.job.progress for item, ended in zip(shown, over, strict=True)]
    to_come = sum(spec.auto_finalize and not ended for spec, ended in zip(specs, over, strict=True))
    return sum(done) // (len(done) + to_come)
