"""The work of this service: a job is one image."""

from errand.common.jobs.worker import Worker
from errand.images.domain import KIND
from errand.images.service.production import Production


def register(worker: Worker, production: Production) -> None:
    worker.register(KIND, production.make)
