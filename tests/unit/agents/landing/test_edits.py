import re

import pytest
from msgspec.structs import replace

from errand.agents.landing.checks import check
from errand.agents.landing.edits import Clarification, apply, describe, interpret, perform
from errand.agents.landing.edits.kinds import (
    AddItem,
    AddSection,
    AnyEdit,
    Declined,
    Expand,
    Move,
    Redesign,
    RemoveItem,
    RemoveSection,
    Restore,
    RewriteSection,
    SetAction,
    SetColour,
    SetDensity,
    SetFont,
    SetImage,
    SetLayout,
    SetMotion,
    SetShape,
    SetText,
    SetTheme,
    Shorten,
)
from errand.agents.landing.rendering import render
from errand.agents.landing.repairs import repair
from tests.unit.agents.landing.samples import AURORA
from tests.unit.agents.landing.samples.studio import STUDIO

HERO = RewriteSection(section="hero", tone="friendly")
# What a message asks for on a page that has every type of section but a team.
READ: list[tuple[str, list[AnyEdit]]] = [
    (
        "Please refine the testimonials section with more enterprise-friendly language.",
        [RewriteSection(section="testimonials", tone="enterprise")],
    ),
    (
        "make the hero shorter and switch to dark theme, then move pricing above the stats",
        [Shorten(section="hero"), SetTheme(theme="dark"), Move(section="pricing", place="before", target="stats")],
    ),
    # Tones and lengths
    ("Make the hero more friendly", [HERO]),
    ("I want the hero to sound warmer", [HERO]),
    ("make it more playful", [RewriteSection(section=None, tone="playful")]),
    ("Make the whole page less formal.", [RewriteSection(section=None, tone="friendly")]),
    ("the social proof should be more corporate", [RewriteSection(section="testimonials", tone="enterprise")]),
    (
        "make pricing and the faq bolder",
        [RewriteSection(section="pricing", tone="bold"), RewriteSection(section="faq", tone="bold")],
    ),
    (
        "make the testimonials friendlier and the features more technical",
        [RewriteSection(section="testimonials", tone="friendly"), RewriteSection(section="features", tone="technical")],
    ),
    ("make the hero shorter and more friendly", [Shorten(section="hero"), HERO]),
    ("Can you make the hero shorter?", [Shorten(section="hero")]),
    ("shorten the faq", [Shorten(section="faq")]),
    ("use less text", [Shorten(section=None)]),
    ("make the hero longer", [Expand(section="hero")]),
    ("Make the hero shorter. Our CEO thinks it is too long. Thanks!", [Shorten(section="hero")]),
    ("don't touch the hero, but make the faq shorter", [Shorten(section="faq")]),
    ("shorten the faq without touching the hero", [Shorten(section="faq")]),
    (
        "The page feels too corporate, make it friendlier",
        [RewriteSection(section=None, tone="friendly")],
    ),
    ("The headline is too long", [Shorten(section="hero")]),
    ("Make the hero sound less salesy", [RewriteSection(section="hero", tone="simple")]),
    ("How about making the hero shorter?", [Shorten(section="hero")]),
    ("Hero: shorter. FAQ: longer.", [Shorten(section="hero"), Expand(section="faq")]),
    ("1. make the hero shorter\n2. remove the stats", [Shorten(section="hero"), RemoveSection(section="stats")]),
    # Order
    ("move pricing above the features", [Move(section="pricing", place="before", target="features")]),
    ("put the testimonials right after the hero", [Move(section="testimonials", place="after", target="hero")]),
    ("move the stats to the top", [Move(section="stats", place="top")]),
    ("put the faq last", [Move(section="faq", place="bottom")]),
    ("make the FAQ the first section", [Move(section="faq", place="top")]),
    ("move the testimonials up", [Move(section="testimonials", place="up")]),
    ("pricing should come before the stats", [Move(section="pricing", place="before", target="stats")]),
    ("swap stats and features", [Move(section="stats", place="before", target="features")]),
    (
        "swap pricing and features",
        [
            Move(section="pricing", place="before", target="features"),
            Move(section="features", place="after", target="testimonials"),
        ],
    ),
    (
        "make the testimonials bolder and move them above the features",
        [
            RewriteSection(section="testimonials", tone="bold"),
            Move(section="testimonials", place="before", target="features"),
        ],
    ),
    # Removing
    ("remove the stats", [RemoveSection(section="stats")]),
    ("get rid of pricing and the faq", [RemoveSection(section="pricing"), RemoveSection(section="faq")]),
    ("delete the about us section", [RemoveSection(section="about-us")]),
    ("remove the second question", [RemoveItem(section="faq", item=1)]),
    ("remove the testimonial from Jane", [RemoveItem(section="testimonials", item=0)]),
    ('remove the "Pro" plan', [RemoveItem(section="pricing", item=1)]),
    ("remove the last feature", [RemoveItem(section="features", item=2)]),
    ("remove the secondary button", [SetAction(section="hero", which="secondary")]),
    ("remove the subtitle", [SetText(section="hero", field="intro", text="")]),
    ('remove "Recipes" from the features', [RemoveItem(section="features", item=1)]),
    ("remove Sam Lee's testimonial", [RemoveItem(section="testimonials", item=1)]),
    # Texts
    (
        'make the hero heading "Hi there" and the intro "Welcome"',
        [
            SetText(section="hero", field="heading", text="Hi there"),
            SetText(section="hero", field="intro", text="Welcome"),
        ],
    ),
    (
        'change the pricing title to "Fair" and the subtitle to "Simple"',
        [
            SetText(section="pricing", field="heading", text="Fair"),
            SetText(section="pricing", field="intro", text="Simple"),
        ],
    ),
    ('add a subtitle to the pricing section: "Fair"', [SetText(section="pricing", field="intro", text="Fair")]),
    ('Make the second feature\'s title "Fast"', [SetText(section="features", field="title", text="Fast", item=1)]),
    (
        'change the headline to "Automate everything"',
        [SetText(section="hero", field="heading", text="Automate everything")],
    ),
    (
        "change the headline to Automate all, at last",
        [SetText(section="hero", field="heading", text="Automate all, at last")],
    ),
    ("headline should be „Guten Tag“", [SetText(section="hero", field="heading", text="Guten Tag")]),
    ('change the pricing heading to "Plans"', [SetText(section="pricing", field="heading", text="Plans")]),
    ('set the meta description to "Hello there"', [SetText(section=None, field="description", text="Hello there")]),
    ('rename the product to "Aurora"', [SetText(section=None, field="name", text="Aurora")]),
    (
        'change the first question to "Is it safe?"',
        [SetText(section="faq", field="question", text="Is it safe?", item=0)],
    ),
    ('change the price of Pro to "$39"', [SetText(section="pricing", field="price", text="$39", item=1)]),
    ('replace "Sam Lee" with "Sam Leigh"', [SetText(section="testimonials", field="name", text="Sam Leigh", item=1)]),
    # Buttons and images
    ('change the button to "Book a demo"', [SetAction(section=None, label="Book a demo")]),
    ("link the button to #pricing", [SetAction(section=None, href="#pricing")]),
    (
        'make the button say "Book a demo" and link to https://cal.example/demo',
        [SetAction(section=None, label="Book a demo"), SetAction(section=None, href="https://cal.example/demo")],
    ),
    (
        'change the secondary button to "Watch"',
        [SetAction(section="hero", which="secondary", label="Watch")],
    ),
    ("use this logo: https://x.example/l.png", [SetImage(section="nav", src="https://x.example/l.png")]),
    # Entries
    (
        'add a testimonial: "Saved us hours. Truly." — Maria Silva, CFO at Globex',
        [AddItem(section="testimonials", text="Saved us hours. Truly.", name="Maria Silva", role="CFO at Globex")],
    ),
    (
        "add a testimonial: Saved us hours. Truly. — Maria Silva, CFO",
        [AddItem(section="testimonials", text="Saved us hours. Truly.", name="Maria Silva", role="CFO")],
    ),
    ('add FAQ "Is there a trial?" "Yes."', [AddItem(section="faq", title="Is there a trial?", text="Yes.")]),
    ("add FAQ: Can I cancel? Yes, any time.", [AddItem(section="faq", title="Can I cancel?", text="Yes, any time.")]),
    ('add a plan "Team" at $99 per month', [AddItem(section="pricing", title="Team", price="$99", period="per month")]),
    ("add a stat: 98% uptime", [AddItem(section="stats", title="98%", text="uptime")]),
    (
        'add a feature: "Audit log" "See who did it."',
        [AddItem(section="features", title="Audit log", text="See who did it.")],
    ),
    ("add a phone number field to the form", [AddItem(section="contact", title="phone number")]),
    # Looks
    ("Switch to the dark theme", [SetTheme(theme="dark")]),
    ("make it lighter", [SetTheme(theme="light")]),
    ("follow the system theme", [SetTheme(theme="auto")]),
    ("Make the primary colour #0EA5E9", [SetColour(role="primary", value="#0ea5e9")]),
    ("make the buttons green", [SetColour(role="primary", value="#16a34a")]),
    ("use teal instead of purple", [SetColour(role="primary", value="#0d9488")]),
    ("change the accent from purple to rgb(13, 148, 136)", [SetColour(role="accent", value="#0d9488")]),
    (
        "make the background navy and the accent gold",
        [
            SetColour(role="background", value="#1e3a5f"),
            SetTheme(theme="dark"),
            SetColour(role="accent", value="#ca8a04"),
        ],
    ),
    (
        "Use our brand colors: #123456 and #abcdef",
        [SetColour(role="primary", value="#123456"), SetColour(role="accent", value="#abcdef")],
    ),
    (
        "I don't like the purple, use blue instead",
        [SetColour(role="primary", value="#2563eb")],
    ),
    (
        "use Playfair Display for headings and Inter for body",
        [SetFont(role="heading", name="Playfair Display"), SetFont(role="body", name="Inter")],
    ),
    ("change the font to Georgia", [SetFont(role="heading", name="Georgia"), SetFont(role="body", name="Georgia")]),
    ("use a centered hero", [SetLayout(section="hero", variant="centered")]),
    ("show the features as a list", [SetLayout(section="features", variant="list")]),
    ("change the layout of the testimonials", [SetLayout(section="testimonials", variant="wall")]),
    ("more whitespace please", [SetDensity(density="airy")]),
    ("reduce the spacing", [SetDensity(density="compact")]),
    ("What about a dark theme?", [SetTheme(theme="dark")]),
    ("rounder corners", [SetShape(shape="round")]),
    ("remove all animations", [SetMotion(motion="none")]),
    ("add scroll animations", [SetMotion(motion="scroll")]),
    # Versions
    ("undo", [Restore()]),
    ("please restore version 2", [Restore(version=2)]),
    ("revert to v3", [Restore(version=3)]),
    ("start over", [Redesign()]),
    # Other languages
    ("Mach den Hero kürzer", [Shorten(section="hero")]),
    ("Wechsle zu dunkel", [SetTheme(theme="dark")]),
    ("Entferne die Preise", [RemoveSection(section="pricing")]),
    ("rends le hero plus court", [Shorten(section="hero")]),
    ("cambia el color a azul", [SetColour(role="primary", value="#2563eb")]),
]


