"""`/api/v1/images`: one image at a time."""

from decimal import Decimal
from typing import Annotated
from uuid import UUID

from litestar import Controller, Response, delete, get, post
from litestar.di import NamedDependency
from litestar.openapi import ResponseSpec
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from errand.common.database import Database, Transaction
from errand.common.http.openapi import can_fail
from errand.common.http.pages import NEXT_PAGE, next_page
from errand.common.identity import Principal
from errand.common.jobs.domain import IdempotencyKeyReused, JobNotCancellable, JobNotRetryable, JobStatus
from errand.common.jobs.kernel import Jobs, Submission
from errand.common.jobs.submissions import ACCEPTED_HEADERS, VERSIONED_HEADERS, IdempotencyKey, accepted, versioned
from errand.images.domain import (
    AsyncDisabled,
    BudgetExceeded,
    DraftNotReady,
    GenerationFailed,
    ImageJobNotFound,
    ModerationBlocked,
    NotADraft,
    NotReady,
    PromptInvalid,
)
from errand.images.models import ShownImage
from errand.images.schemas import (
    PATH,
    BalanceView,
    FinalizeRequest,
    ImageJobAccepted,
    ImageJobView,
    ImageList,
    ImageRequest,
    ResultView,
    job_path,
    present,
    present_accepted,
    present_balance,
    present_result,
)
from errand.images.service import charges, finalization, generation
from errand.images.service.estimates import Estimates
from errand.images.signatures import Signatures
from errand.images.sizes import SizeInvalid
from errand.images.terms import Terms

# What is said of the time that is left, and of a draft's final, changes without an event of the job.
_VIEW_AGE_S = 1

_REFUSALS = (
    PromptInvalid(),
    SizeInvalid("width", "The aspect_ratio `custom` needs `width` and `height`."),
    BudgetExceeded(Decimal("0.25"), Decimal("0.10")),
    IdempotencyKeyReused(),
)


