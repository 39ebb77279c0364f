"""Another user's job answers as one that does not exist, whatever is asked of it, and stays as it is."""

import contextlib
import secrets
from collections.abc import Iterator

import pytest

from tests.integration.gateway.watching import Frame, Socket
from tests.security import operations, sockets
from tests.security.conftest import Query
from tests.security.foreign import REQUEST_ID, WAYS, missing, spellings, told
from tests.security.operations import OPERATIONS, Operation
from tests.security.people import TEXT, Person
from tests.security.sockets import opened
from tests.stack import Stack

# Jobs of incidents are found nowhere else; test_foreign_images.py has those of images.
WITH_A_JOB = [item for item in OPERATIONS if item.job_ids and not item.names_a_page and not item.is_about_images]


@pytest.fixture(scope="module")
def finished(stack: Stack, ada: Person) -> Iterator[str]:
    """A job of Ada's that is over. From then on no worker takes anything up."""
    job_id = ada.submit_and_wait()
    stack.pause("incidents-worker")
    yield job_id
    stack.resume("incidents-worker")


@pytest.fixture(scope="module")
def jobs(stack: Stack, ada: Person, finished: str) -> Iterator[list[str]]:
    """Those of `_jobs`, for strangers, who leave them as they are."""
    with _jobs(stack, ada, finished) as jobs:
        yield jobs


@pytest.fixture
def own_jobs(stack: Stack, ada: Person, finished: str) -> Iterator[list[str]]:
    """Those of `_jobs`, for Ada to do with what she likes."""
    with _jobs(stack, ada, finished) as jobs:
        yield jobs


@contextlib.contextmanager
def _jobs(stack: Stack, ada: Person, finished: str) -> Iterator[list[str]]:
    """Of Ada's, who watches them: one that can be looked at, one that can be cancelled, one that can be tried again."""
    pending, cancelled = ada.submit(), ada.submit()
    # So that there is something to reopen.
    resolved = ada.call("POST", f"/incident/run/{finished}/resolve", json={"resolution": "It stood one row further."})
    assert resolved.status_code == 200
    assert ada.call("POST", f"/v1/jobs/{cancelled}/cancel").status_code == 202
    with opened(stack.address, "/ws/v1/jobs", ada.headers) as socket:
        # So that the gateway knows their stories by heart.
        for job_id in (finished, pending, cancelled):
            _watch(socket, job_id)
        yield [finished, pending, cancelled]


@pytest.fixture
def page_id(ada: Person) -> str:
    """Of Ada's, published in one version."""
    return ada.publish_page().id


@pytest.mark.parametrize("operation", OPERATIONS, ids=str)
def test_it_is_known_which_parameters_and_fields_are_ids(operation: Operation) -> None:
    ids = operations.JOB_IDS | {operations.PAGE_ID, operations.BATCH_ID, operations.SLUG}
    unknown = {name for _, name in operation.parameters} - ids - set(operations.OTHERS)
    unknown |= operation.fields() - operations.JOB_FIELDS - operations.FIELDS

    assert not unknown, (
        f"{operation} takes {', '.join(sorted(unknown))}: say in tests/security/operations.py whether that is the id "
        f"of a job (JOB_IDS, JOB_FIELDS), of a page (PAGE_ID) or of a batch (BATCH_ID), something else (OTHERS, or "
        f"FIELDS of a body), or teach these tests about a new kind of id"
    )


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("operation", WITH_A_JOB, ids=str)
def test_another_users_job_is_like_none(
    operation: Operation, way: str, ada: Person, jobs: list[str], strangers: list[Person]
) -> None:
    before = [ada.stored(job_id) for job_id in jobs]
    headers = {**WAYS[way], "X-Request-Id": REQUEST_ID}

    nobodys = {
        stranger: [told(stranger.perform(operation, id, headers=headers)) for id in spellings(missing(jobs[0]))]
        for stranger in strangers
    }
    for job_id in jobs:
        # So that the gateway has its answer ready, for her.
        ada.call("GET", f"/v1/jobs/{job_id}")
        for stranger in strangers:
            for foreign, none in zip(spellings(job_id), nobodys[stranger], strict=True):
                answer = stranger.perform(operation, foreign, headers=headers)
                assert told(answer) == none
                if operation.names_a_job:
                    assert answer.status_code == (401 if operation.needs_a_token and not stranger.access else 404)
                assert job_id not in answer.text

    assert [ada.stored(job_id) for job_id in jobs] == before


