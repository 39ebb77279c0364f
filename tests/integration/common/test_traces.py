"""One trace, from a client's request through gateway, service and queue into the worker."""

import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx2
import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.resource.v1.resource_pb2 import Resource
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.trace import SpanKind, StatusCode
from sqlalchemy import text

from errand.common.database import Database
from errand.common.errors import Conflict
from errand.common.jobs.run import Run
from errand.common.jobs.runner import Handler
from errand.common.telemetry import traces
from errand.gateway.app import create
from errand.gateway.settings import Settings as GatewaySettings
from errand.incidents import app
from errand.incidents.domain import KIND
from errand.incidents.settings import Settings
from tests.integration.common.conftest import SIGNING_KEY, Submit, running
from tests.integration.gateway.serving import serving
from tests.integration.gateway.test_process import free_port
from tests.spans import Spans, id_of, parent_of
from tests.waiting import until

TRACE = "0af7651916cd43dd8448eb211c80319c"
PARENT = "b7ad6b7169203331"
REQUEST = {"data": {"incident_text": "A container is missing."}, "headers": {"traceparent": f"00-{TRACE}-{PARENT}-01"}}


def gone_through(run: Run) -> str:
    return "done"


def fails(run: Run) -> None:
    raise Conflict


@pytest.fixture
def gateway(settings: Settings, migrated_database: Callable[..., str]) -> Iterator[httpx2.Client]:
    """In front of the real service."""
    with serving(app.create(settings)) as port:
        gateway_settings = GatewaySettings(
            database_url=migrated_database("gateway"),
            redis_url=settings.redis_url,
            signing_key=SIGNING_KEY,
            upstreams=(f"incidents=http://127.0.0.1:{port}",),
            incidents_allow_anonymous=True,
        )
        with (
            serving(create(gateway_settings)) as port,
            httpx2.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client,
        ):
            yield client


def chain(spans: Spans) -> list[ReadableSpan]:
    """Every span, each followed by the one below it."""
    by_parent = {parent_of(span): span for span in spans.all}
    chained, id = [], PARENT
    while span := by_parent.get(id):
        chained.append(span)
        id = id_of(span)
    return chained


def test_a_job_is_one_trace_from_the_clients_request_to_its_run(
    gateway: httpx2.Client, work: Callable[[Handler], None], spans: Spans
) -> None:
    work(gone_through)
    run_id = gateway.post("/incident/run", **REQUEST).json()["run_id"]  # type: ignore[arg-type]
    until(lambda: len(spans.all) == 4)

    request, call, handling, run = chain(spans)
    assert [(span.name, span.kind) for span in (request, call, handling, run)] == [
        ("POST /incident/*", SpanKind.SERVER),
        ("POST incidents", SpanKind.CLIENT),
        ("POST /incident/run", SpanKind.SERVER),
        (f"run {KIND}", SpanKind.CONSUMER),
    ]
    assert dict(run.attributes or {}) == {
        "job_id": run_id,
        "run": 1,
        "attempt": 1,
        "kind": KIND,
        "outcome": "completed",
    }


def test_a_failed_run_says_so_in_its_span(submit: Submit, work: Callable[[Handler], None], spans: Spans) -> None:
    work(fails)
    submit()
    until(lambda: len(spans.all) == 2)

    run = spans.one(f"run {KIND}")
    assert run.status.status_code is StatusCode.ERROR
    assert (run.attributes or {})["outcome"] == "failed"


def test_without_traces_a_job_belongs_to_none(submit: Submit, settings: Settings) -> None:
    submit()

    with closing(Database(settings.database_url, schema="incidents")) as database:
        assert [row.trace_parent for row in database.execute(text("SELECT trace_parent FROM runs"))] == [None]


class Collector:
    """Takes spans as an OpenTelemetry collector does."""

    def __init__(self) -> None:
        self.requests: list[ExportTraceServiceRequest] = []
        collector = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                collector.requests.append(ExportTraceServiceRequest.FromString(body))
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_: object) -> None: ...

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/v1/traces"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def spans(self) -> list[tuple[str, str]]:
        """Of each its service's name and its own."""
        return [
            (_name_of(process.resource), span.name)
            for request in self.requests
            for process in request.resource_spans
            for scope in process.scope_spans
            for span in scope.spans
        ]


def _name_of(resource: Resource) -> str:
    (name,) = [attribute.value.string_value for attribute in resource.attributes if attribute.key == "service.name"]
    return str(name)


@pytest.fixture
def collector(monkeypatch: pytest.MonkeyPatch) -> Iterator[Collector]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    collector = Collector()
    yield collector
    collector.server.shutdown()
    collector.server.server_close()


def test_what_is_left_is_sent_when_traces_are_closed(collector: Collector) -> None:
    traces.configure("test", collector.url)
    with traces.span("work", SpanKind.INTERNAL):
        pass
    traces.close()

    assert collector.spans() == [("errand-test", "work")]


def test_a_stopped_process_has_sent_its_spans(collector: Collector, settings: Settings) -> None:
    port = free_port()
    variables = {
        "database_url": settings.database_url,
        "redis_url": settings.redis_url,
        "identity_public_key": settings.identity_public_key,
        "traces_endpoint": collector.url,
    }
    with running("incidents", "api", ready_port=port, port=port, **variables):
        httpx2.get(f"http://127.0.0.1:{port}/incident/jobs", trust_env=False)

    assert collector.spans() == [("errand-incidents", "GET /incident/jobs")]
