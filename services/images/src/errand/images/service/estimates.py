"""How long it will take: from what it has taken lately."""

import math
from collections.abc import Sequence
from datetime import datetime

from errand.common.database import Transaction
from errand.common.jobs.domain import JobStatus
from errand.images.domain import TYPICAL_S
from errand.images.models import Image, ShownImage
from errand.images.repository import images


class Estimates:
    """For one answer. `processes` is how many images are made at once; several workers are faster than is said here."""

    def __init__(self, tx: Transaction, processes: int) -> None:
        self._tx = tx
        self._processes = processes
        self._medians: dict[tuple[str, str, str, int], float] = {}
        self._now: datetime | None = None

    def completion_s(self, submitted: Sequence[Image]) -> float:
        """From now until all of these, just submitted, are there."""
        waiting = images.due_runs(self._tx, submitted[0].job_id)
        durations = [self._median_s(image) for image in submitted]
        before = max(0, waiting - len(submitted)) * durations[0]
        return _rounded(max(*durations, (before + sum(durations)) / self._processes, 0))

    def remaining_s(self, shown: ShownImage) -> float | None:
        """Until this one is there; None where it is over."""
        match shown.job.status:
            case JobStatus.PENDING:
                ahead = images.runs_ahead(self._tx, shown.job.id)
                return _rounded(self._median_s(shown.image) * (1 + ahead / self._processes))
            case JobStatus.RUNNING if shown.job.started_at:
                elapsed_s = (self._clock() - shown.job.started_at).total_seconds()
                return _rounded(self._median_s(shown.image) - elapsed_s)
            case _:
                return None

    def _median_s(self, image: Image) -> float:
        key = (image.provider, image.model, image.quality, image.pixels)
        if key not in self._medians:
            known = images.median_duration_s(self._tx, image)
            self._medians[key] = TYPICAL_S[image.provider][image.quality] if known is None else known
        return self._medians[key]

    def _clock(self) -> datetime:
        if self._now is None:
            self._now = images.now(self._tx)
        return self._now


def _rounded(seconds: float) -> float:
    """To tenths, upwards: a job that is not over is not over in no time."""
    return max(0.1, math.ceil(seconds * 10) / 10)
