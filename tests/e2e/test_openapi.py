"""The API against its own document: whatever is sent, it answers as `/openapi.json` says."""

import os
import secrets
from typing import Any

import httpx2
import pytest
import schemathesis
from schemathesis.checks import CheckFunction, not_a_server_error
from schemathesis.specs.openapi import checks

from deploy.api_docs import merged
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

api = schemathesis.openapi.from_dict(merged(), config=schemathesis.Config.from_dict(CONFIGURATION))


@pytest.fixture(scope="session")
def user(stack: Stack) -> dict[str, str]:
    """The headers of somebody who has registered."""
    registration = {"email": f"{secrets.token_hex(8)}@example.com", "password": secrets.token_hex(8)}
    reply = httpx2.post(f"{stack.url}/api/auth/register", json=registration, trust_env=False)
    return {"Authorization": f"Bearer {reply.json()['access']}"}


@pytest.fixture(scope="session")
def job_id(stack: Stack, user: dict[str, str]) -> str:
    """A job of the user's that is over."""
    run = httpx2.post(f"{stack.url}/incident/run", data={"incident_text": "A reefer is warm"}, headers=user).json()
    address = f"{stack.url}/incident/run/{run['run_id']}"
    until(lambda: httpx2.get(address, headers=user).json()["status"] == "completed")
    return str(run["run_id"])


def test_the_stack_serves_the_document_of_this_checkout(stack: Stack) -> None:
    assert httpx2.get(f"{stack.url}/openapi.json").json() == merged()


@api.parametrize()
def test_every_answer_is_documented(
    case: schemathesis.Case[Any], stack: Stack, user: dict[str, str], job_id: str
) -> None:
    options: dict[str, Any] = {"base_url": stack.url, "headers": user, "checks": CHECKS}
    case.call_and_validate(**options)
    if case.path_parameters:
        # Among the ids that are generated none is a job's.
        case.path_parameters = dict.fromkeys(case.path_parameters, job_id)
        case.call_and_validate(**options)
