"""What `/openapi.json` offers, as requests: a new route is tested as soon as it is documented, or makes a test fail
that says what is missing here."""

from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import urlencode

from deploy.api_docs import merged
from errand.common.http.openapi import Document, operations

#: Parameters that are the id of a job.
JOB_IDS = frozenset({"job_id", "run_id", "cursor"})
#: The id of a landing page.
PAGE_ID = "page_id"
#: Those that are neither, each with a value that shows or does as much as it can.
OTHERS: Mapping[str, str] = {
    "limit": "200",
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
}
#: The name of a published page in its address, which is everybody's; and one that there is not.
SLUG = "slug"
NO_SLUG = "none"
#: Fields of bodies; none of them names something that belongs to somebody.
FIELDS = frozenset(
    {
        *("incident_text", "incident_type", "severity", "payload", "email", "password", "name", "refresh"),
        *("session_id", "message", "title"),
    }
)

#: What a visitor fills in on a page of `Person.publish_page`.
VISITOR: Mapping[str, str] = {"name": "Ada", "email": "ada@example.com", "consent": "yes"}

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
    def takes_a_token(self) -> bool:
        return {"bearer": []} in self.facts["security"]

    @property
    def needs_a_token(self) -> bool:
        return self.takes_a_token and {} not in self.facts["security"]

    def target(self, id: str = "", slug: str = NO_SLUG) -> str:
        """Path and query; `id` is that of a job, or of a page where the operation names one."""
        path, query = self.path, {}
        ids = {PAGE_ID} if self.names_a_page else JOB_IDS
        for where, name in self.parameters:
            value = id if name in ids else slug if name == SLUG else OTHERS.get(name, "")
            if where == "path":
                path = path.replace(f"{{{name}}}", value)
            elif where == "query" and value:
                query[name] = value
        return f"{path}?{urlencode(query)}" if query else path

    def body(self) -> dict[str, Any]:
        """The first example of the document, as arguments for the client."""
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
        """Of all kinds of bodies."""
        content = self.facts.get("requestBody", {}).get("content", {})
        return {name for media in content.values() for name in _resolved(media["schema"]).get("properties", ())}


OPERATIONS = [Operation(method.upper(), path, facts) for path, method, facts in operations(_DOCUMENT)]


def _example(schema: Document) -> dict[str, str]:
    properties = _resolved(schema)["properties"]
    return {name: facts.get("examples", ["x"])[0] for name, facts in properties.items()}


def _resolved(schema: Document) -> Document:
    if "$ref" not in schema:
        return schema
    found: Document = _DOCUMENT["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return found
