from collections.abc import Callable
from uuid import uuid4

import httpx2
import pytest
from prometheus_client import REGISTRY
from prometheus_client.parser import text_string_to_metric_families

from errand.common.identity import Principal
from errand.common.telemetry.metrics import HTTP_REQUESTS, UNMATCHED
from tests.integration.common.conftest import running
from tests.integration.gateway.conftest import SIGNING_KEY, Gateway
from tests.integration.gateway.service import Seen
from tests.integration.gateway.test_process import free_port
from tests.spans import id_of, recorded_spans
from tests.waiting import until

TRACE = "0af7651916cd43dd8448eb211c80319c"
TRACE_PARENT = f"00-{TRACE}-b7ad6b7169203331-01"


def requests(method: str, route: str, status: int) -> float:
    labels = {"method": method, "route": route, "status": str(status)}
    return REGISTRY.get_sample_value("errand_http_request_duration_seconds_count", labels) or 0


@pytest.mark.parametrize(
    ("method", "path", "route", "status"),
    [
        ("GET", f"/incident/run/{uuid4()}", "/incident/run/{id}", 200),
        ("POST", "/incident/cleanup/", "/incident/cleanup", 200),
        ("POST", "/api/auth/login/", "/api/auth/login", 422),
        ("GET", f"/v1/jobs/{uuid4()}", "/v1/jobs/{id}", 401),
        ("GET", f"/nowhere/{uuid4()}", UNMATCHED, 404),
        ("GET", "/incident/%2e%2e/jobs", UNMATCHED, 404),
        ("TRACE", "/incident/jobs", UNMATCHED, 405),
    ],
    ids=["proxied", "proxied, any path", "its own", "refused", "nobody's", "not plain", "no such method"],
)
def test_a_request_counts_for_its_pattern_in_the_route_table(
    gateway: Gateway, method: str, path: str, route: str, status: int
) -> None:
    label = UNMATCHED if method == "TRACE" else method
    before = requests(label, route, status)

    assert gateway.call(method, path).status_code == status
    until(lambda: requests(label, route, status) == before + 1)


def test_no_path_becomes_a_label(gateway: Gateway, user: Principal) -> None:
    id = uuid4()
    for path in (f"/{id}", f"/incident/{id}", f"/v1/jobs/{id}/cancel", f"/api/auth/{id}", f"/livez/{id}"):
        gateway.get(path, user)

    labels = {sample.labels["route"] for family in HTTP_REQUESTS.collect() for sample in family.samples}
    assert not [label for label in labels if str(id) in label]


def test_a_service_gets_a_trace_parent_of_the_gateways_in_the_clients_trace(
    gateway: Gateway, last_seen: Callable[[], Seen]
) -> None:
    with recorded_spans() as spans:
        gateway.get("/incident/jobs", headers={"traceparent": TRACE_PARENT})
        until(lambda: len(spans.all) == 2)

    assert last_seen().one("traceparent") == f"00-{TRACE}-{id_of(spans.one('GET incidents'))}-01"


def test_without_traces_the_clients_own_passes(gateway: Gateway, last_seen: Callable[[], Seen]) -> None:
    gateway.get("/incident/jobs", headers={"traceparent": TRACE_PARENT})

    assert last_seen().one("traceparent") == TRACE_PARENT


def test_metrics_are_on_a_port_of_their_own_and_nowhere_else(database_url: str, redis_url: str) -> None:
    port, metrics_port = free_port(), free_port()
    settings = {"database_url": database_url, "redis_url": redis_url, "signing_key": SIGNING_KEY}
    with running("gateway", "api", ready_port=port, ports=port, metrics_port=metrics_port, **settings):
        public = httpx2.get(f"http://127.0.0.1:{port}/metrics", trust_env=False)
        told = httpx2.get(f"http://127.0.0.1:{metrics_port}/metrics", trust_env=False)

    assert public.status_code == 404
    names = {family.name for family in text_string_to_metric_families(told.text)}
    assert {"errand_http_request_duration_seconds", "errand_live_connections", "process_cpu_seconds"} <= names
