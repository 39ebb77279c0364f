"""The API against its own document: whatever is sent, it answers as `/openapi.json` says."""

import os
import secrets
from collections.abc import Iterator
from typing import Any

import pytest
import requests
import schemathesis
from schemathesis.checks import CheckFunction, not_a_server_error
from schemathesis.generation.feedback import FeedbackSources
from schemathesis.pytest._test_builder import build_operation_test
from schemathesis.schemas import BaseSchema
from schemathesis.specs.openapi import checks

from deploy.api_docs import merged
from tests.security.operations import OPERATIONS, Operation
from tests.stack import Stack
from tests.waiting import until

# No schema can say all that is refused or let through; but what is answered has to be documented.
CHECKS: list[CheckFunction] = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
    checks.unsupported_method,
]
CONFIGURATION = {
    "generation": {
        # More of them by hand, where much has changed.
        "max-examples": int(os.environ.get("ERRAND_TEST_EXAMPLES", "15")),
        "deterministic": True,
        "with-security-parameters": False,
    },
}


@pytest.fixture(scope="module")
def api() -> BaseSchema:
    return schemathesis.openapi.from_dict(merged(), config=schemathesis.Config.from_dict(CONFIGURATION))


@pytest.fixture(scope="module")
def session() -> Iterator[requests.Session]:
    """Keeps its connection, and looks for no settings of its own with every request."""
    with requests.Session() as session:
        session.trust_env = False
        yield session


@pytest.fixture(scope="module")
def user(stack: Stack, session: requests.Session) -> dict[str, str]:
    """The headers of somebody who has registered."""
    registration = {"email": f"{secrets.token_hex(8)}@example.com", "password": secrets.token_hex(8)}
    reply = session.post(f"{stack.url}/api/auth/register", json=registration)
    return {"Authorization": f"Bearer {reply.json()['access']}"}


@pytest.fixture(scope="module")
def job_id(stack: Stack, session: requests.Session, user: dict[str, str]) -> str:
    """A job of the user's that is over."""
    run = session.post(f"{stack.url}/incident/run", data={"incident_text": "A reefer is warm"}, headers=user).json()
    address = f"{stack.url}/incident/run/{run['run_id']}"
    until(lambda: session.get(address, headers=user).json()["status"] == "completed")
    return str(run["run_id"])


def test_the_stack_serves_the_document_of_this_checkout(stack: Stack, session: requests.Session) -> None:
    assert session.get(f"{stack.url}/openapi.json").json() == merged()


@pytest.mark.parametrize("operation", OPERATIONS, ids=str)
def test_every_answer_is_documented(
    operation: Operation,
    api: BaseSchema,
    session: requests.Session,
    stack: Stack,
    user: dict[str, str],
    job_id: str,
) -> None:
    """As `api.parametrize()` has it, which names all of its tests the same, so that of those pytest-xdist runs one."""
    options: dict[str, Any] = {"base_url": stack.url, "session": session, "headers": user, "checks": CHECKS}

    def check(case: schemathesis.Case[Any]) -> None:
        case.call_and_validate(**options)
        if case.path_parameters:
            # Among the ids that are generated none is a job's.
            case.path_parameters = dict.fromkeys(case.path_parameters, job_id)
            case.call_and_validate(**options)

    build_operation_test(
        config=api.config,
        operation=api[operation.path][operation.method],
        test_func=check,
        given_kwargs={},
        feedback=FeedbackSources(),
    )()