@pytest.mark.parametrize(("message", "edits"), READ, ids=[message for message, _ in READ])
def test_a_message_is_read(message: str, edits: list[AnyEdit]) -> None:
    assert interpret(message, STUDIO) == edits


@pytest.mark.parametrize(("message", "edits"), READ, ids=[message for message, _ in READ])
def test_what_was_read_can_be_done_and_said(message: str, edits: list[AnyEdit]) -> None:
    own = [edit for edit in edits if not isinstance(edit, Restore | Redesign)]

    outcome = perform(STUDIO, own)

    assert all(change.changed for change in outcome.changes if change.edit != SetTheme(theme="light"))
    assert all(describe(edit).endswith((".", "…")) for edit in edits)


@pytest.mark.parametrize(("message", "edits"), READ[::4], ids=[message for message, _ in READ[::4]])
def test_what_was_done_can_be_published_after_repairs(message: str, edits: list[AnyEdit]) -> None:
    page = apply(STUDIO, [edit for edit in edits if not isinstance(edit, Restore | Redesign)])

    page = repair(page, check(page, render(page, "/p/studio/"))).page

    assert check(page, render(page, "/p/studio/")).errors == []


def test_the_guides_chat_on_a_page_without_testimonials_says_how_to_send_some() -> None:
    clarification = interpret("Please refine the testimonials section with more enterprise-friendly language.", AURORA)

    assert isinstance(clarification, Clarification)
    assert clarification.message.startswith("There is no testimonials section on this page.")
    assert clarification.options == ['Add a testimonial: "What they said" — Name, Role']
    edits = interpret(clarification.options[0], AURORA)
    assert isinstance(edits, list)
    assert isinstance(edits[0], AddSection)


