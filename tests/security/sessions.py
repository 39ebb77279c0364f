"""A client who uses everything, and does much of it wrong."""

import base64
import contextlib
import copy
import secrets
from typing import Any

import httpx2

from tests.security import sockets
from tests.security.operations import IMAGE, IMAGES
from tests.security.secretive import Eavesdropper
from tests.security.sockets import opened
from tests.stack import Stack
from tests.waiting import until

PASSWORD, WRONG_PASSWORD = f"password-{secrets.token_hex(8)}", f"wrong-{secrets.token_hex(8)}"
MODEL_KEY, IMAGE_KEY = f"model-{secrets.token_hex(8)}", f"image-{secrets.token_hex(8)}"
FILES_KEY = base64.b64encode(secrets.token_bytes(32)).decode()
DATABASE_PASSWORD, REDIS_PASSWORD = f"database-{secrets.token_hex(8)}", f"redis-{secrets.token_hex(8)}"
TEXT = f"incident-{secrets.token_hex(8)}"
NOBODYS_JOB = "01a1ff5d-ed3c-8243-89b5-895ac4c59980"
ADDRESS = f"{secrets.token_hex(8)}@example.com"


class Session:
    """What is secret in it is told to the eavesdropper."""

    def __init__(self, stack: Stack, client: httpx2.Client, eavesdropper: Eavesdropper) -> None:
        self.stack = stack
        self.client = client
        self.secrets = eavesdropper.secrets
        self.headers: dict[str, str] = {}
        self.job_ids: list[str] = []
        self.address = "/p/none/"

    def moved(self, stack: Stack, client: httpx2.Client) -> "Session":
        """The same user at another stack."""
        session = copy.copy(self)
        session.stack, session.client = stack, client
        return session

    def sign_in(self) -> None:
        account = {"email": ADDRESS, "password": PASSWORD}
        for path in ("register", "register", "login"):
            self.client.post(f"/api/auth/{path}", json={**account, "name": "Ada"})
        tokens = self.client.post("/api/auth/login", json=account).json()
        self.headers = {"Authorization": f"Bearer {tokens['access']}"}
        self.secrets |= {tokens["access"], tokens["refresh"]}

    def fail_to_sign_in(self) -> None:
        for wrong in (
            {"email": ADDRESS, "password": WRONG_PASSWORD},
            {"email": WRONG_PASSWORD, "password": WRONG_PASSWORD},
            {"email": ADDRESS, "password": [WRONG_PASSWORD]},
            {"password": WRONG_PASSWORD},
            {"email": f"{WRONG_PASSWORD}\n@x", "password": "short"},
        ):
            for path in ("login", "register", "token/refresh", "logout"):
                self.client.post(f"/api/auth/{path}", json=wrong)
        for broken in (f'{{"password": "{PASSWORD}', f'{{"password": "{PASSWORD}\\ud800"}}', f'["{PASSWORD}"]'):
            self.client.post("/api/auth/login", content=broken, headers={"Content-Type": "application/json"})
        self.client.get("/api/auth/me", headers={"Authorization": f"Basic {WRONG_PASSWORD}"})
        self.client.get("/api/auth/me", headers={"Authorization": f"Bearer {WRONG_PASSWORD}"})

    def refresh(self) -> None:
        """Until a token is used that was used before, which ends it."""
        first = self.client.post("/api/auth/login", json={"email": ADDRESS, "password": PASSWORD}).json()["refresh"]
        second = self._refreshed(first)
        third = self._refreshed(second)
        self.client.post("/api/auth/token/refresh", json={"refresh": first})
        self.client.post("/api/auth/logout", json={"refresh": third})

    def open_sockets(self) -> None:
        job_id = self.submit()
        token = self.headers["Authorization"].removeprefix("Bearer ")
        for address in sockets.addresses(job_id):
            self._open(address, self.headers)
            self._open(f"{address}?token={token}", {})
            self._open(address, {"Cookie": f"errand_access={token}", "Origin": f"http://{self.stack.address}"})
            self._open(address, {"Cookie": f"errand_access={token}", "Origin": "https://evil.example.com"})
            self._open(address, {}, [f"ticket.{self._ticket()}"])
            self._open(address, {}, ["ticket.nonsense", f"ticket.{self._ticket()}"])
            self._open(f"{address}?token={token}x", {})
            self._open(f"{address}?token={token}", {"X": "x" * 10_000})
        self.client.get(f"/v1/jobs/{job_id}/events?token={token}", headers={"Accept": "text/event-stream"})

    def report(self) -> None:
        submit = self._submission
        submit(data={"incident_text": TEXT})
        submit(json={"incident_text": TEXT, "incident_type": TEXT, "severity": TEXT, "payload": {TEXT: TEXT}})
        submit(files={"incident_text": (TEXT, TEXT.encode(), "text/plain")})
        submit(json={"incident_text": [TEXT]})
        submit(json={"incident_text": TEXT + "\0"})
        submit(content=f'{{"incident_text": "{TEXT}', headers={"Content-Type": "application/json"})
        submit(content=TEXT, headers={"Content-Type": "text/plain"})
        submit(data={"incident_text": TEXT * 2000})
        submit(data={"incident_text": TEXT}, headers={"Prefer": "wait=5", "Idempotency-Key": TEXT})
        submit(data={"incident_text": f"{TEXT} another"}, headers={"Idempotency-Key": TEXT})

    def build(self) -> None:
        brief = {
            # The name is in the page's address, for everybody to see.
            "campaign": {"productName": "Quiet", "objective": TEXT, "primaryOffer": TEXT},
            "audience": {"uvp": TEXT, "personaKeywords": [TEXT]},
            "advanced": {"formFields": ["name", "email"], "customPrompt": TEXT},
        }
        for wrong in ({"payload": {"campaign": TEXT}}, {"payload": {"trust": {TEXT: TEXT, "indicators": {TEXT: 1}}}}):
            self._ask("/v1/agent/init", json={"session_id": "build", **wrong})
        self._ask("/v1/agent/init", content=f'{{"payload": "{TEXT}', headers={"Content-Type": "application/json"})
        self._ask("/v1/agent/init", files={"payload": (TEXT, TEXT.encode(), "application/json")})
        answers = [
            self._ask("/v1/agent/init", json={"session_id": "build", "payload": brief}),
            self._ask("/v1/agent/chat", json={"session_id": "build", "message": f'Change the headline to "{TEXT}".'}),
            self._ask("/v1/agent/chat", json={"session_id": "build", "message": TEXT}),
        ]
        for unsaid in ({"message": [TEXT]}, {"message": TEXT + "\0"}, {"message": TEXT * 5000}):
            self._ask("/v1/agent/chat", json={"session_id": "build", **unsaid})
        self.job_ids += [answer.json()["job_id"] for answer in answers if answer.status_code == 202]

    def paint(self) -> None:
        image = {**IMAGE, **dict.fromkeys(("prompt", "negative_prompt", "style", "blog_id"), TEXT)}
        for wrong in ({"prompt": [TEXT]}, {"quality": TEXT}, {"prompt": TEXT + "\0"}, {"style": TEXT * 50}):
            self._ask(f"{IMAGES}/generate-async", json={**image, **wrong})
            self._ask(f"{IMAGES}/batch-generate", json={"images": [image, {**image, **wrong}], "blog_id": TEXT})
        self._ask(
            f"{IMAGES}/generate-async", content=f'{{"prompt": "{TEXT}', headers={"Content-Type": "application/json"}
        )
        answers = [
            self._ask(f"{IMAGES}/generate-async", json=image, headers={"Idempotency-Key": TEXT}),
            self._ask(f"{IMAGES}/generate-async", json={**image, "seed": 1}, headers={"Idempotency-Key": TEXT}),
            self._ask(f"{IMAGES}/generate-async", json=image),
        ]
        self._ask(f"{IMAGES}/batch-generate", json={"images": [image, image], "blog_id": TEXT})
        self.client.get(IMAGES, headers=self.headers, params={"blog_id": TEXT, "limit": 1})
        self.client.get(
            f"{IMAGES}/files/01a1ff5d-ed3c-8243-89b5-895ac4c59980/x.png?signature={TEXT}", headers=self.headers
        )
        self.job_ids += [answer.json()["job_id"] for answer in answers if answer.status_code == 202]

    def show(self) -> None:
        """What has been painted, once that is done."""
        image = self.ended_image()["result"]["images"][0]
        for url in (httpx2.URL(url) for url in (image["url"], image["svg_url"])):
            self.secrets.add(url.params["signature"])
            target = url.raw_path.decode()
            for wrong in ("", "x"):
                self.client.get(f"{target}{wrong}")
                self.client.head(f"{target}{wrong}", headers={"Range": "bytes=0-1"})

    def ended_image(self) -> Any:
        """The newest, however it has ended."""
        (newest,) = self.client.get(IMAGES, headers=self.headers, params={"limit": 1}).json()["items"]
        until(lambda: self._has_ended(newest["job_id"]))
        return self.client.get(f"{IMAGES}/jobs/{newest['job_id']}", headers=self.headers).json()

    def publish(self) -> None:
        """Once all that is being built is done."""
        for job_id in self.job_ids:
            until(lambda id=job_id: self._has_ended(id))  # type: ignore[misc]
        page = self.client.get("/v1/landing-pages/session/build", headers=self.headers).json()
        self.client.patch(f"/v1/landing-pages/{page['id']}", headers=self.headers, json={"title": TEXT})
        self.client.patch(f"/v1/landing-pages/{page['id']}", headers=self.headers, json={"title": f"{TEXT}\0"})
        for path in ("", "/versions", "/export.zip", "/export.html"):
            self.client.get(f"/v1/landing-pages/{page['id']}{path}", headers=self.headers)
        self.address = httpx2.URL(page["deployment_url"]).path
        self.submit_form()

    def submit_form(self) -> None:
        for fields in (
            {"name": TEXT, "email": TEXT, "consent": "yes"},
            {"name": TEXT},
            {"name": TEXT + "\0", "email": TEXT * 500},
        ):
            self.client.post(f"{self.address}form", data=fields)
            self.client.post(f"{self.address}v/1/form", files={name: (TEXT, text) for name, text in fields.items()})

    def look(self) -> None:
        job_id = self.submit()
        for path in ("/incident/jobs", "/v1/jobs", f"/v1/jobs/{job_id}", f"/incident/run/{job_id}", "/api/auth/me"):
            self.client.get(path, headers=self.headers)
            self.client.get(f"{path}?cursor={TEXT}&page={TEXT}", headers=self.headers)
        for action in ("cancel", "retry"):
            self.client.post(f"/v1/jobs/{job_id}/{action}", headers=self.headers)
        self.client.post("/incident/cleanup", headers=self.headers)
        self.client.get("/v1/agent/chat/history?session_id=build", headers=self.headers)
        for path in ("/openapi.json", "/asyncapi.json", "/metrics", "/internal/jobs"):
            self.client.get(path)

    def submit(self) -> str:
        answer = self._submission(data={"incident_text": TEXT})
        return str(answer.json().get("run_id", NOBODYS_JOB))

    def use_everything(self) -> None:
        self.fail_to_sign_in()
        self.report()
        self.build()
        self.paint()
        self.look()
        self.open_sockets()

    def _submission(self, **options: object) -> httpx2.Response:
        return self._ask("/incident/run", **options)

    def _ask(self, path: str, **options: object) -> httpx2.Response:
        headers = {**self.headers, **options.pop("headers", {})}  # type: ignore[dict-item]
        return self.client.post(path, headers=headers, **options)  # type: ignore[arg-type]

    def _has_ended(self, job_id: str) -> bool:
        job = self.client.get(f"/v1/jobs/{job_id}", headers=self.headers).json()["job"]
        return job["status"] in ("completed", "failed")

    def _refreshed(self, token: str) -> str:
        tokens = self.client.post("/api/auth/token/refresh", json={"refresh": token}).json()
        self.secrets |= {token, tokens["access"], tokens["refresh"]}
        return str(tokens["refresh"])

    def _ticket(self) -> str:
        ticket = str(self.client.post("/api/auth/ws-ticket", headers=self.headers).json().get("ticket", "nonsense"))
        if ticket != "nonsense":
            self.secrets.add(ticket)
        return ticket

    def _open(self, address: str, headers: dict[str, str], subprotocols: list[str] | None = None) -> None:
        # Some are refused before they are open.
        with (
            contextlib.suppress(Exception),
            opened(self.stack.address, address, headers, subprotocols or []) as socket,
        ):
            socket.send(type="renew", token=headers.get("Authorization", WRONG_PASSWORD).removeprefix("Bearer "))
            socket.send(type="renew", token=WRONG_PASSWORD)
            socket.send(type="subscribe", job_id=TEXT)
            socket.connection.send(f'{{"type": "renew", "token": "{WRONG_PASSWORD}')
            socket.connection.close()