@pytest.mark.parametrize("operation", [item for item in WITH_A_JOB if item.names_a_job], ids=str)
def test_the_same_request_of_its_owner_is_let_in(operation: Operation, ada: Person, own_jobs: list[str]) -> None:
    answers = [ada.perform(operation, job_id).status_code for job_id in own_jobs]

    assert {status for status in answers if status < 300}, (
        f"{operation} does nothing for Ada either ({answers}), so that nothing is learned from refusing others: "
        f"add a job to the fixture that she can call it with"
    )


@pytest.mark.parametrize("operation", OPERATIONS, ids=str)
def test_what_a_stranger_is_told_or_does_has_nothing_of_another_users_jobs(
    operation: Operation, ada: Person, jobs: list[str], strangers: list[Person]
) -> None:
    before = [ada.stored(job_id) for job_id in jobs]

    for stranger in strangers:
        answer = stranger.perform(operation, missing(jobs[0]))
        assert answer.status_code < 500
        assert not [job_id for job_id in jobs if job_id in answer.text + str(answer.headers)]

    assert [ada.stored(job_id) for job_id in jobs] == before


@pytest.mark.parametrize(
    "operation", [item for item in OPERATIONS if ("header", "Idempotency-Key") in item.parameters], ids=str
)
def test_another_users_idempotency_key_is_a_new_one(
    operation: Operation, ada: Person, strangers: list[Person], finished: str
) -> None:
    headers = {"Idempotency-Key": f"key of {operation}"}
    strangers = [stranger for stranger in strangers if stranger.may_perform(operation)]
    people = [ada, *strangers, ada]

    answers = [person.perform(operation, headers=headers) for person in people]

    # Some wait for what comes of the job, and tell no more than that.
    assert {answer.status_code for answer in answers} in ({202}, {200})
    first, *others, again = (
        answer.headers.get("Location", answer.headers.get("Content-Location")) for answer in answers
    )
    assert again == first
    assert len({first, *others}) == 1 + len(strangers)
    replayed = [answer.headers.get("Idempotency-Replayed") for answer in answers if answer.status_code == 202]
    assert replayed in ([None] * (1 + len(strangers)) + ["true"], [])


@pytest.mark.parametrize("operation", [item for item in OPERATIONS if item.names_a_page], ids=str)
def test_another_users_page_is_like_none(
    operation: Operation, page_id: str, ada: Person, strangers: list[Person]
) -> None:
    before = ada.call("GET", f"/v1/landing-pages/{page_id}").json()

    for stranger in strangers:
        headers = {"X-Request-Id": REQUEST_ID}
        answer = stranger.perform(operation, page_id, headers=headers)
        assert told(answer) == told(stranger.perform(operation, missing(page_id), headers=headers))
        assert answer.status_code == (404 if stranger.access else 401)

    assert ada.call("GET", f"/v1/landing-pages/{page_id}").json() == before
    assert ada.perform(operation, page_id).status_code < 300


