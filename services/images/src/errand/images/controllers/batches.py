"""`/api/v1/images/batch…`: several images at once."""

from decimal import Decimal
from uuid import UUID

from litestar import Controller, Response, delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from errand.common.database import Database
from errand.common.errors import FieldError, Unprocessable
from errand.common.http.openapi import can_fail
from errand.common.identity import Principal
from errand.common.jobs.domain import IdempotencyKeyReused, JobStatus
from errand.common.jobs.kernel import Jobs
from errand.common.jobs.submissions import ACCEPTED_HEADERS, IdempotencyKey, accepted
from errand.images.domain import (
    AsyncDisabled,
    BatchNotFound,
    BudgetExceeded,
    DraftNotReady,
    ImageJobNotFound,
    NotADraft,
    PromptInvalid,
)
from errand.images.schemas import (
    PATH,
    BatchAccepted,
    BatchDiscarded,
    BatchFinals,
    BatchRequest,
    BatchView,
    FinalizeBatchRequest,
    present_batch,
    present_batch_accepted,
)
from errand.images.service import batches, finalization
from errand.images.service.estimates import Estimates
from errand.images.signatures import Signatures
from errand.images.terms import Terms

_TOO_SHORT = str(PromptInvalid())


class BatchController(Controller):
    path = PATH
    tags = ["images"]

    @post(
        "/batch-generate",
        operation_id="generateImageBatch",
        status_code=202,
        response_headers=ACCEPTED_HEADERS,
        responses=can_fail(
            Unprocessable(f"images[3]: {_TOO_SHORT}", FieldError("images[3].prompt", _TOO_SHORT)),
            BudgetExceeded(Decimal(5), Decimal("0.10")),
            IdempotencyKeyReused(),
            AsyncDisabled(),
        ),
        sync_to_thread=True,
    )
    def generate(
        self,
        data: JSONBody[BatchRequest],
        principal: NamedDependency[Principal],
        database: NamedDependency[Database],
        jobs: NamedDependency[Jobs],
        terms: NamedDependency[Terms],
        idempotency_key: IdempotencyKey = None,
    ) -> Response[BatchAccepted]:
        """Submit up to 20 images: all of them, or none where one does not fit."""
        terms.check_async()
        with database.transaction() as tx:
            submission = batches.submit(tx, jobs, terms, principal.user_id, data, idempotency_key)
            completion_s = Estimates(tx, terms.processes).completion_s([shown.image for shown in submission.images])
            body = present_batch_accepted(submission.batch, submission.images, completion_s)
        location = f"{PATH}/batches/{submission.batch.id}"
        return accepted(body, location, replayed=submission.replayed)

    @get(
        "/batches/{batch_id:uuid}",
        operation_id="getImageBatch",
        responses=can_fail(BatchNotFound()),
        sync_to_thread=True,
    )
    def read(
        self,
        batch_id: FromPath[UUID],
        principal: NamedDependency[Principal],
        database: NamedDependency[Database],
        terms: NamedDependency[Terms],
        signatures: NamedDependency[Signatures],
    ) -> BatchView:
        """The batch with its drafts and finals."""
        with database.transaction() as tx:
            batch, shown = batches.find(tx, principal.user_id, batch_id)
            estimates = Estimates(tx, terms.processes)
            remaining_s = [estimates.remaining_s(item) for item in shown]
            return present_batch(batch, shown, signatures, remaining_s)

    @post(
        "/batches/{batch_id:uuid}/finalize",
        operation_id="finalizeImageBatch",
        status_code=202,
        responses=can_fail(
            BatchNotFound(),
            ImageJobNotFound(),
            NotADraft(),
            DraftNotReady(JobStatus.RUNNING),
            BudgetExceeded(Decimal(5), Decimal("0.10")),
        ),
        sync_to_thread=True,
    )
    def finalize(
        self,
        batch_id: FromPath[UUID],
        principal: NamedDependency[Principal],
        database: NamedDependency[Database],
        jobs: NamedDependency[Jobs],
        terms: NamedDependency[Terms],
        data: JSONBody[FinalizeBatchRequest | None] = None,
    ) -> BatchFinals:
        """Make the finals of these drafts, or of all that are completed."""
        wanted = data or FinalizeBatchRequest()
        with database.transaction() as tx:
            finals = finalization.finalize_batch(
                tx, jobs, terms, principal.user_id, batch_id, wanted.job_ids, wanted.quality
            )
        return BatchFinals(batch_id, [final.shown.job.id for final in finals])

    @delete(
        "/batches/{batch_id:uuid}",
        operation_id="discardImageBatch",
        status_code=200,
        responses=can_fail(BatchNotFound()),
        sync_to_thread=True,
    )
    def discard(
        self,
        batch_id: FromPath[UUID],
        principal: NamedDependency[Principal],
        database: NamedDependency[Database],
        jobs: NamedDependency[Jobs],
    ) -> BatchDiscarded:
        """Cancel the jobs of a batch that are going on; delete those that are over, with their files."""
        cancelled, deleted = batches.discard(database, jobs, principal.user_id, batch_id)
        return BatchDiscarded(cancelled, deleted)