# Messages that nothing is done about, and what the answer says.
UNREAD = [
    ("what can you do?", "I can change"),
    ("help", "I can change"),
    ("Why is the hero so long?", "I can change"),
    ("Thanks, looks great!", "You are welcome"),
    ("asdf qwer", "could not find anything"),
    ("", "could not find anything"),
    ("don't change the hero", "could not find anything"),
    ("make the header sticky", "could not make out what “make the header sticky”"),
    ("improve the hero", "In what way should the hero section change?"),
    ("please update the testimonials", "In what way should the testimonials section change?"),
    ("make the team section friendlier", "There is no team section on this page."),
    ("add a team section", 'Add a team member: "Jane Doe" "CTO"'),
    ("remove the team", "There is no team section"),
    ("add more testimonials", "There is a testimonials section already."),
    ("remove a question", "Which question should go?"),
    ("delete the hero", "has to stay"),
    ("move the footer to the top", "stays at the top"),
    ("move the pricing", "Where should the pricing section go?"),
    ("make the hero background blue", "Colours belong to the whole page"),
    ("show the hero as a table", "split, centered, story"),
    ('say "Hello"', "Where should “Hello” go?"),
    ('replace "no such words" with "others"', "does not stand on this page"),
    ("link the button to javascript:alert(1)", "could not"),
    ("make the page longer", "Which section should be longer?"),
    ("x" * 30_000, "characters can be read"),
]