def test_sessions_of_one_name_are_their_owners_alone(ada: Person, grace: Person, anonymous: Person) -> None:
    session = f"shared-{secrets.token_hex(8)}"
    pages = {person: person.publish_page(session, name) for person, name in ((ada, "Ada's"), (grace, "Grace's"))}
    for person, said in ((ada, "Ada has said this"), (grace, "Grace has said this")):
        chat = person.call("POST", "/v1/agent/chat", json={"session_id": session, "message": said}).json()
        person.ended(chat["job_id"])

    for person, said in ((ada, "Ada has said this"), (grace, "Grace has said this")):
        history = person.call("GET", "/v1/agent/chat/history", headers={"X-Session-Id": session}).json()
        assert [message["content"] for message in history["messages"] if message["role"] == "user"] == [said]
        assert person.call("GET", f"/v1/landing-pages/session/{session}").json()["id"] == pages[person].id
        listed = person.call("GET", "/v1/landing-pages", params={"session_id": session}).json()
        assert [page["id"] for page in listed["items"]] == [pages[person].id]

    assert grace.call("DELETE", f"/v1/landing-pages/{pages[grace].id}").status_code == 204
    assert ada.call("GET", f"/v1/landing-pages/session/{session}").json()["id"] == pages[ada].id
    assert anonymous.call("GET", f"/v1/landing-pages/session/{session}").status_code == 401


def test_it_is_known_which_parts_of_sockets_and_frames_are_ids() -> None:
    parameters = {name for channel in sockets.CHANNELS.values() for name in channel["parameters"]}
    fields = {name for frame in sockets.received_frames() for name in frame["properties"]}

    unknown = parameters - sockets.JOB_IDS | fields - sockets.JOB_IDS - sockets.OTHERS
    assert not unknown, (
        f"sockets take {', '.join(sorted(unknown))}: say in tests/security/sockets.py whether that is the id of a job"
    )


def test_a_socket_of_another_users_job_closes_like_that_of_none(
    stack: Stack, jobs: list[str], strangers: list[Person]
) -> None:
    for stranger in strangers:
        ends = {_end(stack, address, stranger) for job_id in jobs for address in _sockets_of_a_job(job_id)}
        assert len(ends) == 1
        assert ends.pop()[0] == 4003


def test_a_subscription_to_another_users_job_fails_like_that_to_none(
    stack: Stack, ada: Person, grace: Person, jobs: list[str]
) -> None:
    frames = [frame for frame in sockets.received_frames() if "job_id" in frame["properties"]]
    with opened(stack.address, "/ws/v1/jobs", grace.headers) as socket:
        for frame in frames:
            for job_id in jobs:
                foreign, nobodys = (
                    _refusal(socket, frame["properties"]["type"]["enum"][0], id) for id in (job_id, missing(job_id))
                )
                assert foreign == nobodys
                assert foreign["type"] == "error"
    with opened(stack.address, "/ws/v1/jobs", ada.headers) as socket:
        _watch(socket, jobs[0])


def test_who_watches_their_own_jobs_hears_nothing_of_others(
    stack: Stack, ada: Person, grace: Person, finished: str, query: Query
) -> None:
    own = grace.submit()
    with opened(stack.address, "/ws/v1/jobs", grace.headers) as socket:
        socket.send(type="subscribe", job_id=own)
        foreign = ada.submit()
        ada.call("POST", f"/v1/jobs/{foreign}/cancel")
        grace.call("POST", f"/v1/jobs/{own}/cancel")
        frames: list[Frame] = []
        while "job_cancelled" not in str(frames[-1:]):
            frames.append(socket.frame())
    assert {frame["job_id"] for frame in frames} == {own}
    owners = query("SELECT DISTINCT owner_id FROM incidents.jobs WHERE input ->> 'incident_text' = %s", TEXT)
    assert len(owners) > 1


def _watch(socket: Socket, job_id: str) -> None:
    socket.send(type="subscribe", job_id=job_id)
    while (frame := socket.frame())["type"] != "attached":
        assert frame["type"] == "event"
    assert frame["job_id"] == job_id


def _sockets_of_a_job(job_id: str) -> list[str]:
    """Of this one and of one that there is not."""
    return [address for id in (job_id, missing(job_id)) for address in sockets.addresses(id) if id in address]


def _end(stack: Stack, path: str, person: Person) -> tuple[int, str]:
    with opened(stack.address, path, person.headers) as socket:
        _, code = socket.rest()
        return code, str(socket.connection.close_reason)


def _refusal(socket: Socket, type: str, job_id: str) -> Frame:
    socket.send(type=type, job_id=job_id)
    frame = socket.frame()
    assert frame.pop("job_id") == job_id
    return frame
