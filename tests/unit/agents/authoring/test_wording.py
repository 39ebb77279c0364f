from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from errand.agents.authoring.wording import SectionWords, Wording, Words, reworded, words_of
from errand.agents.landing import copywriting, planning
from errand.agents.landing.brief import Brief, read
from errand.agents.landing.page import Hero, Nav, Page
from tests.unit.agents.landing import payloads


def page_of(payload: dict[str, Any]) -> tuple[Page, Brief]:
    brief = read(payload)
    return copywriting.write(brief, planning.plan(brief)).page, brief


GUIDE_PAGE, GUIDE = page_of(payloads.GUIDE)
WORDING = Wording(GUIDE_PAGE, GUIDE)
GIVEN = WORDING.given


def with_section(own: str, **changes: Any) -> Words:
    sections = [replace(section, **changes) if section.id == own else section for section in GIVEN.sections]
    return replace(GIVEN, sections=sections)


def section(own: str) -> SectionWords:
    (found,) = [section for section in GIVEN.sections if section.id == own]
    return found


@pytest.mark.parametrize("payload", payloads.ALL.values(), ids=list(payloads.ALL))
def test_the_rules_own_words_change_nothing_and_hold_no_invention(payload: dict[str, Any]) -> None:
    page, brief = page_of(payload)
    wording = Wording(page, brief)

    assert reworded(page, words_of(page, brief)) == page
    assert list(wording.complaints(wording.given)) == []


def test_other_words_come_with_all_else_as_it_was() -> None:
    page = reworded(GUIDE_PAGE, with_section("hero", heading="Less busywork", primary_label="Join now"))

    before = {section.id: section for section in GUIDE_PAGE.sections}
    hero = next(section for section in page.sections if isinstance(section, Hero))
    old = before["hero"]
    assert isinstance(old, Hero)
    assert old.primary
    assert hero == replace(old, heading="Less busywork", primary=replace(old.primary, label="Join now"))
    others = [section for section in page.sections if not isinstance(section, Hero | Nav)]
    assert others == [before[section.id] for section in others]


def test_the_navigations_button_says_what_the_heros_does() -> None:
    nav = next(section for section in GUIDE_PAGE.sections if isinstance(section, Nav))
    page = reworded(GUIDE_PAGE, with_section("hero", primary_label="Join now"))

    assert nav.action
    assert page.sections[0] == replace(nav, action=replace(nav.action, label="Join now"))


@pytest.mark.parametrize("name", ["faq", "pricing", "stats", "team", "testimonials", "custom"])
def test_what_the_client_has_written_out_is_no_models_business(name: str) -> None:
    page, brief = page_of(payloads.VERBATIM)

    assert name in {section.__struct_config__.tag for section in page.sections}
    assert name not in {section.id for section in words_of(page, brief).sections}


def test_links_images_prices_and_figures_never_reach_a_model() -> None:
    payload = {
        "campaign": {"productName": "Quill", "primaryOffer": "Try it"},
        "assets": {"heroImage": "data:image/png;base64,AAAA"},
        "conversion": {"primaryCTA": {"label": "Go", "href": "https://quill.example/go"}},
        "benefits": {"features": [{"title": "Notes", "image": "https://quill.example/notes.png"}]},
    }
    shown = msgspec.json.encode(words_of(*page_of(payload))).decode()

    assert "Notes" in shown
    assert "quill.example" not in shown
    assert "AAAA" not in shown


FAULTS = [
    (replace(GIVEN, sections=GIVEN.sections[1:]), "`hero` is missing"),
    (replace(GIVEN, sections=[*GIVEN.sections, GIVEN.sections[0]]), "`hero` is there twice"),
    (replace(GIVEN, sections=[*GIVEN.sections, SectionWords(id="team")]), "no such section"),
    (with_section("hero", heading=""), "`heading` has to be given"),
    (with_section("hero", primary_label=""), "`primary_label` has to be given"),
    (with_section("faq", primary_label="Buy"), "`primary_label` has to be empty"),
    (with_section("features", items=section("features").items[1:]), "`items` has to have"),
    (with_section("features", items=section("features").items * 2), "`items` has to have"),
    (with_section("faq", items=section("faq").items * 3), "`items` has to have"),
    (with_section("hero", intro="Trusted by 400 teams."), "Section `hero`: These numbers are not in the brief: 400"),
    (replace(GIVEN, title="AuroraAI, loved by Google"), "Google"),
    (replace(GIVEN, description="For 99% of teams"), "99%"),
]


@pytest.mark.parametrize(("words", "fault"), FAULTS, ids=[fault for _, fault in FAULTS])
def test_what_is_wrong_with_words_is_said(words: Words, fault: str) -> None:
    assert fault in "\n".join(WORDING.complaints(words))


def test_a_faq_may_answer_more() -> None:
    assert not list(WORDING.complaints(with_section("faq", items=[*section("faq").items, section("faq").items[0]])))


def test_a_label_that_the_client_chose_stays() -> None:
    page, brief = page_of(payloads.NO_PALETTE)
    wording = Wording(page, brief)
    hero = replace(wording.given.sections[0], primary_label="Buy now")

    assert "“Book a viewing”" in "\n".join(wording.complaints_of(hero))


def test_faulty_sections_alone_stay_as_given() -> None:
    words = with_section("hero", heading="Less busywork")
    cta = replace(section("cta"), heading="Join 4,000 teams")
    words = replace(words, title="By Google", sections=[*words.sections[:4], cta])

    usable, faults = WORDING.usable(words)

    assert usable == with_section("hero", heading="Less busywork")
    assert set(faults) == {"", "cta", "faq", "contact"}
