import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from errand.agents.landing.checks import check
from errand.agents.landing.edits import EditImpossible, apply, interpret, perform
from errand.agents.landing.edits.kinds import (
    AddItem,
    AddSection,
    AnyEdit,
    Expand,
    Move,
    Redesign,
    RemoveItem,
    RemoveSection,
    ReplaceSection,
    Restore,
    RewriteSection,
    SetAction,
    SetColour,
    SetLayout,
    SetText,
    SetTheme,
    Shorten,
)
from errand.agents.landing.edits.vocabulary import opposites
from errand.agents.landing.page import Action, Contact, Cta, Faq, Features, Hero, Item, Nav, Page, Question, Section
from errand.agents.landing.rendering import render
from errand.agents.landing.traversal import strings
from errand.common.conversion import convert
from tests.unit.agents.landing.samples import AURORA, BAKERY
from tests.unit.agents.landing.samples.studio import STUDIO

TONES: list[Any] = sorted(opposites())
IDS = [section.id for section in STUDIO.sections]


def section(page: Page, id_: str) -> Any:
    return next(section for section in page.sections if section.id == id_)


def read(message: str, page: Page = STUDIO) -> list[AnyEdit]:
    edits = interpret(message, page)
    assert isinstance(edits, list)
    return edits


def untouched(page: Page, *but: str) -> None:
    """All other sections are the very objects that they were, in their order; the rest of the page is equal."""
    assert [a.id for a in page.sections if a.id not in but] == [b.id for b in STUDIO.sections if b.id not in but]
    assert all(a is section(STUDIO, a.id) for a in page.sections if a.id not in but)
    assert replace(page, sections=[]) == replace(STUDIO, sections=[])


def numbers(page: Page) -> list[str]:
    return sorted(number for _, text in strings(page.sections, "") for number in re.findall(r"\d+", text))


def test_the_guides_own_wish_changes_the_testimonials_and_nothing_else() -> None:
    edits = read("Please refine the testimonials section with more enterprise-friendly language.")

    page = apply(STUDIO, edits)

    untouched(page, "testimonials")
    said = section(page, "testimonials")
    assert said.heading == "Customer perspectives"
    assert said.items == section(STUDIO, "testimonials").items
    assert said.indicators == ["Valued by 40 teams"]


def test_a_heading_with_content_of_its_own_keeps_it_and_gets_a_frame() -> None:
    own = replace(section(STUDIO, "testimonials"), heading="Port operators on cranes", indicators=[])
    given = replace(STUDIO, sections=[own])

    (said,) = apply(given, [RewriteSection(section="testimonials", tone="enterprise")]).sections

    assert said == replace(own, intro="How customers describe their experience, in their own words.")


@pytest.mark.parametrize("tone", TONES)
@pytest.mark.parametrize("page", [STUDIO, AURORA], ids=["studio", "aurora"])
def test_a_tone_brings_no_numbers_and_loses_none(tone: Any, page: Page) -> None:
    rewritten = apply(page, [RewriteSection(section=None, tone=tone)])

    if tone != "concise":
        assert numbers(rewritten) == numbers(page)
    assert set(numbers(rewritten)) <= set(numbers(page))
    assert rewritten != page


@pytest.mark.parametrize("tone", TONES)
def test_names_and_quotes_survive_every_tone(tone: Any) -> None:
    page = apply(STUDIO, [RewriteSection(section=None, tone=tone)])

    assert section(page, "testimonials").items == section(STUDIO, "testimonials").items
    assert "Easy Studio" in section(page, "hero").heading
    assert [link for link in section(page, "nav").links] == section(STUDIO, "nav").links


@pytest.mark.parametrize("tone", TONES)
def test_a_tone_twice_is_the_tone_once(tone: Any) -> None:
    once = apply(STUDIO, [RewriteSection(section="testimonials", tone=tone)])
    outcome = perform(once, [RewriteSection(section="testimonials", tone=tone)])

    assert outcome.page is once
    assert not outcome.changes[0].changed


def test_words_keep_their_capitals_and_articles() -> None:
    item = Item(
        title="Easy to use", text="An easy way. It's EASY, says “an easy tool”. Ask Easy Jet at easy@x.example."
    )
    page = Page(name="Jet", title="Jet", sections=[Features(id="features", heading="For ports", items=[item])])

    (features,) = apply(page, [RewriteSection(section="features", tone="enterprise")]).sections

    assert isinstance(features, Features)
    assert features.items == [
        Item(
            title="Straightforward to use",
            text="A straightforward way. It is STRAIGHTFORWARD, says “an easy tool”. Ask Easy Jet at easy@x.example.",
        )
    ]


