from typing import Any

import pytest

from errand.agents.domain import SubmissionInvalid
from errand.agents.landing.page import Contact, Field
from errand.agents.service.submissions import Given, answers

NAME = Field(name="name", label="Name")
SIZE = Field(name="size", label="Size", type="select", options=["Small", "Large"], required=True)
TOPICS = Field(name="topics", label="Topics", type="checkbox", options=["News", "Offers"])
TERMS = Field(name="terms", label="Terms", type="checkbox", required=True)


def faults(form: Contact, given: Given) -> dict[str, str]:
    with pytest.raises(SubmissionInvalid) as refusal:
        answers(form, given)
    return {error.field: error.message for error in refusal.value.errors}


@pytest.mark.parametrize(
    ("field", "sent", "kept"),
    [
        (NAME, [], ""),
        (NAME, ["Eve", "Ada"], "Ada"),
        (NAME, ["Ada", " "], ""),
        (NAME, [" Ada\r\n"], " Ada\r\n"),
        (SIZE, ["Small"], "Small"),
        (TOPICS, [], []),
        (TOPICS, [""], []),
        (TOPICS, ["Offers"], ["Offers"]),
        (TOPICS, ["Offers", "News", "Offers"], ["News", "Offers"]),
        (TERMS, ["yes"], "yes"),
    ],
)
def test_what_was_filled_in_is_kept_as_its_field_has_it(field: Field, sent: list[str], kept: Any) -> None:
    assert answers(Contact(id="contact", fields=[field]), {field.name: sent}) == {field.name: kept}


@pytest.mark.parametrize(
    ("field", "sent", "fault"),
    [
        (SIZE, [], "Size is missing."),
        (SIZE, ["Small", ""], "Size is missing."),
        (SIZE, ["Huge"], "Size is not one of the choices."),
        (TOPICS, ["News", "Weather"], "Topics is not one of the choices."),
        (TERMS, [], "Terms is missing."),
        (NAME, ["x" * 5_001], "Name is too long."),
    ],
)
def test_what_does_not_fit_its_field_is_refused(field: Field, sent: list[str], fault: str) -> None:
    assert faults(Contact(id="contact", fields=[field]), {field.name: sent}) == {field.name: fault}


def test_every_fault_is_named() -> None:
    form = Contact(id="contact", fields=[SIZE, TERMS], consent="You may write to me.")

    assert faults(form, {"size": ["Huge"], "consent": [""]}).keys() == {"size", "terms", "consent"}


def test_what_was_not_asked_for_is_not_kept() -> None:
    assert answers(Contact(id="contact", fields=[NAME]), {"name": ["Ada"], "admin": ["yes"]}) == {"name": "Ada"}
