"""The work of this service: a job is one report."""

from errand.common.jobs.worker import Worker
from errand.incidents.domain import KIND
from errand.incidents.service.analysis import Analyst


def register(worker: Worker, analyst: Analyst) -> None:
    worker.register(KIND, analyst.analyse)
