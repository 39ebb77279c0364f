"""One OpenAPI document over all services: theirs, as far as the route table lets them through, with what the gateway
adds to every request on its way."""

import copy
import re
from collections.abc import Mapping
from typing import Any

import msgspec
from litestar.exceptions import HTTPException

from errand.common.http.openapi import Document, Operation, add_header, add_problem, operations
from errand.common.identity import TokenRefused
from errand.common.ids import Service
from errand.gateway.bodies import BodyCoded, BodyLate, BodyTooLarge
from errand.gateway.limits import QuotaSpent
from errand.gateway.live.preference import JobGoesOn
from errand.gateway.routes import Access, Rate, Route, Routes
from errand.gateway.upstreams import ServiceUnavailable

_REFERENCE = re.compile(r'"#/components/schemas/([^"]+)"')
_NOT_MODIFIED = "What you have is still right; the answer has no body"

# For examples: the settings' defaults.
_QUOTAS = {Rate.AUTH: 20, Rate.WRITE: 120, Rate.POLL: 1200}

_DESCRIPTION = """\
Submit slow work as a **job**, watch it, continue it. A submit answers 202 at once, with the job's address in
`Location`; look there, or be told: `GET /v1/jobs/{id}/events` and the sockets of [/asyncapi.json](/asyncapi.json).

- Paths answer with and without a trailing slash. Timestamps are UTC, RFC 3339.
- Errors are `application/problem+json`: `detail` is a sentence for a person, `code` a stable word for a machine.
- A POST that creates work takes an `Idempotency-Key`: sent twice, it makes one job.
- 429 and 503 say in `Retry-After` when to come back.
- What is another user's answers 404.
"""

_SECURITY = {
    "bearer": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "`access` from `POST /api/auth/login`",
    }
}


def merge(documents: Mapping[Service, Document], routes: Routes, *, allow_anonymous: bool) -> Document:
    """Operations that several services have in common are taken from the first of them."""
    merged: Document = {
        "openapi": "3.1.0",
        "info": {"title": "Errand", "version": "1", "description": _DESCRIPTION},
        "servers": [{"url": "/"}],
        "paths": {},
        "components": {"schemas": {}, "securitySchemes": _SECURITY},
    }
    for service, document in documents.items():
        document = _without_clashes(copy.deepcopy(document), merged["components"]["schemas"], service)
        merged["components"]["schemas"].update(document.get("components", {}).get("schemas", {}))
        for path, method, operation in operations(document):
            match = routes.match(path)
            known = merged["paths"].get(path, {})
            if match is not None and _belongs(match.route, service) and method not in known:
                _complete(operation, method, match.route, service, allow_anonymous)
                merged["paths"][path] = {**known, method: operation}
    merged["paths"] = dict(sorted(merged["paths"].items()))
    return merged


def _belongs(route: Route, service: Service) -> bool:
    return route.service is service or (route.service is None and service is not Service.GATEWAY)


def _without_clashes(document: Document, known: Mapping[str, Any], service: Service) -> Document:
    """Schemas that are called like a known one but differ get their service's name in front."""
    schemas = document.get("components", {}).get("schemas", {})
    clashing = {name for name in schemas.keys() & known.keys() if schemas[name] != known[name]}
    # The same words about another thing are another schema too.
    while more := {name for name in schemas.keys() & known.keys() - clashing if _references(schemas[name]) & clashing}:
        clashing |= more
    if not clashing:
        return document
    names = {name: service.name.capitalize() + name for name in clashing}
    renamed: Document = _renamed(document, names)
    renamed["components"]["schemas"] = {
        names.get(name, name): schema for name, schema in renamed["components"]["schemas"].items()
    }
    return renamed


def _references(schema: Any) -> set[str]:
    return set(_REFERENCE.findall(msgspec.json.encode(schema).decode()))


def _renamed(document: Document, names: Mapping[str, str]) -> Document:
    text = msgspec.json.encode(document).decode()
    renamed = _REFERENCE.sub(lambda found: f'"#/components/schemas/{names.get(found[1], found[1])}"', text)
    document = msgspec.json.decode(renamed)
    return document


def _complete(operation: Operation, method: str, route: Route, service: Service, allow_anonymous: bool) -> None:
    _add_security(operation, route, allow_anonymous)
    _add_limits(operation, method, route)
    if service is not Service.GATEWAY:
        _add_passage(operation, service)
    if route.job_view and method == "get":
        _add_validators(operation)
    if route.awaited and method == "post":
        _await(operation)
    elif "Location" in operation["responses"].get("202", {}).get("headers", {}):
        _add_patience(operation)
    operation["responses"] = dict(sorted(operation["responses"].items()))
    for response in operation["responses"].values():
        add_header(response, "X-Request-Id", description="Names this request in our logs")


def _add_security(operation: Operation, route: Route, allow_anonymous: bool) -> None:
    if route.access is Access.PUBLIC:
        operation["security"] = []
        return
    optional = route.admits_anybody(allow_anonymous=allow_anonymous)
    operation["security"] = [{"bearer": []}, *([{}] if optional else [])]
    add_problem(operation, TokenRefused())


def _add_limits(operation: Operation, method: str, route: Route) -> None:
    if "requestBody" in operation:
        for error in (BodyLate(), BodyTooLarge(route.body_limit), BodyCoded()):
            add_problem(operation, error)
    rate = route.rate(method.upper())
    add_problem(operation, QuotaSpent(rate, _QUOTAS[rate], 3))


def _add_passage(operation: Operation, service: Service) -> None:
    add_problem(operation, ServiceUnavailable(service))
    add_problem(operation, HTTPException(status_code=504, detail="The service did not answer within 30 s."))


def _add_validators(operation: Operation) -> None:
    """A poller that sends back the entity tag spares itself the body."""
    _add_header_parameter(operation, "If-None-Match", "The `ETag` that you have")
    unchanged = operation["responses"].setdefault("304", {"description": _NOT_MODIFIED})
    for response in (operation["responses"]["200"], unchanged):
        add_header(response, "ETag", description="Changes with the job")
        add_header(response, "X-Job-Seq", description="The number of the last event in this view")


def _await(operation: Operation) -> None:
    """What a service accepts here is answered once it is over, or not in time."""
    del operation["responses"]["202"]
    job_id = "01a1ff5d-ed3c-8243-8db5-895ac4c59980"
    add_problem(operation, JobGoesOn(job_id, f"/v1/jobs/{job_id}"))


def _add_patience(operation: Operation) -> None:
    """Whoever prefers to wait may get the finished job at once."""
    _add_header_parameter(operation, "Prefer", "`wait=N`: wait up to N seconds, 25 at most, for the job to be over")
    over = {"description": "The job was over in time: its view", "content": {"application/json": {"schema": {}}}}
    add_header(over, "Content-Location", description="Where this view is to be had again")
    add_header(over, "Preference-Applied", description="What was preferred")
    operation["responses"].setdefault("200", over)


def _add_header_parameter(operation: Operation, name: str, description: str) -> None:
    parameter = {"name": name, "in": "header", "description": description, "schema": {"type": "string"}}
    operation.setdefault("parameters", []).append({**parameter, "required": False})
