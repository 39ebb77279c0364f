"""Images that cost something: what a user is charged, refused and given back."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from msgspec.structs import replace

from errand.common.database import Database, DatabaseUnavailable
from errand.common.jobs import domain, transitions
from errand.images.service import charges, files
from errand.images.settings import Settings
from errand.images.storage import Storage
from tests.integration.images.conftest import PROMPT, Client, Finished, Submitted
from tests.vendors.double import KEY
from tests.vendors.openai_images import EDITS, GENERATIONS, ImagesDouble, Paints, Refuses, images_double
from tests.waiting import until

GENERATE = "/api/v1/images/generate-async"
BATCH = "/api/v1/images/batch-generate"
DRAFT_TOKENS = 200


@pytest.fixture
def vendor() -> Iterator[ImagesDouble]:
    with images_double() as double:
        yield double


@pytest.fixture
def settings(settings: Settings, vendor: ImagesDouble) -> Settings:
    return replace(
        settings,
        image_provider="openai",
        image_model="gpt-image-2",
        image_base_url=vendor.base_url,
        image_api_key=KEY,
        monthly_budget_usd=0.5,
    )


def budget(client: Client) -> Any:
    return client.get("/api/v1/images/budget").json()


def charges_of(database: Database) -> list[tuple[str, Decimal]]:
    return [tuple(row) for row in database.execute(sa.text("SELECT state, amount_usd FROM charges"))]


def test_what_an_image_came_to_is_charged(
    client: Client, submitted: Submitted, finished: Finished, vendor: ImagesDouble
) -> None:
    vendor.will(Paints(output_tokens=DRAFT_TOKENS))

    result = finished(submitted())["result"]

    # 40 tokens of text at $5, 200 of the image at $30 for a million.
    assert result["cost"] == pytest.approx(0.0062)
    assert (result["provider"], result["model"], result["composition_lock"]) == ("openai", "gpt-image-2", "reference")
    assert (result["images"][0]["width"], result["images"][0]["height"]) == (512, 512)
    assert "svg_url" not in result["images"][0]
    assert budget(client)["spent_usd"] == pytest.approx(0.0062)
    assert budget(client)["left_usd"] == pytest.approx(0.4938)
    assert budget(client)["reserved_usd"] == 0


def test_two_equal_submits_with_one_key_are_one_job_and_one_charge(
    client: Client, database: Database, finished: Finished, vendor: ImagesDouble
) -> None:
    vendor.will(Paints(output_tokens=DRAFT_TOKENS))
    body, headers = {"prompt": PROMPT, "quality": "draft"}, {"Idempotency-Key": "once"}

    ids = {client.post(GENERATE, json=body, headers=headers).json()["job_id"] for _ in range(2)}

    assert len(ids) == 1
    assert finished(ids.pop())["status"] == "completed"
    assert charges_of(database) == [("settled", Decimal("0.006200"))]
    assert len(vendor.received) == 1


def test_who_has_not_enough_left_is_told_how_much_and_nothing_is_submitted(client: Client) -> None:
    answer = client.post(
        BATCH, json={"images": [{"prompt": PROMPT, "quality": "ultra"}] * 20, "workflow": "final_only"}
    )

    assert (answer.status_code, answer.json()["code"]) == (402, "budget_exceeded")
    assert "$0.50 of this month's budget are left" in answer.json()["detail"]
    assert client.get("/api/v1/images").json()["items"] == []
    assert budget(client)["reserved_usd"] == 0


def test_an_open_job_has_its_estimate_reserved_which_its_cancellation_gives_back(
    client: Client, submitted: Submitted, database: Database
) -> None:
    job_id = submitted(quality="high")
    reserved = budget(client)["reserved_usd"]
    client.post(f"/api/v1/images/jobs/{job_id}/cancel")

    assert reserved > 0.1
    assert charges.release_ended(database) == 1
    assert budget(client) | {"month": ""} == {
        "month": "",
        "limit_usd": 0.5,
        "spent_usd": 0,
        "reserved_usd": 0,
        "left_usd": 0.5,
    }


def test_a_refused_prompt_fails_at_once_and_costs_nothing(
    client: Client, submitted: Submitted, finished: Finished, vendor: ImagesDouble, database: Database
) -> None:
    vendor.will(Refuses(code="moderation_blocked"))

    job_id = submitted()
    view = finished(job_id)
    charges.release_ended(database)
    result = client.get(f"/api/v1/images/jobs/{job_id}/result")

    assert (view["status"], view["error_code"]) == ("failed", "moderation_blocked")
    assert "refused by the provider's moderation" in view["error_message"]
    assert (result.status_code, result.json()["code"]) == (422, "moderation_blocked")
    assert len(vendor.received) == 1
    assert budget(client)["left_usd"] == 0.5


def test_a_job_that_is_retried_has_its_reservation_again(
    client: Client, submitted: Submitted, finished: Finished, vendor: ImagesDouble, database: Database
) -> None:
    vendor.will(Refuses(code="moderation_blocked"), Paints(output_tokens=DRAFT_TOKENS))
    job_id = submitted()
    finished(job_id)
    charges.release_ended(database)

    client.post(f"/api/v1/images/jobs/{job_id}/retry")

    view = until(lambda: completed(client, job_id))
    assert view["result"]["cost"] == pytest.approx(0.0062)
    assert charges_of(database) == [("settled", Decimal("0.006200"))]


def completed(client: Client, job_id: str) -> Any:
    view = client.get(f"/api/v1/images/jobs/{job_id}").json()
    return view if view["status"] == "completed" else None


def test_what_was_paid_for_is_not_swept_before_the_next_attempt(
    client: Client,
    submitted: Submitted,
    finished: Finished,
    vendor: ImagesDouble,
    database: Database,
    storage: Storage,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(domain, "backoff_s", lambda attempt: 0.0)
    keep_step, swept = transitions.keep_step, list[int]()

    def die_once(*arguments: Any) -> None:
        keep_step(*arguments)
        if not swept:
            swept.append(files.remove_unused(database, storage, age_s=0))
            raise DatabaseUnavailable

    monkeypatch.setattr(transitions, "keep_step", die_once)
    vendor.will(Paints(output_tokens=DRAFT_TOKENS))

    view = finished(submitted())

    assert (view["status"], view["result"]["cost"]) == ("completed", pytest.approx(0.0062))
    assert (swept, len(vendor.received)) == ([0], 1)


def test_a_final_is_made_from_its_drafts_file(
    client: Client, submitted: Submitted, finished: Finished, vendor: ImagesDouble
) -> None:
    vendor.will(Paints(output_tokens=DRAFT_TOKENS), Paints(output_tokens=DRAFT_TOKENS))
    draft = submitted()
    master = finished(draft)["result"]["images"][0]

    final = client.post(f"/api/v1/images/jobs/{draft}/finalize", json={"quality": "standard"}).json()["job_id"]
    view = finished(final)

    assert [call.path for call in vendor.received] == [GENERATIONS, EDITS]
    assert len(vendor.received[1].body["image"].content) == master["size_bytes"]
    assert (view["result"]["images"][0]["width"], view["result"]["composition_lock"]) == (1024, "reference")


def test_a_draft_is_complete_where_no_money_is_left_for_its_final(
    client: Client, finished: Finished, vendor: ImagesDouble, database: Database
) -> None:
    # $0.49 of it are gone with the draft.
    vendor.will(Paints(output_tokens=16_300))
    body = {"images": [{"prompt": PROMPT, "quality": "high"}]}
    (draft,) = client.post(BATCH, json=body).json()["job_ids"]

    view = finished(draft)

    assert view["status"] == "completed"
    assert "final_job_id" not in view
    events = client.get(f"/v1/jobs/{draft}").json()["job"]["events"]
    assert [event["data"]["code"] for event in events if event["event_type"] == "final_skipped"] == ["budget_exceeded"]
    assert len(client.get("/api/v1/images").json()["items"]) == 1
    assert [state for state, _ in charges_of(database)] == ["settled"]


def test_a_vendor_that_is_down_for_a_moment_is_called_again(
    client: Client, submitted: Submitted, finished: Finished, vendor: ImagesDouble
) -> None:
    vendor.will(Refuses(code="server_error", status=500), Paints(output_tokens=DRAFT_TOKENS))

    assert finished(submitted())["status"] == "completed"
    assert len(vendor.received) == 2
