"""A final looks like its draft, at a higher resolution."""

import io
import itertools
import operator
import statistics

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
# Of 16:9, and enough for blocks to show what is where.
CANVAS = {"width": 672, "height": 384}


def test_a_final_has_its_drafts_composition_and_other_words_another(
    client: Client, submitted: Submitted, finished: Finished
) -> None:
    drafts = [submitted(prompt, **CANVAS) for prompt in PROMPTS]
    finals = [client.post(f"/api/v1/images/jobs/{job}/finalize").json()["job_id"] for job in drafts if finished(job)]
    pictures = [picture(client, job) for job in drafts]

    likeness = {
        prompt: similarity(draft, picture(client, final))
        for prompt, draft, final in zip(PROMPTS, pictures, finals, strict=True)
        if finished(final)
    }
    assert len(likeness) == len(PROMPTS)
    assert min(likeness.values()) >= 0.95, likeness
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


def _similarity(one: bytes, other: bytes) -> float:
    count = len(one)
    mean, other_mean = sum(one) / count, sum(other) / count
    variance = _sum_of_products(one, one) / count - mean**2
    other_variance = _sum_of_products(other, other) / count - other_mean**2
    covariance = _sum_of_products(one, other) / count - mean * other_mean
    likeness = (2 * mean * other_mean + _C1) * (2 * covariance + _C2)
    return likeness / ((mean**2 + other_mean**2 + _C1) * (variance + other_variance + _C2))


def _sum_of_products(one: bytes, other: bytes) -> int:
    return sum(map(operator.mul, one, other))
