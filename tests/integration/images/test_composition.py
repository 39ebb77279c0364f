"""A final looks like its draft, at a higher resolution."""

import io
import itertools
import statistics
from collections.abc import Sequence

import pytest
from PIL import Image

from tests.integration.images.conftest import PUBLIC_URL, Client, Finished, Submitted

_BLOCK = 8
# Of the structural similarity (Wang et al., 2004), for values of 0 to 255.
_C1, _C2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2

PROMPTS = [
    "A container harbour at dawn, hero image",
    "Mountains above the fog",
    "A city skyline by night",
    "Quarterly revenue dashboard",
    "A network of servers",
    "Monstera leaves",
]


@pytest.mark.parametrize("prompt", PROMPTS)
def test_a_final_has_its_drafts_composition(
    prompt: str, client: Client, submitted: Submitted, finished: Finished
) -> None:
    draft = submitted(prompt, aspect_ratio="16:9")
    finished(draft)
    final = client.post(f"/api/v1/images/jobs/{draft}/finalize").json()["job_id"]
    finished(final)

    assert similarity(picture(client, draft), picture(client, final)) >= 0.95


def test_other_words_have_another_composition(client: Client, submitted: Submitted, finished: Finished) -> None:
    jobs = [submitted(prompt, aspect_ratio="16:9") for prompt in PROMPTS]
    pictures = [picture(client, job) for job in jobs if finished(job)]

    assert max(similarity(one, other) for one, other in itertools.combinations(pictures, 2)) < 0.9


def picture(client: Client, job_id: str) -> Image.Image:
    (image,) = client.get(f"/api/v1/images/jobs/{job_id}").json()["result"]["images"]
    content = client.get(image["url"].removeprefix(PUBLIC_URL)).content
    return Image.open(io.BytesIO(content)).convert("L")


def similarity(small: Image.Image, large: Image.Image) -> float:
    """Structural similarity, block by block, in the smaller one's size: 1 for equal pictures."""
    scaled = large.resize(small.size, Image.Resampling.LANCZOS)
    blocks = zip(_blocks(small), _blocks(scaled), strict=True)
    return statistics.fmean(_similarity(one, other) for one, other in blocks)


def _blocks(image: Image.Image) -> list[bytes]:
    columns, rows = image.width // _BLOCK, image.height // _BLOCK
    corners = itertools.product(range(0, rows * _BLOCK, _BLOCK), range(0, columns * _BLOCK, _BLOCK))
    return [image.crop((left, top, left + _BLOCK, top + _BLOCK)).tobytes() for top, left in corners]


def _similarity(one: Sequence[int], other: Sequence[int]) -> float:
    mean, other_mean = statistics.fmean(one), statistics.fmean(other)
    variance = statistics.fmean((value - mean) ** 2 for value in one)
    other_variance = statistics.fmean((value - other_mean) ** 2 for value in other)
    pairs = zip(one, other, strict=True)
    covariance = statistics.fmean((a - mean) * (b - other_mean) for a, b in pairs)
    likeness = (2 * mean * other_mean + _C1) * (2 * covariance + _C2)
    return likeness / ((mean**2 + other_mean**2 + _C1) * (variance + other_variance + _C2))
