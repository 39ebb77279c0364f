"""One image: submit it, look at it, no longer want it."""

import io
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from litestar.testing import TestClient
from msgspec.structs import replace
from PIL import Image

from errand.common.database import Database
from errand.common.jobs.worker import Worker
from errand.images import app
from errand.images.settings import Settings
from errand.images.sizes import SCALES, STANDARD, Quality, Size
from tests.integration.images.conftest import PROMPT, PUBLIC_URL, Client, Finished, Submitted

GENERATE = "/api/v1/images/generate-async"
# Where it does not matter what is to be seen.
SMALL = {"width": 64, "height": 64}
# Flat colours are drawn several times as fast as gradients.
FLAT = {"prompt": "Soft gradients", "style": "flat"}


def download(client: Client, url: str) -> bytes:
    assert url.startswith(PUBLIC_URL)
    answer = client.get(url.removeprefix(PUBLIC_URL))
    assert answer.status_code == 200, answer.text
    return answer.content


def test_a_job_is_answered_as_the_guide_says(client: Client) -> None:
    answer = client.post(GENERATE, json={"prompt": PROMPT, "quality": "draft", "aspect_ratio": "16:9"})

    body = answer.json()
    assert answer.status_code == 202
    assert answer.headers["Location"] == f"/api/v1/images/jobs/{body['job_id']}"
    assert answer.headers["Retry-After"] == "1"
    assert (body["status"], body["is_draft"]) == ("queued", True)
    assert body["estimated_completion_time"] > 0
    assert PROMPT not in body["message"]


def test_a_queued_job_has_no_more_than_what_is_known(client: Client, submitted: Submitted) -> None:
    view = client.get(f"/api/v1/images/jobs/{submitted()}").json()

    assert (view["status"], view["progress_percentage"], view["current_stage"]) == ("queued", 0, "queued")
    assert view["estimated_time_remaining"] > 0
    assert not {"started_at", "completed_at", "result", "error_message", "final_job_id"} & set(view)


def test_a_completed_job_has_its_image(client: Client, submitted: Submitted, finished: Finished) -> None:
    view = finished(submitted(aspect_ratio="16:9", blog_id="blog-1"))

    result = view["result"]
    (image,) = result["images"]
    assert (view["status"], view["progress_percentage"], view["current_stage"]) == ("completed", 100, "done")
    assert (result["success"], result["provider"], result["cost"]) == (True, "offline", 0)
    assert result["model"].startswith("scenes-")
    assert 0 < result["generation_time_seconds"] < 60
    assert (image["width"], image["height"]) == (672, 384)
    assert [file["width"] for file in image["renditions"]] == [320, 640, 672]
    assert image["placeholder"].startswith("data:image/webp;base64,")
    assert "crane" in image["alt_text"].lower()
    assert view["completed_at"] >= view["started_at"] >= view["created_at"]
    assert "estimated_time_remaining" not in view


@pytest.mark.parametrize("quality", SCALES)
def test_files_have_the_sizes_that_the_result_states(
    quality: Quality, client: Client, submitted: Submitted, finished: Finished
) -> None:
    # The largest with all that takes time, as users have it.
    looks = {ratio: {} if ratio == "1:1" else FLAT for ratio in STANDARD}
    jobs = {ratio: submitted(aspect_ratio=ratio, quality=quality, **look) for ratio, look in looks.items()}

    for ratio, canvas in STANDARD.items():
        (image,) = finished(jobs[ratio])["result"]["images"]
        for file in (image, *image["renditions"]):
            content = download(client, file["url"])
            with Image.open(io.BytesIO(content)) as decoded:
                decoded.load()
                assert decoded.size == (file["width"], file["height"])
                assert Image.MIME[decoded.format or ""] == file["content_type"]
            assert len(content) == file["size_bytes"]
        assert Size(image["width"], image["height"]) == canvas.scaled(SCALES[quality])


def test_a_custom_size_is_that_at_standard_quality(submitted: Submitted, finished: Finished) -> None:
    size = {"width": 1201, "height": 631, "aspect_ratio": "custom"}
    views = [finished(submitted(quality=quality, **size, **FLAT)) for quality in ("draft", "standard")]

    images = [view["result"]["images"][0] for view in views]
    assert [(image["width"], image["height"]) for image in images] == [(600, 316), (1201, 631)]