@pytest.mark.parametrize(("message", "answer"), UNREAD, ids=[message[:40] for message, _ in UNREAD])
def test_what_cannot_be_read_is_answered(message: str, answer: str) -> None:
    clarification = interpret(message, STUDIO)

    assert isinstance(clarification, Clarification)
    assert answer in clarification.message
    assert "None" not in clarification.message


def test_what_an_answer_proposes_can_be_read() -> None:
    for message, _ in UNREAD:
        clarification = interpret(message, STUDIO)
        assert isinstance(clarification, Clarification)
        for option in clarification.options:
            assert isinstance(interpret(option, STUDIO), list) or "…" in option or option.endswith("."), option


def test_a_part_that_cannot_be_done_is_declined_and_the_rest_is_done() -> None:
    edits = interpret("remove the stats and the team", STUDIO)

    assert isinstance(edits, list)
    assert edits[0] == RemoveSection(section="stats")
    assert isinstance(edits[1], Declined)
    assert "team" in edits[1].reason
    assert [change.changed for change in perform(STUDIO, edits).changes] == [True, False]


def test_later_parts_of_a_message_see_what_earlier_ones_did() -> None:
    edits = interpret('add a team member: "Ada Lovelace", CTO. Then move it above the features', STUDIO)

    assert isinstance(edits, list)
    page = apply(STUDIO, edits)
    assert [section.id for section in page.sections][:5] == ["nav", "hero", "team", "features", "stats"]


def test_other_languages_have_no_words_for_tones_and_say_so() -> None:
    clarification = interpret("make the hero more friendly", replace(STUDIO, language="de"))

    assert isinstance(clarification, Clarification)
    assert "English" in clarification.message


@pytest.mark.parametrize(
    "hostile",
    [
        '"',
        "“",
        "'a",
        " 'a",
        "and ",
        ":",
        "add faq: . ",
        "remove the ",
        "move pricing above ",
        "rgb(",
        "#a",
        "\ue0000\ue001",
        "a, ",
    ],
)
def test_a_long_hostile_message_is_read(hostile: str) -> None:
    message = (hostile * 20_000)[:20_000]

    assert isinstance(interpret(message, STUDIO), list | Clarification)


@pytest.mark.parametrize(
    "message", ["\x00\x1b[31m", "\ud800", "🎉 🎉", "<script>alert(1)</script>", "{{ 7*7 }}", "…", "?!"]
)
def test_odd_characters_are_only_text(message: str) -> None:
    assert isinstance(interpret(message, STUDIO), Clarification)
    set_text = interpret(f'change the headline to "a{message}b"', STUDIO)
    assert isinstance(set_text, list)
    assert isinstance(set_text[0], SetText)
    visible = re.sub("[\x00\x1b\ud800]", "", message)
    assert set_text[0].text == f"a{visible}b"


def test_a_text_that_is_too_long_for_its_place_is_refused() -> None:
    clarification = interpret(f'change the headline to "{"long " * 200}"', STUDIO)

    assert isinstance(clarification, Clarification)
    assert "500" in clarification.message
