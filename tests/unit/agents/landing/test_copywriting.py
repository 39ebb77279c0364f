import re
from typing import Any, TypeVar

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from errand.agents.landing.brief import read
from errand.agents.landing.copywriting import Draft, write
from errand.agents.landing.page import (
    AnySection,
    Contact,
    Cta,
    Custom,
    Faq,
    Features,
    Hero,
    Nav,
    Page,
    PricePlan,
    Pricing,
    Question,
    Quote,
    Stat,
    Stats,
    Team,
)
from errand.agents.landing.page import Testimonials as Quotes
from errand.agents.landing.planning import plan
from errand.common.conversion import convert
from tests.unit.agents.landing import payloads

S = TypeVar("S")
TEXTS = st.text(max_size=30) | st.sampled_from(["Get 3 apples and receive 50% off", "a: b", "€5 per month", "x" * 600])


def written(payload: dict[str, Any]) -> Draft:
    brief = read(payload)
    return write(brief, plan(brief))


def section(payload: dict[str, Any], kind: type[S]) -> S:
    return next(section for section in written(payload).page.sections if isinstance(section, kind))


def types(page: Page) -> list[str]:
    return [str(section.__struct_config__.tag) for section in page.sections]


def missing(payload: dict[str, Any]) -> set[str]:
    return {item.field for item in written(payload).missing}


def actions(value: Any) -> list[dict[str, Any]]:
    """Every action of a page as plain values."""
    if isinstance(value, list):
        return [action for item in value for action in actions(item)]
    if not isinstance(value, dict):
        return []
    own = [value] if "href" in value else []
    return own + [action for item in value.values() for action in actions(item)]


def numbers(text: str) -> set[str]:
    return set(re.findall(r"\d+", text))


@pytest.mark.parametrize("name", payloads.ALL)
def test_every_draft_is_a_valid_page(name: str) -> None:
    page = written(payloads.ALL[name]).page
    assert convert(msgspec.to_builtins(page), Page) == page
    assert 1 <= len(page.title) <= 60
    assert 1 <= len(page.description) <= 160


@pytest.mark.parametrize("name", payloads.ALL)
def test_ids_are_unique_and_every_anchor_is_on_the_page(name: str) -> None:
    page = written(payloads.ALL[name]).page
    ids = [section.id for section in page.sections]
    anchors = {action["href"][1:] for action in actions(msgspec.to_builtins(page)) if action["href"].startswith("#")}
    assert len(ids) == len(set(ids))
    assert anchors <= set(ids)


@pytest.mark.parametrize("name", payloads.ALL)
def test_no_number_is_on_the_page_that_is_not_in_the_brief(name: str) -> None:
    page = written(payloads.ALL[name]).page
    sections: list[AnySection] = page.sections
    texts = msgspec.to_builtins(sections)
    for named in [*texts, *(field for item in texts for field in item.get("fields", [])), *actions(texts)]:
        for address in ("id", "name", "href"):
            named.pop(address, None)
    assert numbers(str(texts)) <= numbers(str(payloads.ALL[name]))


@pytest.mark.parametrize("name", payloads.ALL)
def test_writing_twice_gives_the_same_draft(name: str) -> None:
    assert written(payloads.ALL[name]) == written(payloads.ALL[name])


def test_no_two_briefs_give_pages_alike() -> None:
    pages = [written(payload).page.sections for payload in payloads.ALL.values()]
    assert all(a != b for at, a in enumerate(pages) for b in pages[at + 1 :])


def test_the_guides_payload_fills_every_section_that_it_asks_for() -> None:
    draft = written(payloads.GUIDE)
    wanted = ["nav", "hero", "features", "stats", "pricing", "cta", "faq", "contact", "footer"]
    assert types(draft.page) == wanted
    assert section(payloads.GUIDE, Stats).items == [Stat(value="3", label="free automation recipes")]
    assert section(payloads.GUIDE, Hero).heading == payloads.GUIDE["audience"]["uvp"]
    assert draft.page.title == "AuroraAI Automations – Reduce busywork"


def test_the_guides_features_are_what_it_promises_to_whom_and_with_what_on_top() -> None:
    assert [(item.title, item.text) for item in section(payloads.GUIDE, Features).items] == [
        ("Reduce busywork", "With AI-driven workflows tuned for B2B SaaS teams."),
        ("Ops, automation, scale", "For operations leaders at post-Series A SaaS startups."),
        ("3 free automation recipes", "Join the private beta and receive 3 free automation recipes."),
    ]


@pytest.mark.parametrize(
    ("uvp", "heading", "intro"),
    [
        ("No mirrors. No selfies. Just iron.", "No mirrors. No selfies. Just iron.", ""),
        ("Talks about borders at 3 a.m. and tea.", "Talks about borders at 3 a.m. and tea", ""),
        (
            "Close your books in two days instead of ten, with reconciliations that run themselves",
            "Close your books in two days instead of ten",
            "With reconciliations that run themselves.",
        ),
        (
            "Halve your spend by 22% and more in the very first season by combining images, soil and visits, for good.",
            "Halve your spend by 22% and more in the very first season",
            "By combining images, soil and visits, for good.",
        ),
    ],
)
def test_a_long_promise_is_parted_where_it_says_how(uvp: str, heading: str, intro: str) -> None:
    hero = section({"audience": {"uvp": uvp}}, Hero)
    assert (hero.heading, hero.intro) == (heading, intro)


