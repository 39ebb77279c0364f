"""What the merged document promises, and how documents are merged."""

import re
from typing import Any

import msgspec
import pytest

from deploy.api_docs import documents_of_services, merged
from errand.common.http import problems
from errand.common.http.openapi import operations
from errand.common.ids import Service
from errand.gateway.documents.asyncapi import asyncapi
from errand.gateway.documents.openapi import merge
from errand.gateway.live import frames
from errand.gateway.routes import TABLE, Access, Route, Routes

DOCUMENT = merged()
OPERATIONS = [(f"{method} {path}", operation) for path, method, operation in operations(DOCUMENT)]
# For eyes, not for programs.
PAGE = "/docs/*"


def service_document(path: str, **schemas: Any) -> dict[str, Any]:
    """One GET that answers with each of `schemas`."""
    content = {f"application/{name}": {"schema": {"$ref": f"#/components/schemas/{name}"}} for name in schemas}
    operation = {"operationId": path.strip("/"), "responses": {"200": {"description": "OK", "content": content}}}
    return {"paths": {path: {"get": operation}}, "components": {"schemas": schemas}}


def merge_all(documents: dict[Service, dict[str, Any]], *table: Route) -> dict[str, Any]:
    return merge(documents, Routes(table), allow_anonymous=False)


def references(document: dict[str, Any]) -> set[str]:
    return set(re.findall(r'"\$ref":"#/([^"]+)"', msgspec.json.encode(document).decode()))


def resolve(document: dict[str, Any], reference: str) -> Any:
    found: Any = document
    for key in reference.split("/"):
        found = found[key]
    return found


@pytest.mark.parametrize("route", [route for route in TABLE if route.pattern != PAGE], ids=lambda route: route.pattern)
def test_every_route_is_documented(route: Route) -> None:
    matches = [Routes().match(path) for path in DOCUMENT["paths"]]

    assert [match for match in matches if match is not None and match.route is route]


def test_every_operation_of_a_service_has_a_route() -> None:
    own = {
        f"{method} {path}" for document in documents_of_services().values() for path, method, _ in operations(document)
    }

    assert own == {name for name, _ in OPERATIONS}


@pytest.mark.parametrize("operation", [item for _, item in OPERATIONS], ids=[name for name, _ in OPERATIONS])
def test_every_operation_says_what_a_client_must_know(operation: dict[str, Any]) -> None:
    assert operation["tags"]
    assert operation["summary"]
    assert operation["description"]
    assert operation["security"] == [] or "401" in operation["responses"]
    assert "429" in operation["responses"]
    assert all("X-Request-Id" in response["headers"] for response in operation["responses"].values())
    assert all(parameter["schema"] for parameter in operation.get("parameters", ()))


@pytest.mark.parametrize("operation", [item for _, item in OPERATIONS], ids=[name for name, _ in OPERATIONS])
def test_every_error_is_a_problem_with_an_example(operation: dict[str, Any]) -> None:
    for status, response in operation["responses"].items():
        if status >= "400":
            (media_type,) = response["content"]
            media = response["content"][media_type]
            assert media_type == problems.MEDIA_TYPE
            assert media["schema"] == {"$ref": "#/components/schemas/Problem"}
            examples = [example["value"] for example in media["examples"].values()]
            assert {str(example["status"]) for example in examples} == {status}


def test_operations_have_names_of_their_own() -> None:
    names = [operation["operationId"] for _, operation in OPERATIONS]

    assert sorted(names) == sorted(set(names))


@pytest.mark.parametrize("document", [DOCUMENT, asyncapi()], ids=["openapi", "asyncapi"])
def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    assert references(document)
    for reference in references(document):
        assert resolve(document, reference)


def test_every_frame_is_a_message_of_some_socket() -> None:
    structs = [
        value for value in vars(frames).values() if isinstance(value, type) and issubclass(value, msgspec.Struct)
    ]

    leaves = {struct.__name__ for struct in structs if not struct.__subclasses__()} - {msgspec.Struct.__name__}

    assert leaves == set(asyncapi()["components"]["messages"])


def test_a_service_is_heard_on_its_own_routes_only() -> None:
    documents = {
        Service.GATEWAY: service_document("/v1/mine"),
        Service.INCIDENTS: service_document("/v1/theirs"),
        Service.IMAGES: service_document("/internal/views"),
    }

    found = merge_all(documents, Route("/v1/mine", Service.INCIDENTS), Route("/v1/theirs", Service.INCIDENTS))

    assert list(found["paths"]) == ["/v1/theirs"]


def test_what_every_service_has_is_documented_once() -> None:
    document = service_document("/v1/jobs/{job_id}", View={"type": "object"})

    found = merge_all({Service.INCIDENTS: document, Service.IMAGES: document}, Route("/v1/jobs/{id}"))

    assert list(found["paths"]) == ["/v1/jobs/{job_id}"]
    assert list(found["components"]["schemas"]) == ["View"]


def test_two_schemas_of_one_name_are_told_apart_wherever_they_are_referred_to() -> None:
    inner = {"$ref": "#/components/schemas/Inner"}
    documents = {
        Service.INCIDENTS: service_document("/a", Outer={"items": inner}, Inner={"type": "string"}),
        Service.IMAGES: service_document("/b", Outer={"items": inner}, Inner={"type": "integer"}),
    }

    found = merge_all(documents, Route("/a", Service.INCIDENTS), Route("/b", Service.IMAGES))

    assert found["components"]["schemas"] == {
        "Outer": {"items": inner},
        "Inner": {"type": "string"},
        "ImagesOuter": {"items": {"$ref": "#/components/schemas/ImagesInner"}},
        "ImagesInner": {"type": "integer"},
    }
    assert {"components/schemas/ImagesOuter", "components/schemas/Outer"} <= references(found["paths"])


@pytest.mark.parametrize(
    ("access", "allow_anonymous", "security"),
    [
        (Access.PUBLIC, True, []),
        (Access.ANONYMOUS, True, [{"bearer": []}, {}]),
        (Access.ANONYMOUS, False, [{"bearer": []}]),
        (Access.USER, True, [{"bearer": []}]),
    ],
)
def test_the_route_says_whether_a_token_is_needed(access: Access, allow_anonymous: bool, security: list[Any]) -> None:
    routes = Routes([Route("/a", Service.INCIDENTS, access)])

    found = merge({Service.INCIDENTS: service_document("/a")}, routes, allow_anonymous=allow_anonymous)

    assert found["paths"]["/a"]["get"]["security"] == security


def test_a_view_of_a_job_can_be_asked_whether_it_has_changed() -> None:
    document = service_document("/v1/jobs/{job_id}")

    found = merge_all({Service.INCIDENTS: document}, Route("/v1/jobs/{id}", job_view=True))

    operation = found["paths"]["/v1/jobs/{job_id}"]["get"]
    assert {"ETag", "X-Job-Seq"} <= operation["responses"]["200"]["headers"].keys()
    assert "content" not in operation["responses"]["304"]
    assert [parameter["name"] for parameter in operation["parameters"]] == ["If-None-Match"]
