"""Who calls: Ada, whose things are to be kept from others, and those others."""

import secrets
from typing import Any, NamedTuple
from uuid import UUID

import httpx2

from errand.common.identity import Signer
from errand.common.ids import service_of
from tests.security.operations import BODIES, IMAGE, NO_SLUG, Operation
from tests.stack import Stack
from tests.waiting import until

TEXT = "Container MSKU1234567 is missing from terminal"


class PublishedPage(NamedTuple):
    id: str
    slug: str


class Draft(NamedTuple):
    """The only image of a batch."""

    job_id: str
    batch_id: str


class Person:
    """Somebody with an account, or without: then `access` and `user_id` are None."""

    def __init__(self, stack: Stack, client: httpx2.Client, *, registered: bool = True) -> None:
        self.email = f"{secrets.token_hex(8)}@example.com"
        self.password = secrets.token_urlsafe(16)
        self.access: str | None = None
        self.refresh: str | None = None
        self.user_id: UUID | None = None
        self.headers: dict[str, str] = {}
        self._stack = stack
        self._client = client
        if registered:
            self._register()

    def call(self, method: str, target: str, **options: Any) -> httpx2.Response:
        headers = {**self.headers, **options.pop("headers", {})}
        return self._client.request(method, target, headers=headers, **options)

    def perform(self, operation: Operation, id: str = "", slug: str = NO_SLUG, **options: Any) -> httpx2.Response:
        target = operation.target(id, slug)
        return self.call(operation.method, target, **{"follow_redirects": False, **operation.body(), **options})

    def may_perform(self, operation: Operation) -> bool:
        return self.access is not None or not operation.needs_a_token

    def submit(self, text: str = TEXT, **headers: str) -> str:
        """The id of a new run."""
        answer = self.call("POST", "/incident/run", data={"incident_text": text}, headers=headers)
        assert answer.status_code == 202, answer.text
        return str(answer.json()["run_id"])

    def submit_and_wait(self, text: str = TEXT) -> str:
        """The id of a run that is over."""
        run_id = self.submit(text)
        until(lambda: self.call("GET", f"/incident/run/{run_id}").json()["status"] == "completed")
        return run_id

    def publish_page(self, session_id: str = "", name: str = "Quiet") -> PublishedPage:
        """A new landing page of one version, with a form."""
        payload = {"campaign": {"productName": name}, "advanced": {"formFields": ["name", "email"]}}
        body = {"session_id": session_id or secrets.token_hex(8), "payload": payload}
        made = self.call("POST", "/v1/agent/init", json=body).json()
        job = self.ended(made["job_id"])
        assert job["status"] == "completed", job
        return PublishedPage(made["landing_page_id"], job["result"]["deployment_url"].rstrip("/").rpartition("/")[2])

    def ask_for_draft(self) -> Draft:
        """A new one, whose final does not follow by itself."""
        answer = self.call("POST", "/api/v1/images/batch-generate", json=BODIES["generateImageBatch"])
        assert answer.status_code == 202, answer.text
        (job_id,) = answer.json()["job_ids"]
        return Draft(job_id, answer.json()["batch_id"])

    def draw(self, **image: Any) -> Any:
        """The image of a new job, as its result has it, and the job's id."""
        answer = self.call("POST", "/api/v1/images/generate", json={**IMAGE, **image})
        assert answer.status_code == 200, answer.text
        return answer.json()["images"][0]

    def ended(self, job_id: str) -> Any:
        """The job, once it is over."""
        return until(lambda: _ended(self.call("GET", f"/v1/jobs/{job_id}").json()["job"]))

    def stored(self, job_id: str) -> bytes:
        """The job as its service has it, past everything that the gateway may remember."""
        assert self.user_id is not None
        signing_key = self._stack.processes["gateway"].program.environment["ERRAND_SIGNING_KEY"]
        service = service_of(UUID(job_id))
        assert service
        name = service.name.lower()
        token = Signer(signing_key).sign(self.user_id, name)
        url = f"http://127.0.0.1:{self._stack.processes[f'{name}-api'].program.port}/v1/jobs/{job_id}"
        answer = self._client.get(url, headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code == 200, answer.text
        return answer.content

    def _register(self) -> None:
        body = {"email": self.email, "password": self.password, "name": "A person"}
        signed_in = self._client.post("/api/auth/register", json=body).json()
        self.access, self.refresh = signed_in["access"], signed_in["refresh"]
        self.user_id = UUID(signed_in["user"]["id"])
        self.headers = {"Authorization": f"Bearer {self.access}"}


def _ended(job: Any) -> Any:
    return job if job["status"] in ("completed", "failed", "cancelled") else None
