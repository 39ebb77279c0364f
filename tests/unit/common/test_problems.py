from typing import ClassVar

import pytest
from litestar.exceptions import HTTPException

from errand.common import errors
from errand.common.errors import ErrandError, FieldError
from errand.common.http.problems import STATUS, headers_of, problem_of


class PageLocked(errors.Conflict):
    code: ClassVar[str] = "page_locked"


@pytest.mark.parametrize(
    "kind", [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, ErrandError)]
)
def test_every_kind_has_a_status(kind: type[ErrandError]) -> None:
    assert kind is ErrandError or any(parent in STATUS for parent in kind.__mro__)


def test_a_services_own_error_has_the_status_of_its_kind_and_its_own_code() -> None:
    problem = problem_of(PageLocked("Somebody else edits this page."), "r-1")

    assert (problem.status, problem.code, problem.title) == (409, "page_locked", "Conflict")
    assert (problem.detail, problem.request_id) == ("Somebody else edits this page.", "r-1")


def test_a_surprise_tells_nothing_of_its_inside() -> None:
    problem = problem_of(RuntimeError("password=hunter2"), None)

    assert (problem.status, problem.code) == (500, "internal_error")
    assert "hunter2" not in problem.detail


def test_the_frameworks_errors_have_the_codes_of_ours() -> None:
    assert problem_of(HTTPException(status_code=413), None).code == "too_large"
    assert problem_of(HTTPException(status_code=405), None).code == "method_not_allowed"


def test_field_errors_are_listed() -> None:
    error = errors.Unprocessable("The form does not fit.", FieldError("email", "is no address"))

    assert problem_of(error, None).errors == (FieldError("email", "is no address"),)


def test_a_client_is_told_when_to_come_back() -> None:
    assert headers_of(errors.RateLimited(7)) == {"Retry-After": "7"}
    assert headers_of(errors.Unavailable("Down.")) == {"Retry-After": "2"}
    assert headers_of(errors.Unauthenticated("Who?")) == {"WWW-Authenticate": "Bearer"}