def test_no_sentence_of_the_promise_stands_in_three_sections() -> None:
    page = written(payloads.GUIDE).page
    promise = payloads.GUIDE["audience"]["uvp"]
    assert [section.id for section in page.sections if promise in str(section)] == ["hero", "faq"]


def test_benefits_serve_as_the_features_that_are_asked_for_and_not_given() -> None:
    payload = {"benefits": {"topBenefits": ["Fair", "Fast"]}, "branding": {"sections": ["hero", "features"]}}
    assert [item.title for item in section(payload, Features).items] == ["Fair", "Fast"]


def test_a_call_that_is_too_long_for_a_button_ends_where_it_can() -> None:
    primary = section(
        {"campaign": {"primaryOffer": "Schedule a free soil assessment for your whole farm"}}, Hero
    ).primary
    assert primary
    assert primary.label == "Schedule a free soil assessment"


def test_a_plans_button_is_not_about_another_plan() -> None:
    plans = [{"name": "Early bird", "price": "€299"}, {"name": "Regular", "price": "€449"}]
    payload = {
        "campaign": {"primaryOffer": "Get an early bird ticket", "objective": "Ticket sales"},
        "branding": {"sections": ["tickets"], "sectionData": {"pricing": plans}},
    }
    labels = [plan.action and plan.action.label for plan in section(payload, Pricing).plans]
    assert labels == ["Get an early bird ticket", "Order now"]


def test_one_figure_needs_no_heading() -> None:
    assert section(payloads.GUIDE, Stats).heading == ""
    assert "#stats" not in [link.href for link in section(payloads.GUIDE, Nav).links]


def test_the_guides_call_is_its_offers_and_leads_to_the_form() -> None:
    primary = section(payloads.GUIDE, Hero).primary
    assert primary
    assert (primary.label, primary.href, primary.event) == ("Join the private beta", "#contact", "beta-cta")
    assert section(payloads.GUIDE, Nav).action == primary


def test_events_go_to_the_buttons_that_they_are_about() -> None:
    hero, contact, pricing = (section(payloads.VERBATIM, kind) for kind in (Hero, Contact, Pricing))
    assert isinstance(hero, Hero)
    assert isinstance(contact, Contact)
    assert isinstance(pricing, Pricing)
    assert hero.primary
    assert hero.primary.event == "hero-cta"
    assert contact.event == "contact-form"
    assert [plan.action.event for plan in pricing.plans if plan.action] == ["plan-click", "plan-click"]


def test_an_event_that_fits_no_button_is_on_one_that_is_left_and_told() -> None:
    cta = section(payloads.GUIDE, Cta)
    assert cta.secondary
    assert cta.secondary.event == "playbook-download"
    assert "messaging.eventTracking" in missing(payloads.GUIDE)
    assert written(payloads.GUIDE).page.events == payloads.GUIDE["messaging"]["eventTracking"]


def test_section_data_is_used_word_by_word() -> None:
    assert section(payloads.VERBATIM, Faq).items == [Question(question="Does it float?", answer="The office does not.")]
    assert section(payloads.VERBATIM, Faq).heading == "Asked at sea"
    assert section(payloads.VERBATIM, Quotes).items == [
        Quote(text="It just docks.", name="Ben", role="Captain, MV Test")
    ]
    assert section(payloads.VERBATIM, Custom).paragraphs == ["We began on a pier.", "We still work there."]
    assert section(payloads.VERBATIM, Stats).items[0] == Stat(value="98%", label="on time")
    member = section(payloads.VERBATIM, Team).members[0]
    assert (member.name, member.role, member.text) == ("Ada Quay", "Harbour master", "Has seen it all.")
    pier, dock = section(payloads.VERBATIM, Pricing).plans
    assert (pier.price, pier.period, pier.points) == ("0", "month", ["1 berth"])
    assert pier.action
    assert pier.action.label == "Moor"
    assert dock.highlighted


def test_nobody_is_quoted_who_was_not() -> None:
    payload = payloads.GUIDE | {"branding": {"sections": ["hero", "testimonials", "team"]}}
    assert not {"testimonials", "team"} & set(types(written(payload).page))
    assert {"trust.testimonials", "branding.sectionData.team"} <= missing(payload)


def test_an_offer_without_a_price_is_one_card_without_a_price() -> None:
    plans = section(payloads.GUIDE, Pricing).plans
    assert [plan.price for plan in plans] == [""]
    assert "branding.sectionData.pricing" in missing(payloads.GUIDE)


def test_a_price_in_an_offer_is_shown_as_one() -> None:
    plan: PricePlan = section(payloads.EMOJI, Pricing).plans[0]
    assert (plan.price, plan.period) == ("$5", "month")


