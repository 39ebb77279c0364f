"""Messages as people type them: unquoted, polite, several wishes in one."""

import pytest
from msgspec.structs import replace

from errand.agents.landing.edits import Clarification, apply, describe, interpret
from errand.agents.landing.edits.kinds import (
    AddItem,
    AddLink,
    AnyEdit,
    HighlightPlan,
    Move,
    RemoveItem,
    RewriteSection,
    SetAction,
    SetFont,
    SetRequired,
    SetText,
    SetTextSize,
)
from errand.agents.landing.page import Contact, Footer, Pricing
from errand.agents.landing.tokens import compute
from tests.unit.agents.landing.samples.studio import STUDIO

READ: list[tuple[str, list[AnyEdit]]] = [
    ("Use Inter.", [SetFont(role="heading", name="Inter"), SetFont(role="body", name="Inter")]),
    ("Nutze Inter für den Text", [SetFont(role="body", name="Inter")]),
    ("tone down the hype", [RewriteSection(section=None, tone="simple")]),
    ("make the text bigger please", [SetTextSize(text_size="large")]),
    ("the font is too small", [SetTextSize(text_size="large")]),
    ("make the headings smaller", [SetTextSize(text_size="small")]),
    (
        "switch the features and the stats",
        [Move(section="stats", place="before", target="features")],
    ),
    ("make the email field optional", [SetRequired(section="contact", item=0, required=False)]),
    (
        "add a link to our terms https://studio.example/terms in the footer",
        [AddLink(section="footer", label="Terms", href="https://studio.example/terms")],
    ),
    (
        "Add our hours to the footer: Mon-Fri 8am-8pm",
        [SetText(section="footer", field="text", text="Easy Studio\nMon-Fri 8am-8pm")],
    ),
    ("Make the Pro plan $49", [SetText(section="pricing", field="price", text="$49", item=1)]),
    ("Starter should cost 12", [SetText(section="pricing", field="price", text="$12", item=0)]),
    ("rename the Pro plan to Enterprise", [SetText(section="pricing", field="name", text="Enterprise", item=1)]),
    ("highlight the starter plan", [HighlightPlan(section="pricing", item=0)]),
    (
        "add a student plan for $5 per month",
        [AddItem(section="pricing", title="Student", price="$5", period="per month")],
    ),
    ("delete recipes from the features", [RemoveItem(section="features", item=1)]),
    ("remove Jane", [RemoveItem(section="testimonials", item=0)]),
    (
        "add 2 features: Co-op mode and Photo mode",
        [AddItem(section="features", title="Co-op mode"), AddItem(section="features", title="Photo mode")],
    ),
    (
        "Add 'Is it free?' with the answer 'Yes.' to the FAQ",
        [AddItem(section="faq", title="Is it free?", text="Yes.")],
    ),
    (
        "Change the headline to Two days. 24 talks. One boat.",
        [SetText(section="hero", field="heading", text="Two days. 24 talks. One boat.")],
    ),
    (
        "the headline should be Litigation that settles",
        [SetText(section="hero", field="heading", text="Litigation that settles")],
    ),
    ("make the cta say Get Nibble", [SetAction(section=None, label="Get Nibble")]),
    ("Could you change the button to Join us?", [SetAction(section=None, label="Join us")]),
    (
        "cambia el titular a Un refugio en Oaxaca",
        [SetText(section="hero", field="heading", text="Un refugio en Oaxaca")],
    ),
    (
        "change Grows with you to Grows with your team",
        [SetText(section="features", field="text", text="Grows with your team.", item=2)],
    ),
]
ASKED = [
    ("make the green more muted", "Which colour should it be?"),
    ("I'd like the colours a bit warmer", "Which colour should it be?"),
    ("the orange hurts my eyes", "Which colour should it be?"),
    ("the video should be smaller", "pictures, videos and buttons follow the layout"),
    ("remove the spotlight on Starter", "could not make out"),
    ("make the fax field optional", "Which field should be optional?"),
    ("thank you!", "You are welcome"),
]


@pytest.mark.parametrize(("message", "edits"), READ, ids=[message for message, _ in READ])
def test_a_message_as_people_type_it_is_read(message: str, edits: list[AnyEdit]) -> None:
    assert interpret(message, STUDIO) == edits
    assert apply(STUDIO, edits) != STUDIO
    assert all(describe(edit).endswith((".", "…")) for edit in edits)


@pytest.mark.parametrize(("message", "answer"), ASKED, ids=[message for message, _ in ASKED])
def test_what_may_mean_many_things_is_asked_about(message: str, answer: str) -> None:
    clarification = interpret(message, STUDIO)

    assert isinstance(clarification, Clarification)
    assert answer in clarification.message


def test_thanks_for_one_thing_do_not_hide_a_wish_for_another() -> None:
    clarification = interpret("the pricing looks good but can you frobnicate it", STUDIO)

    assert isinstance(clarification, Clarification)
    assert "welcome" not in clarification.message


def test_larger_text_is_larger_on_the_page() -> None:
    larger = apply(STUDIO, [SetTextSize(text_size="large")])

    assert compute(larger.design).shared["step-0"] != compute(STUDIO.design).shared["step-0"]
    assert interpret("make the text smaller", larger) == [SetTextSize(text_size="regular")]


def test_a_field_a_plan_and_a_link_are_changed_alone() -> None:
    page = apply(
        STUDIO,
        [
            SetRequired(section="contact", item=0, required=False),
            HighlightPlan(section="pricing", item=0),
            AddLink(section="footer", label="Terms", href="/terms"),
        ],
    )

    for old, new in zip(STUDIO.sections, page.sections, strict=True):
        match new:
            case Contact():
                assert not new.fields[0].required
            case Pricing():
                assert [plan.highlighted for plan in new.plans] == [True, False]
            case Footer():
                assert new.links[-1].label == "Terms"
            case _:
                assert new is old
    assert replace(page, sections=[]) == replace(STUDIO, sections=[])