def test_equal_requests_give_equal_files(client: Client, submitted: Submitted, finished: Finished) -> None:
    first, second, other = (finished(submitted(seed=seed, **SMALL))["result"]["images"][0] for seed in (None, None, 7))

    assert download(client, first["url"]) == download(client, second["url"])
    assert download(client, first["url"]) != download(client, other["url"])


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "prompt"),
        ({"prompt": "ab"}, "prompt"),
        ({"prompt": "x" * 1001}, "prompt"),
        ({"prompt": "     "}, "prompt"),
        ({"prompt": 5}, "prompt"),
        ({"prompt": PROMPT, "quality": "best"}, "quality"),
        ({"prompt": PROMPT, "aspect_ratio": "5:4"}, "aspect_ratio"),
        ({"prompt": PROMPT, "aspect_ratio": "custom", "width": 640}, "height"),
        ({"prompt": PROMPT, "aspect_ratio": "16:9", "width": 640, "height": 360}, "aspect_ratio"),
        ({"prompt": PROMPT, "width": 63, "height": 64}, "width"),
        ({"prompt": PROMPT, "width": 64, "height": 2049}, "height"),
        ({"prompt": PROMPT, "seed": -1}, "seed"),
        ({"prompt": PROMPT, "seed": 2**32}, "seed"),
        ({"prompt": PROMPT, "negative_prompt": "x" * 501}, "negative_prompt"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(body: dict[str, Any], field: str, client: Client) -> None:
    answer = client.post(GENERATE, json=body)

    assert answer.status_code == 422, answer.text
    assert field in answer.json()["detail"]
    assert client.get("/api/v1/images").json()["items"] == []


def test_a_nul_character_is_refused(client: Client) -> None:
    answer = client.post(GENERATE, json={"prompt": "a harbour\x00at dawn"})

    assert (answer.status_code, answer.json()["code"]) == (422, "nul_character")


def test_the_same_key_and_request_give_the_same_job(client: Client) -> None:
    def submit(prompt: str) -> Any:
        return client.post(GENERATE, json={"prompt": prompt}, headers={"Idempotency-Key": "once"})

    first, again, other = submit(PROMPT), submit(PROMPT), submit("Something else")

    assert first.json()["job_id"] == again.json()["job_id"]
    assert again.headers["Idempotency-Replayed"] == "true"
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert len(client.get("/api/v1/images").json()["items"]) == 1


def test_the_list_is_one_blogs_newest_first(client: Client, submitted: Submitted) -> None:
    ids = [submitted(blog_id=blog) for blog in ("a", "b", "a", "a")]

    first = client.get("/api/v1/images?blog_id=a&limit=2")
    second = client.get(first.links["next"]["url"])

    assert [item["job_id"] for item in first.json()["items"]] == [ids[3], ids[2]]
    assert [item["job_id"] for item in second.json()["items"]] == [ids[0]]
    assert "next" not in second.links
    assert len(client.get("/api/v1/images").json()["items"]) == 4


def test_no_blog_has_a_nul_character(client: Client, submitted: Submitted) -> None:
    submitted(blog_id="a")

    assert client.get("/api/v1/images?blog_id=a%00").json() == {"items": []}


def test_a_queued_job_is_cancelled_and_counts_as_failed(client: Client, submitted: Submitted) -> None:
    job_id = submitted()

    view = client.post(f"/api/v1/images/jobs/{job_id}/cancel").json()
    again = client.post(f"/api/v1/images/jobs/{job_id}/cancel")

    assert (view["status"], view["error_message"]) == ("failed", "Cancelled.")
    assert again.status_code == 409


def test_a_cancelled_job_is_made_after_all_when_it_is_retried(
    client: Client, submitted: Submitted, request: pytest.FixtureRequest
) -> None:
    job_id = submitted(**SMALL)
    client.delete(f"/api/v1/images/jobs/{job_id}")

    assert client.post(f"/api/v1/images/jobs/{job_id}/retry").status_code == 202
    finished: Finished = request.getfixturevalue("finished")
    assert finished(job_id)["status"] == "completed"


def test_deleting_cancels_what_goes_on_and_removes_what_is_over(client: Client, submitted: Submitted) -> None:
    path = f"/api/v1/images/jobs/{submitted()}"

    first, second, third = (client.delete(path) for _ in range(3))

    assert (first.status_code, first.json()["status"]) == (202, "failed")
    assert (second.status_code, second.content) == (204, b"")
    assert third.status_code == 404
    assert client.get(path).status_code == 404


def test_a_deleted_image_has_no_files_any_more(client: Client, submitted: Submitted, finished: Finished) -> None:
    view = finished(submitted(**SMALL))
    url = view["result"]["images"][0]["url"].removeprefix(PUBLIC_URL)

    client.delete(f"/api/v1/images/jobs/{view['job_id']}")

    assert client.get(url).status_code == 404


def test_anothers_job_is_not_there(
    client: Client, submitted: Submitted, finished: Finished, sign_in: Callable[..., UUID], user_id: UUID
) -> None:
    job_id = submitted(**SMALL)
    view = finished(job_id)
    sign_in()

    for method, path in (
        ("GET", "/jobs/{id}"),
        ("GET", "/jobs/{id}/result"),
        ("POST", "/jobs/{id}/finalize"),
        ("POST", "/jobs/{id}/cancel"),
        ("POST", "/jobs/{id}/retry"),
        ("DELETE", "/jobs/{id}"),
        ("GET", "/files/{id}/image.png"),
    ):
        answer = client.request(method, "/api/v1/images" + path.format(id=job_id))
        unknown = client.request(method, "/api/v1/images" + path.format(id=uuid4()))

        assert answer.status_code == 404, (method, path)
        assert _without_id(answer.json()) == _without_id(unknown.json())
    assert client.get("/api/v1/images").json()["items"] == []
    sign_in(user_id)
    # No call was refused because another had changed the job.
    assert client.get(f"/api/v1/images/jobs/{job_id}").json()["status"] == view["status"] == "completed"


def _without_id(problem: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in problem.items() if name != "request_id"}


def test_the_result_alone_is_there_once_the_job_is_over(
    client: Client, submitted: Submitted, request: pytest.FixtureRequest
) -> None:
    job_id = submitted(**SMALL)
    early = client.get(f"/api/v1/images/jobs/{job_id}/result")
    finished: Finished = request.getfixturevalue("finished")
    finished(job_id)

    result = client.get(f"/api/v1/images/jobs/{job_id}/result").json()

    assert (early.status_code, early.json()["code"]) == (409, "not_ready")
    assert (result["success"], result["job_id"]) == (True, job_id)


def test_asynchronous_generation_that_is_switched_off_is_a_500_that_says_so(settings: Settings, client: Client) -> None:
    with TestClient(app.create(replace(settings, async_enabled=False))) as other:
        other.headers["Authorization"] = client.headers["Authorization"]
        single = other.post(GENERATE, json={"prompt": PROMPT})
        batch = other.post("/api/v1/images/batch-generate", json={"images": [{"prompt": PROMPT}]})
        waited = other.post("/api/v1/images/generate", json={"prompt": PROMPT})

    assert (single.status_code, single.json()["code"]) == (500, "async_disabled")
    assert (batch.status_code, batch.json()["code"]) == (500, "async_disabled")
    assert waited.status_code == 202
    assert waited.headers["Location"] == f"/api/v1/images/jobs/{waited.json()['job_id']}/result"


def test_stages_are_told_in_order(client: Client, submitted: Submitted, finished: Finished) -> None:
    job_id = submitted(**SMALL)
    finished(job_id)

    events = client.get(f"/v1/jobs/{job_id}").json()["job"]["events"]

    assert [event["node"] for event in events if event["event_type"] == "stage"] == [
        "generating",
        "calling_provider",
        "processing_result",
    ]
    assert PROMPT not in " ".join(event["message"] for event in events)


def test_estimates_follow_what_images_have_taken(
    client: Client, submitted: Submitted, finished: Finished, database: Database, worker: Worker
) -> None:
    import sqlalchemy as sa

    finished(submitted())
    database.execute(sa.text("UPDATE images SET duration_s = 42"))

    estimate = client.post(GENERATE, json={"prompt": PROMPT, "quality": "draft"}).json()["estimated_completion_time"]

    assert estimate >= 42