@pytest.mark.parametrize(
    ("uvp", "stats"),
    [
        ("Cut cloud spend by 38% for 120+ teams since 2019", [("38%", "Cut cloud spend"), ("120+", "teams")]),
        (
            "12 farms in 6 countries, 4.9/5 average rating",
            [("12", "farms"), ("6", "countries"), ("4.9/5", "average rating")],
        ),
        ("Ships in 3 days to post-Series A B2B teams over $40", []),
        ("Founded 2019 people say", []),
    ],
)
def test_numbers_in_passing_come_with_what_they_count(uvp: str, stats: list[tuple[str, str]]) -> None:
    draft = written({"audience": {"uvp": uvp}, "branding": {"sections": ["stats"]}})
    found = [item for section in draft.page.sections if isinstance(section, Stats) for item in section.items]
    assert [(item.value, item.label) for item in found] == stats


def test_own_sections_without_latin_names_have_ids_of_their_own() -> None:
    custom = {"قصتنا": "أولا", "فريقنا": "ثانيا", "thanks": "ثالثا"}
    page = written({"branding": {"sectionData": {"custom": custom}}}).page
    ids = [section.id for section in page.sections if isinstance(section, Custom)]
    assert ids == ["custom", "custom-2", "custom-3"]


def test_an_objection_without_an_answer_is_left_out_and_told() -> None:
    questions = [item.question for item in section(payloads.BAKERY, Faq).items]
    assert "Gibt es glutenfreies Brot?" in questions
    assert "Zu teuer?" not in questions
    assert "trust.objections[1].answer" in missing(payloads.BAKERY)


@pytest.mark.parametrize(
    "field",
    ["branding.colorPalette.primary", "branding.fonts.body", "media.videoUrl", "assets.logo", "conversion.primaryCTA"],
)
def test_what_is_unfit_for_a_page_is_named(field: str) -> None:
    assert field in missing(payloads.HOSTILE)


def test_no_script_ever_is_an_address() -> None:
    page = msgspec.to_builtins(written(payloads.HOSTILE).page)
    assert {action["href"][:1] for action in actions(page)} == {"#"}


def test_what_was_shortened_is_told() -> None:
    reasons = [item.reason for item in written(payloads.HUGE).missing if item.field == "benefits.features[0]"]
    assert "Shortened from 900 to 500 characters." in reasons


def test_a_wish_in_free_words_is_not_printed() -> None:
    assert payloads.FORMS["advanced"]["customPrompt"] not in str(written(payloads.FORMS).page)
    assert "advanced.customPrompt" in missing(payloads.FORMS)


def test_an_internal_objective_is_not_printed() -> None:
    assert payloads.GUIDE["campaign"]["objective"] not in str(written(payloads.GUIDE).page)


def test_a_form_has_the_fields_that_were_asked_for() -> None:
    form = section(payloads.FORMS, Contact)
    assert [(field.name, field.type, field.required) for field in form.fields] == [
        ("full-name", "text", False),
        ("email", "email", True),
        ("phone-number", "tel", False),
        ("reason", "select", False),
        ("email-5", "email", True),
    ]
    assert (form.consent, form.privacy_url) == ("I agree to be called back.", "/privacy")


def test_the_fixed_words_are_in_the_language_of_the_brief() -> None:
    assert section(payloads.BAKERY, Contact).consent.startswith("Ich bin einverstanden")
    arabic = written(payloads.ARABIC).page
    assert (arabic.language, arabic.direction) == ("ar", "rtl")
    assert section(payloads.ARABIC, Contact).submit_label == "إرسال"


def test_an_empty_brief_gives_a_page_that_claims_nothing() -> None:
    draft = written({})
    assert types(draft.page) == ["nav", "hero", "footer"]
    assert {item.field for item in draft.missing} == {"audience.uvp", "campaign.productName"}


def test_content_that_no_section_shows_is_told() -> None:
    payload = {"branding": {"sections": ["hero"]}, "trust": {"testimonials": ["Good."]}}
    assert "trust.testimonials" in missing(payload)


@settings(deadline=None, max_examples=80)
@given(st.fixed_dictionaries({"productName": TEXTS, "primaryOffer": TEXTS}), TEXTS, TEXTS, st.lists(TEXTS, max_size=3))
def test_whatever_the_words_the_page_is_valid(
    campaign: dict[str, str], uvp: str, audience: str, words: list[str]
) -> None:
    page = written(
        {
            "campaign": campaign,
            "audience": {"uvp": uvp, "description": audience},
            "messaging": {"seoKeywords": words, "eventTracking": words},
            "benefits": {"features": words},
            "branding": {"sections": [*words, "features", "stats", "pricing", "faq", "cta"]},
        }
    ).page
    assert convert(msgspec.to_builtins(page), Page) == page
    found = actions(msgspec.to_builtins(page))
    assert all(action["label"].strip() for action in found)
    ids = {section.id for section in page.sections}
    assert {action["href"][1:] for action in found if action["href"].startswith("#")} <= ids
