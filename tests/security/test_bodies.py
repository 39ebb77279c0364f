"""Bodies that are too large, packed, malformed or meant to be hard to read: refused in plain words, at little cost."""

from collections.abc import Callable, Iterator
from pathlib import Path

import httpx2
import pytest

from errand.gateway.routes import TABLE
from tests.security import bombs, wire
from tests.security.conftest import Query
from tests.security.logs import Logs
from tests.security.memory import MIB, Peaks
from tests.security.operations import IMAGES, OPERATIONS, Operation
from tests.security.people import Draft, Person, PublishedPage
from tests.stack import Stack

# What no route takes.
TOO_LARGE_BYTES = max(route.body_limit for route in TABLE) + MIB
# Of any process, by any of these.
MAX_GROWTH_BYTES = 48 * MIB
WITH_BODY = [operation for operation in OPERATIONS if "requestBody" in operation.facts]
WITH_FORM = [operation for operation in WITH_BODY if operation.accepts("multipart/form-data")]
with_body = pytest.mark.parametrize("operation", WITH_BODY, ids=str)
with_form = pytest.mark.parametrize("operation", WITH_FORM, ids=str)


@pytest.fixture(autouse=True)
def _no_harm_done(stack: Stack, log_directory: Path, ada: Person) -> Iterator[None]:
    logs, peaks = Logs(log_directory), Peaks(stack)
    yield
    assert ada.call("GET", "/v1/jobs").status_code == 200
    assert logs.faults() == []
    assert {name: growth for name, growth in peaks.growth().items() if growth > MAX_GROWTH_BYTES} == {}


@pytest.fixture
def stored(query: Query) -> Iterator[None]:
    """Nothing is, in this test."""
    tables = ("incidents.jobs", "gateway.users", "agents.jobs", "agents.form_submissions", "images.jobs")
    before = [query(f"SELECT count(*) FROM {table}") for table in tables]
    yield
    assert [query(f"SELECT count(*) FROM {table}") for table in tables] == before


def check_refused(answer: httpx2.Response, *statuses: int, what: str = "") -> None:
    assert answer.status_code in (statuses or range(400, 500)), f"{what}: {answer.text}"
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["status"] == answer.status_code
    assert answer.json()["detail"]


Target = Callable[[Operation], str]
Send = Callable[..., httpx2.Response]


@pytest.fixture(scope="module")
def draft(ada: Person) -> Draft:
    """Of Ada's, completed."""
    draft = ada.ask_for_draft()
    assert ada.ended(draft.job_id)["status"] == "completed"
    return draft


@pytest.fixture(scope="module")
def run_id(ada: Person) -> str:
    """Of Ada's incident, analysed."""
    return ada.submit_and_wait()


@pytest.fixture
def target(page: PublishedPage, draft: Draft, run_id: str) -> Target:
    """Of an operation, which is about Ada's page, batch, image or incident where it is about one."""

    def target(operation: Operation) -> str:
        if operation.is_about_incidents:
            return operation.target(run_id)
        id = draft.batch_id if operation.names_a_batch else draft.job_id if operation.is_about_images else page.id
        return operation.target(id, page.slug)

    return target


@pytest.fixture
def send(ada: Person, target: Target) -> Send:
    """`send(operation, body, media_type, **headers)` does so in Ada's name, to what is hers."""

    def send(operation: Operation, body: bytes, media_type: str, **headers: str) -> httpx2.Response:
        given = {"Content-Type": media_type, **headers}
        return ada.call(operation.method, target(operation), content=body, headers=given, follow_redirects=False)

    return send


@pytest.mark.usefixtures("stored")
@with_body
def test_json_that_makes_no_sense_is_refused(operation: Operation, send: Send) -> None:
    for name, body in bombs.UNREADABLE_JSON.items():
        check_refused(send(operation, body, bombs.JSON), 400, 413, 422, what=name)


@with_body
def test_strange_json_is_no_fault_of_ours(operation: Operation, send: Send) -> None:
    for name, body in bombs.STRANGE_JSON.items():
        answer = send(operation, body, bombs.JSON)
        if answer.status_code >= 300:
            check_refused(answer, what=name)


@pytest.mark.usefixtures("stored")
@pytest.mark.parametrize("form", ["{%b}", '{"images": [{"prompt": "a harbour"}, {%b}]}'], ids=["an image", "a batch"])
def test_an_image_that_does_not_fit_is_refused(form: str, ada: Person) -> None:
    path = f"{IMAGES}/batch-generate" if "images" in form else f"{IMAGES}/generate-async"
    for name, fields in bombs.UNFIT_IMAGES.items():
        body = form.encode() % (b'"prompt": "a harbour", ' + fields)
        headers = {"Content-Type": bombs.JSON}
        check_refused(ada.call("POST", path, content=body, headers=headers), 400, 422, what=name)


@pytest.mark.usefixtures("stored")
@with_form
def test_a_form_that_makes_no_sense_is_refused(operation: Operation, send: Send) -> None:
    for name, (media_type, body) in bombs.UNREADABLE_FORMS.items():
        check_refused(send(operation, body, media_type), 400, 413, 422, what=name)


@pytest.mark.usefixtures("stored")
@pytest.mark.parametrize("coding", bombs.PACKED)
def test_a_packed_body_is_refused_unopened(coding: str, send: Send) -> None:
    body = bombs.PACKED[coding]()
    for operation in WITH_BODY:
        answer = send(operation, body, bombs.JSON, **{"Content-Encoding": coding})
        check_refused(answer, 415)
        assert answer.headers["Accept-Encoding"] == "identity"


@with_body
def test_a_body_that_is_said_to_be_as_it_is_is_read(operation: Operation, ada: Person, target: Target) -> None:
    headers = {"Content-Encoding": "identity"}
    answer = ada.call(operation.method, target(operation), headers=headers, follow_redirects=False, **operation.body())

    assert answer.status_code in (200, 201, 202, 204, 303, 401, 409, 422)


@pytest.mark.usefixtures("stored")
@with_body
def test_a_body_that_says_it_is_too_large_is_not_asked_for(
    operation: Operation, stack: Stack, ada: Person, target: Target
) -> None:
    headers = [f"Authorization: Bearer {ada.access}", "Content-Type: application/json", "Expect: 100-continue"]
    head = wire.request(target(operation), *headers, "Content-Length: 1000000000", method=operation.method)

    with wire.connect(stack) as connection:
        connection.sendall(head)
        answer = wire.read_answer(connection)

    assert (answer.status, answer.is_problem) == (413, True)


@pytest.mark.usefixtures("stored")
@pytest.mark.parametrize("framing", ["with its length", "in chunks"])
@with_body
def test_a_body_that_is_too_large_is_refused_and_the_connection_can_be_used_on(
    operation: Operation, framing: str, stack: Stack, ada: Person, target: Target
) -> None:
    body = b'{"incident_text": "' + b"x" * TOO_LARGE_BYTES + b'"}'
    length, headers = f"Content-Length: {len(body)}", [f"Authorization: Bearer {ada.access}"]
    if framing == "in chunks":
        length, body = "Transfer-Encoding: chunked", f"{len(body):x}\r\n".encode() + body + b"\r\n0\r\n\r\n"
    headers += [f"Content-Type: {operation.media_type}", length]

    answers = wire.exchange(
        stack,
        wire.request(target(operation), *headers, method=operation.method, body=body) + wire.last("/asyncapi.json"),
    )

    assert [answer.status for answer in answers] == [413, 200]
    assert answers[0].is_problem
