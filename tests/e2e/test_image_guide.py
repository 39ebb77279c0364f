"""The image guide's own examples in Node, with axios: base URL, token and the `attempts` that its helper forgets to
declare are supplied."""

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from PIL import Image

from tests.node import run_with_axios
from tests.security.twins import twin
from tests.stack import Stack

AROUND = """
import axios from "axios";

const apiClient = axios.create({{ baseURL: "{base_url}", headers: {{ Authorization: "Bearer {token}" }} }});
const blogId = "blog-7";
const userApproves = true;
const blogImagePrompts = ["A harbour at dawn", "A city skyline by night", "Mountains above the fog"];
let attempts = 0;

async function pollJobStatus(jobId: string, maxWait = 300000) {{
  const startTime = Date.now();

  while (Date.now() - startTime < maxWait) {{
    const status = await apiClient.get(`/api/v1/images/jobs/${{jobId}}`);

    if (status.data.status === 'completed') {{
      return status.data.result;
    }}

    if (status.data.status === 'failed') {{
      throw new Error(status.data.error_message);
    }}

    // Exponential backoff
    const waitTime = Math.min(1000 * Math.pow(1.5, attempts), 10000);
    await new Promise(resolve => setTimeout(resolve, waitTime));
  }}

  throw new Error('Job timeout');
}}

{example}
"""
SINGLE = """
// Create async job
const job = await apiClient.post('/api/v1/images/generate-async', {
  prompt: 'Hero image for blog',
  quality: 'draft', // Fast preview
  aspect_ratio: '16:9'
});

// Poll for completion
const result = await pollJobStatus(job.data.job_id);
const imageUrl = result.images[0].url;
console.log(JSON.stringify({ job: job.data, result, imageUrl }));
"""
DRAFT_THEN_FINAL = """
// Step 1: Generate draft (fast, ~3 seconds)
const draftJob = await apiClient.post('/api/v1/images/generate-async', {
  prompt: 'Hero image',
  quality: 'draft'
});

const draftResult = await pollJobStatus(draftJob.data.job_id);
// Show draft to user for approval

// Step 2: Generate final (high quality, ~15 seconds)
if (userApproves) {
  const finalJob = await apiClient.post('/api/v1/images/generate-async', {
    prompt: 'Hero image',
    quality: 'high'
  });

  const finalResult = await pollJobStatus(finalJob.data.job_id);
  console.log(JSON.stringify({ draftResult, finalResult }));
}
"""
BATCH = """
// Generate all images for blog at once
const batch = await apiClient.post('/api/v1/images/batch-generate', {
  images: blogImagePrompts.map(prompt => ({
    prompt,
    quality: 'draft',
    aspect_ratio: '16:9'
  })),
  blog_id: blogId,
  workflow: 'draft_then_final'
});

// Show progress
const progress = await Promise.all(
  batch.data.job_ids.map(async (jobId) => {
    const status = await apiClient.get(`/api/v1/images/jobs/${jobId}`);
    return {
      jobId,
      progress: status.data.progress_percentage,
      status: status.data.status
    };
  })
);

// Poll all jobs
const results = await Promise.all(
  batch.data.job_ids.map(id => pollJobStatus(id))
);
console.log(JSON.stringify({ batch: batch.data, progress, results }));
"""
FALLBACK = """
try {
  const job = await apiClient.post('/api/v1/images/generate-async', { prompt: 'A lighthouse', quality: 'draft' });
  const result = await pollJobStatus(job.data.job_id);
} catch (error) {
  if (error.response?.status === 500) {
    // Cloud Tasks not configured - fallback to synchronous
    const syncResult = await apiClient.post('/api/v1/images/generate', { prompt: 'A lighthouse', quality: 'draft' });
    console.log(JSON.stringify({ code: error.response.data.code, result: syncResult.data }));
  } else {
    // Handle other errors
    console.error('Image generation failed:', error);
  }
}
"""
FAILURE = """
const job = await apiClient.post('/api/v1/images/generate-async', { prompt: 'A ship', quality: 'ultra' });
await apiClient.delete(`/api/v1/images/jobs/${job.data.job_id}`);
try {
  await pollJobStatus(job.data.job_id);
} catch (error) {
  console.log(JSON.stringify({ message: error.message }));
}
"""


