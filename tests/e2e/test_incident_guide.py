"""The incident guide's own examples, run as they are printed; only the port differs."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.node import run_as_on_a_page
from tests.stack import Stack
from tests.waiting import until

SUBMIT = """
curl -X POST http://localhost:8001/incident/run \\
  -H "Content-Type: application/x-www-form-urlencoded" \\
  -d "incident_text=Container MSKU1234567 is missing from terminal"
"""
POLL = "curl http://localhost:8001/incident/run/{run_id}"
LIST = "curl http://localhost:8001/incident/jobs?limit=10"
CLEAN_UP = "curl -X POST http://localhost:8001/incident/cleanup?max_age_hours=24"

JAVASCRIPT = """
// Submit an incident
async function submitIncident(incidentText) {
  const formData = new FormData();
  formData.append("incident_text", incidentText);

  const response = await fetch("/incident/run", {
    method: "POST",
    body: formData,
  });

  const job = await response.json();
  return job.run_id;
}

// Poll for job completion
async function pollJobStatus(runId, onUpdate) {
  while (true) {
    const response = await fetch(`/incident/run/${runId}`);
    const job = await response.json();

    onUpdate(job);

    if (job.status === "completed" || job.status === "failed") {
      return job;
    }

    // Wait 2 seconds before next poll
    await new Promise((resolve) => setTimeout(resolve, 2000));
  }
}

// Usage
const runId = await submitIncident("Container issue...");
const finalJob = await pollJobStatus(runId, (job) => {
  console.log(`Job ${job.status}...`);
});

if (finalJob.status === "completed") {
  console.log("Results:", finalJob.result);
} else {
  console.error("Job failed:", finalJob.error);
}
"""


@pytest.fixture
def shell(stack: Stack) -> Callable[[str], Any]:
    """Runs one of the guide's commands and returns the JSON that it prints."""

    def run(command: str) -> Any:
        return json.loads(execute(["bash", "-c", command.replace("localhost:8001", f"localhost:{stack.base + 1}")]))

    return run


def execute(arguments: list[str]) -> str:
    return subprocess.run(arguments, capture_output=True, text=True, check=True, timeout=60).stdout


def test_the_curl_examples(shell: Callable[[str], Any]) -> None:
    submitted = shell(SUBMIT)
    run = until(lambda: found if (found := shell(POLL.format(**submitted)))["status"] == "completed" else None)
    listed = shell(LIST)["jobs"]
    cleaned = shell(CLEAN_UP)

    assert submitted["status"] == "queued"
    assert run["result"]["incident_analysis"]["incident_type"] == "Container Management"
    assert run["result"]["incident_analysis"]["severity"] == "Medium"
    assert run in listed
    assert cleaned["message"] == "Cleaned up 0 old jobs"
    assert cleaned["remaining_jobs"] == len(listed)


def test_the_javascript_example(stack: Stack, tmp_path: Path) -> None:
    printed = run_as_on_a_page(JAVASCRIPT, stack.guide_url, directory=tmp_path)

    assert printed.startswith("Job ")
    assert "Results: { incident_analysis:" in " ".join(printed.split())
