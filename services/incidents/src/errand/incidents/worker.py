"""Composition root of the worker."""

from errand.common import logging
from errand.common.ids import Service
from errand.common.jobs.worker import connect_worker
from errand.common.settings import load
from errand.common.telemetry import process
from errand.incidents import actors
from errand.incidents.settings import Settings


def main() -> None:
    configuration = load(Settings)
    logging.configure("incidents-worker", format=configuration.log_format, level=configuration.log_level)
    process.start("incidents-worker", configuration)
    worker = connect_worker(Service.INCIDENTS, configuration)
    actors.register(worker)
    worker.serve()
