"""Composition root of the worker."""

import contextlib
import functools

from errand.common import logging
from errand.common.database import Database
from errand.common.ids import Service
from errand.common.jobs.worker import connect_worker
from errand.common.settings import load
from errand.common.telemetry import process
from errand.images import actors
from errand.images.rendering.studio import Studio
from errand.images.service import batches, charges, files
from errand.images.service.production import Production
from errand.images.settings import Settings
from errand.images.storage import Storage
from errand.images.storage.opening import open_storage
from errand.images.terms import settle_terms

_RELEASE_S = 10
_CLEAN_UP_S = 600


def main() -> None:
    configuration = load(Settings)
    logging.configure("images-worker", format=configuration.log_format, level=configuration.log_level)
    process.start("images-worker", configuration)
    storage = open_storage(configuration.files_url)
    with contextlib.closing(storage), contextlib.closing(Studio(configuration.render_processes)) as studio:
        studio.start()
        terms = settle_terms(configuration, studio)
        worker = connect_worker(Service.IMAGES, configuration)
        actors.register(worker, Production(worker.database, worker.jobs, terms, storage, studio))
        worker.housekeep("charges", _RELEASE_S, functools.partial(charges.release_ended, worker.database))
        worker.housekeep("files", _CLEAN_UP_S, functools.partial(clean_up, worker.database, storage, configuration))
        worker.serve()


def clean_up(database: Database, storage: Storage, settings: Settings) -> None:
    """Remove the files that no image refers to, and batches without images."""
    files.remove_unused(database, storage, age_s=settings.unused_file_age_s)
    batches.remove_empty(database)
