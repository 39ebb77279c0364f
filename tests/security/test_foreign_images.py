"""Another user's images and batches answer as those that do not exist, and stay as they are."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.security.foreign import REQUEST_ID, WAYS, missing, spellings, told
from tests.security.operations import IMAGE, IMAGES, OPERATIONS, Operation
from tests.security.people import Draft, Person
from tests.stack import Stack

# An image's job is found where all services' are, too.
PATHS = (IMAGES, "/v1/jobs/")
WITH_A_JOB = [item for item in OPERATIONS if item.names_a_job and item.path.startswith(PATHS) and not item.names_a_file]
WITH_A_BATCH = [item for item in OPERATIONS if item.names_a_batch]
# Without an id, or with one that is a place in a list.
LISTS = [item for item in OPERATIONS if item.path in (IMAGES, f"{IMAGES}/budget", "/v1/jobs")]


@pytest.fixture(scope="module")
def drawn(stack: Stack, ada: Person) -> Iterator[list[Draft]]:
    """Of Ada's, for each test to take one. From then on no worker takes anything up."""
    drafts = [ada.ask_for_draft() for _ in range(len(WITH_A_JOB) + len(WITH_A_BATCH) + 5)]
    assert {ada.ended(draft.job_id)["status"] for draft in drafts} == {"completed"}
    stack.pause("images-worker")
    yield drafts
    stack.resume("images-worker")


@pytest.fixture
def draft(drawn: list[Draft]) -> Draft:
    """Completed."""
    return drawn.pop()


@pytest.fixture
def drafts(ada: Person, draft: Draft) -> list[Draft]:
    """One that can be looked at, one that can be cancelled, one that can be tried again."""
    pending, cancelled = ada.ask_for_draft(), ada.ask_for_draft()
    assert ada.call("POST", f"/v1/jobs/{cancelled.job_id}/cancel").status_code == 202
    return [draft, pending, cancelled]


def state(ada: Person, drafts: list[Draft]) -> list[Any]:
    """All of it, past everything that the gateway may remember, and whether there are finals."""
    batches = [ada.call("GET", f"{IMAGES}/batches/{draft.batch_id}").json() for draft in drafts]
    finals = [batch["final_job_ids"] for batch in batches]
    return [ada.stored(draft.job_id) for draft in drafts] + finals


@pytest.mark.parametrize("operation", WITH_A_JOB, ids=str)
def test_another_users_image_is_like_none(
    operation: Operation, ada: Person, drafts: list[Draft], strangers: list[Person]
) -> None:
    before = state(ada, drafts)
    job_ids = [draft.job_id for draft in drafts]

    asked = [(stranger, {**way, "X-Request-Id": REQUEST_ID}) for stranger in strangers for way in WAYS.values()]
    nobodys = [
        [told(stranger.perform(operation, id, headers=headers)) for id in spellings(missing(job_ids[0]))]
        for stranger, headers in asked
    ]
    for job_id in job_ids:
        # So that the gateway has its answers ready, for her.
        ada.call("GET", f"/v1/jobs/{job_id}")
        ada.call("GET", f"{IMAGES}/jobs/{job_id}")
        for (stranger, headers), expected in zip(asked, nobodys, strict=True):
            for foreign, none in zip(spellings(job_id), expected, strict=True):
                answer = stranger.perform(operation, foreign, headers=headers)
                assert told(answer) == none
                assert answer.status_code == (401 if operation.needs_a_token and not stranger.access else 404)
                assert job_id not in answer.text

    assert state(ada, drafts) == before
    answers = [ada.perform(operation, job_id).status_code for job_id in job_ids]
    assert {status for status in answers if status < 300}, f"{operation} does nothing for Ada either: {answers}"


@pytest.mark.parametrize("operation", WITH_A_BATCH, ids=str)
def test_another_users_batch_is_like_none(
    operation: Operation, ada: Person, draft: Draft, strangers: list[Person]
) -> None:
    before = state(ada, [draft])
    headers = {"X-Request-Id": REQUEST_ID}

    for stranger in strangers:
        for foreign, nobodys in zip(spellings(draft.batch_id), spellings(missing(draft.batch_id)), strict=True):
            answer = stranger.perform(operation, foreign, headers=headers)
            assert told(answer) == told(stranger.perform(operation, nobodys, headers=headers))
            assert answer.status_code == (404 if stranger.access else 401)

    assert state(ada, [draft]) == before
    assert ada.perform(operation, draft.batch_id).status_code < 300


def test_a_batch_makes_final_what_is_in_it_alone(ada: Person, grace: Person, draft: Draft, drawn: list[Draft]) -> None:
    before, headers = state(ada, [draft]), {"X-Request-Id": REQUEST_ID}
    own = {grace: grace.ask_for_draft(), ada: drawn.pop()}

    for person, among in own.items():
        for others in ([], [among.job_id]):
            foreign, nobodys = (
                person.call(
                    "POST",
                    f"{IMAGES}/batches/{among.batch_id}/finalize",
                    json={"job_ids": [*others, job_id]},
                    headers=headers,
                )
                for job_id in (draft.job_id, missing(draft.job_id))
            )
            assert told(foreign) == told(nobodys)
            assert foreign.status_code == 404

    assert state(ada, [draft]) == before
    assert state(ada, [own[ada]])[-1] == []


@pytest.mark.parametrize("operation", LISTS, ids=str)
def test_what_a_stranger_lists_has_nothing_of_another_users_images(
    operation: Operation, ada: Person, drafts: list[Draft], strangers: list[Person]
) -> None:
    headers = {"X-Request-Id": REQUEST_ID}
    newest = drafts[-1].job_id

    for stranger in strangers:
        for place, nobodys in ((newest, missing(newest)), ("", "")):
            answer = stranger.perform(operation, place, headers=headers)
            assert answer.status_code == (200 if stranger.access else 401)
            assert told(answer) == told(stranger.perform(operation, nobodys, headers=headers))
            assert not [id for draft in drafts for id in draft if id in answer.text + str(answer.headers)]


def test_blogs_of_one_name_are_their_owners_alone(ada: Person, grace: Person, anonymous: Person) -> None:
    own = {person: person.ask_for_draft().job_id for person in (ada, grace)}
    query = {"blog_id": IMAGE["blog_id"]}

    listed = {person: person.call("GET", IMAGES, params=query).json()["items"] for person in own}
    ids = {person: {item["job_id"] for item in items} for person, items in listed.items()}

    assert ids[ada] & ids[grace] == set()
    assert all(job_id in ids[person] for person, job_id in own.items())
    assert anonymous.call("GET", IMAGES, params=query).status_code == 401
