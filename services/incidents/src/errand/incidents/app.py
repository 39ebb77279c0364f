"""Composition root of the API."""

from litestar import Litestar

from errand.common import logging
from errand.common.http.server import serve
from errand.common.ids import Service
from errand.common.jobs.api import create_jobs_app
from errand.common.settings import load
from errand.common.telemetry import process
from errand.incidents.controllers.handling import HandlingController
from errand.incidents.controllers.runbooks import RunbookController
from errand.incidents.controllers.runs import RunController
from errand.incidents.settings import Settings


def create(settings: Settings) -> Litestar:
    return create_jobs_app(Service.INCIDENTS, settings, [RunController, HandlingController, RunbookController])


def main() -> None:
    configuration = load(Settings)
    logging.configure("incidents", format=configuration.log_format, level=configuration.log_level)
    process.start("incidents", configuration)
    serve(create(configuration), host=configuration.host, ports=[configuration.port])