def test_shortened_texts_are_beginnings_of_what_was_there() -> None:
    page = apply(STUDIO, [Shorten(section="hero"), Shorten(section="faq")])

    assert section(page, "hero").intro == "Tuned for B2B SaaS teams."
    assert section(page, "faq").items[0] == Question(question="Is it secure?", answer="Yes. All data is encrypted.")
    untouched(page, "hero", "faq")


def test_an_expanded_section_says_what_the_page_says() -> None:
    before, after = section(STUDIO, "hero"), section(apply(STUDIO, [Expand(section="hero")]), "hero")

    assert after == replace(before, points=["Workflows", "Scale"])


def test_a_moved_section_keeps_its_words_and_the_menu_follows() -> None:
    page = apply(STUDIO, [Move(section="faq", place="after", target="hero")])

    assert [link.href for link in section(page, "nav").links] == ["#faq", "#features", "#testimonials", "#pricing"]
    assert section(page, "faq") is section(STUDIO, "faq")
    assert [each.id for each in page.sections][:3] == ["nav", "hero", "faq"]


@pytest.mark.parametrize(("place", "first", "last"), [("top", 0, 1), ("bottom", -2, -1)])
def test_a_section_moves_no_further_than_the_menus(place: Any, first: int, last: int) -> None:
    page = apply(STUDIO, [Move(section="pricing", place=place)])

    assert page.sections[1 if place == "top" else -2].id == "pricing"
    assert (page.sections[0].id, page.sections[-1].id) == ("nav", "footer")


def test_a_removed_section_takes_the_links_of_menus_with_it() -> None:
    page = apply(STUDIO, [RemoveSection(section="pricing")])

    assert "#pricing" not in [link.href for link in section(page, "nav").links + section(page, "footer").links]
    untouched(page, "pricing", "nav", "footer")


def test_an_added_section_is_in_the_menu_at_its_place() -> None:
    page = apply(STUDIO, read('add a team member: "Ada", CTO'))
    page = apply(page, read("move the team above the features", page))

    assert section(page, "nav").links[0].href == "#team"
    assert section(page, "team").members[0].name == "Ada"


@pytest.mark.parametrize("message", ["add a contact form", "add a call to action", "add a footer", "add a navigation"])
def test_a_section_is_filled_from_what_the_page_has(message: str) -> None:
    type_ = {"form": "contact", "action": "cta", "footer": "footer", "navigation": "nav"}[message.split()[-1]]
    page = apply(STUDIO, [RemoveSection(section=type_)])

    added = apply(page, read(message, page))

    assert section(added, type_)
    assert check(added, render(added, "/p/x/")).errors == []


def test_a_contact_form_has_the_fields_that_were_asked_for() -> None:
    page = apply(STUDIO, [RemoveSection(section="contact")])

    form = section(apply(page, read("add a contact form with name, email, phone and message", page)), "contact")

    assert isinstance(form, Contact)
    assert [(field.name, field.type) for field in form.fields] == [
        ("name", "text"),
        ("email", "email"),
        ("phone", "tel"),
        ("message", "textarea"),
    ]


def test_the_main_call_changes_wherever_it_stands() -> None:
    page = apply(STUDIO, [SetAction(section=None, label="Book a demo")])

    demo = Action(label="Book a demo", href="#contact", event="beta-cta")
    assert [section(page, "nav").action, section(page, "hero").primary, section(page, "cta").primary] == [demo] * 3
    untouched(page, "nav", "hero", "cta")


def test_colours_and_themes_leave_all_sections_alone() -> None:
    page = apply(STUDIO, [SetColour(role="accent", value="#0d9488"), SetTheme(theme="dark")])

    assert page.sections is STUDIO.sections
    assert page.design == replace(STUDIO.design, palette={"accent": "#0d9488"}, theme="dark")


def test_what_is_so_already_is_said_and_is_no_error() -> None:
    outcome = perform(STUDIO, [SetTheme(theme="light")])

    assert outcome.page is STUDIO
    assert [(change.changed, change.description) for change in outcome.changes] == [
        (False, "The theme is light already.")
    ]


