"""What can be asked for, where a job of it stands, and what is refused. No I/O here."""

import hashlib
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Literal
from uuid import UUID

from msgspec import Struct

from errand.common.errors import (
    Conflict,
    ErrandError,
    Failed,
    FieldError,
    Forbidden,
    NotFound,
    PaymentRequired,
    SwitchedOff,
    Unprocessable,
)
from errand.common.jobs.domain import JobStatus, Speed
from errand.images.sizes import SCALES, AspectRatio, Quality, Size

KIND = "image"
TIME_LIMIT_S = 600
MAX_BATCH = 20
MIN_PROMPT_CHARACTERS, MAX_PROMPT_CHARACTERS = 3, 1000
MAX_NEGATIVE_CHARACTERS = 500
MAX_STYLE_CHARACTERS = 100
MAX_BLOG_ID_CHARACTERS = 200
MAX_SEED = 2**32 - 1

Workflow = Literal["draft_then_final", "final_only"]
ProviderName = Literal["offline", "openai"]
#: What makes a final look like its draft: the very same scene, the draft as the model's reference, or nothing.
CompositionLock = Literal["exact", "reference", "none"]
ImageStatus = Literal["pending", "queued", "processing", "completed", "failed"]

# Clients poll until one of the last two; `pending` is the guide's word for what this service has queued at once.
STATUS: Mapping[JobStatus, ImageStatus] = {
    JobStatus.PENDING: "queued",
    JobStatus.RUNNING: "processing",
    JobStatus.WAITING: "processing",
    JobStatus.COMPLETED: "completed",
    JobStatus.FAILED: "failed",
    JobStatus.CANCELLED: "failed",
}

QUEUED, GENERATING, CALLING, PROCESSING, DONE = (
    "queued",
    "generating",
    "calling_provider",
    "processing_result",
    "done",
)
#: In percent, where a handler tells it; the kernel begins at 0 and ends at 100.
PROGRESS: Mapping[str, int] = {GENERATING: 10, CALLING: 30, PROCESSING: 90}


#: How long an image takes where none has been made yet, in seconds.
TYPICAL_S: Mapping[str, Mapping[str, float]] = {
    "offline": {"draft": 0.6, "standard": 1.5, "high": 3.0, "ultra": 5.0},
    "openai": {"draft": 15.0, "standard": 30.0, "high": 60.0, "ultra": 90.0},
}


class Spec(Struct, frozen=True, kw_only=True):
    """One image as it is to be made, settled when its job is submitted: a final has its draft's, with another quality.

    `width` and `height` are those of the image at standard quality; `size` is that of the file.
    """

    prompt: str
    negative_prompt: str = ""
    style: str = ""
    seed: int | None = None
    quality: Quality = "standard"
    aspect_ratio: AspectRatio = "1:1"
    width: int
    height: int
    blog_id: str | None = None
    provider: ProviderName = "offline"
    model: str = ""
    #: The draft that this is the final of.
    draft_job_id: UUID | None = None
    #: And what that was to be made by: the same model draws the same again.
    draft_model: str = ""
    #: Of a draft: the quality of its final, and whether that follows by itself.
    wanted_quality: Quality | None = None
    auto_finalize: bool = False

    @property
    def is_draft(self) -> bool:
        return self.quality == "draft"

    @property
    def speed(self) -> Speed:
        """A draft is looked at by somebody who waits: it does not queue behind finals, however small they are."""
        return Speed.FAST if self.is_draft else Speed.SLOW

    @property
    def canvas(self) -> Size:
        """What a scene is composed on, the same for a draft and its final."""
        return Size(self.width, self.height)

    @property
    def size(self) -> Size:
        """Of the file."""
        return self.canvas.scaled(SCALES[self.quality])

    def prompt_hash(self) -> str:
        """SHA-256 in hex: what may be said of a prompt where the prompt itself may not."""
        return hashlib.sha256(self.prompt.encode()).hexdigest()


class Balance(Struct, frozen=True, kw_only=True):
    """Of the calendar month (UTC) that begins with the day `month`, in US dollars."""

    month: date
    limit_usd: Decimal
    spent_usd: Decimal
    reserved_usd: Decimal
    left_usd: Decimal


