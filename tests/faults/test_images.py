"""A worker killed in a batch: every image once, no file that nobody refers to, every cost settled once."""

import functools
import io
from collections.abc import Iterator
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx2
import pytest
import sqlalchemy as sa
from PIL import Image

from deploy.local.processes import Program
from errand.common.database import Database
from errand.images.service import files
from errand.images.storage.opening import open_storage
from tests.stack import Stack, with_settings
from tests.vendors.double import KEY
from tests.vendors.openai_images import ImagesDouble, Paints, images_double
from tests.vendors.replies import Hangs
from tests.waiting import until

pytestmark = pytest.mark.faults

IMAGES = 20
HANGS_AFTER = 5
# A lease lasts 30 s, the reaper comes every 5 s, and the other images take their moment.
TAKEN_BACK_WITHIN_S = 90


@pytest.fixture
def vendor() -> Iterator[ImagesDouble]:
    """It hangs once, never paints the same twice, and does so for whoever calls once more, too."""
    with images_double() as double:
        for shade in range(4 * IMAGES):
            if shade == HANGS_AFTER:
                double.will(Hangs())
            file = io.BytesIO()
            Image.new("RGB", (1024, 1024), (shade, 255 - shade, 128)).save(file, "PNG")
            double.will(Paints(content=file.getvalue()))
        yield double


@pytest.fixture
def stack(tmp_path: Path, database_url: str, redis_database: str, vendor: ImagesDouble) -> Iterator[Stack]:
    def with_vendor(program: Program) -> Program:
        if not program.name.startswith("images-"):
            return program
        return with_settings(
            program,
            ERRAND_IMAGE_PROVIDER="openai",
            ERRAND_IMAGE_MODEL="gpt-image-2",
            ERRAND_IMAGE_BASE_URL=vendor.base_url,
            ERRAND_IMAGE_API_KEY=KEY,
        )

    with Stack(tmp_path, database_url, redis_database, adapt=with_vendor).running() as stack:
        yield stack


@pytest.fixture
def images_database(database_url: str) -> Iterator[Database]:
    with closing(Database(database_url, schema="images", pool_size=2)) as database:
        yield database


def test_a_worker_killed_in_a_batch_costs_nothing_but_time(
    stack: Stack, images_database: Database, vendor: ImagesDouble, tmp_path: Path
) -> None:
    worker = stack.processes["images-worker"]
    headers = {"Authorization": f"Bearer {stack.token()}"}
    with httpx2.Client(base_url=stack.url, headers=headers, timeout=30) as client:
        body = {"images": [{"prompt": f"Harbour {number}", "quality": "standard"} for number in range(IMAGES)]}
        batch_id = client.post("/api/v1/images/batch-generate", json=body).json()["batch_id"]
        until(lambda: len(vendor.received) > HANGS_AFTER)
        worker.kill()
        stack.restart("images-worker")

        batch = until(functools.partial(over, client, batch_id), timeout_s=TAKEN_BACK_WITHIN_S)
        budget = client.get("/api/v1/images/budget").json()
        assert batch["counts"] == {"queued": 0, "processing": 0, "completed": 2 * IMAGES, "failed": 0}
        assert len(set(batch["final_job_ids"])) == IMAGES
        for job in batch["jobs"]:
            (image,) = job["result"]["images"]
            urls = [image["url"], *(file["url"] for file in image["renditions"])]
            assert {httpx2.get(url.replace("localhost", "127.0.0.1")).status_code for url in urls} == {200}

    charges = images_database.execute(sa.text("SELECT state, amount_usd FROM charges"))
    assert [charge.state for charge in charges] == ["settled"] * 2 * IMAGES
    total = sum((charge.amount_usd for charge in charges), Decimal(0))
    assert budget["spent_usd"] == pytest.approx(float(total))
    assert budget["reserved_usd"] == 0
    attempts = images_database.execute(sa.text("SELECT max(attempt) AS most FROM runs"))[0].most
    assert attempts == 2

    folder = tmp_path / "files"
    with closing(open_storage(folder.as_uri())) as storage:
        files.remove_unused(images_database, storage, age_s=0)
    referred = {row.digest for row in images_database.execute(sa.text("SELECT DISTINCT digest FROM image_files"))}
    assert {path.name for path in folder.rglob("*") if path.is_file()} == referred


def over(client: httpx2.Client, batch_id: str) -> Any:
    batch = client.get(f"/api/v1/images/batches/{batch_id}").json()
    return batch if batch["status"] in ("completed", "failed") else None
