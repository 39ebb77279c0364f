"""The landing guide's own examples, run as they are printed: only base URL and token are supplied."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.integration.agents.guide import PAYLOAD, REFINE, SESSION
from tests.node import run_as_on_a_page
from tests.stack import Stack
from tests.waiting import until

WRAPPER = """
async function runInitJob(payload: InitPayload, sessionId: string) {
  const initRes = await fetch("/v1/agent/init", {
    method: "POST",
    headers: {
      "Content-Type": "application/json",
      "Authorization": `Bearer ${token}`,
      "X-Session-Id": sessionId,
    },
    body: JSON.stringify({ session_id: sessionId, payload }),
  });

  const { job_id } = await initRes.json();

  let job;
  do {
    await new Promise((resolve) => setTimeout(resolve, 1500));
    const jobRes = await fetch(`/v1/jobs/${job_id}`, {
      headers: { Authorization: `Bearer ${token}` },
    });
    ({ job } = await jobRes.json());
    updateTimeline(job.events);
  } while (!["completed", "failed", "cancelled"].includes(job.status));

  return job;
}
"""
AROUND = """
type InitPayload = object;
const token = "{token}";
const timeline: Record<string, string> = {{}};
function updateTimeline(events: any[]) {{
  for (const event of events) timeline[event.node] = event.message;
}}
{wrapper}
const job = await runInitJob({payload}, "{session}");
console.log(JSON.stringify({{ job, timeline }}));
"""


@pytest.fixture
def client(stack: Stack) -> Iterator[httpx2.Client]:
    headers = {"Authorization": f"Bearer {stack.token()}"}
    with httpx2.Client(base_url=stack.url, headers=headers) as client:
        yield client


def job_of(client: httpx2.Client, job_id: str) -> Any:
    def ended() -> Any:
        job = client.get(f"/v1/jobs/{job_id}").json()["job"]
        return job if job["status"] in ("completed", "failed", "cancelled") else None

    return until(ended)


def test_the_fetch_wrapper(stack: Stack, tmp_path: Path) -> None:
    program = AROUND.format(token=stack.token(), wrapper=WRAPPER, payload=json.dumps(PAYLOAD), session=SESSION)

    told = json.loads(run_as_on_a_page(program, stack.url, directory=tmp_path))

    assert told["job"]["status"] == "completed"
    assert told["job"]["error_message"] is None
    assert told["timeline"]["coder"] == "Coder completed implementation pass."
    assert told["timeline"]["design_planner"] == "Design planner generated comprehensive design guidelines."


def test_the_published_page_is_read_through_the_gateway_by_anybody(client: httpx2.Client, stack: Stack) -> None:
    body = {"session_id": SESSION, "payload": PAYLOAD}
    result = job_of(client, client.post("/v1/agent/init", json=body).json()["job_id"])["result"]
    path = httpx2.URL(result["deployment_url"]).path

    with httpx2.Client(base_url=stack.url) as nobody:
        page = nobody.get(path)
        again = nobody.get(path, headers={"If-None-Match": page.headers["ETag"]})

    assert page.status_code == 200
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert 'data-theme="dark"' in page.text
    assert again.status_code == 304


def test_the_chat_example_and_its_job(client: httpx2.Client) -> None:
    reply = client.post("/v1/agent/chat", json={"message": REFINE}, headers={"X-Session-Id": SESSION}).json()

    job = job_of(client, reply["job_id"])

    assert (job["type"], job["status"]) == ("chat", "completed")


def test_the_job_is_among_all_jobs_of_its_user(client: httpx2.Client) -> None:
    job_id = client.post("/v1/agent/init", json={"session_id": SESSION, "payload": PAYLOAD}).json()["job_id"]
    client.post("/incident/run", data={"incident_text": "Container MSKU1234567 is missing from terminal"})

    assert [item["type"] for item in client.get("/v1/jobs").json()["items"]] == ["incident", "init"]
    assert client.get("/v1/jobs?page=2&page_size=1").json()["items"][0]["id"] == job_id
