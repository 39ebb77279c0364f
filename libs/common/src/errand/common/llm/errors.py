"""How a model fails its caller."""

from errand.common.errors import Conflict, ErrandError, Unavailable, Unprocessable


class ModelError(ErrandError):
    """Any of them. The sentences tell nothing of prompts, keys or vendors."""


class ModelUnavailable(ModelError, Unavailable):
    """No answer, after some tries or in time."""

    code = "model_unavailable"

    def __init__(self, reason: str, retry_after_s: float | None = None) -> None:
        super().__init__(f"The language model does not answer: {reason}.", max(1, round(retry_after_s or 2)))


class CallRejected(ModelError, Unavailable):
    """The vendor will not take the call as it is: a wrong key or model name, a prompt that is too long."""

    code = "model_call_rejected"

    def __init__(self, status: int) -> None:
        super().__init__(f"The language model's provider does not accept the call (status {status}).")
        self.status = status


class Refused(ModelError, Unprocessable):
    """The model declined to answer."""

    code = "model_refused"

    def __init__(self) -> None:
        super().__init__("The language model declined to answer.")


class AnswerUnusable(ModelError, Unprocessable):
    """The answer does not fit, nor did the one it was asked for instead.

    `value` is the last answer where it has the type at least, and only `complaints` of the caller's stand against it.
    """

    code = "model_answer_unusable"

    def __init__(self, complaints: list[str], value: object = None) -> None:
        super().__init__("The language model's answer cannot be used.")
        self.complaints = complaints
        self.value = value


class BudgetExceeded(ModelError, Conflict):
    """What the job may spend is spent."""

    code = "model_budget_exceeded"

    def __init__(self, limit: str) -> None:
        super().__init__(f"The job has used up what it may spend on language models: {limit}.")


class LoopDetected(ModelError, Conflict):
    """The model goes round in circles."""

    code = "model_loop"

    def __init__(self, reason: str) -> None:
        super().__init__(f"The language model was stopped: {reason}.")
