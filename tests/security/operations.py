"""What `/openapi.json` offers, as requests: a new route is tested as soon as it is documented, or makes a test fail
that says what is missing here."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple
from urllib.parse import urlencode

from deploy.api_docs import merged
from errand.common.http.openapi import Document, operations

#: Parameters that are the id of a job.
JOB_IDS = frozenset({"job_id", "run_id", "cursor"})
#: The id of a landing page.
PAGE_ID = "page_id"
#: The id of a batch of images.
BATCH_ID = "batch_id"
#: Below these a job is an image's, or an incident's.
IMAGES = "/api/v1/images"
INCIDENTS = "/incident"
#: The name of an image's file, which is anybody's with a signed URL: test_image_files.py has that.
FILE_NAME = "name"
#: Those that are none of them, each with a value that shows or does as much as it can.
OTHERS: Mapping[str, str] = {
    "limit": "100",
    "page": "1",
    "page_size": "100",
    "max_age_hours": "0",
    "after": "0",
    "wait": "0",
    "Idempotency-Key": "security",
    "Prefer": "wait=0",
    "If-None-Match": '"0-0"',
    "Last-Event-ID": "0",
    # Another user's session of this name is another session.
    "session_id": "security",
    "X-Session-Id": "security",
    "number": "1",
    "version": "1",
    "file": "index.html",
    FILE_NAME: "image.png",
    "blog_id": "",
    # Nobody can make one up.
    "expires": "",
    "signature": "",
    "state": "open",
    "assignee": "security",
    # Every user has those of the service, and none of another's.
    "runbook_id": "SOP-CON-01",
    "type": "Container Management",
    "q": "container",
    "If-Match": '"1"',
    "Range": "bytes=0-0",
    "If-Range": '"x"',
}
#: The name of a published page in its address, which is everybody's; and one that there is not.
SLUG = "slug"
NO_SLUG = "none"
#: Fields of bodies that are ids of jobs.
JOB_FIELDS = frozenset({"job_ids"})
#: Those that name nothing that belongs to somebody.
FIELDS = frozenset(
    {
        *("incident_text", "incident_type", "severity", "payload", "email", "password", "name", "refresh"),
        *("session_id", "message", "title"),
        *("prompt", "negative_prompt", "style", "seed", "quality", "aspect_ratio", "width", "height", "blog_id"),
        *("images", "workflow", "auto_finalize"),
        *("assignee", "note", "resolution", "cause"),
        *("helpful", "correct_type", "correct_severity", "actual_cause", "notes"),
        *("id", "type", "keywords", "signals", "steps", "phase", "owner_role", "action"),
    }
)

#: What a visitor fills in on a page of `Person.publish_page`.
VISITOR: Mapping[str, str] = {"name": "Ada", "email": "ada@example.com", "consent": "yes"}
#: As small as an image gets.
IMAGE: Mapping[str, Any] = {
    "prompt": "A harbour at dawn",
    "quality": "draft",
    "width": 64,
    "height": 64,
    # Another user's blog of this name is another blog.
    "blog_id": "security",
}
_RUNBOOK: Mapping[str, Any] = {
    "title": "A box fell off",
    "type": "Container Management",
    "keywords": ["fell"],
    "steps": [{"phase": "contain", "owner_role": "Duty manager", "action": "Clear the area."}],
}
#: Bodies of operations whose examples would be large, or are none.
BODIES: Mapping[str, Mapping[str, Any]] = {
    "generateImage": IMAGE,
    "generateImageAsync": IMAGE,
    "generateImageBatch": {"images": [IMAGE], "auto_finalize": False},
    "finalizeImage": {"quality": "standard"},
    "finalizeImageBatch": {"quality": "standard"},
    "acknowledgeIncident": {"note": "Seen."},
    "assignIncident": {"assignee": "Ada"},
    "reopenIncident": {"note": "It is gone again."},
    "resolveIncident": {"resolution": "It stood one row further."},
    "giveIncidentFeedback": {"helpful": True},
    "createRunbook": _RUNBOOK,
    "replaceRunbook": _RUNBOOK,
}

_DOCUMENT = merged()


class Operation(NamedTuple):
    method: str
    path: str
    facts: Document

    def __str__(self) -> str:
        return str(self.facts["operationId"])

    @property
    def parameters(self) -> list[tuple[str, str]]:
        """Where, and the name."""
        return [(item["in"], item["name"]) for item in self.facts.get("parameters", ())]

    @property
    def job_ids(self) -> list[tuple[str, str]]:
        return [(where, name) for where, name in self.parameters if name in JOB_IDS]

    @property
    def names_a_job(self) -> bool:
        """Whether the job is the thing itself, and not a place in a list."""
        return "path" in {where for where, _ in self.job_ids}

    @property
    def names_a_page(self) -> bool:
        return PAGE_ID in {name for _, name in self.parameters}

    @property
    def names_a_batch(self) -> bool:
        return BATCH_ID in {name for _, name in self.parameters}

    @property
    def names_a_file(self) -> bool:
        return ("path", FILE_NAME) in self.parameters

    @property
    def is_about_images(self) -> bool:
        """Whether the jobs of other services are none there."""
        return self.path.startswith(IMAGES)

    @property
    def is_about_incidents(self) -> bool:
        return self.path.startswith(INCIDENTS)

    @property
    def takes_a_token(self) -> bool:
        return {"bearer": []} in self.facts["security"]

    @property
    def needs_a_token(self) -> bool:
        return self.takes_a_token and {} not in self.facts["security"]

    def target(self, id: str = "", slug: str = NO_SLUG) -> str:
        """Path and query; `id` is that of a job, or of a page or batch where the operation names one."""
        path, query = self.path, {}
        ids = {PAGE_ID} if self.names_a_page else {BATCH_ID} if self.names_a_batch else JOB_IDS
        for where, name in self.parameters:
            value = id if name in ids else slug if name == SLUG else OTHERS.get(name, "")
            if where == "path":
                path = path.replace(f"{{{name}}}", value)
            elif where == "query" and value:
                query[name] = value
        return f"{path}?{urlencode(query)}" if query else path

    def body(self) -> dict[str, Any]:
        """The first example of the document, as arguments for the client."""
        if str(self) in BODIES:
            return {"json": BODIES[str(self)]}
        content = self.facts.get("requestBody", {}).get("content", {})
        if "application/json" not in content:
            return {"data": VISITOR} if content else {}
        media = content["application/json"]
        named = [example["value"] for example in media.get("examples", {}).values()]
        return {"json": named[0] if named else _example(media["schema"])}

    def accepts(self, media_type: str) -> bool:
        return media_type in self.facts.get("requestBody", {}).get("content", {})

    @property
    def media_type(self) -> str:
        """Of its first kind of body."""
        return str(next(iter(self.facts["requestBody"]["content"])))

    def fields(self) -> set[str]:
        """Of all kinds of bodies, and of what their arrays are of."""
        content = self.facts.get("requestBody", {}).get("content", {})
        return {name for media in content.values() for name in _fields(media["schema"])}


OPERATIONS = [Operation(method.upper(), path, facts) for path, method, facts in operations(_DOCUMENT)]


def _example(schema: Document) -> dict[str, str]:
    properties = _resolved(schema)["properties"]
    return {name: facts.get("examples", ["x"])[0] for name, facts in properties.items()}


def _fields(schema: Document) -> Iterator[str]:
    resolved = _resolved(schema)
    for alternative in resolved.get("oneOf", ()):
        yield from _fields(alternative)
    for name, facts in resolved.get("properties", {}).items():
        yield name
        yield from _fields(facts.get("items", {}))


def _resolved(schema: Document) -> Document:
    if "$ref" not in schema:
        return schema
    found: Document = _DOCUMENT["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return found
