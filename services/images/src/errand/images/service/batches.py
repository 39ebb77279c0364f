"""Images that are asked for together: all of them, or none."""

import contextlib
import hashlib
from collections.abc import Sequence
from uuid import UUID

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from errand.common.database import Database, Transaction
from errand.common.errors import FieldError, Unprocessable
from errand.common.ids import Service, new_id
from errand.common.jobs.kernel import Jobs
from errand.common.jobs.transitions import to_json
from errand.images.domain import BatchNotFound, ImageJobNotFound, Spec
from errand.images.models import Batch, ShownImage
from errand.images.repository import images
from errand.images.schemas import BatchRequest, ImageRequest
from errand.images.service import generation
from errand.images.service.generation import blog_of, reserve, spec_of, specify, submit_spec
from errand.images.sizes import Quality
from errand.images.terms import Terms

#: Of a final whose draft was all that was asked for.
FINAL_QUALITY: Quality = "high"


class BatchSubmission(Struct, frozen=True):
    """`images` are those of the request, in its order."""

    batch: Batch
    images: Sequence[ShownImage]
    replayed: bool


def submit(
    tx: Transaction, jobs: Jobs, terms: Terms, owner_id: UUID, request: BatchRequest, idempotency_key: str | None
) -> BatchSubmission:
    """Raises Unprocessable, which names the image, BudgetExceeded, IdempotencyKeyReused, NulCharacter."""
    blog_id = blog_of(request.blog_id)
    to_json(blog_id)
    specs = [_specify(index, image, request, terms) for index, image in enumerate(request.images)]
    batch_id = new_id(Service.IMAGES)
    # The first job stands for all where the request is repeated, and must tell another request from this one.
    digest = hashlib.sha256(msgspec.json.encode(request)).hexdigest()
    first = submit_spec(
        tx, jobs, owner_id, specs[0], batch_id=batch_id, payload=digest, idempotency_key=idempotency_key
    )
    if first.replayed:
        return _submitted(tx, owner_id, first.job.batch_id, replayed=True)
    images.add_batch(tx, Batch(id=batch_id, owner_id=owner_id, blog_id=blog_id, workflow=request.workflow))
    others = [submit_spec(tx, jobs, owner_id, spec, batch_id=batch_id).job.id for spec in specs[1:]]
    reserve(tx, terms, owner_id, dict(zip([first.job.id, *others], specs, strict=True)))
    return _submitted(tx, owner_id, batch_id, replayed=False)


def find(tx: Transaction, owner_id: UUID, batch_id: UUID) -> tuple[Batch, Sequence[ShownImage]]:
    """The batch with its drafts and finals. Raises BatchNotFound."""
    batch = images.batch(tx, owner_id, batch_id)
    shown = images.of_batch(tx, owner_id, batch_id) if batch else []
    if batch is None or not shown:
        raise BatchNotFound
    return batch, shown


def discard(database: Database, jobs: Jobs, owner_id: UUID, batch_id: UUID) -> tuple[int, int]:
    """Discard every image of a batch, one after the other: how many jobs were cancelled, and how many deleted.

    Raises BatchNotFound.
    """
    with database.transaction() as tx:
        left = _job_ids(find(tx, owner_id, batch_id)[1])
    done: set[UUID] = set()
    cancelled = 0
    while left:
        for job_id in left:
            with contextlib.suppress(ImageJobNotFound), database.transaction() as tx:
                cancelled += generation.discard(tx, jobs, owner_id, job_id) is not None
        done |= left
        with database.transaction() as tx:
            # A draft's final may have come meanwhile.
            left = _job_ids(images.of_batch(tx, owner_id, batch_id)) - done
    return cancelled, len(done) - cancelled


def _job_ids(shown: Sequence[ShownImage]) -> set[UUID]:
    return {item.job.id for item in shown}


def _submitted(tx: Transaction, owner_id: UUID, batch_id: UUID | None, *, replayed: bool) -> BatchSubmission:
    if batch_id is None:
        raise BatchNotFound
    batch, shown = find(tx, owner_id, batch_id)
    return BatchSubmission(batch, [item for item in shown if spec_of(item.job).draft_job_id is None], replayed)


def _specify(index: int, image: ImageRequest, request: BatchRequest, terms: Terms) -> Spec:
    try:
        spec = specify(image, terms.provider)
    except Unprocessable as error:
        (fault,) = error.errors
        field = f"images[{index}].{fault.field}"
        raise Unprocessable(f"{field}: {error}", FieldError(field, str(error))) from error
    spec = replace(spec, blog_id=spec.blog_id or blog_of(request.blog_id))
    if request.workflow == "final_only":
        return spec
    final_quality = FINAL_QUALITY if spec.is_draft else spec.quality
    return replace(spec, quality="draft", wanted_quality=final_quality, auto_finalize=request.auto_finalize)


def remove_empty(database: Database) -> None:
    """Batches whose jobs are gone."""
    with database.transaction() as tx:
        images.remove_empty_batches(tx)
