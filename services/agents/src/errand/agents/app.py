"""Composition root of the API."""

from litestar import Litestar

from errand.agents.controllers.landing_pages import LandingPageController
from errand.agents.controllers.published import PublishedController
from errand.agents.controllers.sessions import AgentController
from errand.agents.schemas import Addresses
from errand.agents.settings import Settings
from errand.common import logging
from errand.common.http.heads import answering_head
from errand.common.http.server import serve
from errand.common.ids import Service
from errand.common.jobs.api import create_jobs_app
from errand.common.settings import load
from errand.common.telemetry import process


def create(settings: Settings) -> Litestar:
    app = create_jobs_app(
        Service.AGENTS,
        settings,
        [AgentController, LandingPageController, PublishedController],
        dependencies={"addresses": Addresses(settings.pages_url)},
        max_body_bytes=4 * 1024 * 1024,
    )
    # Litestar looks for a route with the method before any of its own middleware has a say.
    app.asgi_handler = answering_head(app.asgi_handler)
    return app


def main() -> None:
    configuration = load(Settings)
    logging.configure("agents", format=configuration.log_format, level=configuration.log_level)
    process.start("agents", configuration)
    serve(create(configuration), host=configuration.host, ports=[configuration.port])