@pytest.fixture
def client(stack: Stack) -> Iterator[httpx2.Client]:
    headers = {"Authorization": f"Bearer {stack.token()}"}
    with httpx2.Client(base_url=stack.url, headers=headers, timeout=40) as client:
        yield client


def run(example: str, base_url: str, stack: Stack, directory: Path) -> Any:
    program = AROUND.format(base_url=base_url, token=stack.token(), example=example)
    return json.loads(run_with_axios(program, directory=directory))


def size_of(url: str) -> tuple[int, int]:
    """Of the image that anybody gets there."""
    content = httpx2.get(url).raise_for_status().content
    with Image.open(io.BytesIO(content)) as image:
        return image.size


def local(url: str, stack: Stack) -> str:
    return url.replace("localhost", "127.0.0.1")


def test_one_image(stack: Stack, tmp_path: Path) -> None:
    told = run(SINGLE, stack.url, stack, tmp_path)

    (image,) = told["result"]["images"]
    assert told["job"]["is_draft"] is True
    assert (image["width"], image["height"]) == (672, 384)
    assert size_of(local(told["imageUrl"], stack)) == (672, 384)


def test_a_draft_and_then_its_final(stack: Stack, tmp_path: Path) -> None:
    told = run(DRAFT_THEN_FINAL, stack.url, stack, tmp_path)

    draft, final = told["draftResult"]["images"][0], told["finalResult"]["images"][0]
    assert [size_of(local(image["url"], stack)) for image in (draft, final)] == [(512, 512), (1536, 1536)]
    assert draft["alt_text"] == final["alt_text"]


def test_a_batch_with_its_progress(stack: Stack, tmp_path: Path) -> None:
    told = run(BATCH, stack.url, stack, tmp_path)

    assert told["batch"]["total_images"] == 3
    assert [one["jobId"] for one in told["progress"]] == told["batch"]["job_ids"]
    assert all(0 <= one["progress"] <= 100 for one in told["progress"])
    assert len({result["images"][0]["url"] for result in told["results"]}) == 3


def test_the_fallback_where_asynchronous_generation_is_switched_off(stack: Stack, tmp_path: Path) -> None:
    with twin(stack, "images-api", tmp_path / "images.log", ERRAND_ASYNC_ENABLED="false") as images:
        upstreams = stack.processes["gateway"].program.environment["ERRAND_UPSTREAMS"].split(",")
        others = [upstream for upstream in upstreams if not upstream.startswith("images=")]
        changed = ",".join([*others, f"images={images.url}"])
        with twin(stack, "gateway", tmp_path / "gateway.log", ERRAND_UPSTREAMS=changed) as gateway:
            told = run(FALLBACK, gateway.url, stack, tmp_path)

    assert told["code"] == "async_disabled"
    assert told["result"]["images"][0]["width"] == 512


def test_a_job_that_failed_is_an_error_with_its_message(stack: Stack, tmp_path: Path) -> None:
    assert run(FAILURE, stack.url, stack, tmp_path) == {"message": "Cancelled."}


def test_the_synchronous_call_answers_with_the_image(client: httpx2.Client) -> None:
    answer = client.post("/api/v1/images/generate", json={"prompt": "A lighthouse", "quality": "draft"})

    assert answer.status_code == 200
    assert answer.json()["images"][0]["width"] == 512


def test_a_file_is_anybodys_who_has_its_url_and_its_owners_without(client: httpx2.Client, stack: Stack) -> None:
    result = client.post("/api/v1/images/generate", json={"prompt": "A lighthouse", "quality": "draft"}).json()
    url = httpx2.URL(local(result["images"][0]["url"], stack))
    other = {"Authorization": f"Bearer {stack.token()}"}

    assert httpx2.get(url).status_code == 200
    assert client.get(url.path).status_code == 200
    assert httpx2.get(url, headers={"Range": "bytes=0-7"}).content == b"\x89PNG\r\n\x1a\n"
    assert httpx2.head(url).headers["Content-Type"] == "image/png"
    assert httpx2.get(url.copy_with(query=None)).status_code == 403
    assert httpx2.get(url, headers=other).status_code == 404
    assert httpx2.get(str(url)[:-1] + ("A" if str(url)[-1] != "A" else "B")).status_code == 403
