"""The work of this service: a graph for each kind of job."""

from errand.agents.domain import CHAT, INIT
from errand.agents.graph.execution import Execution
from errand.common.jobs.worker import Worker


def register(worker: Worker, execution: Execution) -> None:
    worker.register(INIT, execution.run)
    worker.register(CHAT, execution.run)
