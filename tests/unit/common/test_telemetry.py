import asyncio
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from litestar import Litestar, get
from litestar.params import FromPath
from litestar.testing import TestClient
from opentelemetry.trace import SpanKind, StatusCode, format_trace_id
from prometheus_client import REGISTRY

from deploy.local.services import environment
from errand.common.http.app import create_app
from errand.common.http.requests import observed
from errand.common.telemetry import metrics, traces
from tests.spans import Spans, id_of, parent_of, recorded_spans

TRACE = "0af7651916cd43dd8448eb211c80319c"
PARENT = "b7ad6b7169203331"
TRACE_PARENT = f"00-{TRACE}-{PARENT}-01"
REQUESTS = "errand_http_request_duration_seconds_count"


@pytest.fixture
def spans() -> Iterator[Spans]:
    with recorded_spans() as spans:
        yield spans


@pytest.fixture
def client() -> Iterator[TestClient[Litestar]]:
    @get("/things/{thing:str}", sync_to_thread=False)
    def read(thing: FromPath[str]) -> str | None:
        if thing == "broken":
            raise RuntimeError
        return traces.trace_parent()

    app = create_app("Things", [read], checks={}, dependencies={})
    app.asgi_handler = observed(app.asgi_handler)
    with TestClient(app) as client:
        yield client


def requests(**labels: str) -> float:
    return REGISTRY.get_sample_value(REQUESTS, labels) or 0


def routes() -> set[str]:
    return {sample.labels["route"] for family in metrics.HTTP_REQUESTS.collect() for sample in family.samples}


def test_a_request_counts_for_its_routes_template(client: TestClient[Litestar]) -> None:
    before = requests(method="GET", route="/things/{thing}", status="200")
    for name in ("one", "two", "three"):
        client.get(f"/things/{name}")

    assert requests(method="GET", route="/things/{thing}", status="200") == before + 3


def test_what_no_route_matches_counts_as_other(client: TestClient[Litestar]) -> None:
    before = requests(method="GET", route="other", status="404")
    client.get("/things/one/two")
    client.get("/nowhere")

    assert requests(method="GET", route="other", status="404") == before + 2


def test_an_invented_method_is_no_label_of_its_own() -> None:
    before = requests(method="other", route="/", status="405")
    metrics.observe("BREW", "/", 405, 0.1)

    assert requests(method="other", route="/", status="405") == before + 1


def test_probes_are_neither_counted_nor_traced(client: TestClient[Litestar], spans: Spans) -> None:
    client.get("/livez")
    client.get("/readyz")

    assert not {"/livez", "/readyz"} & routes()
    assert not spans.all


def test_a_client_that_is_gone_before_its_answer_counts_as_such() -> None:
    before = requests(method="GET", route="other", status="499")
    scope: Any = {"type": "http", "method": "GET", "path": "/", "headers": [], "state": {}}

    asyncio.run(observed(silent)(scope, silent, silent))  # type: ignore[arg-type]

    assert requests(method="GET", route="other", status="499") == before + 1


async def silent(*_: Any) -> None: ...


def test_a_requests_span_continues_the_clients_trace(client: TestClient[Litestar], spans: Spans) -> None:
    answer = client.get("/things/one", headers={"traceparent": TRACE_PARENT}).text

    span = spans.one("GET /things/{thing}")
    assert (parent_of(span), span.kind) == (PARENT, SpanKind.SERVER)
    assert answer == f"00-{TRACE}-{id_of(span)}-01"
    assert dict(span.attributes or {}) == {
        "http.request.method": "GET",
        "http.route": "/things/{thing}",
        "http.response.status_code": 200,
    }


def test_a_requests_span_says_that_it_failed(client: TestClient[Litestar], spans: Spans) -> None:
    client.get("/things/broken")

    assert spans.one("GET /things/{thing}").status.status_code is StatusCode.ERROR


@pytest.mark.parametrize("malformed", ["", "nonsense", f"00-{'0' * 32}-{PARENT}-01", "é", "0" * 10_000])
def test_a_malformed_trace_parent_begins_a_new_trace(spans: Spans, malformed: str) -> None:
    parent = traces.received([(b"accept", b"*/*"), (b"traceparent", malformed.encode())])
    with traces.continue_from(parent, "work", SpanKind.SERVER):
        pass

    assert spans.one("work").parent is None


def test_a_span_is_below_the_one_around_it(spans: Spans) -> None:
    with traces.continue_from(None, "outer", SpanKind.SERVER), traces.span("inner", SpanKind.CLIENT):
        pass

    assert parent_of(spans.one("inner")) == id_of(spans.one("outer"))


def test_what_continues_nothing_is_not_below_the_span_around_it(spans: Spans) -> None:
    with traces.span("outer", SpanKind.SERVER), traces.continue_from(None, "inner", SpanKind.CONSUMER):
        pass

    assert spans.one("inner").parent is None


def test_a_recorded_error_marks_the_span(spans: Spans) -> None:
    with traces.span("work", SpanKind.INTERNAL):
        traces.record(ValueError("no"))

    span = spans.one("work")
    assert (span.status.status_code, span.status.description) == (StatusCode.ERROR, "ValueError")
    assert [event.name for event in span.events] == ["exception"]


def test_log_lines_have_the_traces_id(spans: Spans) -> None:
    with traces.continue_from(TRACE_PARENT, "work", SpanKind.CONSUMER) as span:
        bound = structlog.contextvars.get_contextvars()["trace_id"]

    assert bound == format_trace_id(span.get_span_context().trace_id) == TRACE
    assert "trace_id" not in structlog.contextvars.get_contextvars()


def test_nothing_is_traced_unless_it_is_switched_on() -> None:
    traces.configure("test", "")
    with traces.continue_from(TRACE_PARENT, "work", SpanKind.SERVER) as span:
        assert not span.is_recording()
        assert traces.trace_parent() is None
        assert "trace_id" not in structlog.contextvars.get_contextvars()


def test_a_process_without_traces_does_not_load_what_sends_them() -> None:
    code = (
        "import sys, errand.gateway.app, errand.incidents.app, errand.incidents.worker\n"
        "senders = ('opentelemetry.sdk.trace', 'opentelemetry.exporter')\n"
        "print([name for name in sys.modules if name.startswith(senders)])"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment({}))

    assert result.stdout.strip() == "[]", result.stderr
