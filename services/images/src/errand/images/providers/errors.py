"""How a provider fails, beside `ModerationBlocked`. The sentences tell nothing of prompts, keys or vendors."""

import math

from errand.common.errors import Failed, Unavailable, Unprocessable


class ProviderUnavailable(Unavailable):
    """No answer, after some tries or in time."""

    code = "provider_unavailable"

    def __init__(self, reason: str, retry_after_s: float | None = None) -> None:
        super().__init__(f"The image provider does not answer: {reason}.", max(1, math.ceil(retry_after_s or 2)))


class CallRejected(Failed):
    """The provider will not take this installation's call as it is: a wrong key or model, a server without edits."""

    code = "provider_call_rejected"

    def __init__(self, status: int) -> None:
        super().__init__(f"The image provider does not accept the call (status {status}).")
        self.status = status


class QuotaExhausted(Failed):
    """This installation's account with the provider has nothing left."""

    code = "provider_quota_exhausted"

    def __init__(self) -> None:
        super().__init__("The image provider's quota for this installation is used up.")


class AnswerUnusable(Unprocessable):
    """The provider says that it has made an image, and there is none."""

    code = "provider_answer_unusable"

    def __init__(self, reason: str) -> None:
        super().__init__(f"The image provider's answer cannot be used: {reason}.")
