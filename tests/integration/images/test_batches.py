"""Images that are asked for together, drafts and their finals."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from errand.common.database import Database
from errand.common.jobs.run import Run
from errand.images.repository import files
from errand.images.service.production import Production
from tests.integration.images.conftest import Client, Finished, Submitted, over
from tests.waiting import until

GENERATE = "/api/v1/images/batch-generate"
# What is to be seen does not matter here.
SMALL = {"width": 64, "height": 64}


@pytest.fixture
def submit(client: Client) -> Callable[..., Any]:
    """`submit("a harbour", "a bridge", workflow=…)` is the answer's body."""

    def submit(*prompts: str, quality: str = "draft", **fields: Any) -> Any:
        images = [{"prompt": prompt, "quality": quality, **SMALL} for prompt in prompts]
        reply = client.post(GENERATE, json={"images": images, **fields})
        assert reply.status_code == 202, reply.text
        return reply.json()

    return submit


@pytest.fixture
def batch_over(client: Client, finished: Finished) -> Callable[[str], Any]:
    """`batch_over(batch_id)` is the batch's view once all of it is over."""
    return lambda batch_id: until(lambda: over(client.get(f"/api/v1/images/batches/{batch_id}").json()))


def test_a_batch_is_answered_as_the_guide_says(client: Client) -> None:
    images = [{"prompt": "Hero", "quality": "draft"}, {"prompt": "Featured", "quality": "draft"}]

    answer = client.post(GENERATE, json={"images": images, "blog_id": "blog-1", "workflow": "draft_then_final"})

    body = answer.json()
    assert answer.status_code == 202
    assert answer.headers["Location"] == f"/api/v1/images/batches/{body['batch_id']}"
    assert (body["status"], body["total_images"], len(body["job_ids"])) == ("queued", 2, 2)
    assert body["estimated_completion_time"] > 0
    prompts = [client.get(f"/api/v1/images/jobs/{job_id}").json()["prompt"] for job_id in body["job_ids"]]
    assert prompts == ["Hero", "Featured"]


def test_each_draft_gets_its_final_by_itself(
    client: Client, submit: Callable[..., Any], batch_over: Callable[[str], Any]
) -> None:
    submitted = submit("A harbour", "A bridge", blog_id="blog-1")

    batch = batch_over(submitted["batch_id"])

    assert (batch["status"], batch["progress_percentage"], batch["total_images"]) == ("completed", 100, 2)
    assert batch["counts"] == {"queued": 0, "processing": 0, "completed": 4, "failed": 0}
    drafts = [client.get(f"/api/v1/images/jobs/{job_id}").json() for job_id in submitted["job_ids"]]
    finals = [client.get(f"/api/v1/images/jobs/{job_id}").json() for job_id in batch["final_job_ids"]]
    assert sorted(draft["final_job_id"] for draft in drafts) == sorted(batch["final_job_ids"])
    assert {final["draft_job_id"] for final in finals} == set(submitted["job_ids"])
    assert [(draft["is_draft"], draft["quality"]) for draft in drafts] == [(True, "draft")] * 2
    assert [(final["is_draft"], final["quality"]) for final in finals] == [(False, "high")] * 2
    assert len(client.get("/api/v1/images?blog_id=blog-1").json()["items"]) == 4


def test_the_quality_that_was_asked_for_is_the_finals(
    submit: Callable[..., Any], batch_over: Callable[[str], Any]
) -> None:
    batch = batch_over(submit("A harbour", quality="standard")["batch_id"])

    assert [job["quality"] for job in batch["jobs"]] == ["draft", "standard"]


def test_finals_alone_have_no_drafts(submit: Callable[..., Any], batch_over: Callable[[str], Any]) -> None:
    batch = batch_over(submit("A harbour", quality="standard", workflow="final_only")["batch_id"])

    assert [job["quality"] for job in batch["jobs"]] == ["standard"]
    assert batch["final_job_ids"] == []


def test_drafts_may_wait_to_be_made_final(
    client: Client, submit: Callable[..., Any], batch_over: Callable[[str], Any]
) -> None:
    submitted = submit("A harbour", "A bridge", auto_finalize=False)
    batch_over(submitted["batch_id"])
    path = f"/api/v1/images/batches/{submitted['batch_id']}/finalize"

    one = client.post(path, json={"job_ids": submitted["job_ids"][1:], "quality": "standard"}).json()
    all_of_them = client.post(path).json()

    assert len(one["job_ids"]) == 1
    assert all_of_them["job_ids"][1:] == one["job_ids"]
    batch = batch_over(submitted["batch_id"])
    assert [job["quality"] for job in batch["jobs"]] == ["draft", "draft", "standard", "high"]


