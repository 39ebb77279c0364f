"""Composition root of the API."""

from litestar import Litestar

from errand.common import logging
from errand.common.http.heads import answering_head
from errand.common.http.server import serve
from errand.common.ids import Service
from errand.common.jobs.api import create_jobs_app
from errand.common.settings import load
from errand.common.telemetry import process
from errand.images.controllers.batches import BatchController
from errand.images.controllers.files import FileController
from errand.images.controllers.images import ImageController
from errand.images.rendering.studio import Studio
from errand.images.settings import Settings
from errand.images.signatures import Signatures
from errand.images.storage.opening import open_storage
from errand.images.terms import settle_terms


def create(settings: Settings) -> Litestar:
    app = create_jobs_app(
        Service.IMAGES,
        settings,
        [ImageController, BatchController, FileController],
        dependencies={
            # Nothing is drawn here: its processes are never started.
            "terms": settle_terms(settings, Studio(settings.render_processes)),
            "storage": open_storage(settings.files_url),
            "signatures": Signatures(
                settings.files_key, lifetime_s=settings.file_url_lifetime_s, public_url=settings.public_url
            ),
        },
    )
    # Litestar looks for a route with the method before any of its own middleware has a say.
    app.asgi_handler = answering_head(app.asgi_handler)
    return app


def main() -> None:
    configuration = load(Settings)
    logging.configure("images", format=configuration.log_format, level=configuration.log_level)
    process.start("images", configuration)
    serve(create(configuration), host=configuration.host, ports=[configuration.port])
