"""Composition root of the worker."""

import contextlib
import functools

from errand.agents import actors
from errand.agents.authoring import hiring
from errand.agents.checkpoints import saver
from errand.agents.checkpoints.saver import Checkpoints
from errand.agents.graph.execution import Execution
from errand.agents.schemas import Addresses
from errand.agents.settings import Settings
from errand.common import logging
from errand.common.ids import Service
from errand.common.jobs.worker import connect_worker
from errand.common.settings import load
from errand.common.telemetry import process

_PRUNE_S = 30


def main() -> None:
    configuration = load(Settings)
    logging.configure("agents-worker", format=configuration.log_format, level=configuration.log_level)
    process.start("agents-worker", configuration)
    worker = connect_worker(Service.AGENTS, configuration)
    kept = Checkpoints(configuration.database_url, schema="agents", pool_size=configuration.worker_threads)
    with contextlib.closing(kept):
        kept.open()
        execution = Execution(worker.database, kept, Addresses(configuration.pages_url), hiring.choose(configuration))
        actors.register(worker, execution)
        worker.housekeep("checkpoints", _PRUNE_S, functools.partial(saver.prune, worker.database))
        worker.serve()