class ImageController(Controller):
    path = PATH
    tags = ["images"]

    @post(
        "/generate-async",
        operation_id="generateImageAsync",
        status_code=202,
        response_headers=ACCEPTED_HEADERS,
        responses=can_fail(*_REFUSALS, AsyncDisabled()),
        sync_to_thread=True,
    )
    def generate_async(
        self,
        data: JSONBody[ImageRequest],
        principal: NamedDependency[Principal],
        database: NamedDependency[Database],
        jobs: NamedDependency[Jobs],
        terms: NamedDependency[Terms],
        idempotency_key: IdempotencyKey = None,
    ) -> Response[ImageJobAccepted]:
        """Submit an image; poll the job for its result."""
        terms.check_async()
        with database.transaction() as tx:
            submission = generation.submit(tx, jobs, terms, principal.user_id, data, idempotency_key)
            return _accepted(tx, terms, principal.user_id, submission)

    @post(
        "/generate",
        operation_id="generateImage",
        status_code=202,
        response_headers=ACCEPTED_HEADERS,
        responses={
            200: ResponseSpec(ResultView, False, "The image"),
            **can_fail(
                *_REFUSALS,
                ImageJobNotFound(),
                NotReady(JobStatus.CANCELLED),
                ModerationBlocked("input"),
                GenerationFailed("The job failed unexpectedly."),
            ),
        },
        sync_to_thread=True,
    )
    def generate(
        self,
        data: JSONBody[ImageRequest],
        principal: NamedDependency[Principal],
        database: NamedDependency[Database],
        jobs: NamedDependency[Jobs],
        terms: NamedDependency[Terms],
        idempotency_key: IdempotencyKey = None,
    ) -> Response[ImageJobAccepted]:
        """Submit an image and wait for it: the gateway answers with its result, or 504 with its job's id where it
        takes longer than 25 s. The job goes on."""
        with database.transaction() as tx:
            submission = generation.submit(tx, jobs, terms, principal.user_id, data, idempotency_key)
            return _accepted(tx, terms, principal.user_id, submission, "/result")

    @get(operation_id="listImages", response_headers=[NEXT_PAGE], sync_to_thread=True)
    def list(
        self,
        principal: NamedDependency[Principal],
        database: NamedDependency[Database],
        terms: NamedDependency[Terms],
        signatures: NamedDependency[Signatures],
        blog_id: FromQuery[str | None] = None,
        limit: Annotated[int, QueryParameter(ge=1, le=100)] = 20,
        cursor: FromQuery[UUID | None] = None,
    ) -> Response[ImageList]:
        """The newest images, with `blog_id` that blog's alone; `Link` leads to those before them."""
        with database.transaction() as tx:
            found = generation.newest(tx, principal.user_id, blog_id, limit=limit, before=cursor)
            estimates = Estimates(tx, terms.processes)
            items = [present(shown, signatures, remaining_s=estimates.remaining_s(shown)) for shown in found]
        query = {"blog_id": blog_id} if blog_id is not None else {}
        link = next_page(PATH, limit=limit, ids=[shown.job.id for shown in found], **query)
        return Response(ImageList(items), headers=link)

    @get("/budget", operation_id="getImageBudget", sync_to_thread=True)
    def budget(
        self, principal: NamedDependency[Principal], database: NamedDependency[Database], terms: NamedDependency[Terms]
    ) -> BalanceView:
        """What this user may spend this month, and has."""
        with database.transaction() as tx:
            return present_balance(charges.balance(tx, principal.user_id, terms.monthly_budget_usd))

    @get(
        "/jobs/{job_id:uuid}",
        operation_id="getImageJob",
        response_headers=VERSIONED_HEADERS,
        responses=can_fail(ImageJobNotFound()),
        sync_to_thread=True,
    )
    def read(
        self,
        job_id: FromPath[UUID],
        principal: NamedDependency[Principal],
        database: NamedDependency[Database],
        terms: NamedDependency[Terms],
        signatures: NamedDependency[Signatures],
    ) -> Response[ImageJobView]:
        """The job, and its image once it is completed."""
        with database.transaction() as tx:
            shown = generation.find(tx, principal.user_id, job_id)
            return _view(tx, terms, signatures, shown)

    @get(
        "/jobs/{job_id:uuid}/result",
        operation_id="getImageResult",
        responses=can_fail(
            ImageJobNotFound(),
            NotReady(JobStatus.RUNNING),
            ModerationBlocked("input"),
            BudgetExceeded(Decimal("0.25"), Decimal("0.10")),
            GenerationFailed("The job failed unexpectedly."),
        ),
        sync_to_thread=True,
    )
    def read_result(
        self,
        job_id: FromPath[UUID],
        principal: NamedDependency[Principal],
        database: NamedDependency[Database],
        signatures: NamedDependency[Signatures],
    ) -> ResultView:
        """The image alone, or the error that its job ended with."""
        with database.transaction() as tx:
            job = generation.find_completed(tx, principal.user_id, job_id)
            return present_result(job, signatures)

    @post(
        "/jobs/{job_id:uuid}/finalize",
        operation_id="finalizeImage",
        status_code=202,
        response_headers=ACCEPTED_HEADERS,
        responses=can_fail(
            ImageJobNotFound(),
            NotADraft(),
            DraftNotReady(JobStatus.RUNNING),
            BudgetExceeded(Decimal("0.25"), Decimal("0.10")),
        ),
        sync_to_thread=True,
    )
    def finalize(
        self,
        job_id: FromPath[UUID],
        principal: NamedDependency[Principal],
        database: NamedDependency[Database],
        jobs: NamedDependency[Jobs],
        terms: NamedDependency[Terms],
        data: JSONBody[FinalizeRequest | None] = None,
    ) -> Response[ImageJobAccepted]:
        """Make the final of a draft, with the same composition. A draft has one final: asked for again, it is
        answered with the one that there is."""
        quality = data.quality if data else None
        with database.transaction() as tx:
            final = finalization.finalize(tx, jobs, terms, principal.user_id, job_id, quality)
            return _accepted(tx, terms, principal.user_id, Submission(final.shown.job, replayed=not final.created))

    @post(
        "/jobs/{job_id:uuid}/cancel",
        operation_id="cancelImage",
        status_code=202,
        response_headers=VERSIONED_HEADERS,
        responses=can_fail(ImageJobNotFound(), JobNotCancellable(JobStatus.COMPLETED)),
        sync_to_thread=True,
    )
    def cancel(
        self,
        job_id: FromPath[UUID],
        principal: NamedDependency[Principal],
        database: NamedDependency[Database],
        jobs: NamedDependency[Jobs],
        terms: NamedDependency[Terms],
        signatures: NamedDependency[Signatures],
    ) -> Response[ImageJobView]:
        """Ask a job to stop; it then counts as failed."""
        with database.transaction() as tx:
            shown = generation.cancel(tx, jobs, principal.user_id, job_id)
            return _view(tx, terms, signatures, shown, status_code=202)

    @post(
        "/jobs/{job_id:uuid}/retry",
        operation_id="retryImage",
        status_code=202,
        response_headers=VERSIONED_HEADERS,
        responses=can_fail(ImageJobNotFound(), JobNotRetryable(JobStatus.COMPLETED)),
        sync_to_thread=True,
    )
    def retry(
        self,
        job_id: FromPath[UUID],
        principal: NamedDependency[Principal],
        database: NamedDependency[Database],
        jobs: NamedDependency[Jobs],
        terms: NamedDependency[Terms],
        signatures: NamedDependency[Signatures],
    ) -> Response[ImageJobView]:
        """Let a failed or cancelled job run again, in the same story."""
        with database.transaction() as tx:
            shown = generation.retry(tx, jobs, principal.user_id, job_id)
            return _view(tx, terms, signatures, shown, status_code=202)

    @delete(
        "/jobs/{job_id:uuid}",
        operation_id="discardImage",
        status_code=202,
        response_headers=VERSIONED_HEADERS,
        responses={204: ResponseSpec(None, False, "It was over, and is gone"), **can_fail(ImageJobNotFound())},
        sync_to_thread=True,
    )
    def discard(
        self,
        job_id: FromPath[UUID],
        principal: NamedDependency[Principal],
        database: NamedDependency[Database],
        jobs: NamedDependency[Jobs],
        terms: NamedDependency[Terms],
        signatures: NamedDependency[Signatures],
    ) -> Response[ImageJobView] | Response[None]:
        """Cancel a job that is going on; delete one that is over, with its files."""
        with database.transaction() as tx:
            cancelled = generation.discard(tx, jobs, principal.user_id, job_id)
            if cancelled is None:
                return Response(None, status_code=204)
            return _view(tx, terms, signatures, cancelled, status_code=202)


def _accepted(
    tx: Transaction, terms: Terms, owner_id: UUID, submission: Submission, beyond: str = ""
) -> Response[ImageJobAccepted]:
    shown = generation.find(tx, owner_id, submission.job.id)
    completion_s = Estimates(tx, terms.processes).completion_s([shown.image])
    body = present_accepted(shown, completion_s)
    return accepted(body, job_path(submission.job.id) + beyond, replayed=submission.replayed)


def _view(
    tx: Transaction, terms: Terms, signatures: Signatures, shown: ShownImage, *, status_code: int = 200
) -> Response[ImageJobView]:
    remaining_s = Estimates(tx, terms.processes).remaining_s(shown)
    view = present(shown, signatures, remaining_s=remaining_s)
    return versioned(view, shown.job.seq, status_code=status_code, age_s=_VIEW_AGE_S)
