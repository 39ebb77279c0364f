"""What every process does about its telemetry when it starts."""

from prometheus_client import disable_created_metrics, start_http_server

from errand.common.settings import ProcessSettings
from errand.common.telemetry import traces


def start(name: str, settings: ProcessSettings) -> None:
    """Serve `/metrics` on a port of its own and send spans, where the settings say so. `name` is in every span."""
    if settings.metrics_port:
        # They would be half of the answer, and say what `process_start_time_seconds` says.
        disable_created_metrics()  # type: ignore[no-untyped-call]
        start_http_server(settings.metrics_port, settings.host)
    traces.configure(name, settings.traces_endpoint)