IMPOSSIBLE: list[AnyEdit] = [
    RemoveSection(section="nowhere"),
    RewriteSection(section="nowhere", tone="formal"),
    Move(section="faq", place="before", target="nowhere"),
    Move(section="faq", place="before"),
    Move(section="nav", place="down"),
    AddSection(section=Cta(id="again"), after="nowhere"),
    SetText(section="hero", field="id", text="x"),
    SetText(section="hero", field="points", text="x"),
    SetText(section=None, field="sections", text="x"),
    SetText(section="faq", field="answer", text="x", item=9),
    SetAction(section="faq", label="Go"),
    SetLayout(section="hero", variant="table"),
    RemoveItem(section="faq", item=9),
    RemoveItem(section="hero", item=0),
    AddItem(section="hero", title="x"),
    SetText(section="hero", field="heading", text="x" * 501),
    Restore(version=2),
    Redesign(),
]


@pytest.mark.parametrize("edit", IMPOSSIBLE, ids=repr)
def test_an_edit_of_what_is_not_there_is_an_error_with_a_sentence(edit: AnyEdit) -> None:
    with pytest.raises(EditImpossible, match=r"\."):
        apply(STUDIO, [edit])


def test_ids_stay_unique_when_a_model_adds_a_section_twice() -> None:
    page = apply(STUDIO, [AddSection(section=Cta(id="cta", heading="Now")), AddSection(section=Faq(id="cta"))])

    assert len({each.id for each in page.sections}) == len(page.sections)


def test_edits_survive_the_wire() -> None:
    edits: list[AnyEdit] = [ReplaceSection(section=Hero(id="hero", heading="New")), Move(section="faq", place="up")]
    wire: list[dict[str, Any]] = [
        {"edit": "ReplaceSection", "section": {"type": "hero", "id": "hero", "heading": "New"}}
    ]
    wire += [{"edit": "Move", "section": "faq", "place": "up", "target": None}]

    assert convert(wire, list[AnyEdit]) == edits


single = st.one_of(
    st.builds(RewriteSection, section=st.sampled_from(IDS), tone=st.sampled_from(TONES)),
    st.builds(Shorten, section=st.sampled_from(IDS)),
    st.builds(Expand, section=st.sampled_from(IDS)),
    st.builds(SetText, section=st.sampled_from(IDS), field=st.sampled_from(["heading", "intro"]), text=st.text()),
    st.builds(RemoveItem, section=st.just("faq"), item=st.integers(0, 1)),
)


@settings(max_examples=60, deadline=None)
@given(single)
def test_an_edit_of_a_section_touches_that_section_alone(edit: Any) -> None:
    untouched(apply(STUDIO, [edit]), edit.section)


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from(IDS[1:-1]),
    st.sampled_from(["up", "down", "top", "bottom", "before", "after"]),
    st.sampled_from(IDS),
)
def test_a_move_changes_the_order_of_nothing_else(id_: str, place: Any, target: str) -> None:
    if target == id_:
        return
    page = apply(STUDIO, [Move(section=id_, place=place, target=target)])

    others = [each for each in page.sections if each.id not in (id_, "nav")]
    assert others == [each for each in STUDIO.sections if each.id not in (id_, "nav")]
    assert all(isinstance(each, Section) for each in page.sections)
    assert isinstance(page.sections[0], Nav)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=200))
def test_any_text_is_read_without_an_error(text: str) -> None:
    edits = interpret(text, BAKERY)

    if isinstance(edits, list):
        perform(BAKERY, [edit for edit in edits if not isinstance(edit, Restore | Redesign)])


words = st.sampled_from(
    [
        *(
            "make",
            "change",
            "add",
            "remove",
            "move",
            "the",
            "a",
            "hero",
            "faq",
            "pricing",
            "features",
            "team",
            "headline",
        ),
        *(
            "button",
            "field",
            "to",
            "above",
            "and",
            '"x"',
            "shorter",
            "friendly",
            "dark",
            "blue",
            "layout",
            "image",
            "logo",
        ),
        *("section", "second", "it", "all", ":", ",", ".", "question", "animations", "font", "Inter", "testimonials"),
    ]
)


@settings(max_examples=250, deadline=None)
@given(st.lists(words, max_size=14).map(" ".join))
def test_any_order_of_its_own_words_is_read_and_can_be_done(text: str) -> None:
    edits = interpret(text, STUDIO)

    if isinstance(edits, list):
        perform(STUDIO, [edit for edit in edits if not isinstance(edit, Restore | Redesign)])