def test_one_image_that_does_not_fit_is_named_and_nothing_is_created(client: Client) -> None:
    images = [{"prompt": f"Picture {number}"} for number in range(20)]
    bad_ones = ({"prompt": "x"}, "prompt"), ({"prompt": "    "}, "prompt"), ({"prompt": "A sea", "width": 64}, "height")
    for bad, name in bad_ones:
        field = f"images[13].{name}"
        answer = client.post(GENERATE, json={"images": [*images[:13], bad, *images[14:]]})

        assert answer.status_code == 422
        assert field in answer.json()["detail"]
        assert [error["field"] for error in answer.json()["errors"]] == [field]
    assert client.get("/api/v1/images").json()["items"] == []


@pytest.mark.parametrize("count", [0, 21])
def test_a_batch_has_one_to_twenty_images(count: int, client: Client) -> None:
    answer = client.post(GENERATE, json={"images": [{"prompt": "A harbour"}] * count})

    assert answer.status_code == 422


def test_the_same_key_gives_the_same_batch(client: Client) -> None:
    def submit(*prompts: str) -> Any:
        images = [{"prompt": prompt} for prompt in prompts]
        return client.post(GENERATE, json={"images": images}, headers={"Idempotency-Key": "once"})

    first, again = submit("A harbour", "A bridge"), submit("A harbour", "A bridge")
    other = submit("A harbour", "A lighthouse")

    assert first.json()["job_ids"] == again.json()["job_ids"]
    assert first.json()["batch_id"] == again.json()["batch_id"]
    assert again.headers["Idempotency-Replayed"] == "true"
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert len(client.get("/api/v1/images").json()["items"]) == 2


def test_a_batch_that_nobody_wants_is_cancelled_and_then_gone(client: Client, submit: Callable[..., Any]) -> None:
    path = f"/api/v1/images/batches/{submit('A harbour', 'A bridge')['batch_id']}"

    first, second = client.delete(path).json(), client.delete(path).json()

    assert first == {"cancelled": 2, "deleted": 0}
    assert second == {"cancelled": 0, "deleted": 2}
    assert client.get(path).status_code == client.delete(path).status_code == 404


def test_a_batch_that_was_cancelled_has_failed(client: Client, submit: Callable[..., Any]) -> None:
    path = f"/api/v1/images/batches/{submit('A harbour')['batch_id']}"
    client.delete(path)

    assert client.get(path).json()["status"] == "failed"


@pytest.mark.parametrize(("method", "suffix"), [("GET", ""), ("DELETE", ""), ("POST", "/finalize")])
def test_anothers_batch_is_not_there(
    method: str, suffix: str, client: Client, submit: Callable[..., Any], sign_in: Callable[[], UUID]
) -> None:
    path = f"/api/v1/images/batches/{submit('A harbour')['batch_id']}{suffix}"
    sign_in()

    assert client.request(method, path).status_code == 404


def test_a_draft_of_another_batch_is_not_there(
    client: Client, submit: Callable[..., Any], batch_over: Callable[[str], Any]
) -> None:
    one, other = submit("A harbour", auto_finalize=False), submit("A bridge", auto_finalize=False)
    batch_over(other["batch_id"])

    answer = client.post(f"/api/v1/images/batches/{one['batch_id']}/finalize", json={"job_ids": other["job_ids"]})

    assert answer.status_code == 404


def test_a_draft_is_made_final_once(client: Client, submitted: Submitted, finished: Finished) -> None:
    draft = finished(submitted(**SMALL))["job_id"]
    path = f"/api/v1/images/jobs/{draft}/finalize"

    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(lambda _: client.post(path, json={"quality": "standard"}), range(4)))

    assert {answer.status_code for answer in answers} == {202}
    (final,) = {answer.json()["job_id"] for answer in answers}
    assert sorted(answer.headers.get("Idempotency-Replayed", "") for answer in answers) == ["", "true", "true", "true"]
    assert finished(final)["draft_job_id"] == draft
    assert client.get(f"/api/v1/images/jobs/{draft}").json()["final_job_id"] == final


