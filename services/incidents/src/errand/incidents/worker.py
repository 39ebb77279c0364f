"""Composition root of the worker."""

import gc

from errand.common import logging
from errand.common.ids import Service
from errand.common.jobs.worker import connect_worker
from errand.common.settings import load
from errand.common.telemetry import process
from errand.incidents import actors, analysis
from errand.incidents.narration import choosing
from errand.incidents.service.analysis import Analyst
from errand.incidents.settings import Settings


def main() -> None:
    configuration = load(Settings)
    logging.configure("incidents-worker", format=configuration.log_format, level=configuration.log_level)
    process.start("incidents-worker", configuration)
    worker = connect_worker(Service.INCIDENTS, configuration)
    actors.register(worker, Analyst(worker.database, choosing.choose(configuration)))
    warm_up()
    worker.serve()


def warm_up() -> None:
    """Read the knowledge once, and leave it out of garbage collections: one of its 165,000 objects takes as long as an
    analysis."""
    analysis.analyse("A container is missing.")
    gc.collect()
    gc.freeze()
