"""A form with a field of which several options may be chosen: its name comes once for each."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from msgspec.structs import replace

from errand.agents.authoring.hiring import Hire
from errand.agents.authoring.rules import Rules
from errand.agents.landing.brief import Brief
from errand.agents.landing.copywriting import Draft
from errand.agents.landing.page import Contact, Field
from errand.agents.landing.planning import Plan
from tests.integration.agents.conftest import Client
from tests.integration.agents.guide import PAYLOAD, SESSION

TOPICS = Field(name="topics", label="Topics", type="checkbox", options=["News", "Offers", "Events"])
PAGE = {**PAYLOAD, "advanced": {"formFields": ["email"]}}


class Curious(Rules):
    """Asks for topics too."""

    def write(self, brief: Brief, plan: Plan) -> Draft:
        draft = super().write(brief, plan)
        sections = [
            replace(section, fields=[*section.fields, TOPICS]) if isinstance(section, Contact) else section
            for section in draft.page.sections
        ]
        return replace(draft, page=replace(draft.page, sections=sections))


@pytest.fixture
def hire() -> Hire:
    return lambda spent, notify: Curious()


@pytest.mark.parametrize(
    "form",
    [
        {"data": {"email": "ada@example.com", "consent": "on", "topics": ["Events", "News"]}},
        {
            "files": [
                ("email", (None, "ada@example.com")),
                ("consent", (None, "on")),
                ("topics", (None, "Events")),
                ("topics", (None, "News")),
            ]
        },
    ],
    ids=["urlencoded", "multipart"],
)
def test_all_that_was_chosen_is_kept(client: Client, built: Callable[..., Any], form: Any) -> None:
    result = built(SESSION, PAGE)["result"]
    path = urlsplit(result["deployment_url"]).path

    reply = client.post(f"{path}form", **form, follow_redirects=False)

    assert reply.status_code == 303
    (item,) = client.get(f"/v1/landing-pages/{result['landing_page_id']}/submissions").json()["items"]
    assert item["fields"] == {"email": "ada@example.com", "topics": ["News", "Events"], "consent": True}