class StoredFileFacts(Struct, frozen=True, kw_only=True):
    """A file of an image: `name` is its last word in the URL, `digest` its SHA-256 in hex, by which it is stored."""

    name: str
    digest: str
    content_type: str
    size_bytes: int
    width: int
    height: int


class StoredImage(Struct, frozen=True, kw_only=True):
    """`master` is the PNG; `renditions` are smaller or lighter ones of it; `vector` is there where it was drawn as one.

    `placeholder` is a data URI of a few hundred bytes; `colours` are hex, the most of it first.
    """

    master: StoredFileFacts
    renditions: tuple[StoredFileFacts, ...]
    vector: StoredFileFacts | None
    placeholder: str
    colours: tuple[str, ...]
    alt_text: str

    def files(self) -> list[StoredFileFacts]:
        return [self.master, *self.renditions, *([self.vector] if self.vector else [])]


class ImageResult(Struct, frozen=True, kw_only=True):
    """The result of a completed job, as it is stored: files by name, for their URLs expire. `cost` is in US dollars."""

    images: tuple[StoredImage, ...]
    generation_time_seconds: float
    provider: ProviderName
    model: str
    cost: float
    composition_lock: CompositionLock


class PromptInvalid(Unprocessable):
    code = "prompt_invalid"

    def __init__(self) -> None:
        message = f"A prompt has at least {MIN_PROMPT_CHARACTERS} characters beside blanks."
        super().__init__(message, FieldError("prompt", message))


class ImageJobNotFound(NotFound):
    code = "image_job_not_found"

    def __init__(self) -> None:
        super().__init__("Image job not found")


class BatchNotFound(NotFound):
    code = "batch_not_found"

    def __init__(self) -> None:
        super().__init__("Image batch not found")


class FileNotFound(NotFound):
    code = "file_not_found"

    def __init__(self) -> None:
        super().__init__("There is no such file.")


class SignatureRefused(Forbidden):
    code = "signature_refused"

    def __init__(self) -> None:
        super().__init__("The URL has expired, or is not as it was given out. Ask for the job again to get a new one.")


class AsyncDisabled(SwitchedOff):
    code = "async_disabled"

    def __init__(self) -> None:
        super().__init__("Asynchronous generation is switched off here; use /api/v1/images/generate.")


class NotADraft(Conflict):
    code = "not_a_draft"

    def __init__(self) -> None:
        super().__init__("Only a draft can be made final.")


class DraftNotReady(Conflict):
    code = "draft_not_ready"

    def __init__(self, status: str) -> None:
        super().__init__(f"Only a completed draft can be made final; this one is {status}.")


class ModerationBlocked(Unprocessable):
    """Final: the same prompt would be refused again. `stage` is `input` or `output`."""

    code = "moderation_blocked"

    def __init__(self, stage: str) -> None:
        what = "The prompt" if stage == "input" else "The image"
        super().__init__(f"{what} was refused by the provider's moderation.")
        self.stage = stage


class NotReady(Conflict):
    code = "not_ready"

    def __init__(self, status: str) -> None:
        super().__init__(f"The job is {status}: there is no image.")


class BudgetExceeded(PaymentRequired):
    code = "budget_exceeded"

    def __init__(self, needed_usd: Decimal, left_usd: Decimal) -> None:
        super().__init__(f"This would cost about ${needed_usd:.2f}; ${left_usd:.2f} of this month's budget are left.")


class GenerationFailed(Failed):
    """A job has ended without an image."""

    code = "generation_failed"


class GenerationRefused(Unprocessable):
    """The job's moderation_blocked, told once more."""

    code = ModerationBlocked.code


class GenerationUnpaid(PaymentRequired):
    """The job's budget_exceeded, told once more."""

    code = BudgetExceeded.code


def failure(code: str, message: str) -> ErrandError:
    """What a job ended with, as an answer to whoever waits for it."""
    match code:
        case ModerationBlocked.code:
            return GenerationRefused(message)
        case BudgetExceeded.code:
            return GenerationUnpaid(message)
        case _:
            return GenerationFailed(message)
