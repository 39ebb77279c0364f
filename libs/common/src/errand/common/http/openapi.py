"""A service's OpenAPI document: Litestar's own, with every error as `problems` really answers it.

Litestar derives parameters, bodies and answers from the handlers' signatures. A handler adds what only it can know:
`responses=can_fail(RunNotFound())`, `response_headers`, and a docstring, which becomes the description. The gateway
merges the services' documents and adds what is true of whatever passes through it.
"""

import re
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

import msgspec
from litestar import Litestar, Request, Router
from litestar.datastructures import ResponseHeader
from litestar.exceptions import ClientException
from litestar.openapi import OpenAPIConfig, ResponseSpec
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import Example

from errand.common.errors import FieldError, Unprocessable
from errand.common.http import problems
from errand.common.http.problems import Problem

Document = dict[str, Any]
Operation = dict[str, Any]

#: Where every service serves its own document to the gateway.
PATH = "/internal/openapi.json"

_METHODS = ("get", "head", "post", "put", "patch", "delete")
_SCHEMAS = "#/components/schemas/{name}"
_INTEGER_HEADERS = ("Retry-After", "X-Job-Seq")
# Litestar spells out these defaults.
_DEFAULTS = ("deprecated", "allowEmptyValue", "allowReserved")


def configure(title: str) -> OpenAPIConfig:
    return OpenAPIConfig(
        title=title,
        version="1",
        use_handler_docstrings=True,
        openapi_router=Router(PATH, route_handlers=[], include_in_schema=False),
        render_plugins=[_DocumentPlugin(path="/")],
    )


def document_of(app: Litestar) -> Document:
    """The document that `app` serves at PATH, in JSON's own types."""
    document: Document = msgspec.json.decode(msgspec.json.encode(_complete(app.openapi_schema.to_schema())))
    return document


def can_fail(*errors: Exception) -> dict[int, ResponseSpec]:
    """The `responses` of a handler that may raise these; each stands for its kind, with the facts of an example."""
    found: dict[int, list[Example]] = {}
    for error in errors:
        problem = problems.problem_of(error, None)
        found.setdefault(problem.status, []).append(Example(id=problem.code, value=_example(problem)))
    return {
        status: ResponseSpec(Problem, False, problems.title(status), media_type=problems.MEDIA_TYPE, examples=examples)
        for status, examples in found.items()
    }


def documented_header(name: str, description: str, *, required: bool = False) -> ResponseHeader:
    """For the `response_headers` of a handler that sets it by itself."""
    return ResponseHeader(name=name, description=description, documentation_only=True, required=required)


def operations(document: Document) -> Iterator[tuple[str, str, Operation]]:
    """Path, method in lower case, and operation."""
    for path, item in document.get("paths", {}).items():
        yield from ((path, method, item[method]) for method in _METHODS if method in item)


def add_problem(operation: Operation, error: Exception) -> None:
    """One more answer of `operation`, with the headers that come with it. An example that is there stays."""
    problem = problems.problem_of(error, None)
    response = operation["responses"].setdefault(str(problem.status), {"description": problem.title})
    media = response.setdefault("content", {}).setdefault(problems.MEDIA_TYPE, {})
    media["schema"] = {"$ref": _SCHEMAS.format(name=Problem.__name__)}
    media.setdefault("examples", {}).setdefault(problem.code, {"value": _example(problem)})
    for name, value in problems.headers_of(error).items():
        add_header(response, name, example=value)


def add_header(response: Document, name: str, **facts: Any) -> None:
    header = response.setdefault("headers", {}).setdefault(name, {})
    header["schema"] = {"type": "integer" if name in _INTEGER_HEADERS else "string"}
    header.update(facts)


class _DocumentPlugin(JsonRenderPlugin):
    def render(self, request: Request[Any, Any, Any], openapi_schema: dict[str, Any]) -> bytes:
        return msgspec.json.encode(document_of(request.app))


def _example(problem: Problem) -> Any:
    return msgspec.json.decode(problems.encode(problem))


def _complete(document: Document) -> Document:
    _, schemas = msgspec.json.schema_components([Problem], ref_template=_SCHEMAS)
    document.setdefault("components", {}).setdefault("schemas", {}).update(schemas)
    for _, _, operation in operations(document):
        _complete_operation(operation)
    return document


def _complete_operation(operation: Operation) -> None:
    del operation["deprecated"]
    operation["summary"] = _sentence(operation["operationId"])
    # Litestar's word for a request that does not fit.
    if problems.MEDIA_TYPE not in operation["responses"].get("400", {}).get("content", {problems.MEDIA_TYPE: {}}):
        del operation["responses"]["400"]
    for status, response in operation["responses"].items():
        _complete_response(response, HTTPStatus(int(status)))
    for parameter in operation.get("parameters", ()):
        _complete_parameter(parameter)
    if "requestBody" in operation:
        _complete_body(operation["requestBody"])
        add_problem(operation, ClientException("The body is not JSON."))
    if "requestBody" in operation or _inputs(operation):
        add_problem(operation, _unfit(operation))


def _complete_response(response: Document, status: HTTPStatus) -> None:
    if response["description"] == status.description:
        response["description"] = problems.title(status)
    # Litestar keeps headers in a set.
    response["headers"] = dict(sorted(response.get("headers", {}).items()))
    for name, header in response["headers"].items():
        _drop_defaults(header)
        add_header(response, name)
    _drop_ids(response)


def _complete_parameter(parameter: Document) -> None:
    _drop_defaults(parameter)
    parameter["schema"] = _without_null(parameter["schema"])


def _complete_body(body: Document) -> None:
    """Litestar requires one even where it may be null, which is how a handler has one that may be missing."""
    _drop_ids(body)
    schemas = [media["schema"] for media in body.get("content", {}).values()]
    if any({"type": "null"} in schema.get("oneOf", ()) for schema in schemas):
        body["required"] = False


def _drop_defaults(item: Document) -> None:
    for name in _DEFAULTS:
        item.pop(name, None)


def _drop_ids(body: Document) -> None:
    """Litestar writes the ids of examples into them, where the specification has no such field."""
    for media in body.get("content", {}).values():
        for example in media.get("examples", {}).values():
            example.pop("id", None)


def _inputs(operation: Operation) -> list[Document]:
    """The parameters that can be wrong without meaning another resource."""
    return [parameter for parameter in operation.get("parameters", ()) if parameter["in"] != "path"]


def _unfit(operation: Operation) -> Unprocessable:
    numbers = [item["name"] for item in _inputs(operation) if item["schema"].get("type") in ("integer", "number")]
    fault = FieldError(next(iter(numbers), "field"), "Expected `int`, got `str`")
    return Unprocessable(f"{fault.field}: {fault.message}", fault)


def _sentence(operation_id: str) -> str:
    """`cleanUpIncidentRuns` → "Clean up incident runs"."""
    words = re.sub(r"(?=[A-Z])", " ", operation_id).lower()
    return words[0].upper() + words[1:]


def _without_null(schema: Document) -> Document:
    """A parameter that is left out is None to its handler; none can be sent as null."""
    if "null" in schema.get("type", ()):
        return {**schema, "type": "string", "enum": [choice for choice in schema["enum"] if choice is not None]}
    choices = [choice for choice in schema.get("oneOf", ()) if choice != {"type": "null"}]
    if len(choices) != 1:
        return schema
    return {**choices[0], **{key: value for key, value in schema.items() if key != "oneOf"}}