def test_only_a_completed_draft_is_made_final(
    client: Client, submitted: Submitted, request: pytest.FixtureRequest
) -> None:
    draft, standard = submitted(**SMALL), submitted(quality="standard", **SMALL)

    early = client.post(f"/api/v1/images/jobs/{draft}/finalize")
    finished: Finished = request.getfixturevalue("finished")
    finished(standard)
    no_draft = client.post(f"/api/v1/images/jobs/{standard}/finalize")

    assert (early.status_code, early.json()["code"]) == (409, "draft_not_ready")
    assert (no_draft.status_code, no_draft.json()["code"]) == (409, "not_a_draft")
    assert client.post(f"/api/v1/images/jobs/{draft}/finalize", json={"quality": "draft"}).status_code == 422


def test_a_final_is_made_anew_where_it_was_deleted(client: Client, submitted: Submitted, finished: Finished) -> None:
    draft = finished(submitted(**SMALL))["job_id"]
    path = f"/api/v1/images/jobs/{draft}/finalize"
    first = client.post(path, json={"quality": "standard"}).json()["job_id"]
    finished(first)
    client.delete(f"/api/v1/images/jobs/{first}")

    second = client.post(path, json={"quality": "standard"}).json()["job_id"]

    assert second != first


def test_a_nul_character_in_the_blogs_id_is_refused(client: Client) -> None:
    answer = client.post(GENERATE, json={"images": [{"prompt": "A harbour", "blog_id": "a"}], "blog_id": "b\x00"})

    assert (answer.status_code, answer.json()["code"]) == (422, "nul_character")


def test_a_blogs_id_may_be_a_number(client: Client) -> None:
    client.post(GENERATE, json={"images": [{"prompt": "A harbour"}], "blog_id": 7})

    assert [item["blog_id"] for item in client.get("/api/v1/images?blog_id=7").json()["items"]] == ["7"]


def test_a_draft_that_is_discarded_at_its_very_end_has_no_final(
    client: Client, submit: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    path = f"/api/v1/images/batches/{submit('A harbour')['batch_id']}"
    record = Production._record

    def discarded_before(production: Production, run: Run, *arguments: Any) -> None:
        with run.shielded():
            client.delete(path)
        record(production, run, *arguments)

    monkeypatch.setattr(Production, "_record", discarded_before)
    request.getfixturevalue("worker")

    batch = until(lambda: over(client.get(path).json()))

    assert batch["counts"] == {"queued": 0, "processing": 0, "completed": 0, "failed": 1}


def test_deleting_a_draft_while_it_is_recorded_waits_for_it(
    client: Client, submitted: Submitted, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    job_id, refer, held, waited_for = submitted(**SMALL), files.refer, threading.Event(), threading.Event()

    def refer_late(*arguments: Any) -> None:
        held.set()
        waited_for.wait(5)
        refer(*arguments)

    monkeypatch.setattr(files, "refer", refer_late)
    database: Database = request.getfixturevalue("database")
    request.getfixturevalue("worker")
    held.wait(10)
    with ThreadPoolExecutor(1) as threads:
        deleting = threads.submit(client.delete, f"/api/v1/images/jobs/{job_id}")
        until(lambda: database.execute(sa.text("SELECT FROM pg_locks WHERE NOT granted")))
        waited_for.set()
        answer = deleting.result()

    # It was over first, or asked to stop just before that.
    assert answer.status_code in (202, 204)
    assert until(lambda: gone_or_over(client, job_id))


def gone_or_over(client: Client, job_id: str) -> bool:
    answer = client.get(f"/api/v1/images/jobs/{job_id}")
    return answer.status_code == 404 or over(answer.json()) is not None


def test_a_final_that_came_to_nothing_is_tried_again(
    client: Client, submitted: Submitted, finished: Finished, monkeypatch: pytest.MonkeyPatch
) -> None:
    record, cancelled = Production._record, threading.Event()

    def record_late(production: Production, run: Run, *arguments: Any) -> None:
        with run.shielded():
            cancelled.wait(10)
        record(production, run, *arguments)

    draft = finished(submitted(**SMALL))["job_id"]
    path = f"/api/v1/images/jobs/{draft}/finalize"
    monkeypatch.setattr(Production, "_record", record_late)
    final = client.post(path, json={"quality": "ultra"}).json()["job_id"]
    assert client.post(f"/api/v1/images/jobs/{final}/cancel").status_code == 202
    cancelled.set()
    assert finished(final)["status"] == "failed"

    assert client.post(path).json()["job_id"] == final
    assert until(lambda: client.get(f"/api/v1/images/jobs/{final}").json()["status"] == "completed")
