"""What an incident report must be, and how a job looks to those who submitted one."""

from collections.abc import Iterator, Mapping
from typing import Any, Literal

import msgspec

from errand.common.errors import NotFound, Unprocessable
from errand.common.jobs.domain import JobStatus
from errand.incidents import analysis

KIND = "incident"
MAX_CHARACTERS = 20_000
TIME_LIMIT_S = 900
# Whoever reads a job back stands deeper in Python's stack than the one who took it.
_MAX_DEPTH = 32
_DESCRIPTION_CHARACTERS = 200

# The guide knows four words, and its clients poll until one of the last two.
RunStatus = Literal["queued", "running", "completed", "failed"]
STATUS: Mapping[JobStatus, RunStatus] = {
    JobStatus.PENDING: "queued",
    JobStatus.RUNNING: "running",
    JobStatus.WAITING: "running",
    JobStatus.COMPLETED: "completed",
    JobStatus.FAILED: "failed",
    JobStatus.CANCELLED: "failed",
}


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """An incident as it was reported: in free text, or in the structured form of other systems."""

    incident_text: str | None = None
    incident_type: str | None = None
    severity: str | None = None
    payload: dict[str, Any] | None = None

    def text(self) -> str:
        """All that was reported, as one text: what a structured report states is evidence like any other."""
        structured = analysis.render(self.incident_type, self.severity, self.payload)
        return "\n".join(part for part in (self.incident_text, structured) if part)

    def summary(self) -> str:
        """One line for lists of jobs."""
        return " ".join(self.text().split())[:_DESCRIPTION_CHARACTERS]


class RunNotFound(NotFound):
    code = "run_not_found"

    def __init__(self) -> None:
        super().__init__("Run not found")


class ReportMissing(Unprocessable):
    code = "incident_text_missing"

    def __init__(self) -> None:
        super().__init__("Describe the incident in `incident_text`.")


class ReportTooLong(Unprocessable):
    code = "incident_text_too_long"

    def __init__(self, characters: int) -> None:
        super().__init__(f"An incident report has at most {MAX_CHARACTERS:,} characters; this one has {characters:,}.")


class ReportTooDeep(Unprocessable):
    code = "payload_too_deep"

    def __init__(self) -> None:
        super().__init__(f"The `payload` is nested too deeply: {_MAX_DEPTH} levels are allowed.")


def check(report: Report) -> None:
    """Raises ReportMissing for a report that says nothing, ReportTooLong and ReportTooDeep for one that says too
    much."""
    # Before there is a text: in it, every value of a payload repeats all the names that lead to it.
    _check_length(sum(_lengths(report.payload)))
    text = report.text()
    _check_length(len(text))
    if not analysis.normalise(text).text:
        raise ReportMissing


def _check_length(characters: int) -> None:
    if characters > MAX_CHARACTERS:
        raise ReportTooLong(characters)


def _lengths(value: object, above: int = 0, depth: int = 0) -> Iterator[int]:
    """Of each value in a payload, with the names `above` it. Raises ReportTooLong, ReportTooDeep."""
    _check_length(above)
    if depth > _MAX_DEPTH:
        raise ReportTooDeep
    if isinstance(value, dict):
        for name, item in value.items():
            yield from _lengths(item, above + len(name), depth + 1)
    elif isinstance(value, list):
        for item in value:
            yield from _lengths(item, above, depth + 1)
    elif value is not None:
        yield above + len(str(value))
